"""Stored views follow their log, and never another one."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import pytest

from calltape.adapters.memory import MemoryLog
from calltape.adapters.stores import open_store
from calltape.adapters.views import KeptView, Progress, catch_up, load, open_views, stored_digest
from calltape.adapters.views.sqlite import SQLiteViews
from calltape.core import BadInput, EventLog, Recorded
from calltape.projections import CALLS, PROJECTIONS, ROSTER, CallRecord, Projection, View
from calltape.projections.ports import Head

pytestmark = pytest.mark.example

Talk = Callable[[EventLog, str, int], None]


@pytest.fixture
def store() -> Iterator[SQLiteViews]:
    with closing(SQLiteViews()) as store:
        yield store


def from_the_start(log: EventLog, projection: Projection[Any]) -> View[Any]:
    view = View(projection)
    view.advance(log.read_all())
    return view


@pytest.mark.parametrize("projection", PROJECTIONS.values(), ids=PROJECTIONS.keys())
@pytest.mark.parametrize("batch", [1, 3, 100])
def test_catching_up_equals_folding(
    log: MemoryLog, store: SQLiteViews, talk: Talk, projection: Projection[Any], batch: int
) -> None:
    catch_up(log, projection, store, batch=batch)
    talk(log, "one", 2)
    talk(log, "three", 1)
    last = catch_up(log, projection, store, batch=batch)
    assert (last.position, last.events) == (11, 4)
    expected = from_the_start(log, projection)
    found = load(store, projection)
    assert (found.rows, found.position) == (expected.rows, 11)
    assert found.digest() == expected.digest() == stored_digest(store, projection)


def test_progress_is_told_after_each_batch(log: MemoryLog, store: SQLiteViews) -> None:
    told: list[Progress] = []
    catch_up(log, CALLS, store, batch=3, progress=told.append)
    assert [(each.name, each.events, each.position) for each in told] == [
        ("calls", 3, 3),
        ("calls", 6, 6),
        ("calls", 7, 7),
    ]
    assert catch_up(log, CALLS, store) == Progress(name="calls", events=0, position=7)


def test_no_further_than_asked(log: MemoryLog, store: SQLiteViews) -> None:
    assert catch_up(log, CALLS, store, batch=4, until=5).position == 5
    assert load(store, CALLS).rows["two"].events == 1


class Watched(SQLiteViews):
    """Notes which rows are read and written."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[set[str]] = []
        self.saved: list[set[str]] = []

    def rows(self, name: str, keys: Collection[str]) -> Mapping[str, str]:
        self.asked.append(set(keys))
        return super().rows(name, keys)

    def save(self, name: str, rows: Mapping[str, str], *, expected: Head | None, head: Head) -> None:
        self.saved.append(set(rows))
        super().save(name, rows, expected=expected, head=head)


def test_only_the_rows_of_the_batch_are_read_and_written(log: MemoryLog, talk: Talk) -> None:
    with closing(Watched()) as watched:
        catch_up(log, CALLS, watched)
        assert (watched.asked, watched.saved) == ([], [{"one", "two"}])
        talk(log, "two", 1)
        catch_up(log, CALLS, watched)
        assert (watched.asked, watched.saved[1:]) == ([{"two"}], [{"two"}])


def test_rows_that_were_let_go_are_read_again(log: MemoryLog, store: SQLiteViews, talk: Talk) -> None:
    kept = KeptView(log, CALLS, store, rows_kept=0)
    while kept.step(batch=1):
        pass
    assert load(store, CALLS).rows == from_the_start(log, CALLS).rows


def test_a_call_is_found_by_prefix(log: MemoryLog, store: SQLiteViews) -> None:
    catch_up(log, CALLS, store)
    assert set(load(store, CALLS, prefix="tw").rows) == {"two"}


def test_two_who_move_the_same_view_do_not_harm_it(log: MemoryLog, store: SQLiteViews, talk: Talk) -> None:
    one, other = KeptView(log, ROSTER, store), KeptView(log, ROSTER, store)
    assert one.step(batch=3) == 3
    assert other.step(batch=2) == 2, "it was overtaken, and goes on from there"
    talk(log, "one", 5)
    for kept in (one, other, one, other, one, other):
        kept.step(batch=2)
    while one.step(batch=2):
        pass
    assert other.step() == 0
    assert load(store, ROSTER).digest() == from_the_start(log, ROSTER).digest()


def test_rows_of_another_schema_are_thrown_away(log: MemoryLog, store: SQLiteViews) -> None:
    catch_up(log, attrs.evolve(CALLS, schema=0), store)
    head = store.head("calls")
    assert head is not None
    store.save("calls", {"one": '{"no": "row"}'}, expected=head, head=head)
    assert load(store, CALLS).rows == {}, "nobody reads them"
    assert catch_up(log, CALLS, store).events == 7
    assert load(store, CALLS).rows == from_the_start(log, CALLS).rows


@pytest.mark.parametrize("calls", [1, 9])
def test_a_view_is_never_continued_on_another_log(
    log: MemoryLog, store: SQLiteViews, talk: Talk, calls: int
) -> None:
    """The store was deleted and made anew, with fewer or more events than the view has seen."""
    catch_up(log, CALLS, store)
    with closing(MemoryLog()) as other:
        for number in range(calls):
            talk(other, f"new-{number}", 2)
        assert catch_up(other, CALLS, store).events == 3 * calls
        assert load(store, CALLS).rows == from_the_start(other, CALLS).rows


def test_a_log_that_is_empty_now_empties_the_view(log: MemoryLog, store: SQLiteViews) -> None:
    catch_up(log, CALLS, store)
    with closing(MemoryLog()) as other:
        assert catch_up(other, CALLS, store) == Progress(name="calls", events=0, position=0)
    assert store.head("calls") is None


def test_a_batch_that_fails_is_taken_again(
    log: MemoryLog, store: SQLiteViews, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KeptView(log, CALLS, store)
    with monkeypatch.context() as broken:

        def full(*_: object, **__: object) -> None:
            raise BadInput("the disk is full")

        broken.setattr(store, "save", full)
        with pytest.raises(BadInput):
            kept.step()
    assert kept.step() == 7
    assert load(store, CALLS).rows == from_the_start(log, CALLS).rows


def test_a_stored_row_that_is_damaged_is_one_sentence(log: MemoryLog, store: SQLiteViews) -> None:
    catch_up(log, CALLS, store)
    head = store.head("calls")
    assert head is not None
    store.save("calls", {"one": '{"events": "many"}'}, expected=head, head=head)
    with pytest.raises(
        BadInput, match=r"a stored row of the view calls cannot be read: .*; rebuild the view"
    ):
        load(store, CALLS)


def test_real_stores(tmp_path: Path, postgres_url: str, talk: Talk) -> None:
    """The same digest from a file and from a server, whose positions are far apart."""
    digests: set[str] = set()
    for url in (f"sqlite:///{tmp_path}/calls.db", postgres_url):
        with closing(open_store(url, create=True)) as log, closing(open_views(url)) as views:
            talk(log, "one", 4)
            catch_up(log, ROSTER, views, batch=2)
            talk(log, "one", 3)
            talk(log, "two", 3)
            catch_up(log, ROSTER, views, batch=2)
            assert load(views, ROSTER).rows == from_the_start(log, ROSTER).rows
            digests.add(stored_digest(views, ROSTER))
    assert len(digests) == 1


def test_unknown_projections_of_others_are_kept_too(log: MemoryLog, store: SQLiteViews) -> None:
    """Somebody else's projection, under a name of its own."""

    def fold(row: CallRecord, recorded: Recorded) -> CallRecord:
        row.events += 1
        return row

    theirs = attrs.evolve(CALLS, name="theirs", fold=fold)
    catch_up(log, theirs, store, batch=2)
    assert {key: row.events for key, row in load(store, theirs).rows.items()} == {"one": 4, "two": 3}
