"""The kit's laws: held along walks, and every one of them broken by something."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import given

from calltape.conformance.alphabet import ALICE, BOB, NAMELESS, START, endpoints, joined, placed, take
from calltape.conformance.law_questions import alive_after_the_end
from calltape.conformance.laws import LAWS, first_breach, law
from calltape.conformance.log_strategies import recorded_histories
from calltape.conformance.strategies import histories
from calltape.core import (
    REGISTRY,
    Accept,
    BadInput,
    Call,
    CallAccepted,
    CallState,
    Command,
    Event,
    HangUp,
    Offer,
    OfferEnded,
    OfferState,
    ParticipantDropped,
    ParticipantHeld,
    ParticipantState,
    Recorded,
    ReportMediaClosed,
    ReportMediaConnected,
    ReportMediaLost,
    Source,
    deadlines,
    evolve,
    raw_id,
    replay,
)

pytestmark = pytest.mark.property

_START = placed(BOB)
DESK, MOBILE = endpoints(BOB)
RINGING: tuple[Command, ...] = (
    _START,
    Offer(id=NAMELESS, at=START, participant=BOB, endpoint=DESK),
    Offer(id=NAMELESS, at=START, participant=BOB, endpoint=MOBILE),
)
UP: tuple[Command, ...] = (
    *RINGING,
    Accept(id=NAMELESS, at=START, participant=BOB, endpoint=DESK),
    ReportMediaConnected(id=NAMELESS, at=START, participant=ALICE),
    ReportMediaConnected(id=NAMELESS, at=START, participant=BOB),
)
OVER: tuple[Command, ...] = (
    *UP,
    HangUp(id=NAMELESS, at=START, participant=ALICE),
    ReportMediaClosed(id=NAMELESS, at=START, participant=ALICE),
    ReportMediaClosed(id=NAMELESS, at=START, participant=BOB),
)
GONE = REGISTRY.named("local_hang_up", source=Source.LOCAL)


def told(commands: tuple[Command, ...]) -> tuple[Event, ...]:
    """The events of a call in which `commands` are given."""
    call, events = Call(), list[Event]()
    for command in commands:
        step = take(call, command)
        assert step.refusal is None, step.refusal
        replay(step.events, call)
        events += step.events
    return tuple(events)


@given(recorded_histories(calls=1))
def test_no_recorded_history_breaks_a_law(log: tuple[Recorded, ...]) -> None:
    found = first_breach(log)
    assert found is None, found


@given(histories(max_size=40))
def test_nor_do_events_without_envelopes(history: tuple[Event, ...]) -> None:
    found = first_breach(history)
    assert found is None, found


def test_a_law_is_known_by_its_name() -> None:
    assert all(law(name).name == name for name in LAWS)
    with pytest.raises(BadInput, match=r"no law 'gravity'; there are no-event-after-the-end, "):
        law("gravity")


# ── every law can be broken: by an event where it does not belong, or by a call as no event leaves it ──

_HELD = ParticipantHeld(participant=BOB)
_ENDED = OfferEnded(participant=BOB, endpoint=DESK, reason=GONE)
ILLEGAL: dict[str, tuple[tuple[Command, ...], Event]] = {
    "no-event-after-the-end": (OVER, _HELD),
    "one-winner-of-an-accept": (UP, CallAccepted(participant=BOB, endpoint=MOBILE, is_first=False)),
    "every-event-is-legal": (RINGING, _HELD),
}


@pytest.mark.parametrize("name", ILLEGAL)
def test_an_event_that_is_not_taken_in_breaks_its_law(name: str) -> None:
    commands, event = ILLEGAL[name]
    history = (*told(commands), event, _HELD)
    found = first_breach(history)
    assert found is not None
    assert (found.law.name, found.number, found.event) == (name, len(history) - 1, event)
    assert first_breach(history, [law(name)]) == found
    assert first_breach(history, [law("no-dead-end")]) is None  # it minds no illegal event


def test_who_is_not_the_first_to_answer_may_not_say_so() -> None:
    history = told(UP)
    (accepted,) = (each for each in history if isinstance(each, CallAccepted))
    lie: Any = attrs.evolve(accepted, is_first=False)
    found = first_breach([lie if each is accepted else each for each in history])
    assert found is not None
    assert found.law.name == "one-winner-of-an-accept"
    assert found.event is lie


def _over_and_waiting(call: Call) -> None:
    call.participants[BOB].teardown_until = START


def _accepted_twice(call: Call) -> None:
    call.participants[BOB].offers[MOBILE] = OfferState.ACCEPTED


def _accepted_elsewhere(call: Call) -> None:
    call.participants[BOB].endpoint = MOBILE


def _seen_wrongly(call: Call) -> None:
    call.participants[BOB].state = ParticipantState.HOLD


def _counted_wrongly(call: Call) -> None:
    call.present = 3


def _out_without_reason(call: Call) -> None:
    call.participants[BOB].end_reason = GONE


def _talking_to_another(call: Call) -> None:
    call.participants[BOB].other = BOB


def _held_by_nobody(call: Call) -> None:
    call.participants[ALICE].call_state = CallState.REMOTE_HOLD


def _waiting_for_ever(call: Call) -> None:
    call.ends_by = None


def _waiting_for_nothing(call: Call) -> None:
    call.participants[BOB].modality_until = START


def _ringing_on(call: Call) -> None:
    call.participants[BOB].offers[MOBILE] = OfferState.OFFERED


def _sharing_unknown(call: Call) -> None:
    call.sharer = BOB


BROKEN: tuple[tuple[str, tuple[Command, ...], Callable[[Call], None]], ...] = (
    ("no-event-after-the-end", OVER, _over_and_waiting),
    ("one-winner-of-an-accept", UP, _accepted_twice),
    ("one-winner-of-an-accept", UP, _accepted_elsewhere),
    ("rosters-agree", UP, _seen_wrongly),
    ("rosters-agree", UP, _counted_wrongly),
    ("rosters-agree", UP, _out_without_reason),
    ("rosters-agree", UP, _talking_to_another),
    ("hold-never-loses-a-side", UP, _held_by_nobody),
    ("every-wait-has-a-deadline", UP, _waiting_for_ever),
    ("every-wait-has-a-deadline", UP, _waiting_for_nothing),
    ("no-offer-outlives-its-participant", OVER, _ringing_on),
    ("one-share-at-a-time", UP, _sharing_unknown),
    ("no-dead-end", UP, _waiting_for_ever),
)


@pytest.mark.parametrize(("name", "commands", "spoil"), BROKEN)
def test_a_call_that_is_no_call_breaks_its_law(
    name: str, commands: tuple[Command, ...], spoil: Callable[[Call], None]
) -> None:
    call = replay(told(commands))
    asked = law(name)
    assert asked.of_place(call, is_last=True) is None
    spoil(call)
    assert asked.of_place(call, is_last=True)


def test_what_is_accepted_after_the_end_is_said() -> None:
    call = replay(told(UP))
    call.is_over, call.ends_by = True, None
    call.participants.clear()
    assert alive_after_the_end(call) is None
    call.participants[ALICE] = replay(told((_START,))).participants[ALICE]
    assert alive_after_the_end(call) == "the call is over and waits for establish"


def test_who_cannot_hang_up_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = law("everyone-can-leave")
    up, ringing = replay(told(UP)), replay(told(RINGING))
    assert asked.of_place(up, is_last=True) is None

    def shut(_call: Call, _command: Command) -> str:
        return "the door is shut"

    monkeypatch.setattr("calltape.conformance.law_questions._stays", shut)
    assert asked.of_place(up, is_last=True) == (
        f"HangUp does not take {ALICE} out of Connected: the door is shut"
    )
    assert "does not take" in str(asked.of_place(ringing, is_last=True))


def test_a_large_call_has_no_dead_end_because_it_is_large() -> None:
    entered: Any = joined()
    people = [raw_id(f"8:acs:test_{number}") for number in range(120)]
    call = replay(told((entered, *(attrs.evolve(entered, participant=each) for each in people))))
    assert len(deadlines(call)) > len(people)
    assert law("no-dead-end").of_place(call, is_last=True) is None


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("hold-never-loses-a-side", _HELD),
        ("the-first-cause-wins", ParticipantDropped(participant=BOB, reason=GONE)),
    ],
)
def test_a_step_that_changes_more_than_it_may_breaks_its_law(name: str, event: Event) -> None:
    before = replay(told(OVER if name == "the-first-cause-wins" else UP))
    after = before.copy()
    after.participants[BOB].end_reason = REGISTRY.named("removed", source=Source.REMOTE)
    assert law(name).of_step(before, event, after)
    assert law(name).of_step(before, event, before) is None


def test_lost_media_without_a_deadline_breaks_its_law() -> None:
    up = replay(told(UP))
    (lost,) = take(up, ReportMediaLost(id=NAMELESS, at=START, participant=BOB)).events
    asked = law("every-wait-has-a-deadline")
    assert asked.of_step(up, lost, up) == f"media.lost leaves {BOB} without a deadline to be back"
    assert asked.of_step(up, lost, evolve(up.copy(), lost)) is None
