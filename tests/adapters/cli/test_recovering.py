"""`calltape recover`."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calltape.adapters.stores import open_store
from calltape.core import (
    SECOND,
    Accept,
    CallId,
    CommandId,
    EndpointId,
    Instant,
    Ledger,
    Offer,
    RawId,
    ReportMediaConnected,
    StartCall,
    call_stream,
)

pytestmark = pytest.mark.example


ALICE, BOB = RawId("8:acs:alice"), RawId("8:acs:bob")
CALL = CallId("left")


def left(tmp_path: Path, at: Instant, *, is_answered: bool = True) -> str:
    """A store with a call that began at `at`, of a program that is gone."""
    url, ledger = f"sqlite:///{tmp_path}/left.db", Ledger()
    desk, phone = EndpointId("desk"), EndpointId("phone")
    asked: list[tuple[Any, dict[str, Any]]] = [
        (StartCall, {"call_id": CALL, "participant": ALICE, "endpoint": desk, "callees": (BOB,)}),
        (Offer, {"participant": BOB, "endpoint": phone}),
    ]
    if is_answered:
        asked.append((Accept, {"participant": BOB, "endpoint": phone}))
        asked += [(ReportMediaConnected, {"participant": who}) for who in (ALICE, BOB)]
    log = open_store(url, create=True)
    for number, (kind, fields) in enumerate(asked):
        drafts = ledger.decide(kind(id=CommandId(f"c{number}"), at=at, **fields))
        for each in log.append(call_stream(CALL), ledger.version, drafts):
            ledger.absorb(each)
    log.close()
    return url


def now() -> Instant:
    return Instant(time.time_ns() // 1_000)


def test_people_of_a_call_that_nobody_runs_have_the_time_to_reconnect(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    url = left(tmp_path, now())
    (first,) = run("recover", "--store", url, "--json").lines
    assert (first["call_id"], first["is_over"], first["end_reason"]) == ("left", False, None)
    assert first["ends_by"] is not None
    (again,) = run("recover", "--store", url, "--json").lines
    assert again == first  # whoever looks twice gives no more time
    assert "left: ends by" in run("recover", "--store", url).out


def test_a_call_whose_time_is_over_ends_at_once(run: Callable[..., Any], tmp_path: Path) -> None:
    url = left(tmp_path, Instant(now() - 3_600 * SECOND), is_answered=False)
    (found,) = run("recover", "--store", url, "--json").lines
    assert (found["is_over"], found["ends_by"]) == (True, None)
    assert found["end_reason"]["code"] in {408, 487}
    assert run("recover", "--store", url).out.endswith("is left to take up\n")


def test_waiting_ends_with_the_last_call(run: Callable[..., Any], tmp_path: Path) -> None:
    url = left(tmp_path, Instant(now() - 31 * 3_600 * SECOND))  # longer than a call may last
    (found,) = run("recover", "--wait", "--store", url, "--json").lines
    assert found["is_over"]


def test_a_store_without_live_calls_has_nothing_to_take_up(run: Callable[..., Any], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    open_store(url, create=True).close()
    ran = run("recover", "--store", url)
    assert ran.out.endswith("is left to take up\n")
    assert run("recover", "--store", url, "--json").lines == []


def test_a_store_whose_calls_are_run_is_left_alone(
    run: Callable[..., Any], url: str, files: Callable[[], dict[str, bytes]]
) -> None:
    owner = "import sys; from calltape.adapters.stores import open_store\n"
    owner += "log = open_store(sys.argv[1], create=False); print(log.claim(), flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", owner, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "True\n"
        before = run("calls", "--store", url).out
        assert "another program runs the calls of" in run("recover", "--store", url).complaint
        assert run("calls", "--store", url).out == before
        running.communicate("")


def test_a_store_that_is_not_there_is_not_made(run: Callable[..., Any], tmp_path: Path) -> None:
    assert run("recover", "--store", f"sqlite:///{tmp_path}/none.db").complaint
    assert list(tmp_path.iterdir()) == []
