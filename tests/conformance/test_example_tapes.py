"""A tape to every state of a call: legal, with envelopes, and as short as any."""

from functools import cache

import pytest

from calltape.conformance.call_states import NoSuchState, StateName, every_state, is_met
from calltape.conformance.example_tapes import UNREACHABLE, call_in_state
from calltape.conformance.exploring import Walk
from calltape.conformance.laws import first_breach
from calltape.conformance.models import model_named
from calltape.conformance.place_keys import Keys
from calltape.core import Call, CallKind, Ledger, ParticipantState, Recorded, replay

pytestmark = pytest.mark.example

IN_CALLS_OF_THREE = {StateName("incoming_call", "Redirected")}
"""Who is sent on to is a third."""

REACHED = [each for each in every_state() if each not in UNREACHABLE]


def call_of(tape: tuple[Recorded, ...]) -> Call:
    return replay(each.event for each in tape)


def commands(tape: tuple[Recorded, ...]) -> int:
    return len({each.command_id for each in tape})


@pytest.mark.parametrize("name", REACHED, ids=str)
def test_every_state_is_reached(name: StateName) -> None:
    people = 3 if name in IN_CALLS_OF_THREE else 2
    tape = call_in_state(str(name), participants=people)
    call = call_of(tape)
    assert is_met(name, call)
    assert len(call.participants) == people
    assert first_breach(tape) is None


def test_nobody_rests_where_no_tape_leads() -> None:
    assert set(UNREACHABLE) == {StateName("participant", "Idle")}
    (idle,) = UNREACHABLE
    with pytest.raises(
        NoSuchState, match=r"no call rests in participant\.Idle: who is known has been invited"
    ):
        call_in_state(str(idle))
    assert idle.state == ParticipantState.IDLE


def test_the_envelopes_are_those_of_a_log() -> None:
    tape = call_in_state("RemoteHold")
    assert (
        [each.version for each in tape] == [each.position for each in tape] == list(range(1, len(tape) + 1))
    )
    assert {each.stream for each in tape} == {"call-call-1"}
    assert Ledger(tape).version == len(tape)
    assert commands(tape) == 6
    at = [each.at for each in tape]
    assert at == sorted(at)
    assert at[-1] - at[0] == 5_000_000


def test_a_deadline_passes_when_it_is_due() -> None:
    tape = call_in_state("Silent")
    assert tape[-1].event.name == "data_channel.silenced"
    assert tape[-1].at - tape[-2].at == 120_000_000


def test_three_are_listed_where_the_call_was_sent_on() -> None:
    call = call_of(call_in_state("RemoteHold", participants=3))
    assert call.kind is CallKind.ONE_TO_ONE
    states = [person.call_state for person in call.participants.values()]
    assert sorted(states) == ["Disconnected", "LocalHold", "RemoteHold"]


@pytest.mark.parametrize("participants", [1, 3, 6, 350])
def test_as_many_are_listed_as_are_asked_for(participants: int) -> None:
    call = call_of(call_in_state("LocalHold", participants=participants))
    assert len(call.participants) == participants


@cache
def nearest(model: str) -> dict[StateName, int]:
    """How many commands it takes to each state in a whole model, all of whose commands are tried."""
    of, found = model_named(model), dict[StateName, int]()
    for place in Walk(of.opening, of.alphabet(), Keys()):
        if len(place.call.participants) == 2:
            for name in every_state():
                if name not in found and is_met(name, place.call):
                    found[name] = len(place.way)
    return found


@pytest.mark.parametrize("model", ["one-to-one", pytest.param("with-lobby", marks=pytest.mark.slow)])
def test_no_model_knows_a_shorter_way(model: str) -> None:
    found = nearest(model)
    assert len(found) > 20
    for name, length in found.items():
        assert commands(call_in_state(str(name))) <= length, name


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("Flying", r"a call has no state 'Flying'; there are call\.None, call\.Incoming, "),
        ("call.Flying", "call has no state 'Flying'; it has None, Incoming, Connecting"),
        ("token.Valid", "a call has no lifecycle 'token'; it has call, participant, incoming_call"),
        ("Connected", r"Connected is ambiguous: say call\.Connected or participant\.Connected"),
    ],
)
def test_what_there_is_not_is_said(state: str, sentence: str) -> None:
    with pytest.raises(NoSuchState, match=sentence):
        call_in_state(state)


def test_what_so_many_cannot_reach_is_said() -> None:
    with pytest.raises(NoSuchState, match=r"no call of 2 that is near gets to .*Redirected; calls of 3 do"):
        call_in_state("Redirected")
    with pytest.raises(ValueError, match="a call has 1 to 350 participants, not 351"):
        call_in_state("Incoming", participants=351)
