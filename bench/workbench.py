"""The calls that the benchmarks share, made and stored once a run: ours, and as plain aggregates."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path

import attrs

from bench.histories import History, group, one_to_one, short_calls
from bench.plain import PlainCall, PlainCalls, plain_call
from calltape.adapters.eventsourcing.sqlite import SQLiteLog
from calltape.core.errors import Conflict
from calltape.core.ports import Append


@attrs.frozen(kw_only=True)
class Sizes:
    """How much there is of everything."""

    rounds: int = 5
    short_calls: int = 10_000
    long_events: int = 50_000
    longest_events: int = 100_000
    thirty_hours_s: int = 30 * 3600
    crowd: int = 350
    crowd_talk_events: int = 20_000
    live_calls: int = 1_000
    plain_saves: int = 500
    """Commands per round that the peer saves one by one."""

    writer_commands: int = 300
    memory_calls: int = 1_000
    sampled_s: int = 120
    """Call seconds of a call whose media is sampled."""


QUICK = Sizes(
    rounds=1,
    short_calls=20,
    long_events=300,
    longest_events=600,
    thirty_hours_s=600,
    crowd_talk_events=200,
    live_calls=20,
    plain_saves=5,
    writer_commands=5,
    memory_calls=5,
    sampled_s=3,
)
"""Everything once and hardly any of it: to see that the programs run."""


@attrs.frozen(slots=False)
class Workbench:
    """Where a run keeps what it measures on. The folder should be on the disk that is to be measured."""

    folder: Path
    sizes: Sizes
    _crowds: dict[int, History] = attrs.field(factory=dict[int, History], init=False)

    @cached_property
    def short(self) -> Sequence[History]:
        """Many short calls, stored both ways."""
        return self._stored(short_calls(self.sizes.short_calls))

    @cached_property
    def long(self) -> History:
        """One long call, stored both ways."""
        (history,) = self._stored([one_to_one(50, self.sizes.long_events)])
        return history

    @cached_property
    def longest(self) -> History:
        """A call twice as long, stored only our way."""
        history = one_to_one(100, self.sizes.longest_events)
        store(self.log, [history])
        return history

    @cached_property
    def thirty_hours(self) -> History:
        """A call as long as calls may be, in which something happens every five seconds; stored our way."""
        every_s = 5
        history = one_to_one(30, self.sizes.thirty_hours_s // every_s - 1, every_s * 1_000_000)
        store(self.log, [history])
        return history

    def crowd(self, size: int) -> History:
        """A call of `size` participants and always the same length of talk, stored only our way."""
        if size not in self._crowds:
            self._crowds[size] = group(8_000_000 + size, size, 4 * size + 2 + self.sizes.crowd_talk_events)
            store(self.log, [self._crowds[size]])
        return self._crowds[size]

    @cached_property
    def log(self) -> SQLiteLog:
        """Our store."""
        return SQLiteLog(self.folder / "calltape.db")

    @cached_property
    def plain(self) -> PlainCalls:
        """The peer's store: the library's own SQLite recorder, in a file with the same settings."""
        return plain_calls(self.folder / "plain.db")

    def _stored(self, histories: Sequence[History]) -> Sequence[History]:
        store(self.log, histories)
        for some in batches(histories, 200):
            calls: list[PlainCall] = [plain_call(history) for history in some]
            self.plain.save(*calls)
        return histories

    def close(self) -> None:
        """Close what was opened."""
        for name in ("log", "plain"):
            if name in self.__dict__:
                getattr(self, name).close()


def plain_calls(path: Path) -> PlainCalls:
    """The library's application on a SQLite file. Its settings: a write-ahead log, `synchronous=FULL`."""
    return PlainCalls(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(path),
            "SQLITE_LOCK_TIMEOUT": "10",
        }
    )


def store(log: SQLiteLog, histories: Iterable[History]) -> None:
    """Append whole histories, many to a transaction."""
    for some in batches(histories, 500):
        for outcome in log.append_many([Append(history.stream, 0, history.recorded) for history in some]):
            if isinstance(outcome, Conflict):
                raise outcome


def batches(histories: Iterable[History], size: int) -> Iterator[list[History]]:
    """`histories` in lists of at most `size`."""
    remaining = iter(histories)
    while some := list(islice(remaining, size)):
        yield some
