"""Replaying recorded calls: read from SQLite, decode, fold, every move checked against the lifecycles."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing

from bench.histories import History
from bench.measure import Result, Target, clocked, compare
from bench.plain import PlainCall, plain_id
from bench.workbench import Workbench
from calltape.adapters.codec import DECODERS
from calltape.core.call import replay

_PLAIN = "eventsourcing repository.get"


def replay_one_call(bench: Workbench) -> Result:
    """One long call against the same call as a plain aggregate."""
    history = bench.long
    return compare(
        "replay_one_call",
        clocked(lambda _: _replay(bench, [history])),
        _PLAIN,
        clocked(lambda _: _replay_plain(bench, [history])),
        rounds=bench.sizes.rounds,
        target=Target(20),
    )


def replay_many_calls(bench: Workbench) -> Result:
    """Many short calls; each round replays the next part of them, so that none is read twice."""
    histories, rounds = bench.short, bench.sizes.rounds

    def part(number: int) -> Sequence[History]:
        return histories[number::rounds]

    return compare(
        "replay_many_calls",
        clocked(lambda number: _replay(bench, part(number))),
        _PLAIN,
        clocked(lambda number: _replay_plain(bench, part(number))),
        rounds=rounds,
        target=Target(10),
    )


def replay_vs_limit(bench: Workbench) -> Result:
    """The long call against a loop that only decodes the rows and looks each event up in one dictionary."""
    history = bench.long
    return compare(
        "replay_vs_limit",
        clocked(lambda _: _replay(bench, [history])),
        "bare loop: decode and one look-up",
        clocked(lambda _: _bare(bench, history)),
        rounds=max(bench.sizes.rounds, 7) if bench.sizes.rounds > 1 else 1,
        target=Target(0.3),
    )


def replay_longest_call(bench: Workbench) -> Result:
    """A call twice as long against the long one: cost per event must not grow with length."""
    longest, long = bench.longest, bench.long
    return compare(
        "replay_longest_call",
        clocked(lambda _: _replay(bench, [longest])),
        "a call half as long",
        clocked(lambda _: _replay(bench, [long])),
        rounds=bench.sizes.rounds,
    )


def replay_thirty_hours(bench: Workbench) -> Result:
    """A call of 30 hours, whole, against the 50 ms in which somebody who debugs it wants to see it."""
    history, budget_s = bench.thirty_hours, 0.05

    def replays(_: int) -> int:
        _replay(bench, [history])
        return 1

    return compare(
        "replay_thirty_hours",
        clocked(replays),
        "one in 50 ms",
        lambda _: 1 / budget_s,
        rounds=bench.sizes.rounds,
        unit="replays/s",
        target=Target(1),
    )


def _replay(bench: Workbench, histories: Sequence[History]) -> int:
    log, done = bench.log, 0
    for history in histories:
        call = replay(log.events(history.stream))
        if not call.is_over:
            raise AssertionError(f"{history.stream} was not replayed to its end")
        done += len(history.recorded)
    return done


def _replay_plain(bench: Workbench, histories: Sequence[History]) -> int:
    done = 0
    for history in histories:
        call: PlainCall = bench.plain.repository.get(plain_id(history))
        if call.version != len(history.recorded) or not call.is_over:
            raise AssertionError(f"{history.stream} is another call as a plain aggregate")
        done += call.version
    return done


def _bare(bench: Workbench, history: History) -> int:
    """No port, no chunks, no checks, no state: what any Python program would at least have to do."""
    decoders, seen, done = DECODERS, dict.fromkeys(DECODERS, 0), 0
    query = "SELECT topic, state FROM stored_events WHERE originator_id = ? ORDER BY originator_version"
    with closing(sqlite3.connect(bench.folder / "calltape.db")) as connection:
        for topic, data in connection.execute(query, (history.stream,)):
            decoders[topic](data)
            seen[topic]
            done += 1
    return done
