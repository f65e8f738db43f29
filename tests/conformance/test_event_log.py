"""The published contract has teeth: logs that are wrong in one way each fail it."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

import pytest

from calltape.adapters.following import Follower
from calltape.adapters.memory import MemoryLog
from calltape.adapters.rows import Row
from calltape.conformance.event_log import DurableEventLogContract, EventLogContract
from calltape.conformance.event_log_material import NEWER
from calltape.core.errors import Conflict
from calltape.core.events import Event, Recorded
from calltape.core.ports import Append, EventLog

pytestmark = pytest.mark.contract

Results = tuple[tuple[Recorded, ...] | Conflict, ...]


class Forgetful(MemoryLog):
    """Acknowledges what it does not keep."""

    def _keep(self, rows: object) -> None:
        """Nothing."""


class Careless(MemoryLog):
    """Believes every writer."""

    def append_many(self, appends: Sequence[Append]) -> Results:
        return super().append_many([Append(a.stream, self.version(a.stream), a.events) for a in appends])


class AllOrNone(MemoryLog):
    """One conflict spoils the batch."""

    def append_many(self, appends: Sequence[Append]) -> Results:
        for append in appends:
            if self.version(append.stream) != append.expected:
                return tuple(Conflict(a.stream, a.expected, self.version(a.stream)) for a in appends)
        return super().append_many(appends)


class Half(MemoryLog):
    """Keeps the first events of an append that fails."""

    def append_many(self, appends: Sequence[Append]) -> Results:
        results: list[tuple[Recorded, ...] | Conflict] = []
        for append in appends:
            recorded: tuple[Recorded, ...] = ()
            result: tuple[Recorded, ...] | Conflict = ()
            for number, unrecorded in enumerate(append.events or ()):
                (result,) = super().append_many(
                    [Append(append.stream, append.expected + number, [unrecorded])]
                )
                if isinstance(result, Conflict):
                    break
                recorded += result
            else:
                if not append.events:
                    (result,) = super().append_many([append])
            results.append(result if isinstance(result, Conflict) else recorded)
        return tuple(results)


class Inclusive(MemoryLog):
    """Gives the event at `after` once more."""

    def read(self, stream: str, after: int = 0) -> Iterator[Recorded]:
        return super().read(stream, max(0, after - 1))


class Unlimited(MemoryLog):
    """Does not mind the limit."""

    def read_all(self, after: int = 0, limit: int | None = None) -> Iterator[Recorded]:
        return super().read_all(after)


class Jumbled(MemoryLog):
    """Gives a stream's events newest first."""

    def events(self, stream: str, after: int = 0) -> Iterator[Event]:
        return iter(list(super().events(stream, after))[::-1])


class Anonymous(MemoryLog):
    """Loses the envelope's ids."""

    def _write(self, rows: Sequence[Row]) -> None:
        rows_to_spoil = rows
        assert isinstance(rows_to_spoil, list)
        rows_to_spoil[:] = [row._replace(command_id=None) for row in rows]


class Deaf(MemoryLog):
    """Its followers are told of nothing."""

    def subscribe(self, after: int = 0) -> "Deaf":  # type: ignore[override]
        return self

    def next_batch(self, timeout_s: float) -> Sequence[Recorded]:
        return ()


class Grudging(MemoryLog):
    """Gives a claim once."""

    def __init__(self) -> None:
        super().__init__()
        self._is_given = False

    def claim(self) -> bool:
        was_given, self._is_given = self._is_given, True
        return not was_given


WRONG: list[Callable[[], EventLog]] = [
    Grudging,
    Forgetful,
    Careless,
    AllOrNone,
    Half,
    Inclusive,
    Unlimited,
    Jumbled,
    Anonymous,
]


def failures(make: Callable[[], EventLog]) -> Iterator[str]:
    """The names of the contract's tests that a log does not pass."""
    suite = EventLogContract()
    for name, test in inspect.getmembers(suite, inspect.ismethod):
        if not name.startswith("test_") or "subscri" in name:
            continue
        log = make()
        extra = (NEWER[0],) if name == "test_newer_events" else ()
        try:
            test(log, *extra)
        except (Exception, pytest.fail.Exception):  # any failure counts; pytest's own is no Exception
            yield name
        finally:
            log.close()


def test_the_reference_passes() -> None:
    assert list(failures(MemoryLog)) == []


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_logs_fail(wrong: Callable[[], EventLog], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calltape.conformance.event_log_material.PATIENCE_S", 0.2)
    assert next(failures(wrong), None) is not None


def test_a_deaf_subscription_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calltape.conformance.event_log_material.PATIENCE_S", 0.2)
    with pytest.raises(AssertionError):
        EventLogContract().test_subscription_begins_after_its_position(Deaf())


# ── subscriptions ──


class Lingering(Follower):
    """Does not notice that it is closed."""

    def close(self) -> None:
        return


class Repeating(Follower):
    """Gives everything again."""

    def next_batch(self, timeout_s: float) -> Sequence[Recorded]:
        self._after = 0
        return super().next_batch(timeout_s)


class Impatient(Follower):
    """Tells of what is there, and waits for nothing."""

    def next_batch(self, timeout_s: float) -> Sequence[Recorded]:
        return super().next_batch(0) if self._after == 0 else ()


def told_by(kind: type[Follower]) -> MemoryLog:
    class Log(MemoryLog):
        def subscribe(self, after: int = 0) -> Follower:
            return kind(self.read_all, self._bell, after, self.poll_s)

    return Log()


@pytest.mark.parametrize(
    ("kind", "test"),
    [
        (Lingering, "test_closing_ends_the_wait"),
        (Repeating, "test_subscription_begins_after_its_position"),
        (Impatient, "test_subscription_begins_after_its_position"),
    ],
)
def test_a_wrong_subscription_is_found(
    kind: type[Follower], test: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calltape.conformance.event_log_material.PATIENCE_S", 0.2)
    log = told_by(kind)
    with pytest.raises(AssertionError):
        getattr(EventLogContract(), test)(log)
    log.close()


# ── logs that outlive their process ──


class Kept(MemoryLog):
    """What a durable log would be, within one process; its copies share what they hold."""

    owners: ClassVar[set[str]] = set()

    def __init__(self, held: "Kept | None" = None) -> None:
        super().__init__()
        if held is not None:
            self._rows, self._positions, self._streams = held._rows, held._positions, held._streams


class Elsewhere(Kept):
    """Opens something else."""

    def __init__(self, held: Kept | None = None) -> None:
        super().__init__()


class Shortened(Kept):
    """Loses the last event."""

    def close(self) -> None:
        del self._rows[-1:], self._positions[-1:]
        for rows in self._streams.values():
            del rows[-1:]
        super().close()


class Possessive(Kept):
    """Never gives up its claim."""

    def claim(self) -> bool:
        is_free = self.__class__.owners <= {str(id(self))}
        self.__class__.owners.add(str(id(self)))
        return is_free


class Undead(Kept):
    """Answers after it was closed."""

    def close(self) -> None:
        return


def durable_failures(kind: type[Kept]) -> set[str]:
    found: set[str] = set()
    Kept.owners.clear()
    for name in ("test_survives_closing", "test_one_claim", "test_closed_log_says_so"):
        log = kind()
        again: dict[str, Callable[[], EventLog]] = {"reopen": lambda log=log: kind(log)}  # type: ignore[misc]
        test = getattr(DurableEventLogContract(), name)
        try:
            test(log, **{key: again[key] for key in inspect.signature(test).parameters if key in again})
        except (Exception, pytest.fail.Exception):
            found.add(name)
    return found


@pytest.mark.parametrize(
    ("kind", "caught_by"),
    [
        (Kept, set[str]()),
        (Elsewhere, {"test_survives_closing"}),
        (Shortened, {"test_survives_closing"}),
        (Possessive, {"test_one_claim"}),
        (Undead, {"test_closed_log_says_so"}),
    ],
)
def test_what_does_not_last_is_found(kind: type[Kept], caught_by: set[str]) -> None:
    assert durable_failures(kind) == caught_by
