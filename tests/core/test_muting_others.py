"""What scenarios cannot say of muting others: in a large call, and what the outside is told to do."""

import pytest

from calltape.core import (
    LIMITS,
    Call,
    CallId,
    Command,
    CommandId,
    EndpointId,
    Event,
    Instant,
    Join,
    MuteAll,
    MuteParticipant,
    ParticipantMuted,
    RawId,
    Refused,
    ReportMediaConnected,
    Role,
    Unmute,
    decide,
    evolve,
    react,
)
from calltape.core.effects import SetMuted

pytestmark = pytest.mark.example

GUESTS = [RawId(f"8:acs:resource_guest-{number}") for number in range(LIMITS.participants_max)]


def give(call: Call, command: Command) -> tuple[Event, ...]:
    events = decide(call, command)
    for each in events:
        evolve(call, each)
    return events


@pytest.fixture
def full() -> Call:
    """A call with as many as it holds, all up and none muted."""
    call = Call()
    for who in GUESTS:
        id_, at = CommandId(f"{who} comes"), Instant(0)
        join = Join(
            id=id_, at=at, call_id=CallId("c"), participant=who, endpoint=EndpointId(who), group_id="g"
        )
        give(call, join)
        give(call, ReportMediaConnected(id=id_, at=at, participant=who))
    return call


def test_muting_everybody_is_one_event_for_each_of_the_others(full: Call) -> None:
    asked = MuteAll(id=CommandId("hush"), at=Instant(1), by=GUESTS[7])
    assert give(full, asked) == tuple(
        ParticipantMuted(participant=who, by=GUESTS[7]) for who in GUESTS if who != GUESTS[7]
    )
    assert [who for who, person in full.participants.items() if not person.is_muted] == [GUESTS[7]]
    assert give(full, asked) == ()


def test_the_microphone_of_who_was_muted_sends_silence_until_they_unmute(full: Call) -> None:
    target = GUESTS[3]
    (muted,) = give(full, MuteParticipant(id=CommandId("m"), at=Instant(1), participant=target, by=GUESTS[0]))
    assert react(full, muted) == (SetMuted(participant=target, endpoint=EndpointId(target), is_muted=True),)
    (unmuted,) = give(full, Unmute(id=CommandId("u"), at=Instant(2), participant=target))
    assert react(full, unmuted) == (
        SetMuted(participant=target, endpoint=EndpointId(target), is_muted=False),
    )


@pytest.mark.parametrize(("role", "may"), [(Role.PRESENTER, True), (Role.ATTENDEE, False)])
def test_in_a_room_the_role_decides_who_may_mute_others(full: Call, role: Role, may: bool) -> None:
    full.room_id = "room-1"
    full.participants[GUESTS[0]].role = role
    asked = MuteAll(id=CommandId("hush"), at=Instant(1), by=GUESTS[0])
    before = full.copy()
    if may:
        assert len(decide(full, asked)) == len(GUESTS) - 1
    else:
        with pytest.raises(Refused, match="has the role Attendee"):
            decide(full, asked)
    assert full == before
