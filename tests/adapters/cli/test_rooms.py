"""`calltape room`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.example

ALICE, BOB = "8:acs:alice", "8:acs:bob"


def test_a_room_is_made_shown_changed_and_deleted(run: Callable[..., Any], tmp_path: Path) -> None:
    at = ("--store", f"sqlite:///{tmp_path}/new.db", "--json")
    made = run("room", "create", "tea", "--days", "1", "--dial-out", *at).document
    assert (made["state"], made["is_open"], made["is_pstn_dial_out_enabled"]) == ("Created", True, True)
    assert made["participants"] == []
    run("room", "invite", "tea", ALICE, "--role", "Presenter", *at)
    invited = run("room", "invite", "tea", BOB, ALICE, *at).document
    assert invited["participants"] == [{"id": ALICE, "role": "Attendee"}, {"id": BOB, "role": "Attendee"}]
    assert run("room", "show", "tea", *at).document == invited
    left = run("room", "remove", "tea", ALICE, *at).document
    assert left["participants"] == [{"id": BOB, "role": "Attendee"}]
    gone = run("room", "delete", "tea", *at).document
    assert (gone["state"], gone["is_open"], gone["participants"]) == ("Deleted", False, [])


def test_people_are_shown_as_text_too(run: Callable[..., Any], tmp_path: Path) -> None:
    at = ("--store", f"sqlite:///{tmp_path}/new.db")
    assert "tea: open from" in run("room", "create", "tea", *at).out
    assert run("room", "invite", "tea", ALICE, *at).out.splitlines()[1:] == [f"  {ALICE} Attendee"]
    assert run("room", "delete", "tea", *at).out == "tea: deleted\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("create", "tea", "--days", "185"), "open for six months, 184 days, at most"),
        (("create", "tea", "--days", "0"), "0.0 is not in the range"),
        (("create", "tea for two"), "'tea for two' is not a room id"),
        (("show", "tea"), "no store"),
        (("invite", "tea", ALICE), "no store"),
        (("invite", "tea", "alice"), "'alice' is not a participant id"),
        (("invite", "tea"), "Missing argument"),
        (("invite", "tea", ALICE, "--role", "Organizer"), "'Organizer' is not one of"),
    ],
)
def test_what_cannot_be_done_leaves_no_store(
    arguments: tuple[str, ...], words: str, run: Callable[..., Any], tmp_path: Path
) -> None:
    ran = run("room", *arguments, "--store", f"sqlite:///{tmp_path}/new.db")
    assert words in ran.complaint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "tee"), "there is no room tee in"),
        (("remove", "tee", ALICE), "there is no such room"),
        (("create", "tea"), "there is a room of that name already"),
        (("invite", "tea", "8:orgid:bob"), "rooms invite no others"),
    ],
)
def test_what_is_refused_changes_nothing(
    arguments: tuple[str, ...],
    words: str,
    run: Callable[..., Any],
    url: str,
) -> None:
    run("room", "create", "tea", "--store", url)
    before = run("room", "show", "tea", "--store", url).out
    assert words in run("room", *arguments, "--store", url).complaint
    assert run("room", "show", "tea", "--store", url).out == before


def test_a_deleted_room_stays_deleted(run: Callable[..., Any], url: str) -> None:
    run("room", "create", "tea", "--store", url)
    run("room", "delete", "tea", "--store", url)
    for again in ("create", "delete"):
        assert "the room was deleted" in run("room", again, "tea", "--store", url).complaint
