"""`calltape register`."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from calltape.adapters.stores import open_store
from calltape.core import PushRegistered, PushRenewed

pytestmark = pytest.mark.example


def test_a_device_is_registered_and_renewed(run: Callable[..., Any], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    before = time.time()
    document = run("register", "8:acs:bob", "token", "--ttl", "300", "--store", url, "--json").document
    expires_at = datetime.fromisoformat(document.pop("expires_at")).timestamp()
    assert before + 299.9 < expires_at < time.time() + 300.1
    assert document == {"user": "8:acs:bob", "device": "token", "event": "push.registered", "ttl_s": 300}
    assert run("register", "8:acs:bob", "token", "--store", url).out.startswith("renewed: ")
    log = open_store(url, create=False)
    first, second = log.events("push-8:acs:bob")
    log.close()
    assert isinstance(first, PushRegistered)
    assert isinstance(second, PushRenewed)
    assert second.ttl_s == 86_400


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("8:acs:bob", "token", "--ttl", "299"), "299 s is out of range"),
        (("8:acs:bob", "token", "--ttl", "15552001"), "give 300 to 15552000 s"),
        (("8:orgid:bob", "token", "--ttl", "86401"), "give 300 to 86400 s"),
        (("8:acs:bob", "token", "--ttl", "soon"), "'soon' is not a valid integer"),
        (("bob", "token"), "'bob' is not a participant id"),
        (("4:0123", "token"), "country code first"),
        (("8:acs:bob", ""), "a device is 1 to 512"),
        (("8:acs:bob", "a\nb"), "a device is 1 to 512"),
        (("8:acs:bob",), "Missing argument 'DEVICE'"),
    ],
)
def test_what_cannot_be_registered_leaves_no_store(
    arguments: tuple[str, ...], words: str, run: Callable[..., Any], tmp_path: Path
) -> None:
    ran = run("register", *arguments, "--store", f"sqlite:///{tmp_path}/new.db")
    assert words in ran.complaint
    assert list(tmp_path.iterdir()) == []


def test_a_range_does_not_touch_what_is_there(
    run: Callable[..., Any], url: str, files: Callable[[], dict[str, bytes]]
) -> None:
    before = files()
    assert run("register", "8:acs:bob", "token", "--ttl", "1", "--store", url).complaint
    assert files() == before
