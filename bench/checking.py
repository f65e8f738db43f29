"""What `calltape check` costs, from a file to the last word: reading, decoding, folding, explaining."""

import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing, redirect_stdout
from pathlib import Path

from bench.measure import Result, Target, clocked, compare
from bench.workbench import Workbench
from calltape.adapters.cli.program import program
from calltape.adapters.eventsourcing.sqlite import SQLiteLog
from calltape.adapters.tape import TapeLog
from calltape.core import EVENTS, EventLog, Unrecorded
from calltape.core.ports import Append

_PEER = "bare loop: json.loads and one look-up"


def check_tape(bench: Workbench) -> Result:
    """Short calls in one tape file, against a loop that only reads its lines with the standard library."""
    path = bench.folder / "checked.jsonl"
    events = _written(bench, TapeLog(path))
    return compare(
        "check_tape",
        clocked(lambda _: _checked(path, events, status=0)),
        _PEER,
        clocked(lambda _: _seen(json.loads(line) for line in path.read_bytes().splitlines()[1:])),
        rounds=bench.sizes.rounds,
        target=Target(0.5),
    )


def check_sqlite(bench: Workbench) -> Result:
    """The same calls in a SQLite file, against a loop that only reads its rows."""
    path = bench.folder / "checked.db"
    events = _written(bench, SQLiteLog(path))
    return compare(
        "check_sqlite",
        clocked(lambda _: _checked(path, events, status=0)),
        _PEER,
        clocked(lambda _: _seen(_rows(path))),
        rounds=bench.sizes.rounds,
        target=Target(0.5),
    )


def check_illegal(bench: Workbench) -> Result:
    """An event where every call is illegal, and explained to its last move, against one of legal calls."""
    legal, illegal = bench.folder / "legal.jsonl", bench.folder / "illegal.jsonl"
    many, more = _written(bench, TapeLog(legal)), _written(bench, TapeLog(illegal), is_legal=False)
    return compare(
        "check_illegal",
        clocked(lambda _: _checked(illegal, more, status=1)),
        "legal calls, cost by cost",
        clocked(lambda _: _checked(legal, many, status=0)),
        rounds=bench.sizes.rounds,
        target=Target(3, at_most=True),
    )


def _written(bench: Workbench, log: EventLog, *, is_legal: bool = True) -> int:
    """Write the first of the short calls, some 50 000 events; gives how many there are."""
    events = 0
    appends: list[Append] = []
    for history in bench.short[: max(1, len(bench.short) // 6)]:
        recorded: tuple[Unrecorded, ...] = (*history.recorded, *history.recorded[-2:-1][is_legal:])
        appends.append(Append(history.stream, 0, recorded))
        events += len(recorded)
    log.append_many(appends)
    log.close()
    return events


def _checked(path: Path, events: int, *, status: int) -> int:
    """Run the program in this process, into nothing."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        try:
            program.main(["check", str(path), "--json"])
        except SystemExit as end:
            if end.code != status:
                raise AssertionError(f"checking {path.name} ended with {end.code}") from end
    return events


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        for topic, data in connection.execute("SELECT topic, state FROM stored_events"):
            yield {"event": topic.partition("@")[0], "data": json.loads(data)}


def _seen(lines: Iterable[dict[str, str]]) -> int:
    done = 0
    for line in lines:
        EVENTS[line["event"]]
        done += 1
    return done
