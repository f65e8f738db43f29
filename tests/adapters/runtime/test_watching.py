"""What is measured of a live call is diagnosed, and what follows is recorded beside it."""

import pytest

from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import Runtime, SimulatedClock
from calltape.core import (
    CallId,
    Condition,
    DiagnosticChanged,
    DominantSpeakersChanged,
    EndpointId,
    Event,
    HangUp,
    Join,
    MediaConditionObserved,
    MediaSampled,
    Mute,
    RawId,
    StreamSample,
    call_stream,
    digest,
    media_stream,
    replay,
    speakers_stream,
)
from calltape.projections import ROSTER, View

pytestmark = pytest.mark.example

CALL, ALICE = CallId("call-1"), RawId("8:acs:test_alice")
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"


def sample(level: int, microphone: int) -> Event:
    sent = StreamSample(
        id="a",
        kind="audio",
        direction="send",
        transport_id="t",
        packets_per_second=50.0,
        audio_input_level=level,
    )
    return MediaSampled(call_id=CALL, participant=ALICE, streams=(sent,), microphone_level=microphone)


async def see(runtime: Runtime, clock: SimulatedClock, *facts: Event) -> None:
    for fact in facts:
        await clock.advance(1)
        await runtime.settled()
        runtime.measured(CALL, ALICE, fact)


async def test_a_call_is_watched_while_it_lives() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with Runtime(log, clock=clock) as runtime:
        await runtime.give(
            CALL, Join, call_id=CALL, participant=ALICE, endpoint=EndpointId("a"), group_id=GROUP
        )
        await runtime.drained()
        await see(runtime, clock, sample(9_000, 9_000), sample(9_000, 9_000), sample(9_000, 9_000))
        await runtime.give(CALL, Mute, participant=ALICE)
        await see(runtime, clock, sample(0, 9_000), sample(0, 9_000), sample(0, 9_000))
        await runtime.give(CALL, HangUp, participant=ALICE)
        await runtime.drained()
        await see(runtime, clock, sample(0, 9_000), sample(0, 9_000))
    said = [fact for fact in log.events(media_stream(CALL, ALICE)) if isinstance(fact, DiagnosticChanged)]
    assert [(fact.diagnostic, fact.value) for fact in said] == [
        ("speakingWhileMicrophoneIsMuted", "true"),
        ("speakingWhileMicrophoneIsMuted", "false"),
    ]
    spoken = list(log.events(speakers_stream(CALL)))
    assert [
        (fact.speakers, fact.speaking) for fact in spoken if isinstance(fact, DominantSpeakersChanged)
    ] == [
        ((ALICE,), (ALICE,)),
        ((ALICE,), ()),
        ((), ()),
    ]
    names = {event.name for event in log.events(call_stream(CALL))}
    assert not names & {"diagnostic.changed", "speakers.changed", "media.sampled"}


async def test_after_a_crash_nobody_is_heard_until_they_are_measured_again() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with Runtime(log, clock=clock) as runtime:
        await runtime.give(
            CALL, Join, call_id=CALL, participant=ALICE, endpoint=EndpointId("a"), group_id=GROUP
        )
        await runtime.drained()
        await see(runtime, clock, sample(9_000, 9_000), sample(9_000, 9_000))
    for _ in range(2):
        async with Runtime(log, clock=clock) as runtime:
            assert await runtime.recover() == (CALL,)
    said = [
        fact.speaking
        for fact in log.events(speakers_stream(CALL))
        if isinstance(fact, DominantSpeakersChanged)
    ]
    assert said == [(ALICE,), ()]
    view = View(ROSTER)
    view.advance(log.read_all())
    assert not view.rows[CALL].participants[ALICE].is_speaking


async def test_the_call_is_the_same_without_being_watched() -> None:
    async def digest_of(*facts: Event) -> str:
        log, clock = MemoryLog(), SimulatedClock()
        async with Runtime(log, clock=clock) as runtime:
            await runtime.give(
                CALL, Join, call_id=CALL, participant=ALICE, endpoint=EndpointId("a"), group_id=GROUP
            )
            await see(runtime, clock, *facts)
        return digest(replay(log.events(call_stream(CALL))))

    assert await digest_of() == await digest_of(
        MediaConditionObserved(call_id=CALL, participant=ALICE, condition=Condition.CAMERA_STOPPED),
        sample(9_000, 0),
    )


async def test_a_fact_that_makes_no_sense_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    log, clock = MemoryLog(), SimulatedClock()
    broken = MediaSampled(call_id=CALL, participant=ALICE, streams=(None,))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    async with Runtime(log, clock=clock) as runtime:
        await runtime.give(
            CALL, Join, call_id=CALL, participant=ALICE, endpoint=EndpointId("a"), group_id=GROUP
        )
        await see(runtime, clock, broken)
        await runtime.give(CALL, Mute, participant=ALICE)
    assert "what was measured could not be diagnosed" in caplog.text
