"""What holds along every walk: deciding reads, folding adds up, silence ends, nothing is forgotten."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.conformance.strategies import (
    PEOPLE,
    START,
    Step,
    earliest,
    every_command,
    histories,
    take,
    walks,
)
from calltape.core import (
    Call,
    CallState,
    CaptionsState,
    CommandId,
    CorruptHistory,
    EffectState,
    Event,
    Expire,
    Instant,
    Participant,
    ParticipantState,
    RawId,
    Refused,
    StreamState,
    TransferState,
    canonical,
    deadlines,
    decide,
    digest,
    evolve,
    owed,
    plain,
    react,
    replay,
    transfer_state,
)
from calltape.core.call.state import Asked
from calltape.core.effects import (
    AbandonTransferredCall,
    ChangeCaptionLanguage,
    ChangeSpokenLanguage,
    CloseChannel,
    CloseMedia,
    CloseReceivers,
    ConstrainMediaStream,
    Dial,
    DirectChannel,
    Effect,
    HoldMedia,
    Locate,
    OpenChannel,
    OpenMedia,
    PlaceTransferredCall,
    ResumeMedia,
    Ring,
    SetIncomingAudioMuted,
    SetMuted,
    StartCaptioning,
    StartMediaEffect,
    StartMediaStream,
    StopCaptioning,
    StopDialling,
    StopMediaEffect,
    StopMediaStream,
    StopRinging,
    SwitchMediaSource,
)

pytestmark = pytest.mark.property

REPOSITORY = Path(__file__).parents[2]


@given(walks(max_size=40))
def test_deciding_changes_nothing_and_folding_takes_all_of_it(steps: tuple[Step, ...]) -> None:
    call = Call()
    for step in steps:
        before = call.copy()
        again = take(call, step.command)
        assert call == before
        assert again.events == step.events
        for event in step.events:
            assert evolve(call, event) is call
        assert (call == before) or step.events


@given(histories(max_size=40), st.integers(0, 200))
def test_replaying_adds_up_however_it_is_cut(history: tuple[Event, ...], cut: int) -> None:
    cut = min(cut, len(history))
    whole = replay(history)
    incremental = Call()
    for event in history:
        evolve(incremental, event)
    resumed = replay(history[cut:], replay(history[:cut]).copy())
    assert whole == incremental == resumed
    assert digest(whole) == digest(incremental) == digest(resumed)
    assert replay(()) == Call()


@given(histories(max_size=30))
def test_a_copy_is_apart(history: tuple[Event, ...]) -> None:
    call = Call()
    for event in history:
        kept, text = call.copy(), canonical(call)
        evolve(call, event)
        assert canonical(kept) == text


@given(histories(max_size=40))
def test_the_counters_agree_with_a_recount(history: tuple[Event, ...]) -> None:
    call = Call()
    for event in history:
        evolve(call, event)
        people = call.participants.values()
        assert call.present == sum(person.is_present for person in people)
        assert call.open_legs == sum(p.call_state is not CallState.DISCONNECTED for p in people)


@given(histories(max_size=40))
def test_an_event_touches_nobody_but_whom_it_names_and_their_other_side(history: tuple[Event, ...]) -> None:
    """Why the cost of an event does not grow with the call: everybody else keeps the very same values."""
    call = Call()
    for event in history:
        before = {who: attrs.evolve(p, offers=dict(p.offers)) for who, p in call.participants.items()}
        objects = dict(call.participants)
        who: RawId | None = getattr(event, "participant", None)
        concerned = {who, getattr(event, "by", None), call.starter}
        concerned |= {p.other for p in call.participants.values() if p.id == who}
        evolve(call, event)
        if who is None:
            continue
        for id_, person in before.items():
            if id_ not in concerned:
                assert call.participants[id_] is objects[id_]
                assert call.participants[id_] == person


@given(histories(max_size=40))
def test_silence_always_ends_the_call(history: tuple[Event, ...]) -> None:
    call, at = replay(history), START
    for number in range(len(PEOPLE) * 7 + 1):
        if call.is_over or call.kind is None:
            break
        key, due = earliest(call)
        at = max(at, due)
        events = decide(
            call, Expire(id=CommandId(f"silence-{number}"), at=at, wait=key.wait, participant=key.participant)
        )
        assert events, f"{key} fell due and nothing came of it"
        for event in events:
            evolve(call, event)
        assert key not in deadlines(call) or deadlines(call)[key] > due
    assert call.is_over or call.kind is None


@given(histories(max_size=40))
def test_a_deadline_cannot_be_fired_before_it_is_due(history: tuple[Event, ...]) -> None:
    call = replay(history)
    for key, due in deadlines(call).items():
        early = Expire(id=CommandId("early"), at=Instant(due - 1), wait=key.wait, participant=key.participant)
        with pytest.raises(Refused, match="has not passed yet"):
            decide(call, early)


# ── effects ──

NOTHING_COMES_BACK = (
    StopDialling,
    StopRinging,
    AbandonTransferredCall,
    SetMuted,
    SetIncomingAudioMuted,
    SwitchMediaSource,
    ConstrainMediaStream,
    OpenChannel,
    DirectChannel,
    CloseReceivers,
    CloseChannel,
    StopMediaEffect,
    StopCaptioning,
    ChangeSpokenLanguage,
    ChangeCaptionLanguage,
)


def is_settled(call: Call, effect: Effect) -> bool:
    """Whether the outcome of `effect` shows in the call, read off the states without `owed`."""
    person = call.participants[effect.participant]
    gone = person.state is ParticipantState.DISCONNECTED
    match effect:
        case Locate():
            return gone or person.has_accepted or bool(person.offers)
        case Dial():
            rings = person.state is not ParticipantState.CONNECTING or person.forwarded_to is not None
            return gone or person.has_accepted or bool(person.offers) or rings
        case Ring():
            return effect.endpoint not in person.ringing_endpoints
        case OpenMedia():
            return gone or person.state in _SETTLED
        case HoldMedia() | ResumeMedia():
            return gone or not is_under_way(person, effect)
        case PlaceTransferredCall():
            transferor = call.participants[effect.transferor]
            return transfer_state(transferor) is not TransferState.TRANSFERRING
        case StartMediaStream(kind=kind):
            return kind not in person.streams or person.streams[kind].state is not StreamState.STARTING
        case StopMediaStream(kind=kind):
            return kind not in person.streams or person.streams[kind].state is not StreamState.STOPPING
        case StartMediaEffect(effect=wanted):
            return wanted not in person.effects or person.effects[wanted].state is not EffectState.STARTING
        case StartCaptioning():
            return person.captions is not CaptionsState.STARTING
        case CloseMedia():
            return person.call_state is CallState.DISCONNECTED
        case _:
            raise AssertionError(f"say when {effect} is settled")


def is_under_way(person: Participant, effect: HoldMedia | ResumeMedia) -> bool:
    """A hold is, until there is one, even where its end has been asked for meanwhile."""
    if isinstance(effect, ResumeMedia) or person.call_state is CallState.LOCAL_HOLD:
        return person.asked is (Asked.RESUME if isinstance(effect, ResumeMedia) else Asked.HOLD)
    return person.asked is not None


_SETTLED = {ParticipantState.CONNECTED, ParticipantState.HOLD, ParticipantState.IN_LOBBY}


@given(walks(max_size=40))
def test_whatever_was_asked_of_the_outside_is_owed_until_it_is_settled(steps: tuple[Step, ...]) -> None:
    """Looked at after each command: its events are appended together, so no crash comes between them."""
    call = Call()
    asked: list[Effect] = []
    for step in steps:
        for event in step.events:
            evolve(call, event)
            asked += [e for e in react(call, event) if not isinstance(e, NOTHING_COMES_BACK)]
        asked = [e for e in asked if not is_settled(call, e)]
        assert {_key(e) for e in asked} <= {_key(e) for e in owed(call)}
    if call.is_over:
        assert owed(call) == ()


def _key(effect: Effect) -> tuple[object, ...]:
    return type(effect), effect.participant, getattr(effect, "endpoint", None), getattr(effect, "kind", None)


# ── the fingerprint ──


@given(histories(max_size=25))
def test_the_digest_does_not_depend_on_order(history: tuple[Event, ...]) -> None:
    call = replay(history)
    turned = call.copy()
    turned.participants = dict(reversed(turned.participants.items()))
    for person in turned.participants.values():
        person.offers = dict(reversed(person.offers.items()))
    assert digest(turned) == digest(call)


@given(histories(max_size=25), histories(max_size=25))
def test_different_states_have_different_digests(one: tuple[Event, ...], two: tuple[Event, ...]) -> None:
    assert (digest(replay(one)) == digest(replay(two))) == (plain(replay(one)) == plain(replay(two)))


_PROGRAM = """
from calltape.core import *
call = replay([
    CallStarted(call_id="c", kind=CallKind.GROUP, starter="8:acs:a", waits_for_answer=False, ends_by=9),
    ParticipantJoined(participant="8:acs:a", endpoint="a/desk", establish_until=5),
    ParticipantInvited(participant="8:acs:b", by="8:acs:a", answer_until=7),
    CallOffered(participant="8:acs:b", endpoint="b/desk", caller="8:acs:a"),
    CallOffered(participant="8:acs:b", endpoint="b/mobile", caller="8:acs:a"),
])
print(digest(call), digest({"b", "a", "c"}))
"""


def test_the_digest_is_the_same_in_every_process() -> None:
    roots = ("core", "projections", "specs", "conformance", "adapters")
    path = os.pathsep.join(str(REPOSITORY / root) for root in roots)
    printed = {
        subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(printed) == 1
    assert len(printed.pop().split()[0]) == 64


def test_every_command_is_in_the_alphabet() -> None:
    assert len({type(command) for command in every_command()}) > 30


def test_a_hole_that_the_log_found_keeps_its_place() -> None:
    """Replaying numbers the events it refuses; what the log itself refused is numbered already."""

    def holed() -> Iterator[Event]:
        yield from ()
        raise CorruptHistory("call-c", "version 6", "version 8", 7)

    with pytest.raises(CorruptHistory, match="at event 7"):
        replay(holed())
