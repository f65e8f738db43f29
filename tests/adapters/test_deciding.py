"""Streams beside the calls: decided, appended, decided anew when somebody was first."""

from collections.abc import Sequence

import pytest

from calltape.adapters.deciding import ATTEMPTS_MAX, ROOMS, TOKENS, read, record
from calltape.adapters.memory import MemoryLog
from calltape.core import (
    LIMITS,
    SECOND,
    CommandId,
    Conflict,
    CreateRoom,
    Instant,
    IssueToken,
    RawId,
    Recorded,
    Refused,
    Role,
    Scope,
    TokenState,
    Unrecorded,
    UpsertRoomParticipants,
    later,
    room_stream,
    user_stream,
)

pytestmark = pytest.mark.example

START = Instant(1_700_000_000 * SECOND)
ALICE, BOB = RawId("8:acs:test_alice"), RawId("8:acs:test_bob")
STREAM = room_stream("room-1")
CREATE = CreateRoom(id=CommandId("create"), at=START, room_id="room-1", valid_until=later(START, 60))


def invite(who: RawId) -> UpsertRoomParticipants:
    return UpsertRoomParticipants(
        id=CommandId(f"invite-{who}"), at=START, room_id="room-1", roles={who: Role.ATTENDEE}
    )


class Overtaken(MemoryLog):
    """A log in which somebody else is first, so many times."""

    left = 0

    def append(self, stream: str, expected: int, events: Sequence[Unrecorded]) -> tuple[Recorded, ...]:
        if self.left:
            self.left -= 1
            fact = ROOMS.decide(
                read(self, stream, ROOMS)[0], invite(RawId(f"8:acs:test_{self.left}")), LIMITS
            )
            super().append(stream, expected, [Unrecorded(event=fact[0], at=START, command_id=CommandId("x"))])
        return super().append(stream, expected, events)


def test_what_is_decided_is_appended_with_its_command() -> None:
    log = MemoryLog()
    (recorded,) = record(log, STREAM, ROOMS, CREATE)
    assert (recorded.stream, recorded.version, recorded.command_id, recorded.at) == (
        STREAM,
        1,
        "create",
        START,
    )
    room, version = read(log, STREAM, ROOMS)
    assert room.is_valid(START)
    assert version == 1


def test_what_is_so_already_appends_nothing() -> None:
    log = MemoryLog()
    record(log, STREAM, ROOMS, CREATE)
    record(log, STREAM, ROOMS, invite(ALICE))
    assert record(log, STREAM, ROOMS, invite(ALICE)) == ()
    assert log.version(STREAM) == 2


def test_a_refusal_appends_nothing() -> None:
    log = MemoryLog()
    with pytest.raises(Refused, match="room in None refuses UpsertRoomParticipants"):
        record(log, STREAM, ROOMS, invite(ALICE))
    assert list(log.read_all()) == []


def test_who_was_overtaken_decides_anew_on_what_the_other_wrote() -> None:
    log = Overtaken()
    record(log, STREAM, ROOMS, CREATE)
    log.left = ATTEMPTS_MAX - 1
    (recorded,) = record(log, STREAM, ROOMS, invite(BOB))
    room, version = read(log, STREAM, ROOMS)
    assert BOB in room.roles
    assert version == recorded.version == ATTEMPTS_MAX + 1


def test_who_is_overtaken_all_the_time_is_told() -> None:
    log = Overtaken()
    record(log, STREAM, ROOMS, CREATE)
    log.left = ATTEMPTS_MAX
    with pytest.raises(Conflict):
        record(log, STREAM, ROOMS, invite(BOB))
    assert BOB not in read(log, STREAM, ROOMS)[0].roles


def test_each_kind_of_stream_has_its_own_decisions() -> None:
    log = MemoryLog()
    issue = IssueToken(id=CommandId("issue"), at=START, user=ALICE, token="token-1", scopes=(Scope.VOIP,))
    record(log, user_stream(ALICE), TOKENS, issue)
    book, _ = read(log, user_stream(ALICE), TOKENS)
    assert book.state("token-1") is TokenState.VALID
    with pytest.raises(Refused):
        record(log, user_stream(ALICE), TOKENS, CREATE)
