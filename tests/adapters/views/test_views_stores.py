"""What every store of views does, tried on a file, in memory and on a real PostgreSQL server."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from calltape.adapters.views import postgres
from calltape.adapters.views.opening import open_views
from calltape.adapters.views.postgres import PostgresViews
from calltape.adapters.views.sqlite import SQLiteViews
from calltape.core import BadInput, Conflict
from calltape.projections.ports import Head, ViewStore

pytestmark = pytest.mark.contract

FIRST = Head(schema=1, position=10, mark="a")
SECOND = Head(schema=1, position=20, mark="b")
Again = Callable[[], ViewStore]


@pytest.fixture(params=["memory", "file", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def again(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Again:
    """Opens the same views another time; those in memory are other ones each time."""
    if kind == "memory":
        return SQLiteViews
    if kind == "file":
        return lambda: SQLiteViews(tmp_path / "calls.db.views")
    url: str = request.getfixturevalue("postgres_url")
    return lambda: PostgresViews(url)


@pytest.fixture
def store(again: Again) -> Iterator[ViewStore]:
    with closing(again()) as store:
        for name in ("v", "w", "v~rebuild"):
            store.drop(name)
        yield store


def everything(store: ViewStore, name: str, prefix: str = "") -> tuple[Head | None, list[tuple[str, str]]]:
    with store.snapshot(name, prefix) as stored:
        return stored.head, list(stored.rows)


def test_what_is_not_there_is_empty(store: ViewStore) -> None:
    assert store.head("v") is None
    assert store.rows("v", ["a"]) == {}
    assert everything(store, "v") == (None, [])
    store.drop("v")


def test_rows_and_head_are_kept(store: ViewStore) -> None:
    store.save("v", {"b": "[2]", "a": "[1]"}, expected=None, head=FIRST)
    assert store.head("v") == FIRST
    assert store.rows("v", ["a", "c"]) == {"a": "[1]"}
    store.save("v", {"a": "[3]", "c": "[4]"}, expected=FIRST, head=SECOND)
    assert everything(store, "v") == (SECOND, [("a", "[3]"), ("b", "[2]"), ("c", "[4]")])


def test_a_head_moves_without_rows(store: ViewStore) -> None:
    store.save("v", {}, expected=None, head=FIRST)
    assert everything(store, "v") == (FIRST, [])


def test_rows_are_kept_to_the_letter(store: ViewStore) -> None:
    text = '{"z": 1,  "a": "ü\\u0000", "z": 1.0}'
    store.save("v", {"ключ/'%_": text}, expected=None, head=FIRST)
    assert everything(store, "v")[1] == [("ключ/'%_", text)]


def test_rows_come_sorted_by_code_point_and_by_prefix(store: ViewStore) -> None:
    keys = ["b", "B", "a/2", "a/10", "a", "ab", "é", "😀", "a%"]
    store.save("v", dict.fromkeys(keys, "0"), expected=None, head=FIRST)
    assert [key for key, _ in everything(store, "v")[1]] == sorted(keys)
    assert [key for key, _ in everything(store, "v", "a/")[1]] == ["a/10", "a/2"]
    assert [key for key, _ in everything(store, "v", "a%")[1]] == ["a%"]


def test_views_are_apart(store: ViewStore) -> None:
    store.save("v", {"a": "1"}, expected=None, head=FIRST)
    store.save("w", {"a": "2"}, expected=None, head=SECOND)
    store.drop("v")
    assert everything(store, "v") == (None, [])
    assert everything(store, "w") == (SECOND, [("a", "2")])


@pytest.mark.parametrize("expected", [None, SECOND, Head(schema=2, position=10, mark="a")])
def test_who_expects_another_head_writes_nothing(store: ViewStore, expected: Head | None) -> None:
    store.save("v", {"a": "1"}, expected=None, head=FIRST)
    with pytest.raises(Conflict):
        store.save("v", {"a": "9"}, expected=expected, head=SECOND)
    with pytest.raises(Conflict):
        store.swap("w", "v", expected=expected)
    assert everything(store, "v") == (FIRST, [("a", "1")])


def test_a_swap_replaces_all_rows(store: ViewStore) -> None:
    store.save("v", {"a": "1", "gone": "1"}, expected=None, head=FIRST)
    store.save("v~rebuild", {"a": "2"}, expected=None, head=SECOND)
    store.swap("v~rebuild", "v", expected=FIRST)
    assert everything(store, "v") == (SECOND, [("a", "2")])
    assert everything(store, "v~rebuild") == (None, [])
    store.save("v~rebuild", {"b": "3"}, expected=None, head=FIRST)
    store.drop("v")
    store.swap("v~rebuild", "v", expected=None)
    assert everything(store, "v") == (FIRST, [("b", "3")])


def test_of_several_writers_one_wins(store: ViewStore) -> None:
    store.save("v", {"n": "0"}, expected=None, head=FIRST)

    def write(number: int) -> int:
        head = Head(schema=1, position=20 + number, mark=str(number))
        try:
            store.save("v", {"n": str(number)}, expected=FIRST, head=head)
        except Conflict:
            return 0
        return number

    with ThreadPoolExecutor(4) as pool:
        winners = [number for number in pool.map(write, range(1, 9)) if number]
    assert len(winners) == 1
    assert store.rows("v", ["n"]) == {"n": str(winners[0])}


def test_more_keys_than_a_statement_takes_parameters(store: ViewStore) -> None:
    rows = {f"key-{number}": str(number) for number in range(40_000)}
    store.save("v", rows, expected=None, head=FIRST)
    assert store.rows("v", rows) == rows


def test_closing_twice_is_harmless(again: Again) -> None:
    store = again()
    store.close()
    store.close()


# ── what outlives the process ──


@pytest.fixture(params=["file", "postgres"])
def durable(request: pytest.FixtureRequest, tmp_path: Path) -> Again:
    if request.param == "file":
        return lambda: SQLiteViews(tmp_path / "calls.db.views")
    url: str = request.getfixturevalue("postgres_url")
    return lambda: PostgresViews(url)


def test_views_are_there_again(durable: Again) -> None:
    with closing(durable()) as store:
        store.drop("v")
        store.save("v", {"a": "1"}, expected=None, head=FIRST)
    with closing(durable()) as store:
        assert everything(store, "v") == (FIRST, [("a", "1")])


def test_two_processes_write_in_turn_and_a_snapshot_stays_as_it_was(durable: Again) -> None:
    with closing(durable()) as one, closing(durable()) as other:
        one.drop("v")
        one.save("v", {"a": "1", "b": "1"}, expected=None, head=FIRST)
        with other.snapshot("v") as stored:
            one.save("v", {"a": "2", "c": "2"}, expected=FIRST, head=SECOND)
            assert (stored.head, list(stored.rows)) == (FIRST, [("a", "1"), ("b", "1")])
        assert other.head("v") == SECOND
        with pytest.raises(Conflict):
            other.save("v", {"a": "3"}, expected=FIRST, head=SECOND)


def test_head_and_rows_of_a_snapshot_belong_together(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a server, where they are two statements: somebody writes in between."""
    find = getattr(postgres, "_find")  # noqa: B009 - no part of its interface
    with closing(PostgresViews(postgres_url)) as one, closing(PostgresViews(postgres_url)) as other:
        one.drop("v")
        one.save("v", {"a": "1"}, expected=None, head=FIRST)

        def find_slowly(connection: object, name: str) -> object:
            found = find(connection, name)
            monkeypatch.undo()
            one.save("v", {"a": "2"}, expected=FIRST, head=SECOND)
            return found

        monkeypatch.setattr(postgres, "_find", find_slowly)
        assert everything(other, "v") == (FIRST, [("a", "1")])
        assert everything(other, "v") == (SECOND, [("a", "2")])


def test_keys_sort_by_code_point_whatever_the_servers_language(postgres_url: str) -> None:
    PostgresViews(postgres_url).close()
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute(
            "SELECT collation_name FROM information_schema.columns "
            "WHERE table_name = 'calltape_view_rows' AND column_name = 'key'"
        ).fetchall()
    assert found == [("C",)]


# ── opening, and what goes wrong ──


def test_views_lie_beside_their_store(tmp_path: Path, postgres_url: str) -> None:
    with closing(open_views(f"sqlite:///{tmp_path}/calls.db")) as views:
        views.save("v", {}, expected=None, head=FIRST)
    assert [path.name for path in tmp_path.iterdir()] == ["calls.db.views"]
    with closing(open_views(postgres_url)) as views:
        assert isinstance(views, PostgresViews)
    for url in ("memory:", f"{tmp_path}/tape.jsonl"):
        with closing(open_views(url)) as views:
            assert isinstance(views, SQLiteViews)
    assert not list(tmp_path.glob("tape*"))


def test_what_is_no_file_of_views_is_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("not a database, and long enough to be seen as none " * 40)
    with pytest.raises(BadInput, match="cannot be used"):
        SQLiteViews(text)
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    before = (tmp_path / "other.db").read_bytes()
    with pytest.raises(BadInput, match="another program's file"):
        SQLiteViews(tmp_path / "other.db")
    assert (tmp_path / "other.db").read_bytes() == before
    with pytest.raises(BadInput, match="check that the folder can be written"):
        SQLiteViews(tmp_path / "nowhere" / "views")


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(BadInput, match="the views in the PostgreSQL database cannot be used"):
        PostgresViews("postgresql://127.0.0.1:1/nothing")
