"""The contract of the `EventLog` port, as pytest classes that any adapter's tests may inherit.

An adapter's own test is a class and a fixture::

    class TestMemoryLog(EventLogContract):
        @pytest.fixture
        def log(self) -> Iterator[EventLog]:
            log = MemoryLog()
            yield log
            log.close()

A log that outlives its process inherits `DurableEventLogContract` and also gives `reopen`, which opens the
same log again. Needs the extra ``calltape[testing]``.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calltape.conformance import event_log_material as material
from calltape.conformance.event_log_material import NEWER, follow, newer, noted, settled
from calltape.core.errors import Conflict, UnknownEvent
from calltape.core.events import Event, Recorded, Unrecorded
from calltape.core.identity import RawId
from calltape.core.ports import Append, EventLog
from calltape.core.push import PushExpired
from calltape.core.values import Instant

_fresh = count(1)

Batch = list[tuple[int, int, int]]
"""Appends as numbers: which stream, how far off its version is, how many events."""

_BATCHES = st.lists(
    st.lists(st.tuples(st.integers(0, 2), st.integers(-1, 1), st.integers(0, 3)), max_size=6), max_size=6
)


class EventLogContract:
    """What every `EventLog` does. Override the fixture `log` with an empty log."""

    @pytest.fixture
    def log(self) -> Iterator[EventLog]:
        """An empty log, closed afterwards."""
        raise NotImplementedError("override the fixture `log` with one that gives an empty log")

    def test_starts_empty(self, log: EventLog) -> None:
        """Nothing is in a new log, and an unknown stream is an empty one."""
        assert list(log.read_all()) == []
        assert list(log.read("call-1")) == []
        assert list(log.events("call-1")) == []
        assert log.version("call-1") == 0

    def test_gives_back_what_was_appended(self, log: EventLog) -> None:
        """Events and envelopes come back equal, by whichever way they are read."""
        given = [noted(number) for number in range(4)]
        recorded = log.append("call-1", 0, given)
        assert [item.event for item in recorded] == [item.event for item in given]
        assert [(item.stream, item.version) for item in recorded] == [("call-1", n) for n in (1, 2, 3, 4)]
        for item, source in zip(recorded, given, strict=True):
            assert (item.at, item.command_id) == (source.at, source.command_id)
            assert (item.causation_id, item.correlation_id) == (source.causation_id, source.correlation_id)
        assert tuple(log.read("call-1")) == recorded
        assert tuple(settled(log, 4)) == recorded
        assert list(log.events("call-1")) == [item.event for item in given]
        assert log.version("call-1") == 4

    def test_stale_writer_is_refused(self, log: EventLog) -> None:
        """Who is behind learns where the stream is, and nothing of what it brought is kept."""
        kept = log.append("call-1", 0, [noted(1), noted(2)])
        for expected in (0, 1, 3):
            with pytest.raises(Conflict) as refusal:
                log.append("call-1", expected, [noted(7), noted(8)])
            assert (refusal.value.stream, refusal.value.expected, refusal.value.actual) == (
                "call-1",
                expected,
                2,
            )
        with pytest.raises(Conflict):
            log.append("call-2", 1, [noted(9)])
        assert tuple(log.read("call-1")) == kept
        assert log.version("call-2") == 0
        assert tuple(settled(log, 2)) == kept

    def test_appending_nothing_only_checks_the_version(self, log: EventLog) -> None:
        """An append without events writes nothing, and still conflicts."""
        assert log.append("call-1", 0, []) == ()
        with pytest.raises(Conflict):
            log.append("call-1", 1, [])
        assert log.append_many([]) == ()
        assert list(log.read_all()) == []

    def test_streams_are_apart(self, log: EventLog) -> None:
        """Versions count per stream; similar names are different streams."""
        names = ["call-1", "call-10", "CALL-1", "call-1 ", "media-1-8:acs:r_ü", "call_1", "call-%"]
        for number, name in enumerate(names):
            log.append(name, 0, [noted(number)])
        for number, name in enumerate(names):
            assert [item.event for item in log.read(name)] == [noted(number).event]
            assert log.version(name) == 1

    def test_read_after(self, log: EventLog) -> None:
        """`after` leaves out what the reader has; past the end there is nothing."""
        recorded = log.append("call-1", 0, [noted(number) for number in range(5)])
        for after in range(7):
            assert tuple(log.read("call-1", after)) == recorded[after:]
            assert list(log.events("call-1", after)) == [item.event for item in recorded[after:]]

    def test_long_streams_come_whole(self, log: EventLog) -> None:
        """However an adapter cuts its reading into pieces, none is lost or given twice."""
        size = 2_500
        recorded = log.append("call-1", 0, [noted(number) for number in range(size)])
        assert [item.version for item in recorded] == list(range(1, size + 1))
        assert [item.version for item in log.read("call-1")] == list(range(1, size + 1))
        assert [item.event for item in recorded] == list(log.events("call-1"))
        assert list(log.events("call-1", size - 1)) == [recorded[-1].event]
        assert len(settled(log, size)) == size

    def test_read_all_in_order(self, log: EventLog) -> None:
        """Positions ascend through all streams, in each stream with its versions; `after` and `limit` cut."""
        for version in range(3):
            for name in ("call-b", "call-a", "call-c"):
                log.append(name, version, [noted(version)])
        everything = settled(log, 9)
        positions = [item.position for item in everything]
        assert len(everything) == 9
        assert positions == sorted(set(positions))
        assert all(position > 0 for position in positions)
        for name in ("call-a", "call-b", "call-c"):
            assert [item.version for item in everything if item.stream == name] == [1, 2, 3]
        assert list(log.read_all(positions[3])) == everything[4:]
        assert list(log.read_all(0, 2)) == everything[:2]
        assert list(log.read_all(positions[6], 99)) == everything[7:]
        assert list(log.read_all(limit=0)) == []
        assert list(log.read_all(positions[-1])) == []

    def test_append_many_answers_each_on_its_own(self, log: EventLog) -> None:
        """Some of a batch conflict, the others are recorded, in the order they were given."""
        log.append("call-1", 0, [noted(1)])
        results = log.append_many(
            [
                Append("call-2", 0, [noted(2), noted(3)]),
                Append("call-1", 0, [noted(4)]),
                Append("call-1", 1, [noted(5)]),
                Append("call-3", 7, [noted(6)]),
                Append("call-4", 0, []),
            ]
        )
        assert [isinstance(result, Conflict) for result in results] == [False, True, False, True, False]
        assert _refused(results[1]) == ("call-1", 0, 1)
        assert _refused(results[3]) == ("call-3", 7, 0)
        assert [(item.stream, item.version) for item in settled(log, 4)] == [
            ("call-1", 1),
            ("call-2", 1),
            ("call-2", 2),
            ("call-1", 2),
        ]
        assert tuple(log.read("call-2")) == results[0]
        assert log.version("call-3") == log.version("call-4") == 0

    def test_append_many_to_one_stream(self, log: EventLog) -> None:
        """Later appends of a batch see the earlier ones; two writers in one batch cannot both win."""
        results = log.append_many(
            [
                Append("call-1", 0, [noted(1)]),
                Append("call-1", 0, [noted(2)]),
                Append("call-1", 1, [noted(3), noted(4)]),
                Append("call-1", 2, [noted(5)]),
                Append("call-1", 3, [noted(6)]),
            ]
        )
        assert [isinstance(result, Conflict) for result in results] == [False, True, False, True, False]
        assert _refused(results[1]) == ("call-1", 0, 1)
        assert _refused(results[3]) == ("call-1", 2, 3)
        assert list(log.events("call-1")) == [noted(number).event for number in (1, 3, 4, 6)]

    def test_append_that_fails_leaves_nothing(self, log: EventLog) -> None:
        """All or nothing: when one event of an append cannot be written, none is, and the log goes on."""
        unwritable = PushExpired(user=RawId("8:acs:r_u"), device=object())  # type: ignore[arg-type]
        bad = Unrecorded(event=unwritable, at=Instant(1))
        with pytest.raises(Exception):  # noqa: B017, PT011  # which error is the adapter's business
            log.append("call-1", 0, [noted(1), bad])
        assert log.version("call-1") == 0
        assert list(log.read_all()) == []
        assert log.append("call-1", 0, [noted(2)])[0].version == 1

    @pytest.mark.parametrize("unheard_of", NEWER, ids=["unknown name", "newer shape"])
    def test_newer_events(self, log: EventLog, unheard_of: Event) -> None:
        """Reading a stream says what it does not know; reading everything passes over it."""
        log.append("call-1", 0, [noted(1), newer(unheard_of), noted(2)])
        log.append("call-2", 0, [noted(3)])
        for read in (log.read, log.events):
            with pytest.raises(UnknownEvent) as unknown:
                list(read("call-1"))
            assert (unknown.value.name, unknown.value.version) == (unheard_of.name, unheard_of.shape)
        assert [item.event for item in log.read("call-1", 2)] == [noted(2).event]
        assert [item.event for item in settled(log, 3)] == [noted(number).event for number in (1, 2, 3)]
        assert [item.event for item in log.read_all(0, 2)] == [noted(1).event, noted(2).event]
        assert log.version("call-1") == 3
        assert [item.event for item in follow(log, 0, 3)] == [noted(number).event for number in (1, 2, 3)]

    def test_one_winner_a_version(self, log: EventLog) -> None:
        """Writers race for one stream: every version is recorded once, and only its writer believes so."""
        writers, rounds = 4, 8

        def race(writer: int) -> list[Recorded]:
            won: list[Recorded] = []
            for number in range(rounds):
                try:
                    won += log.append("call-1", log.version("call-1"), [noted(100 * writer + number)])
                except Conflict:
                    continue
            return won

        with ThreadPoolExecutor(writers) as pool:
            won = [item for part in pool.map(race, range(writers)) for item in part]
        assert won, "somebody always wins"
        assert sorted(won, key=lambda item: item.version) == list(log.read("call-1"))
        assert log.version("call-1") == len(won)

    def test_batches_race(self, log: EventLog) -> None:
        """Batches over the same streams in different orders: no deadlock, one winner a version."""
        names = [f"call-{number}" for number in range(6)]
        versions = range(5)

        def race(writer: int) -> list[Recorded]:
            order = names if writer % 2 else names[::-1]
            won: list[Recorded] = []
            for version in versions:
                batch = [Append(name, version, [noted(10 * writer + version)]) for name in order]
                for result in log.append_many(batch):
                    won += () if isinstance(result, Conflict) else result
            return won

        with ThreadPoolExecutor(3) as pool:
            won = [item for part in pool.map(race, range(3)) for item in part]
        everything = settled(log, len(won))
        assert sorted(won, key=lambda item: item.position) == everything
        for name in names:
            mine = [item.version for item in everything if item.stream == name]
            assert mine == list(range(1, len(versions) + 1))

    def test_subscriber_beside_writers(self, log: EventLog) -> None:
        """A follower beside several writers is told of every event once, in the order of positions."""
        writers, each = 3, 15

        def write(writer: int) -> None:
            for number in range(each):
                log.append(f"call-{writer}", number, [noted(number)])

        with ThreadPoolExecutor(writers + 1) as pool:
            follower = pool.submit(follow, log, 0, writers * each)
            for done in [pool.submit(write, writer) for writer in range(writers)]:
                done.result()
            told = follower.result()
        assert told == settled(log, writers * each)
        assert len({item.position for item in told}) == writers * each

    def test_subscription_begins_after_its_position(self, log: EventLog) -> None:
        """A subscriber from a position gets what is past it, old and new, and silence is an empty batch."""
        log.append("call-1", 0, [noted(1), noted(2), noted(3)])
        first = settled(log, 3)[0]
        subscription = log.subscribe(first.position)
        try:
            told: list[Recorded] = []
            until = monotonic() + material.PATIENCE_S
            while len(told) < 2 and monotonic() < until:
                told += subscription.next_batch(0.2)
            assert [item.version for item in told] == [2, 3]
            assert list(subscription.next_batch(0)) == []
            log.append("call-2", 0, [noted(4)])
            while len(told) < 3 and monotonic() < until:
                told += subscription.next_batch(0.2)
            assert told[2:] == list(log.read("call-2"))
        finally:
            subscription.close()
        assert list(subscription.next_batch(5)) == [], "a closed subscription has nothing more"

    def test_closing_ends_the_wait(self, log: EventLog) -> None:
        """Whoever waits for a batch returns when the subscription is closed, long before its time-out."""
        subscription = log.subscribe()
        started = monotonic()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(subscription.next_batch, 10 * material.PATIENCE_S)
            subscription.close()
            assert list(waiting.result()) == []
        subscription.close()
        assert monotonic() - started < material.PATIENCE_S

    def test_claiming_again_is_ours(self, log: EventLog) -> None:
        """Who has the claim may ask for it again, and reads and appends as before."""
        assert log.claim()
        assert log.claim()
        assert log.append("call-1", 0, [noted(1)]) == tuple(log.read("call-1"))

    def test_close_twice(self, log: EventLog) -> None:
        """Closing again is harmless, and ends subscriptions."""
        subscription = log.subscribe()
        log.close()
        log.close()
        assert list(subscription.next_batch(material.PATIENCE_S)) == []

    def test_agrees_with_its_model(self, log: EventLog) -> None:
        """Any batches of good and stale appends leave what a dictionary of lists would hold."""

        @settings(max_examples=25, deadline=None)
        @given(batches=_BATCHES)
        def agrees(batches: list[Batch]) -> None:
            _play(log, batches, example=next(_fresh))  # one log for all examples: each has streams of its own

        agrees()


class DurableEventLogContract(EventLogContract):
    """What a log does that outlives its process. Override `log` and `reopen`."""

    @pytest.fixture
    def reopen(self) -> Callable[[], EventLog]:
        """Opens the log that `log` gave, after it was closed."""
        raise NotImplementedError("override the fixture `reopen` with one that gives a function")

    def test_survives_closing(self, log: EventLog, reopen: Callable[[], EventLog]) -> None:
        """What was appended is there after closing and opening, and versions and positions go on."""
        log.append("call-1", 0, [noted(1), noted(2)])
        log.append("call-2", 0, [noted(3)])
        before = settled(log, 3)
        log.close()
        again = reopen()
        try:
            assert list(again.read_all()) == before
            assert list(again.read("call-1")) == [item for item in before if item.stream == "call-1"]
            with pytest.raises(Conflict):
                again.append("call-1", 0, [noted(4)])
            (last,) = again.append("call-1", 2, [noted(5)])
            assert last.version == 3
            assert last.position > before[-1].position
        finally:
            again.close()

    def test_one_claim(self, log: EventLog, reopen: Callable[[], EventLog]) -> None:
        """The calls of a log have one owner; once it is closed, the next one may be."""
        assert log.claim()
        assert log.claim()
        log.close()
        second = reopen()
        assert second.claim()
        second.close()

    def test_closed_log_says_so(self, log: EventLog) -> None:
        """Using a closed log is an error, not an empty answer."""
        log.append("call-1", 0, [noted(1)])
        log.close()
        with pytest.raises(Exception):  # noqa: B017, PT011  # which error is the adapter's business
            log.append("call-1", 1, [noted(2)])
        with pytest.raises(Exception):  # noqa: B017, PT011  # which error is the adapter's business
            log.version("call-1")


def _refused(result: Sequence[Recorded] | Conflict) -> tuple[str, int, int]:
    assert isinstance(result, Conflict)
    return result.stream, result.expected, result.actual


def _play(log: EventLog, batches: list[Batch], example: int) -> None:
    start = max((item.position for item in log.read_all()), default=0)
    model: dict[str, list[Event]] = {f"call-{example}-{number}": [] for number in range(3)}
    order: list[tuple[str, Event]] = []
    for batch in batches:
        appends, wanted = _plan(model, order, batch, example)
        assert [not isinstance(result, Conflict) for result in log.append_many(appends)] == wanted
    for name, events in model.items():
        assert list(log.events(name)) == events
        assert [(item.version, item.event) for item in log.read(name)] == list(enumerate(events, 1))
        assert log.version(name) == len(events)
    assert [(item.stream, item.event) for item in settled(log, len(order), start)] == order


def _plan(
    model: dict[str, list[Event]], order: list[tuple[str, Event]], batch: Batch, example: int
) -> tuple[list[Append], list[bool]]:
    """The appends of a batch and which of them must succeed; those are put into the model."""
    appends: list[Append] = []
    wanted: list[bool] = []
    for stream, off, size in batch:
        name = f"call-{example}-{stream}"
        length = len(model[name])
        events = [noted(len(order) + number) for number in range(size)]
        appends.append(Append(name, max(0, length + off), events))
        wanted.append(appends[-1].expected == length)
        if wanted[-1]:
            model[name] += [item.event for item in events]
            order += [(name, item.event) for item in events]
    return appends, wanted
