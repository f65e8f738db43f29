"""Sending a call on: what the events keep, what a crash leaves owed, and that it comes to an end."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core import (
    LIMITS,
    Call,
    CallForwarded,
    CallId,
    CallState,
    Command,
    CommandId,
    CorruptHistory,
    EndpointId,
    Event,
    Instant,
    Offer,
    OfferEnded,
    OfferState,
    ParticipantInvited,
    ParticipantLeft,
    RawId,
    RedirectOffer,
    Refused,
    StartCall,
    decide,
    digest,
    evolve,
    later,
    owed,
)
from calltape.core.effects import Dial, Locate, Ring

pytestmark = [pytest.mark.example, pytest.mark.property]

ALICE, BOB, CAROL = (RawId(f"8:acs:resource_{name}") for name in ("alice", "bob", "carol"))
PHONE = RawId("4:+14255550123")
PEOPLE = (ALICE, BOB, CAROL, *(RawId(f"8:acs:resource_{number}") for number in range(5)))


def desk(who: RawId) -> EndpointId:
    return EndpointId(f"{who}/desk")


def made(kind: Any, at_s: float = 0, **fields: Any) -> Command:
    command: Command = kind(id=CommandId("c"), at=later(Instant(0), at_s), **fields)
    return command


def give(call: Call, command: Command) -> tuple[Event, ...]:
    events = decide(call, command)
    for event in events:
        evolve(call, event)
    return events


def ringing(*endpoints: EndpointId) -> Call:
    """Alice calls Bob, who rings at his desk or at `endpoints`."""
    call = Call()
    give(
        call,
        made(StartCall, call_id=CallId("c"), participant=ALICE, endpoint=desk(ALICE), callees=(BOB,)),
    )
    for endpoint in endpoints or (desk(BOB),):
        give(call, made(Offer, participant=BOB, endpoint=endpoint))
    return call


def redirect(who: RawId, target: RawId, at_s: float = 0, **fields: Any) -> Command:
    return made(RedirectOffer, at_s, participant=who, endpoint=desk(who), target=target, **fields)


def test_the_events_say_who_sent_it_on_and_who_still_calls() -> None:
    mobile = EndpointId("mobile")
    call = ringing(desk(BOB), mobile)
    forwarded, ended, left, invited = give(call, redirect(BOB, CAROL, 30))
    assert forwarded == CallForwarded(participant=BOB, to=CAROL, endpoint=desk(BOB))
    assert isinstance(ended, OfferEnded)
    assert isinstance(left, ParticipantLeft)
    assert (ended.endpoint, ended.reason) == (mobile, left.reason)
    assert left.reason.words == "redirected"
    assert invited == ParticipantInvited(
        participant=CAROL,
        by=ALICE,
        answer_until=later(Instant(0), 30 + LIMITS.establish_one_to_one_s),
        redirected_by=(BOB,),
    )
    assert call.participants[ALICE].other == CAROL


@pytest.mark.parametrize(("target", "wanted"), [(CAROL, Locate), (PHONE, Dial)])
def test_after_a_crash_the_target_is_still_to_be_called(target: RawId, wanted: type[Locate | Dial]) -> None:
    call = ringing()
    give(call, redirect(BOB, target))
    (effect,) = owed(call)
    assert isinstance(effect, wanted)
    assert effect.participant == target


def test_after_a_crash_the_target_that_was_offered_the_call_rings_again() -> None:
    call = ringing()
    give(call, redirect(BOB, CAROL))
    give(call, made(Offer, participant=CAROL, endpoint=desk(CAROL)))
    assert owed(call) == (Ring(participant=CAROL, endpoint=desk(CAROL), caller=ALICE),)


def test_nobody_takes_a_place_that_was_not_left_to_them() -> None:
    call = ringing()
    invited = give(call.copy(), redirect(BOB, CAROL))[-1]
    for events_before in ((), decide(call, redirect(BOB, PHONE))[:-1]):
        after = call.copy()
        for event in events_before:
            evolve(after, event)
        before = digest(after)
        with pytest.raises(CorruptHistory):
            evolve(after, invited)
        assert digest(after) == before


@given(st.lists(st.sampled_from(PEOPLE), max_size=12), st.integers(1, 4))
def test_from_hand_to_hand_it_never_comes_back_and_ends(targets: list[RawId], most: int) -> None:
    call, limits, holder = ringing(), LIMITS.with_(redirects_max=most), BOB
    for number, target in enumerate(targets):
        before = digest(call)
        command = redirect(holder, target, number)
        try:
            events = decide(call, command, limits)
        except Refused:
            assert digest(call) == before
            continue
        for event in events:
            evolve(call, event)
        give(call, made(Offer, participant=target, endpoint=desk(target)))
        holder = target
    rung = call.participants[holder]
    hands = (*rung.redirected_by, holder)
    assert len(hands) == len(set(hands)) <= most + 1
    assert ALICE not in hands
    assert rung.call_state is CallState.INCOMING
    assert (call.present, call.open_legs) == (2, 2)
    assert call.participants[ALICE].other == holder
    assert [p.offer(desk(p.id)) for p in call.participants.values() if p.id in hands[:-1]] == [
        OfferState.REDIRECTED
    ] * (len(hands) - 1)
    waits, rings = call.participants[ALICE].establish_until, rung.establish_until
    assert waits is not None
    assert rings is not None
    assert waits >= rings
