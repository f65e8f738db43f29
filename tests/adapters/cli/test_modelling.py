"""`calltape model`."""

from collections.abc import Callable
from typing import Any

import pytest

from calltape.conformance.models import MODELS, Model
from calltape.core import CallState, ParticipantConnected
from calltape.core import call as call_rooms

pytestmark = pytest.mark.example

STEPS: Any = vars(call_rooms)["_STEPS"]
PHONE: dict[str, Model] = {"with-phone": MODELS["with-phone"]}


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody comes up while connecting."""
    monkeypatch.delitem(STEPS[ParticipantConnected][0], CallState.CONNECTING)


def test_one_model(run: Callable[..., Any]) -> None:
    ran = run("model", "with-phone", "--json")
    assert ran.status == 0
    assert ran.document["ok"] is True
    (found,) = ran.document["models"]
    assert found.keys() == {"name", "states", "transitions", "ends", "depth", "seconds", "breach"}
    assert (found["name"], found["breach"]) == ("with-phone", None)
    assert 0 < found["ends"] < found["states"] < found["transitions"]


def test_without_a_name_all_of_them(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calltape.conformance.models.MODELS", PHONE)
    ran = run("model")
    assert ran.status == 0
    heading, row = ran.out.splitlines()
    assert heading.split() == ["model", "states", "transitions", "ends", "depth", "seconds"]
    assert row.startswith("with-phone ")
    assert row.rstrip().endswith("every law holds")


@pytest.mark.usefixtures("broken")
def test_a_broken_law_is_shown_with_the_shortest_history(run: Callable[..., Any]) -> None:
    ran = run("model", "one-to-one")
    assert ran.status == 1
    assert "every-event-is-legal is broken" in ran.out
    shown = [line.split() for line in ran.out.splitlines() if line[:1].isdigit()]
    assert [words[1] for words in shown] == ["StartCall", "Offer", "Accept", "ReportMediaConnected"]
    assert shown[-1][-1] == "participant.connected"
    assert "call in Connecting met participant.connected" in ran.out


@pytest.mark.usefixtures("broken")
def test_a_broken_law_as_json(run: Callable[..., Any]) -> None:
    ran = run("model", "one-to-one", "--json")
    assert (ran.status, ran.document["ok"]) == (1, False)
    breach = ran.document["models"][0]["breach"]
    assert breach["law"] == "every-event-is-legal"
    assert "met participant.connected" in breach["words"]
    first = breach["steps"][0]
    assert first["command"]["name"] == "StartCall"
    assert [event["name"] for event in first["events"]] == [
        *("call.started", "participant.joined", "participant.invited")
    ]


def test_an_unknown_model_is_a_sentence(run: Callable[..., Any]) -> None:
    said = run("model", "galaxy").complaint
    assert "there is no model 'galaxy'; there are one-to-one, with-phone" in said
