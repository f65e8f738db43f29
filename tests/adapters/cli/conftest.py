"""Calls recorded through the core's own decisions, in a store of each test's own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from click.testing import CliRunner, Result

from calltape.adapters.cli.program import program
from calltape.adapters.stores import Store, open_store
from calltape.core import (
    ECHO,
    SECOND,
    Accept,
    CallId,
    Command,
    CommandId,
    EndpointId,
    HangUp,
    Hold,
    Instant,
    Ledger,
    MediaSampled,
    Mute,
    Offer,
    RawId,
    ReportAlerted,
    ReportHeld,
    ReportMediaClosed,
    ReportMediaConnected,
    ReportResumed,
    ReportUnreachable,
    Resume,
    StartCall,
    StreamSample,
    Unmute,
    Unrecorded,
    call_stream,
    media_stream,
)

ALICE = RawId("8:acs:alice")
BOB = RawId("8:acs:bob")
DESK, ECHO_ROOM, PHONE = EndpointId("desk"), EndpointId("echo"), EndpointId("phone")
BEGAN = Instant(1_795_341_600_000_000)  # 2026-11-22T10:00:00Z


@attrs.define
class Recorder:
    """Writes calls into a log, one command a second."""

    log: Store
    at: Instant = BEGAN

    def call(self, name: str, *commands: tuple[type[Command], dict[str, Any]]) -> CallId:
        call_id, stream, ledger = CallId(name), call_stream(CallId(name)), Ledger()
        for number, (kind, fields) in enumerate(commands):
            asked = kind(id=CommandId(f"{name}-{number}"), at=self.at, **fields)
            for each in self.log.append(stream, ledger.version, ledger.decide(asked)):
                ledger.absorb(each)
            self.at = Instant(self.at + SECOND)
        return call_id

    def connected(self, name: str, caller: RawId = ALICE, callee: RawId = ECHO) -> CallId:
        return self.call(name, *_until_connected(name, caller, callee))


def _until_connected(name: str, caller: RawId, callee: RawId) -> list[tuple[type[Command], dict[str, Any]]]:
    start = {"call_id": CallId(name), "participant": caller, "endpoint": DESK, "callees": (callee,)}
    return [
        (StartCall, {**start, "display_name": "Alice Secret"}),
        (Offer, {"participant": callee, "endpoint": ECHO_ROOM}),
        (ReportAlerted, {"participant": callee, "endpoint": ECHO_ROOM}),
        (Accept, {"participant": callee, "endpoint": ECHO_ROOM}),
        (ReportMediaConnected, {"participant": caller}),
        (ReportMediaConnected, {"participant": callee}),
    ]


def _whole_call(name: str) -> list[tuple[type[Command], dict[str, Any]]]:
    me = {"participant": ALICE}
    return [
        *_until_connected(name, ALICE, ECHO),
        (Mute, me),
        (Unmute, me),
        (Hold, me),
        (ReportHeld, me),
        (Resume, me),
        (ReportResumed, me),
        (HangUp, me),
        (ReportMediaClosed, me),
        (ReportMediaClosed, {"participant": ECHO}),
    ]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store with an ended call `one` and a media sample of it, a running `live` and a failed `nobody`."""
    for name in ("FORCE_COLOR", "CALLTAPE_STORE", "CALLTAPE_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    url = f"sqlite:///{tmp_path}/calls.db"
    log = open_store(url, create=True)
    recorder = Recorder(log)
    recorder.call("one", *_whole_call("one"))
    recorder.connected("live", BOB, ECHO)
    recorder.call(
        "nobody",
        (
            StartCall,
            {"call_id": CallId("nobody"), "participant": BOB, "endpoint": PHONE, "callees": (ALICE,)},
        ),
        (ReportUnreachable, {"participant": ALICE}),
    )
    sample = StreamSample(id="s1", kind="audio", direction="send", transport_id="t1", bitrate=32_000)
    sampled = MediaSampled(call_id=CallId("one"), participant=ALICE, streams=(sample,))
    log.append(media_stream(CallId("one"), ALICE), 0, [Unrecorded(event=sampled, at=recorder.at)])
    log.close()
    return url


@attrs.frozen
class Ran:
    """What a command left behind."""

    result: Result

    @property
    def status(self) -> int:
        return self.result.exit_code

    @property
    def out(self) -> str:
        return self.result.stdout

    @property
    def document(self) -> Any:
        return json.loads(self.result.stdout)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.result.stdout.splitlines()]

    @property
    def complaint(self) -> str:
        """The one sentence of a command that could not be done as asked."""
        assert self.status == 2, (self.status, self.result.output)
        assert self.result.stdout == ""
        (sentence,) = self.result.stderr.splitlines()
        assert sentence.startswith("calltape: ")
        return sentence


Run = Callable[..., Ran]


@pytest.fixture
def run() -> Run:
    """Run a command line inside this process."""

    def run(*arguments: str | Path) -> Ran:
        return Ran(CliRunner().invoke(program, [str(each) for each in arguments]))

    return run


def _everything_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture
def files(tmp_path: Path) -> Callable[[], dict[str, bytes]]:
    """Every file of the test's folder with its content, to see that nothing was written."""
    return lambda: _everything_below(tmp_path)
