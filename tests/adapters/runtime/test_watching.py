"""What is measured of a live call is diagnosed, and what follows is recorded beside it."""

import pytest

from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, Runtime, SimulatedClock
from calltape.core import (
    SECOND,
    CallId,
    Condition,
    DiagnosticChanged,
    DominantSpeakersChanged,
    EndpointId,
    Event,
    EventLog,
    HangUp,
    Join,
    MediaConditionObserved,
    MediaSampled,
    Mute,
    RawId,
    ReportMediaRestored,
    StreamSample,
    call_stream,
    digest,
    media_stream,
    replay,
    speakers_stream,
)
from calltape.projections import ROSTER, View

pytestmark = pytest.mark.example

CALL, ALICE, BOB = CallId("call-1"), RawId("8:acs:test_alice"), RawId("8:acs:test_bob")
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


class Measuring(InstantMedia):
    """Says that it measures, and measures nothing."""

    measures = True


def diagnosed(log: EventLog, who: RawId = ALICE) -> list[tuple[str, str, int]]:
    """What was recorded of one leg: which, what, and in which second of the call."""
    start = next(iter(log.read_all())).at
    return [
        (fact.diagnostic, fact.value, (recorded.at - start) // SECOND)
        for recorded in log.read(media_stream(CALL, who))
        if isinstance(fact := recorded.event, DiagnosticChanged)
    ]


async def pass_time(runtime: Runtime, clock: SimulatedClock, seconds: int) -> None:
    for _ in range(seconds):
        await clock.advance(1)
        await runtime.settled()


async def join(runtime: Runtime, *people: RawId) -> None:
    for who in people:
        await runtime.give(
            CALL, Join, call_id=CALL, participant=who, endpoint=EndpointId("a"), group_id=GROUP
        )
    await runtime.settled()


def condition(which: Condition) -> Event:
    return MediaConditionObserved(call_id=CALL, participant=ALICE, condition=which)


async def test_what_takes_time_is_told_though_nothing_is_measured() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with Runtime(log, clock=clock) as runtime:
        await join(runtime, ALICE)
        runtime.measured(CALL, ALICE, condition(Condition.MICROPHONE_DISABLED))
        await pass_time(runtime, clock, 30)
    assert diagnosed(log) == [("microphoneNotFunctioning", "true", 10)]


async def test_a_port_that_measures_nothing_is_found_out() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with Runtime(log, media=Measuring(), clock=clock) as runtime:
        await join(runtime, ALICE)
        await pass_time(runtime, clock, 30)
        await join(runtime, BOB)
        await pass_time(runtime, clock, 10)
        await runtime.give(CALL, HangUp, participant=BOB)
        await pass_time(runtime, clock, 10)
    missing = [("connectedWithoutMedia", "true", 35), ("connectedWithoutMedia", "false", 40)]
    assert diagnosed(log) == diagnosed(log, BOB) == missing


async def test_a_port_that_does_not_measure_is_not_asked_for_it() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with Runtime(log, clock=clock) as runtime:
        await join(runtime, ALICE, BOB)
        await pass_time(runtime, clock, 30)
    assert diagnosed(log) == diagnosed(log, BOB) == []


async def test_a_leg_that_is_measured_no_more_is_found_out_once() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with Runtime(log, clock=clock) as runtime:
        await join(runtime, ALICE, BOB)
        await see(runtime, clock, sample(0, 50), sample(0, 50))
        await pass_time(runtime, clock, 60)
        await see(runtime, clock, sample(0, 50))
    assert diagnosed(log) == [("connectedWithoutMedia", "true", 7), ("connectedWithoutMedia", "false", 63)]
    assert diagnosed(log, BOB) == [("connectedWithoutMedia", "true", 6)]


async def test_who_speaks_into_a_line_that_breaks_ceases_to() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with Runtime(log, clock=clock) as runtime:
        await join(runtime, ALICE)
        await see(runtime, clock, sample(9_000, 9_000), sample(9_000, 9_000))
        await pass_time(runtime, clock, 5)
    told = [fact for fact in log.events(speakers_stream(CALL)) if isinstance(fact, DominantSpeakersChanged)]
    assert [fact.speaking for fact in told] == [(ALICE,), ()]


@pytest.mark.parametrize("media", [InstantMedia, Measuring])
async def test_after_a_restart_nothing_is_told_twice(media: type[InstantMedia]) -> None:
    log, clock = MemoryLog(), SimulatedClock()
    frozen = MediaSampled(
        call_id=CALL,
        participant=ALICE,
        streams=(
            StreamSample(id="v", kind="video", direction="send", transport_id="t", frame_rate_input=0.0),
        ),
    )
    async with Runtime(log, media=media(), clock=clock) as runtime:
        await join(runtime, ALICE)
        runtime.measured(CALL, ALICE, condition(Condition.SPEAKERS_ABSENT))
        runtime.measured(CALL, ALICE, condition(Condition.MICROPHONE_DISABLED))
        await see(runtime, clock, *[frozen] * 7)
    before = [("noSpeakerDevicesEnumerated", "true", 0), ("cameraFreeze", "true", 6)]
    assert diagnosed(log) == before
    async with Runtime(log, media=media(), clock=clock) as runtime:
        assert await runtime.recover() == (CALL,)
        await runtime.settled()
        await pass_time(runtime, clock, 10)
        await runtime.give(CALL, ReportMediaRestored, participant=ALICE)
        await see(runtime, clock, *[frozen] * 3, condition(Condition.SPEAKERS_PRESENT))
    assert diagnosed(log) == [
        *before,
        ("networkReconnect", "Poor", 7),
        ("microphoneNotFunctioning", "true", 10),
        ("networkReconnect", "Good", 17),
        ("noSpeakerDevicesEnumerated", "false", 21),
    ]


async def test_a_call_that_is_over_is_looked_at_no_more() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with Runtime(log, clock=clock) as runtime:
        await join(runtime, ALICE)
        runtime.measured(CALL, ALICE, condition(Condition.MICROPHONE_DISABLED))
        await runtime.give(CALL, HangUp, participant=ALICE)
        await pass_time(runtime, clock, 30)
    assert diagnosed(log) == []
