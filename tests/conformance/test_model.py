"""The model check: small calls keep every law everywhere; a fault is found by a shortest history."""

from collections.abc import Callable
from typing import Any

import pytest

from calltape.conformance.alphabet import ALICE
from calltape.conformance.laws import LAWS
from calltape.conformance.model import Checked, check_model
from calltape.conformance.models import MODELS, model_named
from calltape.core import (
    CALL,
    BadInput,
    Call,
    CallEnded,
    CallState,
    HoldRequested,
    Instant,
    LegClosed,
    OfferEnded,
    OfferState,
    ParticipantConnected,
    ParticipantHeld,
    ParticipantState,
    ShareStarted,
    Wait,
)
from calltape.core import call as call_rooms
from calltape.core.call import leaving, waiting
from calltape.core.call.state import Asked

pytestmark = pytest.mark.property

SMALL = {"one-to-one", "with-phone"}
Plant = Callable[[pytest.MonkeyPatch], None]
STEPS: Any = vars(call_rooms)["_STEPS"]
PLANS: Any = vars(call_rooms)["_PLANS"]


@pytest.mark.parametrize(
    "name", [each if each in SMALL else pytest.param(each, marks=pytest.mark.slow) for each in MODELS]
)
def test_every_law_holds_everywhere(name: str) -> None:
    told: list[int] = []
    checked = check_model(model_named(name), told.append)
    assert checked.breach is None, checked.breach
    assert told
    assert told[-1] <= checked.states < checked.transitions
    assert checked.ends
    assert checked.depth > 5


def test_a_model_is_known_by_its_name() -> None:
    assert all(model_named(name).name == name for name in MODELS)
    with pytest.raises(BadInput, match="there is no model 'galaxy'; there are one-to-one, "):
        model_named("galaxy")


def test_every_model_tries_every_command_it_names() -> None:
    for each in MODELS.values():
        assert {type(command).__name__ for command in each.alphabet()} == each.tries, each.name


# ── planted faults: each breaks one law, and the shortest history that shows it is known ──


def _redirected(table: dict[Any, Any], source: object, target: object) -> Plant:
    """A row that leads elsewhere."""
    return lambda patch: patch.setitem(table, source, target)


def _dropped(table: dict[Any, Any], source: object) -> Plant:
    return lambda patch: patch.delitem(table, source)


def _not_accepted(state: CallState, command: str) -> Plant:
    """The rows of `state` for `command` are gone."""
    accepted: Any = vars(CALL)["_commands"]
    left = tuple(each for each in accepted[state] if each != command)
    return lambda patch: patch.setitem(accepted, state, left)


def _waits_after_the_end(patch: pytest.MonkeyPatch) -> None:
    def ends_by(call: Call) -> Instant | None:
        return call.ends_by if call.present or call.is_over else None

    patch.setitem(vars(waiting)["_OF_WHOLE"], Wait.DURATION, ends_by)


def _both_win(patch: pytest.MonkeyPatch) -> None:
    to_accepted = {**PLANS[OfferEnded].offer, OfferState.OFFERED: OfferState.ACCEPTED}
    patch.setitem(PLANS, OfferEnded, PLANS[OfferEnded]._replace(offer=to_accepted))


def _rings_on(patch: pytest.MonkeyPatch) -> None:
    def none_end(*_: object, **__: object) -> tuple[()]:
        return ()

    patch.setattr(leaving, "offers_ended", none_end)


def _changed(kind: type, change: Callable[..., None]) -> Plant:
    """What an event changes beside the states is something else."""
    return lambda patch: patch.setitem(STEPS, kind, (*STEPS[kind][:3], change))


def _asks_for_ever(_call: object, participant: Any, _fact: object) -> None:
    participant.asked = Asked.HOLD


def _rewrites(call: Any, participant: Any, _fact: object) -> None:
    call.open_legs -= 1
    participant.teardown_until = None
    participant.end_reason = call.participants[ALICE].end_reason


RING = ("StartCall", "Offer")
UP = (*RING, "Accept", "ReportMediaConnected", "ReportMediaConnected")
PLANTED: dict[str, tuple[str, Plant, tuple[str, ...]]] = {
    "a deadline outlives the call": (
        "no-event-after-the-end",
        _waits_after_the_end,
        ("StartCall", "HangUp", "ReportMediaClosed"),
    ),
    "an offer that ends is taken for an accept": (
        "one-winner-of-an-accept",
        _both_win,
        (*RING, "HangUp"),
    ),
    "nobody comes up while connecting": (
        "every-event-is-legal",
        _dropped(STEPS[ParticipantConnected][0], CallState.CONNECTING),
        (*RING, "Accept", "ReportMediaConnected"),
    ),
    "who holds is seen connected": (
        "rosters-agree",
        _redirected(STEPS[ParticipantHeld][1], ParticipantState.CONNECTED, ParticipantState.CONNECTED),
        (*RING, "Accept", "ReportMediaConnected", "ReportHeld"),
    ),
    "the other side does not see the hold": (
        "hold-never-loses-a-side",
        _redirected(STEPS[ParticipantHeld][2], CallState.CONNECTED, CallState.CONNECTED),
        (*UP, "ReportHeld"),
    ),
    "the hold takes the other side out": (
        "hold-never-loses-a-side",
        _redirected(STEPS[ParticipantHeld][2], CallState.CONNECTED, CallState.DISCONNECTED),
        (*UP, "ReportHeld"),
    ),
    "nobody waits for a hold": (
        "every-wait-has-a-deadline",
        _changed(HoldRequested, _asks_for_ever),
        (*RING, "Accept", "ReportMediaConnected", "Hold"),
    ),
    "endpoints ring for who is gone": (
        "no-offer-outlives-its-participant",
        _rings_on,
        (*RING, "HangUp"),
    ),
    "the first to close gives the reason": (
        "the-first-cause-wins",
        _changed(LegClosed, _rewrites),
        (*RING, "Accept", "HangUp", "ReportMediaClosed"),
    ),
    "nobody hangs up early media": (
        "everyone-can-leave",
        _not_accepted(CallState.EARLY_MEDIA, "HangUp"),
        ("StartCall", "ReportEarlyMedia"),
    ),
    "a leg that is torn down for ever": (
        "no-dead-end",
        _not_accepted(CallState.DISCONNECTING, "Expire"),
        ("StartCall",),  # from there on silence would end the call
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_fault_is_found_by_a_shortest_history(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    law, plant, way = PLANTED[fault]
    plant(monkeypatch)
    found = check_model(model_named("one-to-one"))
    assert _broken(found) == (law, way)
    assert found.breach is not None
    assert found.breach.words
    assert found.breach.steps[-1].events


def _broken(found: Checked) -> tuple[str, tuple[str, ...]] | None:
    if found.breach is None:
        return None
    return found.breach.law.name, tuple(type(each.command).__name__ for each in found.breach.steps)


def test_a_share_that_the_call_forgets_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = PLANS[ShareStarted]

    def started(call: Any, participant: Any, fact: Any) -> None:
        plan.change(call, participant, fact)
        call.sharer = None

    monkeypatch.setitem(PLANS, ShareStarted, plan._replace(change=started))
    assert _broken(check_model(model_named("with-sharing"))) == (
        "one-share-at-a-time",
        (*RING, "Accept", "ReportMediaConnected", "StartShare", "ReportShareStarted"),
    )


def test_every_law_has_a_fault_that_breaks_it() -> None:
    assert {law for law, _, _ in PLANTED.values()} | {"one-share-at-a-time"} == set(LAWS)


def test_the_call_that_a_fault_leaves_open_is_a_dead_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def left_open(_call: object, events: tuple[Any, ...], _cause: object) -> tuple[Any, ...]:
        return tuple(each for each in events if not isinstance(each, CallEnded))

    monkeypatch.setattr(leaving, "with_end", left_open)
    assert _broken(check_model(model_named("one-to-one"))) == ("no-dead-end", ("StartCall",))
