"""One microphone and one camera for all of a leg's links."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame

from calltape.adapters.webrtc import LegId, MediaKit, Pcm, Recording
from calltape.adapters.webrtc.leg import Leg, LegTrack
from calltape.adapters.webrtc.sound import FRAME

pytestmark = pytest.mark.example

ALICE = LegId("call-1", "8:acs:alice")


class World:
    """A clock that moves only when the microphone is read, and what the microphone then gives."""

    def __init__(self, stalls: dict[int, float] | None = None) -> None:
        self.now_s = 100.0
        self.stalls = stalls or {}
        self.reads = 0
        self.sent = Recording()

    def clock(self) -> float:
        return self.now_s

    def read(self, count: int, at_s: float) -> Pcm:
        assert at_s == self.now_s
        self.reads += 1
        self.now_s += self.stalls.get(self.reads, 0.02)
        return np.full(count, self.reads, np.int16)


def leg(world: World, carried: Callable[[], bool] = lambda: True) -> Leg:
    return Leg(ALICE, MediaKit(audio=world), world.clock, carried)


def audio_track(of: Leg) -> LegTrack:
    track = of.track("audio")
    assert track is not None
    return track


async def frame(track: LegTrack) -> AudioFrame:
    taken = await track.recv()
    assert isinstance(taken, AudioFrame)
    return taken


def value(of: AudioFrame) -> int:
    return int(of.to_ndarray()[0, 0])


async def test_nothing_is_read_before_somebody_listens() -> None:
    world = World()
    alice = leg(world)
    track = audio_track(alice)
    await asyncio.sleep(0)
    assert world.reads == 0
    first = await frame(track)
    assert (value(first), first.pts, first.sample_rate, first.samples) == (1, 0, 48_000, FRAME)
    await alice.close()


async def test_two_links_get_the_same_sound() -> None:
    world = World()
    alice = leg(world)
    one, other = audio_track(alice), audio_track(alice)
    await frame(one)
    pending = asyncio.create_task(frame(other))
    await asyncio.sleep(0)
    both = [await frame(one), await pending]
    while value(both[0]) < value(both[1]):
        both[0] = await frame(one)
    assert value(both[0]) == value(both[1])
    assert both[0] is not both[1], "an encoder may change the frame it is given"
    await alice.close()


async def test_what_goes_out_is_written_down_once_and_on_time() -> None:
    world = World()
    alice = leg(world)
    track = audio_track(alice)
    taken = [await frame(track) for _ in range(5)]
    await alice.close()
    sound = world.sent.sound()
    assert sound.started_s == pytest.approx(100.0)
    assert [int(v) for v in sound.pcm[: 5 * FRAME : FRAME]] == [value(f) for f in taken] == [1, 2, 3, 4, 5]


async def test_muted_is_zero_on_the_wire_and_in_the_book() -> None:
    world = World()
    alice = leg(world)
    assert alice.microphone is not None
    alice.microphone.set_muted(True)
    assert value(await frame(audio_track(alice))) == 0
    assert alice.microphone.level == 0
    assert not world.sent.sound().pcm.any()
    assert world.reads > 0, "time goes on for the source"
    await alice.close()


async def test_what_is_not_carried_is_not_written_down() -> None:
    world = World()
    alice = leg(world, carried=lambda: False)
    await frame(audio_track(alice))
    await alice.close()
    assert world.sent.samples == 0


async def test_after_a_standstill_the_microphone_skips_instead_of_hurrying() -> None:
    world = World(stalls={2: 3.0})
    alice = leg(world)
    track = audio_track(alice)
    positions = [(await frame(track)).pts for _ in range(4)]
    await alice.close()
    assert positions[:2] == [0, FRAME]
    skipped_s = ((positions[2] or 0) - 2 * FRAME) / 48_000
    assert skipped_s == pytest.approx(2.98, abs=0.021)
    assert positions[3] == (positions[2] or 0) + FRAME


async def test_a_slow_encoder_loses_the_oldest_frames() -> None:
    alice = leg(World())
    track = audio_track(alice)
    await frame(track)
    for number in range(30):
        picture = AudioFrame(format="s16", layout="mono", samples=FRAME)
        picture.pts = 1_000_000 + number
        track.push(picture)
    assert (await frame(track)).pts == 1_000_020
    await alice.close()


async def test_a_stopped_track_ends_and_the_others_go_on() -> None:
    alice = leg(World())
    one, other = audio_track(alice), audio_track(alice)
    await frame(one)
    await frame(other)
    one.stop()
    with pytest.raises(MediaStreamError):
        await one.recv()
    assert (await frame(other)).pts is not None
    await alice.close()


async def test_a_camera_stamps_time_and_is_closed_once() -> None:
    class Film:
        closed = 0

        async def frame(self) -> VideoFrame:
            await asyncio.sleep(0)
            world.now_s += 0.1
            return VideoFrame(64, 48, "yuv420p")

        def close(self) -> None:
            self.closed += 1

    world, film = World(), Film()
    alice = Leg(ALICE, MediaKit(video=film), world.clock, lambda: True)
    assert alice.track("audio") is None
    track = alice.track("video")
    assert track is not None
    times = [(await track.recv()).pts or 0 for _ in range(3)]
    assert [time % 9_000 for time in times] == [0, 0, 0], "90 kHz: a tenth of a second is 9000"
    assert times[0] < times[1] < times[2]
    assert track.size == (64, 48)
    await alice.close()
    assert film.closed == 1
