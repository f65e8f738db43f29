"""What several commands ask for in the same words: a store, a call, a participant, JSON."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import click

from calltape.adapters.cli.printing import visible
from calltape.adapters.stores import Store, open_store
from calltape.adapters.tape import TapeLog
from calltape.core import BadInput, CallId, RawId, call_stream, raw_id

DEFAULT_STORE = "sqlite:///calltape.db"
CALL_ID_MAX = 200
"""Characters a call id may have on the command line."""

_SQLITE = b"SQLite format 3\0"

C = TypeVar("C", bound=Callable[..., Any])


def store_option(command: C) -> C:
    """Add `--store` to a command."""
    return click.option(
        "--store",
        "store",
        metavar="STORE",
        envvar="CALLTAPE_STORE",
        default=DEFAULT_STORE,
        show_default=True,
        show_envvar=True,
        help="sqlite:///FILE, postgresql://…, or a tape FILE.jsonl",
    )(command)


def json_option(command: C) -> C:
    """Add `--json` to a command."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")(command)


# click fixes the signature of `convert`, needed or not.


class _CallIdType(click.ParamType[CallId]):
    name = "call_id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> CallId:  # noqa: ARG002
        text = str(value)
        if not text or len(text) > CALL_ID_MAX or not text.isprintable() or any(map(str.isspace, text)):
            raise BadInput(
                f"{text[:60]!r} is not a call id: give 1 to {CALL_ID_MAX} visible characters, "
                "as `calltape calls` lists them"
            )
        return CallId(text)


class _RawIdType(click.ParamType[RawId]):
    name = "raw_id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> RawId:  # noqa: ARG002
        return raw_id(str(value))


CALL_ID = _CallIdType()
"""The parameter type of a call id. Raises BadInput for what cannot be one."""

RAW_ID = _RawIdType()
"""The parameter type of a participant. Raises BadInput for what cannot be one."""


@contextmanager
def opened(url: str, *, create: bool = False) -> Generator[Store]:
    """The store called `url`, closed afterwards.

    Raises:
        BadInput: it is missing (and not to be made), cannot be read, or the name names none.
    """
    log = open_store(url, create=create)
    say_if_torn(log)
    try:
        yield log
    finally:
        log.close()


def open_source(source: str) -> Store:
    """A store by its name, or a tape or SQLite file by its path, for reading."""
    if "://" in source or source.endswith(".jsonl") or source == "memory:":
        return open_store(source, create=False)
    path = Path(source)
    if not path.is_file():
        raise BadInput(f"there is no tape or store at {source}; check the path")
    with path.open("rb") as file:
        is_sqlite = file.read(len(_SQLITE)) == _SQLITE
    return open_store(f"sqlite:///{source}", create=False) if is_sqlite else TapeLog(path, create=False)


def say_if_torn(log: Store) -> None:
    """Say on stderr that a tape's writer ended in the middle of an append."""
    if isinstance(log, TapeLog) and log.torn is not None:
        click.echo(f"calltape: {visible(log.torn)}", err=True)


def require_call(log: Store, call_id: CallId, url: str) -> str:
    """The stream of a call that is there.

    Raises:
        BadInput: the store holds no such call.
    """
    stream = call_stream(call_id)
    if log.version(stream) == 0:
        raise BadInput(f"there is no call {call_id} in {shown(url)}; `calltape calls` lists those of a store")
    return stream


def shown(url: str) -> str:
    """The name of a store as it may be shown: without a password."""
    if "://" not in url or "@" not in url:
        return url
    parts = urlsplit(url)
    user, _, place = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    return urlunsplit(parts._replace(netloc=f"{name}{':…' if password else ''}@{place}", query=""))


def store_file(url: str) -> Path | None:
    """The file that a store lives in, or None for a database server."""
    if url.startswith("sqlite:///"):
        return Path(url.removeprefix("sqlite:///"))
    return Path(url) if "://" not in url and url != "memory:" else None


def require_free(output: Path, store: str) -> None:
    """Raise BadInput if `output` has no folder, or writing it would destroy anything but an older tape."""
    if not output.parent.is_dir():
        raise BadInput(f"there is no folder {output.parent} for the tape {output.name}; make it first")
    if not output.exists():
        return
    kept_in = store_file(store)
    if kept_in is not None and kept_in.exists() and output.samefile(kept_in):
        raise BadInput(f"{output} is the store itself; name another file")
    try:
        TapeLog(output, create=False).close()
    except BadInput as error:
        raise BadInput(f"{output} is there already and is not a readable tape; name another file") from error
