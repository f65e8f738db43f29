"""What a room takes away is taken from the media too, and an endpoint that reports late changes nothing."""

import pytest

from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, Runtime, SimulatedClock
from calltape.core import (
    CallId,
    ChangeRole,
    EndpointId,
    JoinRoom,
    MediaEffect,
    RawId,
    ReportVideoStopped,
    Role,
    RoomPass,
    StartShare,
    StartVideo,
    StreamKind,
    VideoStopped,
)
from calltape.core.effects import SetMuted, StopMediaStream

pytestmark = pytest.mark.example

ALICE = RawId("8:acs:test_alice")
CALL = CallId("c")


class Watched(InstantMedia):
    """Notes what is asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[MediaEffect] = []

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        self.asked.append(effect)
        await super().perform(call_id, effect)


async def test_a_role_that_ends_sound_video_and_share_ends_them_in_the_media() -> None:
    media = Watched()
    async with Runtime(MemoryLog(), media=media, clock=SimulatedClock()) as runtime:
        presenter = RoomPass(room_id="room", role=Role.PRESENTER)
        await runtime.give(
            CALL, JoinRoom, call_id=CALL, participant=ALICE, endpoint=EndpointId("desk"), room=presenter
        )
        await runtime.drained()
        for kind in (StartVideo, StartShare):
            await runtime.give(CALL, kind, participant=ALICE)
        await runtime.drained()
        alice = (await runtime.call(CALL)).participants[ALICE]
        assert all(stream.is_available for stream in alice.streams.values())
        media.asked.clear()

        await runtime.give(CALL, ChangeRole, participant=ALICE, role=Role.CONSUMER)
        await runtime.drained()

        alice = (await runtime.call(CALL)).participants[ALICE]
        assert (alice.is_muted, alice.streams) == (True, {})
        assert [each.is_muted for each in media.asked if isinstance(each, SetMuted)] == [True]
        stopped = {each.kind for each in media.asked if isinstance(each, StopMediaStream)}
        assert stopped == set(StreamKind)
        assert not await runtime.report(CALL, ReportVideoStopped, participant=ALICE)
        ended = [r.event for r in runtime.log.read_all() if isinstance(r.event, VideoStopped)]
        assert len(ended) == 1
