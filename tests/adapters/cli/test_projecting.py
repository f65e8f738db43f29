"""`calltape project`."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from calltape.adapters.stores import open_store
from calltape.adapters.views import catch_up, open_views, stored_digest
from calltape.projections import PROJECTIONS, View

pytestmark = pytest.mark.example


@pytest.mark.parametrize("name", PROJECTIONS)
def test_every_projection_is_shown_and_kept(name: str, run: Callable[..., Any], url: str) -> None:
    run("register", "8:acs:bob", "token", "--store", url)
    document = run("project", name, "--store", url, "--json").document
    view = View(PROJECTIONS[name])
    with closing(open_store(url, create=False)) as log:
        view.advance(log.read_all())
    with closing(open_views(url)) as views:
        assert stored_digest(views, PROJECTIONS[name]) == view.digest()
    assert document["name"] == name
    assert (document["position"], document["digest"]) == (34, view.digest())
    assert list(document["view"]) == sorted(view.rows)
    ran = run("project", name, "--store", url)
    assert ran.status == 0
    assert view.digest() in ran.out


def test_the_roster_says_who_is_where(run: Callable[..., Any], url: str) -> None:
    rows = run("project", "roster", "--store", url, "--json").document["view"]
    bob = rows["live"]["participants"]["8:acs:bob"]
    assert (bob["state"], bob["joined_at"]) == ("Connected", "2026-11-22T10:00:19.000000Z")
    shown = run("project", "roster", "--store", url).out
    assert "call live  one-to-one  Connected" in shown
    assert "call one  one-to-one  Disconnected  0/0" in shown


def test_a_view_follows_the_store(run: Callable[..., Any], url: str) -> None:
    assert run("project", "push_ttl", "--store", url, "--json").document["view"] == {}
    run("register", "8:acs:bob", "token", "--ttl", "300", "--store", url)
    user = run("project", "push_ttl", "--store", url, "--json").document["view"]["8:acs:bob"]
    device = user["devices"]["token"]
    assert (device["state"], device["ttl_s"], device["expires_at"][-1]) == ("Registered", 300, "Z")
    assert "token" in run("project", "push_ttl", "--store", url).out


def test_a_rebuild_proves_the_view(run: Callable[..., Any], url: str) -> None:
    first = run("project", "calls", "--store", url, "--rebuild", "--json").document
    assert first["rebuilt"] == {"events": 33, "is_equal": None, "is_swapped": True, "differing": []}
    again = run("project", "calls", "--store", url, "--rebuild", "--json").document
    assert again["rebuilt"]["is_equal"] is True
    assert (
        again["digest"]
        == first["digest"]
        == run("project", "calls", "--store", url, "--json").document["digest"]
    )
    assert "equal to the stored view" in run("project", "calls", "--store", url, "--rebuild").out


def test_a_wrong_view_is_found_and_replaced_on_request(
    run: Callable[..., Any], url: str, tmp_path: Path
) -> None:
    right = run("project", "calls", "--store", url, "--json").document["digest"]
    with closing(sqlite3.connect(tmp_path / "calls.db.views")) as connection:
        statement = "UPDATE view_rows SET data = replace(data, '8:acs:bob', '8:acs:eve') WHERE key = 'live'"
        assert connection.execute(statement).rowcount == 1
        connection.commit()
    ran = run("project", "calls", "--store", url, "--rebuild")
    assert ran.status == 1
    assert "differs from the stored view in live; left it in place" in ran.out
    ran = run("project", "calls", "--store", url, "--rebuild", "--accept-difference", "--json")
    assert ran.status == 0
    assert ran.document["digest"] == right


@pytest.mark.parametrize("name", PROJECTIONS)
def test_one_event_that_cannot_be_read_holds_up_no_other_row(
    name: str, run: Callable[..., Any], url: str, tmp_path: Path
) -> None:
    whole = run("project", name, "--store", url, "--json").document
    (tmp_path / "calls.db.views").unlink()
    with closing(sqlite3.connect(tmp_path / "calls.db")) as connection:
        connection.execute("UPDATE stored_events SET state = 5 WHERE rowid = 7")
        connection.commit()
    ran = run("project", name, "--store", url, "--json")
    assert {key: row for key, row in ran.document["view"].items() if key != "one"} == {
        key: row for key, row in whole["view"].items() if key != "one"
    }
    is_of_calls = "one" in whole["view"]
    assert ran.document["corrupt"] == ({"one": 7} if is_of_calls else {})
    assert ran.status == is_of_calls
    shown = run("project", name, "--store", url)
    assert shown.status == is_of_calls
    assert ("corrupt from event 7; run `calltape check`" in shown.out) is is_of_calls
    assert run("project", name, "--store", url, "--rebuild", "--json").document["rebuilt"]["is_equal"] is True


def test_what_cannot_be_projected_leaves_nothing(
    run: Callable[..., Any], url: str, files: Callable[[], dict[str, bytes]], tmp_path: Path
) -> None:
    before = files()
    absent = f"sqlite:///{tmp_path}/absent.db"
    assert (
        "there are roster, calls, stats, diagnostics, " in run("project", "rooster", "--store", url).complaint
    )
    assert "give both" in run("project", "calls", "--accept-difference", "--store", url).complaint
    assert "there is no store" in run("project", "calls", "--store", absent).complaint
    assert files() == before


def test_a_view_of_a_tape_is_not_kept(run: Callable[..., Any], url: str, tmp_path: Path) -> None:
    tape = tmp_path / "one.jsonl"
    run("tape", "export", "one", "-o", tape, "--store", url)
    assert list(run("project", "roster", "--store", tape, "--json").document["view"]) == ["one"]
    assert not list(tmp_path.glob("*.jsonl.views"))
    with closing(open_store(str(tape), create=False)) as log, closing(open_views(str(tape))) as views:
        assert catch_up(log, PROJECTIONS["roster"], views).events == 20
