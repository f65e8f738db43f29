"""Who speaks, as the others hear it: in the roster of each, and in the order of dominance."""

import asyncio

import pytest

from calltape.adapters.agent import Call, CallClient, RosterDelta
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, Runtime, SimulatedClock
from calltape.core import DominantSpeakersChanged, MediaSampled, RawId, StreamSample

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = (RawId(f"8:acs:test_{name}") for name in ("alice", "bob", "carol"))
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"


async def talk(runtime: Runtime, clock: SimulatedClock, call: Call, who: RawId, *levels: int) -> None:
    """`who` is measured once a second; returns when it is recorded who speaks then."""
    told = asyncio.Event()
    stop = runtime.listen_measured(
        lambda batch: told.set() if isinstance(batch[-1].event, DominantSpeakersChanged) else None
    )
    for level in levels:
        await clock.advance(1)
        sent = StreamSample(
            id="a",
            kind="audio",
            direction="send",
            transport_id="t",
            packets_per_second=50.0,
            audio_input_level=level,
        )
        runtime.measured(call.id, who, MediaSampled(call_id=call.id, participant=who, streams=(sent,)))
    async with asyncio.timeout(5):
        await told.wait()
    stop()


def speaking(call: Call) -> list[RawId]:
    return [person.identifier for person in call.remote_participants if person.is_speaking]


async def test_the_roster_of_everybody_else_says_who_speaks() -> None:
    clock = SimulatedClock()
    async with CallClient(MemoryLog(), media=InstantMedia(), clock=clock) as client:
        hers, his = [await (await client.create_call_agent(who)).join(GROUP) for who in (ALICE, BOB)]
        await client.runtime.drained()
        deltas, dominant = list[RosterDelta](), list[tuple[RawId, ...]]()
        hers.remote_participants_updated.subscribe(deltas.append)
        hers.dominant_speakers.speakers_changed.subscribe(dominant.append)
        await talk(client.runtime, clock, hers, BOB, 9_000, 9_000)
        assert speaking(hers) == [BOB]
        assert speaking(his) == []
        assert his.dominant_speakers.is_speaking(BOB)
        assert [[person.identifier for person in each.changed] for each in deltas] == [[BOB]]
        third = await (await client.create_call_agent(CAROL)).join(GROUP)
        assert speaking(third) == [BOB]
        assert third.dominant_speakers.speakers == (BOB,)
        await talk(client.runtime, clock, hers, BOB, 0, 0, 0)
        assert [speaking(call) for call in (hers, his, third)] == [[], [], []]
        assert dominant == [(BOB,)], "who spoke keeps their place"
