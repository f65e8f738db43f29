"""`calltape tape export` and `calltape tape import`."""

import json
import re
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from calltape.adapters.stores import open_store
from calltape.adapters.tape import TapeLog
from calltape.core import Instant, ParticipantMuted, RawId, Unrecorded

pytestmark = pytest.mark.replay


@pytest.fixture
def tape(run: Callable[..., Any], url: str, tmp_path: Path) -> Path:
    path = tmp_path / "one.jsonl"
    assert run("tape", "export", "one", "-o", path, "--store", url).status == 0
    return path


def test_a_call_travels_without_loss(run: Callable[..., Any], url: str, tmp_path: Path) -> None:
    tape, there, again = tmp_path / "one.jsonl", f"sqlite:///{tmp_path}/there.db", tmp_path / "again.jsonl"
    exported = run("tape", "export", "one", "-o", tape, "--store", url, "--json").document
    assert exported == {"call_id": "one", "events": 20}, "19 events of the call, one media sample"
    assert run("tape", "import", tape, "--store", there, "--json").document == exported
    run("tape", "export", "one", "-o", again, "--store", there)
    assert without_positions(again) == without_positions(tape)


def without_positions(tape: Path) -> list[dict[str, Any]]:
    """The header and the recorded events; each store numbers its own positions."""
    lines = [json.loads(line) for line in tape.read_text().splitlines()]
    return [{key: value for key, value in line.items() if key != "position"} for line in lines[:-1]]


def test_importing_twice_adds_nothing(run: Callable[..., Any], tape: Path, url: str) -> None:
    ran = run("tape", "import", tape, "--store", url)
    assert ran.out.splitlines() == ["call one: 20 events", "0 events added, 20 were there already"]


def test_an_export_replaces_an_older_tape_and_nothing_else(
    run: Callable[..., Any], tape: Path, url: str, tmp_path: Path, files: Callable[[], dict[str, bytes]]
) -> None:
    run("tape", "export", "nobody", "-o", tape, "--store", url)
    assert b"call-nobody" in tape.read_bytes()
    letter = tmp_path / "letter.txt"
    letter.write_text("dear diary")
    before = files()
    assert "not a readable tape" in run("tape", "export", "one", "-o", letter, "--store", url).complaint
    assert (
        "the store itself"
        in run("tape", "export", "one", "-o", tmp_path / "calls.db", "--store", url).complaint
    )
    assert "the store itself" in run("tape", "export", "nobody", "-o", tape, "--store", tape).complaint
    assert (
        "no folder"
        in run("tape", "export", "one", "-o", tmp_path / "a" / "b.jsonl", "--store", url).complaint
    )
    assert files() == before


Lines = list[bytes]
HARMS: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "line missing": (lambda lines: [*lines[:5], *lines[6:]], "line 6"),
    "other format": (lambda lines: [lines[0].replace(b'"format":1', b'"format":9'), *lines[1:]], "line 1"),
    "changed": (
        lambda lines: [*lines[:4], lines[4].replace(b"8:echo123", b"8:acs:eve"), *lines[5:]],
        "cut short or changed",
    ),
    "torn": (lambda lines: [*lines[:-1], lines[-1][:40]], "cut short"),
    "no instant": (
        lambda lines: [*lines[:1], re.sub(rb'"at":\d+', b'"at":null', lines[1]), *lines[2:]],
        "line 2: this is not a recorded event: Expected `int`, got `null` - at `$.at`",
    ),
    "no header": (lambda lines: lines[1:], "line 1"),
    "empty": (lambda lines: lines[:0], "empty"),
}


@pytest.mark.parametrize(("harm", "complaint"), HARMS.values(), ids=HARMS)
def test_a_harmed_tape_is_refused_and_nothing_is_written(
    harm: Callable[[Lines], Lines],
    complaint: str,
    run: Callable[..., Any],
    tape: Path,
    tmp_path: Path,
    files: Callable[[], dict[str, bytes]],
) -> None:
    harmed = harm(tape.read_bytes().splitlines(keepends=True))
    tape.write_bytes(b"".join(harmed))
    before = files()
    target = f"sqlite:///{tmp_path}/target.db"
    assert complaint in run("tape", "import", tape, "--store", target).complaint
    assert complaint in run("replay", "one", "--store", tape).complaint
    assert complaint in run("check", tape).complaint
    assert files() == before


def test_a_live_tape_whose_writer_died_is_read_up_to_there(
    run: Callable[..., Any], url: str, tmp_path: Path, files: Callable[[], dict[str, bytes]]
) -> None:
    tape, target = tmp_path / "live.jsonl", f"sqlite:///{tmp_path}/target.db"
    with closing(open_store(url, create=False)) as log, closing(TapeLog(tape)) as copy:
        for each in log.read("call-one"):
            copy.append("call-one", each.version - 1, [Unrecorded(event=each.event, at=each.at)])
    with tape.open("ab") as file:
        file.write(b'{"position":20,"stream":"call-o')
    before = files()
    for command in (["calls", "--store", tape], ["check", tape], ["roster", "one", "--store", tape]):
        ran = run(*command, "--json")
        assert ran.status == 0
        (told,) = ran.result.stderr.splitlines()
        assert told.startswith("calltape: ")
        assert "live.jsonl line 21: the tape ends in the middle of an append" in told
        assert ran.lines
    assert files() == before
    ran = run("tape", "import", tape, "--store", target, "--json")
    assert ran.lines == [{"call_id": "one", "events": 19}]
    assert "in the middle of an append" in ran.result.stderr


def test_an_illegal_history_is_not_imported(
    run: Callable[..., Any], url: str, tmp_path: Path, files: Callable[[], dict[str, bytes]]
) -> None:
    tape = tmp_path / "bad.jsonl"
    log = open_store(url, create=False)
    muted = Unrecorded(event=ParticipantMuted(participant=RawId("8:acs:nobody")), at=Instant(1))
    log.append("call-nobody", 5, [muted])
    log.close()
    assert run("tape", "export", "nobody", "-o", tape, "--store", url).status == 0, "evidence may leave"
    before = files()
    target = f"sqlite:///{tmp_path}/target.db"
    complaint = run("tape", "import", tape, "--store", target).complaint
    assert "in call-nobody, the history is not legal at event 6" in complaint
    assert files() == before


def test_another_call_of_the_same_name_stays(
    run: Callable[..., Any], tape: Path, url: str, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    shutil.copy(tmp_path / "calls.db", other)
    log = open_store(f"sqlite:///{other}", create=False)
    log.append(
        "media-one-8:acs:alice",
        1,
        [Unrecorded(event=next(log.events("media-one-8:acs:alice")), at=Instant(1))],
    )
    log.close()
    before = run("timeline", "one", "--store", f"sqlite:///{other}", "--json").out
    assert "already holds another" in run("tape", "import", tape, "--store", f"sqlite:///{other}").complaint
    assert run("timeline", "one", "--store", f"sqlite:///{other}", "--json").out == before


def test_the_group_alone_shows_its_help(run: Callable[..., Any]) -> None:
    assert "export" in run("tape").out
