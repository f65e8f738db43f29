"""A stage for real calls: legs with microphones and cameras, and a list of what was observed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import stat
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from calltape.adapters.webrtc import (
    AudioRecorder,
    Connected,
    LegId,
    MediaKit,
    Observation,
    Pattern,
    VideoRecorder,
    WebRtcMedia,
    voice_source,
)
from calltape.adapters.webrtc.path import Addresses

ALICE = LegId("call-1", "8:acs:alice")
BOB = LegId("call-1", "8:acs:bob")


class Actor:
    """A leg's equipment, with its parts at hand."""

    def __init__(self, leg: LegId, seed: int, *, video: bool) -> None:
        self.leg = leg
        self.voice = voice_source(seed)
        self.camera = Pattern() if video else None
        self.ears = AudioRecorder()
        self.eyes = VideoRecorder()
        self.kit = MediaKit(self.voice, self.camera, self.ears, self.eyes)


class Stage:
    """One ``WebRtcMedia`` and everything it said."""

    def __init__(self, silence_s: float, addresses: Addresses = "loopback") -> None:
        self.seen: list[Observation] = []
        self.media = WebRtcMedia(self.seen.append, sample_s=0.3, silence_s=silence_s, addresses=addresses)

    async def enter(self, leg: LegId, seed: int = 1, *, video: bool = False) -> Actor:
        actor = Actor(leg, seed, video=video)
        await self.media.open(leg, actor.kit)
        return actor

    async def call(self, *, video: bool = False) -> tuple[Actor, Actor]:
        """Alice and Bob, connected and hearing each other."""
        alice, bob = await self.enter(ALICE, 1, video=video), await self.enter(BOB, 2, video=video)
        await self.media.connect(ALICE, BOB)
        await self.until(lambda: Connected(ALICE) in self.seen and Connected(BOB) in self.seen)
        await self.until(lambda: alice.ears.frames > 2 and bob.ears.frames > 2)
        if video:
            await self.until(lambda: alice.eyes.frames > 2 and bob.eyes.frames > 2)
        return alice, bob

    async def until(self, true: Callable[[], bool], within_s: float = 10.0) -> float:
        """Wait until a condition holds; how long that took. Fails, with what was seen, if it never does."""
        started_s = time.monotonic()
        while not true():
            if time.monotonic() - started_s > within_s:
                pytest.fail(f"still not so after {within_s:g} s; observed: {self.said()}")
            await asyncio.sleep(0.01)
        return time.monotonic() - started_s

    def said(self, *kinds: type[Observation]) -> list[Observation]:
        """What was observed of some kinds, or of all but states and samples."""
        if kinds:
            return [o for o in self.seen if isinstance(o, kinds)]
        return [o for o in self.seen if type(o).__name__ not in {"StatesObserved", "Sampled"}]


def udp_places() -> set[tuple[str, int]]:
    """Address and port of every UDP socket over IP that this process has open."""
    places: set[tuple[str, int]] = set()
    for descriptor in [int(path.name) for path in Path("/dev/fd").iterdir()]:
        with contextlib.suppress(OSError):  # closed meanwhile: the listing itself was one
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                with socket.socket(fileno=os.dup(descriptor)) as copy:
                    if copy.type == socket.SOCK_DGRAM and copy.family in (socket.AF_INET, socket.AF_INET6):
                        places.add(copy.getsockname()[:2])
    return places


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage(silence_s=2.0)
    yield made
    await made.media.aclose()
