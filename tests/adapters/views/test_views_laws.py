"""Every projection on every store of views: over batches, restarts and interruptions it is the same view."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calltape.adapters.memory import MemoryLog
from calltape.adapters.views import Progress, catch_up, load, rebuild, stored_digest
from calltape.adapters.views.postgres import PostgresViews
from calltape.adapters.views.sqlite import SQLiteViews
from calltape.conformance.projection import logs, whole
from calltape.core import Recorded, Unrecorded
from calltape.projections import CALLS, PROJECTIONS
from calltape.projections.ports import ViewStore

pytestmark = pytest.mark.property

Open = Callable[[], ViewStore]
SOME = settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])


class _Memory(SQLiteViews):
    """Views in memory outlive nobody: whoever opens them again finds the same ones."""

    def close(self) -> None:
        """Only the test lets go of them."""


@pytest.fixture(params=["memory", "sqlite"])
def beside(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same store of views again and again, as programs that come and go do; without a server."""
    if request.param == "sqlite":
        yield lambda: SQLiteViews(tmp_path / "calls.db.views")
        return
    kept = _Memory()
    yield lambda: kept
    SQLiteViews.close(kept)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """The same with a server."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        yield lambda: PostgresViews(url)
    elif request.param == "sqlite":
        yield lambda: SQLiteViews(tmp_path / "calls.db.views")
    else:
        kept = _Memory()
        yield lambda: kept
        SQLiteViews.close(kept)


def log_of(history: Sequence[Recorded]) -> MemoryLog:
    log = MemoryLog()
    for each in history:
        log.append(each.stream, each.version - 1, (Unrecorded(event=each.event, at=each.at),))
    return log


def emptied(opened: Open) -> None:
    """Hypothesis comes back with another log."""
    with closing(opened()) as store:
        for name in PROJECTIONS:
            store.drop(name)
            store.drop(f"{name}~rebuild")


def over_restarts(opened: Open, log: MemoryLog, stops: list[int], batch: int) -> None:
    everything = list(log.read_all())
    for projection in PROJECTIONS.values():
        for until in [*sorted(stops), None]:
            with closing(opened()) as store:
                catch_up(log, projection, store, batch=batch, until=until)
        with closing(opened()) as store:
            assert catch_up(log, projection, store).events == 0, "nothing is taken in twice"
            expected = whole(projection, everything).digest()
            assert stored_digest(store, projection) == expected
            assert load(store, projection).digest() == expected


def interrupted(opened: Open, log: MemoryLog, batch: int) -> None:
    events = len(list(log.read_all()))
    for projection in PROJECTIONS.values():
        with closing(opened()) as store:
            catch_up(log, projection, store)
            before = stored_digest(store, projection)
        with closing(opened()) as store, pytest.raises(KeyboardInterrupt):
            rebuild(log, projection, store, batch=batch, progress=interrupt)
        with closing(opened()) as store:
            assert stored_digest(store, projection) == before, "the live view is as it was"
            done = rebuild(log, projection, store, batch=batch)
            assert (done.is_equal, done.is_swapped, done.digest) == (True, True, before)
            assert done.events == events - batch, "it began where it was"
            assert stored_digest(store, projection) == before
            assert store.head(f"{projection.name}~rebuild") is None


def interrupt(progress: Progress) -> None:
    raise KeyboardInterrupt


@SOME
@given(history=logs(max_size=20), stops=st.lists(st.integers(0, 40), max_size=3), batch=st.integers(1, 9))
def test_in_any_batches_and_over_restarts_it_is_what_one_reading_gives(
    beside: Open, history: tuple[Recorded, ...], stops: list[int], batch: int
) -> None:
    emptied(beside)
    with closing(log_of(history)) as log:
        over_restarts(beside, log, stops, batch)


@SOME
@given(history=logs(max_size=20).filter(lambda each: len(each) > 3), batch=st.integers(1, 3))
def test_a_rebuild_that_is_interrupted_goes_on_proves_equality_and_swaps(
    beside: Open, history: tuple[Recorded, ...], batch: int
) -> None:
    emptied(beside)
    with closing(log_of(history)) as log:
        interrupted(beside, log, batch)


def test_restarts_and_interruptions_on_every_store(opened: Open, log: MemoryLog) -> None:
    """On a server too, where drawn logs would take minutes."""
    emptied(opened)
    over_restarts(opened, log, [3, 4], 2)
    interrupted(opened, log, 2)


@pytest.mark.parametrize("rebuilds", [False, True])
def test_two_versions_of_the_program_on_one_store_are_each_right(
    opened: Open, log: MemoryLog, rebuilds: bool
) -> None:
    """Each throws away the rows of the other and builds its own: dear, and never wrong."""
    emptied(opened)
    older = attrs.evolve(CALLS, schema=CALLS.schema - 1)
    expected = whole(CALLS, list(log.read_all())).digest()
    with closing(opened()) as one, closing(opened()) as other:
        for store, mine, foreign in ((one, CALLS, older), (other, older, CALLS)) * 2:
            assert catch_up(log, mine, store).events == 7, "from the beginning"
            if rebuilds:
                assert rebuild(log, mine, store).is_equal
            assert load(store, mine).digest() == expected
            assert load(store, foreign).rows == {}, "rows of another schema are read by nobody"
