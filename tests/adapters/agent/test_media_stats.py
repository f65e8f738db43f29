"""Statistics of one's own media, collected by the agent's methods."""

import asyncio

import pytest

from calltape.adapters.agent import CallClient
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, SimulatedClock
from calltape.core import BadInput, CallId, MediaSampled, MediaSummary, RawId, Recorded, StreamSample, later

pytestmark = pytest.mark.example

ALICE, BOB = (RawId(f"8:acs:test_{name}") for name in ("alice", "bob"))
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"


def sample(call_id: CallId, who: RawId, bitrate: int) -> MediaSampled:
    sent = StreamSample(id="a", kind="audio", direction="send", transport_id="t", bitrate=bitrate)
    return MediaSampled(call_id=call_id, participant=who, streams=(sent,))


async def test_samples_are_reported_and_summed_up() -> None:
    clock = SimulatedClock()
    async with CallClient(MemoryLog(), media=InstantMedia(), clock=clock, with_echo=False) as client:
        runtime = client.runtime
        hers, his = [await (await client.create_call_agent(who)).join(GROUP) for who in (ALICE, BOB)]
        await runtime.drained()
        collector = hers.media_stats.create_collector(aggregation_interval_s=2, data_points_per_aggregation=2)
        other = hers.media_stats.create_collector()
        samples, summaries = list[MediaSampled](), list[MediaSummary]()
        collector.sample_reported.subscribe(samples.append)
        collector.summary_reported.subscribe(summaries.append)
        other.summary_reported.subscribe(summaries.append)
        seen = asyncio.Semaphore(0)

        def count(batch: tuple[Recorded, ...]) -> None:
            for _ in batch:
                seen.release()

        runtime.listen_measured(count)
        began_at = later(clock.now(), 1)
        async with asyncio.timeout(5):
            for second in range(1, 6):
                await clock.advance(1)
                runtime.measured(hers.id, BOB, sample(hers.id, BOB, 7))
                runtime.measured(hers.id, ALICE, sample(hers.id, ALICE, second * 100))
                await seen.acquire()
                await seen.acquire()
        assert [each.participant for each in samples] == [ALICE] * 5
        (summary,) = summaries
        assert (summary.began_at, summary.ended_at) == (began_at, later(began_at, 4))
        bitrate = summary.streams["audio/send/a"]["bitrate"]
        assert (bitrate.count, bitrate.sum, bitrate.min, bitrate.max, bitrate.raw) == (
            [2, 2],
            [300.0, 700.0],
            [100.0, 300.0],
            [200.0, 400.0],
            [200, 400],
        )
        collector.dispose()
        collector.dispose()
        runtime.measured(hers.id, ALICE, sample(hers.id, ALICE, 1))
        async with asyncio.timeout(5):
            await seen.acquire()
        assert len(samples) == 5
        with pytest.raises(BadInput, match="collect nothing"):
            his.media_stats.create_collector(aggregation_interval_s=0)
