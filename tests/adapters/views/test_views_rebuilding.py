"""Rebuilding beside the live view: equality is proven, or the difference is reported."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager

import pytest

from calltape.adapters.memory import MemoryLog
from calltape.adapters.views import Progress, catch_up, load, rebuild, stored_digest
from calltape.adapters.views.sqlite import SQLiteViews
from calltape.core import EventLog
from calltape.projections import CALLS, CallRecord, View
from calltape.projections.ports import Head, Snapshot, ViewStore

pytestmark = pytest.mark.example

Talk = Callable[[EventLog, str, int], None]
SHADOW = "calls~rebuild"


@pytest.fixture
def store() -> Iterator[SQLiteViews]:
    with closing(SQLiteViews()) as store:
        yield store


def truth(log: EventLog) -> View[CallRecord]:
    view = View(CALLS)
    view.advance(log.read_all())
    return view


def spoil(store: SQLiteViews, **rows: str) -> None:
    head = store.head("calls")
    assert head is not None
    store.save("calls", rows, expected=head, head=head)


def test_equality_is_proven_and_the_views_are_swapped(log: MemoryLog, store: SQLiteViews) -> None:
    catch_up(log, CALLS, store)
    done = rebuild(log, CALLS, store, batch=2)
    assert (done.is_equal, done.is_swapped, done.differing) == (True, True, ())
    assert (done.events, done.position) == (7, 7)
    assert done.digest == truth(log).digest() == stored_digest(store, CALLS)
    assert store.head(SHADOW) is None


def test_a_first_build_has_nothing_to_be_compared_with(log: MemoryLog, store: SQLiteViews) -> None:
    done = rebuild(log, CALLS, store)
    assert (done.is_equal, done.is_swapped) == (None, True)
    assert load(store, CALLS).digest() == truth(log).digest()


def test_an_empty_log(store: SQLiteViews) -> None:
    with closing(MemoryLog()) as empty:
        done = rebuild(empty, CALLS, store)
    assert (done.position, done.events, done.is_equal) == (0, 0, None)


def test_a_live_view_that_lags_is_brought_level_first(log: MemoryLog, store: SQLiteViews) -> None:
    catch_up(log, CALLS, store, until=3)
    done = rebuild(log, CALLS, store)
    assert (done.is_equal, done.position) == (True, 7)


def test_a_difference_is_reported_and_nothing_is_swapped(log: MemoryLog, store: SQLiteViews) -> None:
    catch_up(log, CALLS, store)
    spoil(store, two='{"events": 99}', three='{"events": 1}', a='{"events": 1}')
    done = rebuild(log, CALLS, store)
    assert (done.is_equal, done.is_swapped, done.differing) == (False, False, ("a", "three", "two"))
    assert load(store, CALLS).rows["two"].events == 99
    assert store.head(SHADOW) is None
    accepted = rebuild(log, CALLS, store, accept_difference=True)
    assert (accepted.is_equal, accepted.is_swapped) == (False, True)
    assert load(store, CALLS).digest() == truth(log).digest() == accepted.digest


def test_rows_that_are_written_otherwise_are_still_equal(log: MemoryLog, store: SQLiteViews) -> None:
    catch_up(log, CALLS, store)
    text = store.rows("calls", ["one"])["one"]
    spoil(store, one=text.replace('{"', '{ "'))
    assert rebuild(log, CALLS, store).is_equal


def test_an_interrupted_rebuild_goes_on(log: MemoryLog, store: SQLiteViews) -> None:
    catch_up(log, CALLS, store)

    def interrupt(progress: Progress) -> None:
        if progress.events == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(log, CALLS, store, batch=2, progress=interrupt)
    assert load(store, CALLS).digest() == truth(log).digest(), "the live view is as it was"
    told: list[Progress] = []
    done = rebuild(log, CALLS, store, batch=2, progress=told.append)
    assert done.events == 3
    assert [each.position for each in told] == [6, 7]
    assert done.is_equal


class Overtaken(SQLiteViews):
    """Somebody moves the live view on at the worst moment: before it is compared, or before it is swapped."""

    def __init__(self, when: str, meanwhile: Callable[[ViewStore], None]) -> None:
        super().__init__()
        self.when = when
        self.meanwhile = meanwhile

    @contextmanager
    def snapshot(self, name: str, prefix: str = "") -> Generator[Snapshot]:
        self._now("snapshot")
        with super().snapshot(name, prefix) as stored:
            yield stored

    def swap(self, source: str, target: str, *, expected: Head | None) -> None:
        self._now("swap")
        super().swap(source, target, expected=expected)

    def _now(self, moment: str) -> None:
        if moment == self.when:
            self.when = ""
            self.meanwhile(self)


@pytest.mark.parametrize("when", ["snapshot", "swap"])
def test_calls_go_on_while_a_view_is_rebuilt(log: MemoryLog, talk: Talk, when: str) -> None:
    def meanwhile(store: ViewStore) -> None:
        talk(log, "two", 2)
        catch_up(log, CALLS, store)

    with closing(Overtaken(when, meanwhile)) as store:
        catch_up(log, CALLS, store)
        done = rebuild(log, CALLS, store)
        assert (done.is_equal, done.is_swapped, done.position) == (True, True, 9)
        assert load(store, CALLS).digest() == truth(log).digest()
        assert not store.when
