"""The laws that the lifecycle files state, each under the name that its file gives.

Held twice where a law is about single places: in every place that small calls can get to, and along walks.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.conformance.exploring import Place
from calltape.conformance.law_questions import hold_is_one_sided
from calltape.conformance.strategies import Step, every_command, histories, take, walks
from calltape.conformance.table_laws import OWN_WAYS_OUT, STAGES, table_faults
from calltape.conformance.waits import expected_waits
from calltape.core import (
    CALL,
    INCOMING_CALL,
    LIFECYCLES,
    PARTICIPANT,
    Call,
    CallEnded,
    CallKind,
    CallState,
    Event,
    Lifecycle,
    MediaLost,
    MediaRestored,
    OfferState,
    Participant,
    ParticipantDropped,
    ParticipantLeft,
    ParticipantState,
    RawId,
    Wait,
    deadlines,
    evolve,
)
from calltape.core.lifecycle import WHOSE

pytestmark = pytest.mark.property

OVER = {CallState.DISCONNECTING, CallState.DISCONNECTED}


def along(history: tuple[Event, ...]) -> Iterator[Call]:
    """The call after each event; one object, so look before the next."""
    call = Call()
    for event in history:
        yield evolve(call, event)


# ── the tables alone ──


@pytest.mark.parametrize("name", LIFECYCLES)
def test_nothing_follows_a_final_state(name: str) -> None:
    life: Lifecycle[Any] = LIFECYCLES[name]
    for final in life.final:
        assert life.accepted(final) == ()
        assert life.legal(final) == ()
        for whose in WHOSE:
            for event in life.legal(final, whose):
                assert life.after(final, event, whose) == final


def test_every_live_state_can_end() -> None:
    # What its own participant does, and what silence does; nothing that needs anybody else.
    for state in set(CALL.states) - CALL.final:
        reached = {state}
        for _ in CALL.states:
            reached |= {
                CallState(row.target) for row in CALL.rows if row.source in reached and row.on in OWN_WAYS_OUT
            }
        # A leg that nothing was done for yet is ended by whoever invited, or by silence.
        assert CallState.DISCONNECTED in reached, f"from {state} there is no way out"


# ── every place, and walks ──


def test_remote_hold_mirrors_the_other_side(places: tuple[Place, ...]) -> None:
    assert {place.call.kind for place in places} == set(CallKind)
    assert any(p.call_state is CallState.REMOTE_HOLD for place in places for p in people(place))
    for place in places:
        assert hold_is_one_sided(place.call) is None, place.way


@given(histories(max_size=40))
def test_remote_hold_mirrors_the_other_side_along_walks(history: tuple[Event, ...]) -> None:
    assert not any(hold_is_one_sided(call) for call in along(history))


def people(place: Place) -> list[Participant]:
    return list(place.call.participants.values())


def test_the_tables_break_no_law_about_tables() -> None:
    assert list(table_faults()) == []


def test_set_up_never_goes_backwards() -> None:
    assert set(STAGES) == set(CallState)
    for row in CALL.rows:
        assert STAGES[CallState(row.source)] <= STAGES[CallState(row.target)], row
    seen = ["Idle", "Connecting", "Ringing", "EarlyMedia", "InLobby", "Connected", "Hold", "Disconnected"]
    backwards = {("InLobby", "EarlyMedia"), ("Hold", "Connected")}
    for row in PARTICIPANT.rows:
        forwards = seen.index(row.source) <= seen.index(row.target)
        assert forwards or (row.source, row.target) in backwards, row


@given(histories(max_size=40))
def test_set_up_never_goes_backwards_along_walks(history: tuple[Event, ...]) -> None:
    before: dict[str, tuple[Participant, int]] = {}
    for call in along(history):
        for who, person in call.participants.items():
            stage = STAGES[person.call_state]
            last = before.get(who)
            if last is not None and last[0] is person:  # who comes back is a new entry
                assert last[1] <= stage
            before[who] = (person, stage)


def test_every_wait_has_a_deadline(places: tuple[Place, ...]) -> None:
    met: set[Wait] = set()
    for place in places:
        running = set(deadlines(place.call))
        lost = {person.id for person in people(place) if person.is_media_lost}
        assert running == expected_waits(place.call, lost), place.way
        met |= {key.wait for key in running}
    # No lobby has a limit here, and no place has a transfer or an effect under way: scenarios and walks do.
    assert met == set(Wait) - {Wait.LOBBY, Wait.TRANSFER, Wait.EFFECT}


@given(histories(max_size=40))
def test_every_wait_has_a_deadline_along_walks(history: tuple[Event, ...]) -> None:
    lost: set[RawId] = set()
    for call, event in zip(along(history), history, strict=True):
        if isinstance(event, MediaLost):
            lost.add(event.participant)
        elif isinstance(event, MediaRestored | ParticipantLeft | ParticipantDropped):
            lost.discard(event.participant)
        assert set(deadlines(call)) == expected_waits(call, lost)


def test_participant_and_leg_agree(places: tuple[Place, ...]) -> None:
    for place in places:
        for person in people(place):
            gone = person.state is ParticipantState.DISCONNECTED
            assert gone == (person.call_state in OVER), place.way
            assert gone == (person.end_reason is not None), place.way


def test_at_most_one_endpoint_wins(places: tuple[Place, ...]) -> None:
    won = 0
    for place in places:
        for person in people(place):
            winners = [e for e, state in person.offers.items() if state is OfferState.ACCEPTED]
            assert len(winners) <= 1, place.way
            won += len(winners)
            if winners:
                assert winners == [person.endpoint]
                assert person.ringing_endpoints == ()
    assert won


def test_no_offer_outlives_the_participant(places: tuple[Place, ...]) -> None:
    ended = 0
    for place in places:
        for person in people(place):
            if person.call_state in OVER:
                assert person.ringing_endpoints == (), place.way
                ended += OfferState.ENDED in person.offers.values()
    assert ended
    assert INCOMING_CALL.final == set(OfferState) - {OfferState.NONE, OfferState.OFFERED}


# ── histories ──


@given(histories(max_size=40))
def test_the_first_cause_wins(history: tuple[Event, ...]) -> None:
    causes: dict[int, tuple[Participant, object]] = {}
    for call in along(history):
        for person in call.participants.values():
            _, cause = causes.setdefault(id(person), (person, person.end_reason))
            assert cause is None or person.end_reason is cause
            causes[id(person)] = (person, person.end_reason)


@given(walks(max_size=40), st.data())
def test_nothing_follows_the_end(steps: tuple[Step, ...], data: st.DataObject) -> None:
    history = [event for step in steps for event in step.events]
    ends = [number for number, event in enumerate(history) if isinstance(event, CallEnded)]
    assert ends in ([], [len(history) - 1])
    if ends:
        call = list(along(tuple(history)))[-1]
        assert call.is_over
        assert deadlines(call) == {}
        late = take(call, data.draw(st.sampled_from(every_command())))
        assert late.refusal is not None
