"""Durable commands: many calls at once, one flush to disk for all of them, against one `save` a command."""

import asyncio
from contextlib import closing
from time import perf_counter

from bench.histories import History
from bench.live import LiveCalls, PlainLiveCalls, connected, toggle
from bench.measure import Result, Run, Target, clocked, compare
from bench.workbench import Workbench, plain_calls, store
from calltape.adapters.eventsourcing.sqlite import SQLiteLog
from calltape.adapters.runtime import Runtime

_PLAIN = "eventsourcing save, one by one"
_TURNS = 5


def group_commit_sqlite(bench: Workbench) -> Result:
    """Decide, append together, fold: commands per second at `synchronous=FULL`."""
    with closing(SQLiteLog(bench.folder / "live.db", synchronous="FULL")) as log:
        calls = LiveCalls(log, connected(bench.sizes.live_calls, seed=1_000_000))
        ours = clocked(lambda _: sum(calls.all_at_once() for _ in range(_TURNS)))
        return _against_saves(bench, "group_commit_sqlite", ours, target=Target(10))


def group_commit_runtime(bench: Workbench) -> Result:
    """The same through the runtime: a task for every call, timers, effects, and its own grouping."""
    histories = connected(bench.sizes.live_calls, seed=2_000_000)
    with closing(SQLiteLog(bench.folder / "runtime.db", synchronous="FULL")) as log:
        store(log, histories)
        return _against_saves(
            bench,
            "group_commit_runtime",
            lambda number: asyncio.run(_submit_all(log, histories, number * (_TURNS + 1))),
        )


async def _submit_all(log: SQLiteLog, histories: list[History], first_turn: int) -> float:
    async with Runtime(log) as runtime:

        async def turn(number: int) -> None:
            submits = (runtime.submit(each.call_id, toggle(each, number)) for each in histories)
            for recorded in await asyncio.gather(*submits):
                assert len(recorded) == 1, "every command records one event"

        await turn(first_turn)  # reads the histories, which a running program has done
        start = perf_counter()
        for number in range(first_turn + 1, first_turn + 1 + _TURNS):
            await turn(number)
        return len(histories) * _TURNS / (perf_counter() - start)


def _against_saves(bench: Workbench, name: str, ours: Run, *, target: Target | None = None) -> Result:
    application = plain_calls(bench.folder / f"{name}-plain.db")
    with closing(application):
        plain = PlainLiveCalls(application, connected(bench.sizes.plain_saves, seed=3_000_000))
        return compare(
            name,
            ours,
            _PLAIN,
            clocked(lambda _: plain.one_by_one()),
            rounds=bench.sizes.rounds,
            unit="commands/s",
            target=target,
        )
