"""`calltape timeline`."""

import re
from collections.abc import Callable
from contextlib import closing
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from calltape.adapters.cli.printing import LINES_AT_ONCE, print_lines
from calltape.adapters.cli.program import program
from calltape.adapters.cli.timelines import line_of, walk
from calltape.adapters.stores import open_store
from calltape.core import CallId, CallStarted, Instant, ParticipantMuted, RawId, Unrecorded

pytestmark = pytest.mark.example


def test_every_event_with_what_it_moved(run: Callable[..., Any], url: str) -> None:
    lines = run("timeline", "one", "--store", url, "--json").lines
    assert [line["version"] for line in lines] == list(range(1, 20))
    assert lines[11] == {
        "position": 12,
        "version": 12,
        "at": "2026-11-22T10:00:09.000000Z",
        "event": "participant.held",
        "participant": "8:acs:alice",
        "moves": [
            move("self", "call", "8:acs:alice", "Connected", "LocalHold"),
            move("self", "participant", "8:acs:alice", "Connected", "Hold"),
            move("peer", "call", "8:echo123", "Connected", "RemoteHold"),
        ],
    }
    muted = lines[8]
    assert muted["event"] == "participant.muted"
    assert move("self", "call", "8:acs:alice", "Connected", "Connected") in muted["moves"]


def move(whose: str, lifecycle: str, participant: str, source: str, target: str) -> dict[str, str]:
    return {
        "whose": whose,
        "lifecycle": lifecycle,
        "participant": participant,
        "from": source,
        "to": target,
    }


def test_people_see_offsets_arrows_and_reasons(run: Callable[..., Any], url: str) -> None:
    first, *lines = run("timeline", "one", "--store", url).out.splitlines()
    assert first == "call one  began 2026-11-22 10:00:00 UTC"
    held = " ".join(lines[11].split())
    assert held == (
        "12 9.000 participant.held 8:acs:alice call Connected → LocalHold participant Connected → Hold "
        "8:echo123 call Connected → RemoteHold"
    )
    assert "→" not in lines[8], "muting moves nothing"
    assert lines[18].endswith("0/0 the local participant hung up")


def test_a_history_that_is_not_legal_is_followed_up_to_there(run: Callable[..., Any], url: str) -> None:
    log = open_store(url, create=False)
    started = next(log.events("call-live"))
    assert isinstance(started, CallStarted)
    muted = ParticipantMuted(participant=RawId("8:acs:nobody"))
    log.append("call-bad", 0, [Unrecorded(event=each, at=Instant(1)) for each in (started, muted)])
    log.close()
    ran = run("timeline", "bad", "--store", url, "--json")
    assert [line["event"] for line in ran.lines] == ["call.started"]
    (sentence,) = ran.result.stderr.splitlines()
    assert ran.status == 2
    assert "at event 2: call in None met participant.muted" in sentence
    _, line = run("timeline", "bad", "--store", url).out.splitlines()
    assert "call.started" in line, "what could be followed is shown to people too"


def test_a_pipe_gets_what_a_terminal_shows(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Two ways of printing, one for speed: a wide line of one says what the other says."""
    with closing(open_store(url, create=False)) as log:
        steps = list(walk(log, "call-one", CallId("one")))
        began = steps[0].recorded.at
        expected = [line_of(step, began, Console(file=StringIO())).plain for step in steps]
    with pytest.raises(SystemExit):
        program.main(["timeline", "one", "--store", url])
    assert capsys.readouterr().out.splitlines()[1:] == expected


def test_many_lines_come_in_order_and_whole(capsys: pytest.CaptureFixture[str]) -> None:
    count = 2 * LINES_AT_ONCE + 1
    print_lines(map(str, range(count)))
    assert capsys.readouterr().out.splitlines() == list(map(str, range(count)))


@pytest.mark.parametrize(("columns", "indent"), [(120, 63), (80, 8)])
def test_a_narrow_terminal_breaks_lines_between_moves(
    columns: int,
    indent: int,
    url: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (("FORCE_COLOR", "1"), ("TERM", "xterm"), ("COLUMNS", str(columns))):
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        program.main(["timeline", "one", "--store", url])
    lines = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out).splitlines()
    assert max(map(len, lines)) <= columns
    last = next(n for n, line in enumerate(lines) if "8:echo123 call Connected → RemoteHold" in line)
    assert lines[last] == " " * (indent + 2) + "8:echo123 call Connected → RemoteHold"
    assert "call Connected → LocalHold" in "".join(lines[last - 2 : last])
