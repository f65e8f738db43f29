"""Whole calls through agent, runtime and real media."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from av import VideoFrame

from calltape.adapters.agent import Call, CallClient
from calltape.adapters.memory import MemoryLog
from calltape.adapters.webrtc import (
    AudioRecorder,
    LegId,
    MediaKit,
    Pattern,
    VideoRecorder,
    compare,
    voice_source,
)
from calltape.adapters.webrtc.port import WebRtcPort
from calltape.core import (
    LIMITS,
    CallState,
    DiagnosticChanged,
    MediaSampled,
    MediaStatesObserved,
    ParticipantState,
    call_stream,
    media_stream,
    replay,
)

pytestmark = pytest.mark.media

ALICE, BOB, CAROL = (f"8:acs:test_{name}" for name in ("alice", "bob", "carol"))
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"


@pytest.fixture
async def client() -> AsyncIterator[CallClient]:
    port = WebRtcPort(sample_s=0.3, silence_s=1.6)
    async with CallClient(MemoryLog(), media=port, limits=LIMITS.with_(reconnect_s=1.5)) as running:
        yield running


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something that media makes so in its own time."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - nobody tells when enough media has arrived
            await asyncio.sleep(0.02)


async def test_an_echo_call_hears_and_sees_itself_and_is_measured(client: CallClient) -> None:
    ears, eyes, voice = AudioRecorder(), VideoRecorder(), voice_source()
    alice = await client.create_call_agent(ALICE)
    call = await alice.start_call(
        ["8:echo123"], kit=MediaKit(audio=voice, video=Pattern(), ears=ears, eyes=eyes)
    )
    await call.wait_for("Connected")
    await asyncio.sleep(5)  # the length of the call, which is what is being tried
    await call.hang_up()
    await call.wait_for("Disconnected")
    assert compare(voice.sent.sound(), ears.sound()).correlation >= 0.6
    assert eyes.frames > 20
    await client.runtime.drained()
    facts = list(client.runtime.log.events(media_stream(call.id, ALICE)))
    samples = [fact for fact in facts if isinstance(fact, MediaSampled)]
    assert len(samples) >= 10
    sent = next(s for s in samples[-1].streams if (s.kind, s.direction) == ("audio", "send"))
    assert sent.codec_name == "OPUS"
    assert sent.packets is not None
    assert sent.packets > 150
    assert "connected" in {fact.connection for fact in facts if isinstance(fact, MediaStatesObserved)}
    assert replay(client.runtime.log.events(call_stream(call.id))).is_over


def hears(heard: AudioRecorder, others: set[LegId]) -> Callable[[], bool]:
    return lambda: set(heard.by_peer) >= others


async def test_three_people_in_a_group_all_hear_each_other(client: CallClient) -> None:
    ears = {who: AudioRecorder() for who in (ALICE, BOB, CAROL)}
    calls: list[Call] = []
    for seed, who in enumerate(ears):
        agent = await client.create_call_agent(who)
        kit = MediaKit(audio=voice_source(seed), ears=ears[who])
        calls.append(await agent.join(GROUP, kit=kit))
        await calls[-1].wait_for("Connected")
    for who, heard in ears.items():
        await until(hears(heard, {LegId(calls[0].id, other) for other in ears if other != who}))
    await calls[0].hang_up()
    await calls[0].wait_for("Disconnected")
    assert [str(p.identifier) for p in calls[1].remote_participants] == [CAROL]


async def test_a_hold_really_stops_the_sound_and_a_resume_lets_it_flow(client: CallClient) -> None:
    ears = AudioRecorder()
    alice = await client.create_call_agent(ALICE)
    call = await alice.start_call(["8:echo123"], kit=MediaKit(audio=voice_source(), ears=ears))
    await until(lambda: ears.frames > 10)
    await call.hold()
    assert call.state is CallState.LOCAL_HOLD
    await asyncio.sleep(0.3)  # what was on its way may still arrive
    frames = ears.frames
    await asyncio.sleep(0.5)
    assert ears.frames == frames
    await call.resume()
    await until(lambda: ears.frames > frames + 10)


async def test_a_path_that_is_cut_is_lost_and_comes_back(client: CallClient) -> None:
    port = client.runtime.media
    assert isinstance(port, WebRtcPort)
    alice = await client.create_call_agent(ALICE)
    call = await alice.start_call(["8:echo123"], kit=MediaKit(audio=voice_source()))
    await call.wait_for("Connected")
    await client.runtime.drained()
    leg = LegId(call.id, ALICE)
    names: list[str] = []
    call.events.subscribe(lambda recorded: names.append(recorded.event.name))
    await port.media.cut(leg)
    await until(lambda: "media.lost" in names)
    await port.media.mend(leg)
    await until(lambda: "media.restored" in names)
    assert call.state is CallState.CONNECTED


def diagnosed(client: CallClient, call: Call, *names: str) -> list[tuple[str, str]]:
    """What was said of these diagnostics of Alice's, in order."""
    facts = client.runtime.log.events(media_stream(call.id, ALICE))
    return [
        (fact.diagnostic, str(fact.value))
        for fact in facts
        if isinstance(fact, DiagnosticChanged) and fact.diagnostic in names
    ]


def flows(client: CallClient, call: Call) -> Callable[[], bool]:
    """Whether packets were measured to arrive at both sides: only then can any be missed."""

    def has_arrived(who: str) -> bool:
        facts = client.runtime.log.events(media_stream(call.id, who))
        streams = (each for fact in facts if isinstance(fact, MediaSampled) for each in fact.streams)
        return any(each.direction == "recv" and each.packets_per_second for each in streams)

    return lambda: has_arrived(ALICE) and has_arrived("8:echo123")


@pytest.fixture
async def patient() -> AsyncIterator[CallClient]:
    """A client that waits for lost media, and whose diagnostics take no time."""
    limits = LIMITS.with_(
        camera_freeze_s=0.5, quality_worse_s=0.2, quality_better_s=0.2, speaking_while_muted_s=0.2
    )
    port = WebRtcPort(sample_s=0.2, silence_s=1.6)
    async with CallClient(MemoryLog(), media=port, limits=limits) as running:
        yield running


async def test_a_path_that_is_cut_and_mended_is_diagnosed(patient: CallClient) -> None:
    port = patient.runtime.media
    assert isinstance(port, WebRtcPort)
    alice = await patient.create_call_agent(ALICE)
    call = await alice.start_call(["8:echo123"], kit=MediaKit(audio=voice_source()))
    await call.wait_for("Connected")
    await until(flows(patient, call))
    reconnect, receive = "networkReconnect", "networkReceiveQuality"
    leg = LegId(call.id, ALICE)
    await port.media.cut(leg)
    await until(lambda: diagnosed(patient, call, reconnect) == [(reconnect, "Poor")])
    await until(lambda: (receive, "Bad") in diagnosed(patient, call, receive))
    await port.media.mend(leg)
    await until(lambda: diagnosed(patient, call, reconnect)[-1] == (reconnect, "Good"))
    await until(lambda: diagnosed(patient, call, receive)[-1] == (receive, "Good"))
    assert call.state is CallState.CONNECTED


async def test_who_talks_on_while_muted_is_told(patient: CallClient) -> None:
    name = "speakingWhileMicrophoneIsMuted"
    alice = await patient.create_call_agent(ALICE)
    call = await alice.start_call(["8:echo123"], kit=MediaKit(audio=voice_source()))
    await call.wait_for("Connected")
    await call.mute()
    await until(lambda: diagnosed(patient, call, name) == [(name, "true")])
    await call.unmute()
    await until(lambda: diagnosed(patient, call, name)[-1] == (name, "false"))


class FailingCamera(Pattern):
    """A camera that is pulled out when asked."""

    is_pulled = False

    async def frame(self) -> VideoFrame:
        if self.is_pulled:
            raise OSError("no such device")
        return await super().frame()


async def test_a_camera_that_is_pulled_out_is_told(patient: CallClient) -> None:
    stopped, frozen = "cameraStoppedUnexpectedly", "cameraFreeze"
    camera = FailingCamera()
    alice = await patient.create_call_agent(ALICE)
    call = await alice.start_call(["8:echo123"], kit=MediaKit(audio=voice_source(), video=camera))
    await call.wait_for("Connected")
    await asyncio.sleep(0.5)  # pictures for a while, which are no freeze
    assert diagnosed(patient, call, stopped, frozen) == []
    camera.is_pulled = True
    await until(lambda: diagnosed(patient, call, stopped, frozen) == [(stopped, "true"), (frozen, "true")])


async def test_a_path_that_stays_cut_ends_the_leg_as_lost(client: CallClient) -> None:
    port = client.runtime.media
    assert isinstance(port, WebRtcPort)
    alice = await client.create_call_agent(ALICE)
    call = await alice.start_call(["8:echo123"], kit=MediaKit(audio=voice_source()))
    await call.wait_for("Connected")
    await until(flows(client, call))
    await port.media.cut(LegId(call.id, ALICE))
    await asyncio.wait_for(call.wait_for("Disconnected"), 15)
    await client.runtime.drained()
    person = replay(client.runtime.log.events(call_stream(call.id))).participants
    reasons = {(p.end_reason.code, p.end_reason.subcode) for p in person.values() if p.end_reason is not None}
    assert reasons == {(410, 301005)}
    assert {p.state for p in person.values()} == {ParticipantState.DISCONNECTED}
    name = "networkReconnect"
    await until(lambda: len(diagnosed(client, call, name)) >= 2)
    assert diagnosed(client, call, name) == [(name, "Poor"), (name, "Bad")]
