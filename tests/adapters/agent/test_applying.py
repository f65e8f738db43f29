"""The façade's effects, with media that grants every wish, and what becomes of them in a crash."""

import pytest

from calltape.adapters.agent import CallClient
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, Runtime, SimulatedClock
from calltape.core import (
    CallId,
    EndpointId,
    Join,
    MediaEffect,
    Platform,
    RawId,
    Refused,
    StartStreamEffect,
    StreamEffect,
)
from calltape.core.effects import StartMediaEffect, StopMediaEffect

pytestmark = pytest.mark.example

ALICE = RawId("8:acs:test_alice")
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"


class NotedMedia(InstantMedia):
    """Notes what it is asked about effects, and grants it unless it is deaf."""

    def __init__(self, *, is_deaf: bool = False) -> None:
        super().__init__()
        self.is_deaf = is_deaf
        self.asked: list[MediaEffect] = []

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        if isinstance(effect, StartMediaEffect | StopMediaEffect):
            self.asked.append(effect)
            if self.is_deaf:
                return
        await super().perform(call_id, effect)


async def test_an_effect_is_started_and_stopped() -> None:
    media = NotedMedia()
    async with CallClient(MemoryLog(), media=media, with_echo=False) as client:
        alice = await client.create_call_agent(ALICE)
        call = await alice.join(GROUP)
        await client.runtime.drained()
        with pytest.raises(Refused, match="MusicMode is not supported on desktop_web"):
            await call.effects.start(StreamEffect.MUSIC_MODE, platform=Platform.DESKTOP_WEB)
        assert media.asked == []
        await call.effects.start(StreamEffect.MUSIC_MODE, platform=Platform.WINDOWS)
        await client.runtime.drained()
        assert list(call.effects.active) == [StreamEffect.MUSIC_MODE]
        await call.effects.stop(StreamEffect.MUSIC_MODE)
        await client.runtime.drained()
        assert not call.effects.active
        endpoint = alice.endpoint
        assert media.asked == [
            StartMediaEffect(participant=ALICE, endpoint=endpoint, effect=StreamEffect.MUSIC_MODE),
            StopMediaEffect(participant=ALICE, endpoint=endpoint, effect=StreamEffect.MUSIC_MODE),
        ]


async def test_an_effect_whose_media_died_has_failed() -> None:
    log, call_id, effect = MemoryLog(), CallId("call-1"), StreamEffect.NOISE_SUPPRESSION
    async with Runtime(log, media=NotedMedia(is_deaf=True), clock=SimulatedClock()) as first:
        await first.give(
            call_id, Join, call_id=call_id, participant=ALICE, endpoint=EndpointId("a"), group_id=GROUP
        )
        await first.drained()
        await first.give(call_id, StartStreamEffect, participant=ALICE, effect=effect)
        await first.drained()
        assert effect in (await first.call(call_id)).participants[ALICE].effects
    media = NotedMedia()
    async with Runtime(log, media=media, clock=SimulatedClock()) as second:
        await second.recover()
        await second.drained()
        assert (await second.call(call_id)).participants[ALICE].effects == {}
        assert [type(each) for each in media.asked] == [StopMediaEffect]
