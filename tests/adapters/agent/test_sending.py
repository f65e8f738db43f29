"""One's own video and share, through the façade."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from calltape.adapters.agent import Call, CallAgent, CallClient, IncomingCall, OperationFailed, VideoOptions
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia
from calltape.core import (
    CallId,
    CallState,
    MediaEffect,
    Refused,
    ReportShareFailed,
    ReportVideoFailed,
    ShareSurface,
    StreamKind,
    VideoConstraints,
)
from calltape.core.effects import ConstrainMediaStream, StartMediaStream, SwitchMediaSource

pytestmark = pytest.mark.example

ALICE, BOB = (f"8:acs:test_{name}" for name in ("alice", "bob"))
ECHO = "8:echo123"


class Watched(InstantMedia):
    """Instant media that keeps what it was asked, and fails to start what it is told to."""

    def __init__(self, *fails: StreamKind) -> None:
        super().__init__()
        self.asked: list[MediaEffect] = []
        self._fails = fails

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        self.asked.append(effect)
        if isinstance(effect, StartMediaStream) and effect.kind in self._fails and self._reports is not None:
            failed = ReportVideoFailed if effect.kind is StreamKind.VIDEO else ReportShareFailed
            self._reports.observed(call_id, failed, effect.participant, "it is in use")
        else:
            await super().perform(call_id, effect)


@pytest.fixture
def media() -> Watched:
    return Watched()


@pytest.fixture
async def client(media: Watched) -> AsyncIterator[CallClient]:
    async with CallClient(MemoryLog(), media=media) as running:
        yield running


async def talking(client: CallClient, video: VideoOptions | None = None) -> Call:
    alice = await client.create_call_agent(ALICE)
    call = await alice.start_call([ECHO], video=video)
    async with asyncio.timeout(5):
        await call.wait_for("Connected")
    await client.runtime.drained()
    return call


def events(client: CallClient) -> list[str]:
    return [each.event.name for each in client.runtime.log.read_all()]


async def test_the_camera_is_off_until_it_is_turned_on(client: CallClient) -> None:
    call = await talking(client)
    assert call.local_video_streams == {}
    told: list[bool] = []
    call.is_local_video_started_changed.subscribe(told.append)
    await call.start_video("front camera")
    assert call.local_video_streams[StreamKind.VIDEO].source == "front camera"
    assert told == [call.is_local_video_started] == [True]
    await call.stop_video()
    assert call.local_video_streams == {}
    assert told == [True, False]


async def test_what_runs_is_not_started_and_what_does_not_is_not_stopped(client: CallClient) -> None:
    call = await talking(client)
    for work, words in ((call.stop_video, "41030"), (call.stop_screen_sharing, "41041")):
        with pytest.raises(Refused, match=words):
            await work()
    await call.start_video()
    await call.start_screen_sharing()
    before = list(client.runtime.log.read_all())
    for again, words in ((call.start_video, "41027"), (call.start_screen_sharing, "41035")):
        with pytest.raises(Refused, match=words):
            await again()
    assert list(client.runtime.log.read_all()) == before
    assert set(call.local_video_streams) == {StreamKind.VIDEO, StreamKind.SCREEN_SHARING}


async def test_a_window_is_shared_with_its_sound_and_taken_back(client: CallClient) -> None:
    call = await talking(client)
    await call.start_screen_sharing(surface=ShareSurface.WINDOW, with_audio=True, source="slides")
    share = call.local_video_streams[StreamKind.SCREEN_SHARING]
    assert (share.surface, share.with_audio, share.source) == (ShareSurface.WINDOW, True, "slides")
    await call.stop_screen_sharing()
    assert call.local_video_streams == {}


async def test_a_video_that_cannot_start_says_why() -> None:
    async with CallClient(MemoryLog(), media=Watched(*StreamKind)) as client:
        call = await talking(client)
        with pytest.raises(OperationFailed, match="StartVideo failed: it is in use"):
            await call.start_video()
        with pytest.raises(OperationFailed, match="StartShare failed: it is in use"):
            await call.start_screen_sharing()
        assert call.local_video_streams == {}
        assert call.state is CallState.CONNECTED


async def test_the_camera_is_switched_on_a_video_that_runs(client: CallClient, media: Watched) -> None:
    call = await talking(client)
    with pytest.raises(Refused, match="no video runs"):
        await call.switch_source("back camera")
    await call.start_video("front camera")
    await call.switch_source("back camera")
    await client.runtime.drained()
    assert call.local_video_streams[StreamKind.VIDEO].source == "back camera"
    assert [effect.source for effect in media.asked if isinstance(effect, SwitchMediaSource)] == [
        "back camera"
    ]


async def test_a_call_may_be_started_with_video(client: CallClient, media: Watched) -> None:
    wanted = VideoConstraints(frame_height_max_px=360)
    call = await talking(client, VideoOptions(source="front camera", constraints=wanted))
    async with asyncio.timeout(5):
        await call.until(lambda: call.is_local_video_started)
    assert call.video_constraints == wanted
    assert events(client).index("video.requested") > events(client).index("participant.connected")
    # Said before there was media, so it is said again to the media that opens.
    assert ConstrainMediaStream in [type(effect) for effect in media.asked]


async def test_a_call_may_be_accepted_with_video(client: CallClient) -> None:
    alice, bob = [await client.create_call_agent(who) for who in (ALICE, BOB)]
    rings: list[IncomingCall] = []
    bob.incoming_call.subscribe(rings.append)
    hers = await alice.start_call([BOB])
    await client.runtime.drained()
    his = await rings[0].accept(video=VideoOptions())
    async with asyncio.timeout(5):
        await his.until(lambda: his.is_local_video_started)
    assert not hers.is_local_video_started
    assert [stream.kind for stream in hers.remote_participants[0].video_streams] == [StreamKind.VIDEO]


async def test_a_call_that_cannot_have_its_video_goes_on_without() -> None:
    async with CallClient(MemoryLog(), media=Watched(StreamKind.VIDEO)) as client:
        call = await talking(client, VideoOptions())
        async with asyncio.timeout(5):
            await call.until(lambda: "video.failed" in events(client))
        assert call.state is CallState.CONNECTED
        assert call.local_video_streams == {}


async def test_a_call_that_ends_before_it_is_up_begins_no_video(client: CallClient) -> None:
    alice: CallAgent = await client.create_call_agent(ALICE)
    await client.create_call_agent(BOB)
    call = await alice.start_call([BOB], video=VideoOptions())
    await call.hang_up()
    await client.runtime.drained()
    assert "video.requested" not in events(client)


async def test_constraints_are_set_kept_and_taken_away(client: CallClient) -> None:
    call = await talking(client)
    await call.set_constraints(VideoConstraints(frame_height_max_px=720, frame_rate_max_fps=15))
    await call.set_constraints(VideoConstraints(frame_rate_max_fps=0))
    assert call.video_constraints == VideoConstraints(frame_height_max_px=720)
    with pytest.raises(Refused, match="bitrate_max_bps is -1"):
        await call.set_constraints(VideoConstraints(bitrate_max_bps=-1))
    assert call.video_constraints == VideoConstraints(frame_height_max_px=720)
