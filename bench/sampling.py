"""What measuring costs: a call of 350 in which fifty streams are sampled once a second."""

import asyncio
from contextlib import closing
from itertools import count
from time import process_time

from bench.measure import Result, Target, result_of
from bench.workbench import Sizes, Workbench
from calltape.adapters.eventsourcing.sqlite import SQLiteLog
from calltape.adapters.runtime import Runtime, SimulatedClock
from calltape.core import CallId, EndpointId, Join, MediaSampled, RawId, StreamSample, TransportSample

STREAMS = 50
ALLOWED = 20.0
"""Call seconds per CPU second at 5 % of one core."""

_PAUSE_S = 0.02
"""Between two call seconds, so that each is written by itself as it is in a call that takes its time."""


def sampling_350(bench: Workbench) -> Result:
    """CPU for the samples of 50 streams at one a second, through the runtime into SQLite."""
    rates: list[tuple[float, float]] = []
    for number in range(bench.sizes.rounds):
        with closing(SQLiteLog(bench.folder / f"sampling-{number}.db")) as log:
            rates.append((asyncio.run(_sample(log, bench.sizes)), ALLOWED))
    return result_of("sampling_350", rates, "5 % of one core", unit="call s/CPU s", target=Target(1.0))


async def _sample(log: SQLiteLog, sizes: Sizes) -> float:
    """Call seconds per CPU second, the whole process counted: diagnosing, encoding, SQLite."""
    clock, numbers, call_id = SimulatedClock(), count(), CallId("sampled")
    people = [RawId(f"8:acs:bench_{number}") for number in range(sizes.crowd)]
    async with Runtime(log, clock=clock, new_id=lambda: f"id-{next(numbers)}") as runtime:
        for who in people:
            await runtime.give(
                call_id,
                Join,
                call_id=call_id,
                participant=who,
                endpoint=EndpointId("desk"),
                group_id="29228d3e-040e-4656-a70e-890ab4e173e5",
            )
        await runtime.drained()
        started = process_time()
        for second in range(sizes.sampled_s):
            await clock.advance(1)
            for place, who in enumerate(people[:STREAMS]):
                runtime.measured(call_id, who, _look(call_id, who, place, second))
            await asyncio.sleep(_PAUSE_S)
        await runtime.drained()
    return sizes.sampled_s / (process_time() - started)


def _look(call_id: CallId, who: RawId, place: int, second: int) -> MediaSampled:
    """A full sample of one sent stream: another talks every ten seconds, now and then a packet is lost."""
    is_talking = (second // 10 + place) % 7 == 0
    audio = StreamSample(
        id=f"link-{place}-audio-send",
        kind="audio",
        direction="send",
        transport_id=f"link-{place}",
        codec_name="OPUS",
        bitrate=36_000 + place,
        jitter_in_ms=4.0 + second % 5,
        packets=50 * second,
        packets_per_second=50.0,
        packets_lost=second // 3,
        packets_lost_per_second=float(second % 3 == 0),
        rtt_in_ms=21.5,
        audio_input_level=12_000 + 100 * place if is_talking else 90,
    )
    return MediaSampled(
        call_id=call_id,
        participant=who,
        streams=(audio,),
        transports=(TransportSample(id=f"link-{place}", rtt_in_ms=21.5),),
        microphone_level=12_500 if is_talking else 100,
    )
