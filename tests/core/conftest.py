"""Places: where small calls can get to, found once for all tests of a worker."""

from collections.abc import Iterator
from itertools import islice

import pytest

from calltape.conformance.alphabet import (
    ALICE,
    BOB,
    CALL_IDS,
    CAROL,
    NAMELESS,
    PHONE,
    START,
    endpoints,
    joined,
    placed,
)
from calltape.conformance.drawn_values import ROOM_ID
from calltape.conformance.exploring import Place, explore
from calltape.core import (
    LIMITS,
    Accept,
    CallId,
    Command,
    Expire,
    JoinBreakoutRoom,
    JoinRoom,
    Offer,
    OpenBreakoutRooms,
    OpenDataChannel,
    RaiseHand,
    ReportAnswered,
    ReportBreakoutJoined,
    ReportCaptionsStarted,
    ReportHeld,
    ReportMediaConnected,
    ReportShareStarted,
    ReturnToMainMeeting,
    Role,
    RoomPass,
    SendDtmf,
    SetBreakoutRoom,
    SetBreakoutSettings,
    StartCaptions,
    StartShare,
    StartVideo,
    Tone,
    Wait,
    later,
)

_JOIN_ROOM = JoinRoom(
    id=NAMELESS,
    at=START,
    call_id=CALL_IDS[0],
    participant=ALICE,
    endpoint=endpoints(ALICE)[0],
    room=RoomPass(room_id=ROOM_ID, role=Role.PRESENTER),
)


_HANDED_OVER = placed(BOB, transferor=CAROL, transferred_from=CALL_IDS[1], is_forwarding_disabled=True)


_TWO_UP: tuple[Command, ...] = (
    placed(BOB),
    Offer(id=NAMELESS, at=START, participant=BOB, endpoint=endpoints(BOB)[0]),
    Accept(id=NAMELESS, at=START, participant=BOB, endpoint=endpoints(BOB)[0]),
    ReportMediaConnected(id=NAMELESS, at=START, participant=ALICE),
    ReportMediaConnected(id=NAMELESS, at=START, participant=BOB),
)
_BOB_SHARES: tuple[Command, ...] = (
    StartShare(id=NAMELESS, at=START, participant=BOB),
    ReportShareStarted(id=NAMELESS, at=START, participant=BOB),
)


_ALICE_SENDS: tuple[Command, ...] = (
    StartVideo(id=NAMELESS, at=START, participant=ALICE),
    StartShare(id=NAMELESS, at=START, participant=ALICE),
)


def _with_streams() -> Iterator[Place]:
    """The nearest places of one who sends all there is: beside one who shares, under a hold, in a room."""
    held = ReportHeld(id=NAMELESS, at=START, participant=BOB)
    yield from islice(explore([*_TWO_UP, *_BOB_SHARES], [ALICE], with_streams=True), 150)
    under_hold = [*_TWO_UP, *_ALICE_SENDS, held]
    yield from islice(explore(under_hold, [ALICE], with_streams=True), 150)
    up = ReportMediaConnected(id=NAMELESS, at=START, participant=ALICE)
    yield from islice(explore([_JOIN_ROOM, up, *_ALICE_SENDS], [ALICE], with_streams=True), 60)


_TONES_ON_THEIR_WAY: tuple[Command, ...] = (
    placed(PHONE),
    ReportAnswered(id=NAMELESS, at=START, participant=PHONE),
    ReportMediaConnected(id=NAMELESS, at=START, participant=PHONE),
    ReportMediaConnected(id=NAMELESS, at=START, participant=ALICE),
    SendDtmf(id=NAMELESS, at=START, participant=PHONE, by=ALICE, tones=(Tone.NUM_1,)),
)


def _with_channels() -> Iterator[Place]:
    """The places of one who has a data channel: one that is open, and one that fell silent."""
    before, held = later(START, -200), ReportHeld(id=NAMELESS, at=START, participant=BOB)
    opened = OpenDataChannel(id=NAMELESS, at=before, participant=ALICE)
    silent_at = later(before, LIMITS.data_channel_idle_close_s)
    silence = Expire(id=NAMELESS, at=silent_at, wait=Wait.DATA_CHANNEL, participant=ALICE)
    yield from explore([*_TWO_UP, opened], [ALICE])
    yield from explore([*_TWO_UP, opened, held], [ALICE])
    yield from explore([*_TWO_UP, opened, silence], [ALICE])


_CAPTIONS_AND_A_HAND: tuple[Command, ...] = (
    *_TWO_UP,
    RaiseHand(id=NAMELESS, at=START, participant=ALICE),
    StartCaptions(id=NAMELESS, at=START, participant=ALICE),
)
_CAPTIONS_COME: tuple[Command, ...] = (
    *_CAPTIONS_AND_A_HAND,
    ReportCaptionsStarted(id=NAMELESS, at=START, participant=ALICE),
)


def _with_breakouts() -> Iterator[Place]:
    """The places of one whose meeting has an open room: outside it, on the way, there, on the way back."""
    ready: list[Command] = [
        joined(has_lobby=True),
        ReportMediaConnected(id=NAMELESS, at=START, participant=ALICE),
        SetBreakoutRoom(id=NAMELESS, at=START, by=ALICE, room_id=ROOM_ID, title="Corner"),
        SetBreakoutSettings(id=NAMELESS, at=START, by=ALICE, ends_at=later(START, 60)),
        OpenBreakoutRooms(id=NAMELESS, at=START, by=ALICE),
    ]
    going = JoinBreakoutRoom(id=NAMELESS, at=START, participant=ALICE, room_id=ROOM_ID)
    there = ReportBreakoutJoined(
        id=NAMELESS, at=START, participant=ALICE, room_id=ROOM_ID, breakout_call=CallId("call-7")
    )
    back = ReturnToMainMeeting(id=NAMELESS, at=START, participant=ALICE)
    held = ReportHeld(id=NAMELESS, at=START, participant=ALICE)
    for more in ([], [going], [going, there], [going, there, back]):
        for last in ([], [held]):
            yield from islice(explore([*ready, *more, *last], [ALICE]), 1)


@pytest.fixture(scope="session")
def places() -> tuple[Place, ...]:
    """All places of a call of two, to a telephone, of one alone; the nearest of a group of two.

    Of a call that a transfer made, those that who is called can get to.
    """
    return (
        *explore([placed(BOB)], [ALICE, BOB]),
        *explore([placed(PHONE)], [ALICE, PHONE]),
        *islice(explore(_TONES_ON_THEIR_WAY, [ALICE, PHONE]), 40),
        *explore([_HANDED_OVER], [BOB]),
        *islice(explore(_CAPTIONS_AND_A_HAND, [ALICE, BOB]), 60),
        *islice(explore(_CAPTIONS_COME, [ALICE]), 20),
        *explore([joined()], [ALICE]),
        *islice(explore([joined()], [ALICE, BOB]), 400),
        *_with_streams(),
        *_with_channels(),
        *_with_breakouts(),
        *islice(explore([joined(has_lobby=True)], [ALICE, BOB]), 400),
        *islice(explore([_JOIN_ROOM], [ALICE, BOB]), 400),
    )
