"""The store machine has teeth: stores that are wrong in one way each are found, in the fewest steps."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis.stateful import run_state_machine_as_test

from calltape.adapters.memory import MemoryLog
from calltape.conformance import store_machine
from calltape.core.errors import Conflict
from calltape.core.events import Recorded, Unrecorded
from calltape.core.ports import Append, EventLog

from .shrunk import KEEN, steps_of

pytestmark = pytest.mark.property

Results = tuple[tuple[Recorded, ...] | Conflict, ...]


class Forgetful(MemoryLog):
    """Acknowledges the third event of a stream, and does not keep it."""

    def append_many(self, appends: Sequence[Append]) -> Results:
        results = super().append_many(appends)
        for rows in self._streams.values():
            if len(rows) > 2:
                self._rows.remove(rows.pop())
                self._positions.pop()
        return results


class TwoWinners(MemoryLog):
    """Believes every writer that has seen the stream begin."""

    def append_many(self, appends: Sequence[Append]) -> Results:
        return super().append_many(
            [Append(a.stream, self.version(a.stream) if a.expected else 0, a.events) for a in appends]
        )


class Backwards(MemoryLog):
    """Gives all streams one after the other, whatever came first."""

    def read_all(self, after: int = 0, limit: int | None = None) -> Iterator[Recorded]:
        return iter(sorted(super().read_all(after, limit), key=lambda each: each.stream))


class Stuttering(MemoryLog):
    """Its followers are told of the event at their position once more."""

    def subscribe(self, after: int = 0) -> EventLog:  # type: ignore[override]
        return super().subscribe(max(0, after - 1))  # type: ignore[return-value]


class Shortsighted(MemoryLog):
    """Reads nothing past the second event of a stream where somebody begins there."""

    def read(self, stream: str, after: int = 0) -> Iterator[Recorded]:
        return iter(()) if after == 2 else super().read(stream, after)


@pytest.mark.parametrize(
    ("wrong", "says", "steps_max"),
    [
        (Forgetful, r"the log holds \[.*\] of", 4),
        (TwoWinners, "and a writer at 1 won", 4),
        (Backwards, r"the log holds \[\(2.*\] of", 4),
        (Stuttering, "a follower from 1 was told of", 5),
        (Shortsighted, "after 2 is not what was appended", 4),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else "",
)
def test_a_wrong_log_is_found_in_few_steps(wrong: type[MemoryLog], says: str, steps_max: int) -> None:
    with pytest.raises(AssertionError, match=says) as caught:
        run_state_machine_as_test(store_machine(wrong, patience_s=0), settings=KEEN)
    assert len(steps_of(caught.value)) <= steps_max, steps_of(caught.value)


def test_a_log_that_loses_its_end_when_it_is_closed_is_found() -> None:
    kept: list[tuple[str, Sequence[Unrecorded]]] = []

    class Lossy(MemoryLog):
        def append_many(self, appends: Sequence[Append]) -> Results:
            results = super().append_many(appends)
            kept.extend((a.stream, a.events) for a, r in zip(appends, results, strict=True) if r)
            return results

    def reopen() -> MemoryLog:
        log = MemoryLog()
        for stream, events in kept[:-1]:
            log.append(stream, log.version(stream), events)
        return log

    def make() -> MemoryLog:
        kept.clear()
        return Lossy()

    with pytest.raises(AssertionError, match=r"the log holds \[.*\] of") as caught:
        run_state_machine_as_test(store_machine(make, reopen=reopen, patience_s=0), settings=KEEN)
    assert len(steps_of(caught.value)) <= 3, steps_of(caught.value)
