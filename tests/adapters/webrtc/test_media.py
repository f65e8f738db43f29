"""Real calls over loopback: what is asked happens, and is said once."""

from __future__ import annotations

import asyncio
import threading

import aioice.ice
import pytest

from calltape.adapters.webrtc import (
    Closed,
    Connected,
    Held,
    HoldFailed,
    LegId,
    Lost,
    MediaKit,
    PcmSource,
    Restored,
    Resumed,
    ResumeFailed,
    StatesObserved,
    WebRtcMedia,
)
from calltape.adapters.webrtc.sound import silence

from .conftest import ALICE, BOB, Actor, Stage, udp_places

pytestmark = pytest.mark.media

CAROL = LegId("call-1", "8:acs:carol")


async def frames_in(seconds: float, *actors: Actor) -> list[int]:
    """Audio and video frames that each actor gets within some time."""
    before = [count for actor in actors for count in (actor.ears.frames, actor.eyes.frames)]
    await asyncio.sleep(seconds)
    after = [count for actor in actors for count in (actor.ears.frames, actor.eyes.frames)]
    return [new - old for new, old in zip(after, before, strict=True)]


async def test_two_legs_hear_and_see_each_other(stage: Stage) -> None:
    alice, bob = await stage.call(video=True)
    for count, least in zip(await frames_in(1.0, alice, bob), [35, 8, 35, 8], strict=True):
        assert count >= least
    assert (alice.eyes.width, alice.eyes.height) == (640, 360)
    assert stage.said() == [Connected(ALICE), Connected(BOB)] or stage.said() == [
        Connected(BOB),
        Connected(ALICE),
    ]


async def test_states_are_told_in_the_words_of_the_w3c(stage: Stage) -> None:
    await stage.call()
    of_alice = [s for s in stage.seen if isinstance(s, StatesObserved) and s.leg == ALICE]
    assert of_alice[-1] == StatesObserved(ALICE, BOB, "completed", "connected", "connected")
    assert len(of_alice) == len(set(of_alice)), "a state was told twice"


async def test_nothing_listens_beyond_loopback(stage: Stage) -> None:
    others = aioice.ice.get_host_addresses
    await stage.call()
    listening = stage.media.listening()
    assert len(listening) == 2
    assert {address for address, _ in listening} == {"127.0.0.1"}
    assert udp_places() == set(listening)
    assert aioice.ice.get_host_addresses is others, "other users of aioice in the process must not notice"


async def test_the_hosts_addresses_are_used_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_card(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        return ["127.0.0.2"]  # stands for a network card, which a test machine may not have

    monkeypatch.setattr(aioice.ice, "get_host_addresses", one_card)
    stage = Stage(silence_s=2.0, addresses="host")
    await stage.call()
    assert {address for address, _ in stage.media.listening()} == {"127.0.0.2"}
    await stage.media.aclose()


async def test_muted_is_digital_silence_while_frames_go_on(stage: Stage) -> None:
    alice, bob = await stage.call()
    await stage.media.set_muted(ALICE, True)
    await stage.until(lambda: bob.ears.level == 0)
    await asyncio.sleep(0.3)
    start = bob.ears.by_peer[ALICE].samples
    [frames, _] = await frames_in(1.0, bob)
    assert frames >= 35
    heard = bob.ears.sound().pcm[-(bob.ears.by_peer[ALICE].samples - start) :]
    assert not heard.any(), "silence must be exact"
    await stage.media.set_muted(ALICE, False)
    await stage.until(lambda: bob.ears.level > 1000)
    assert alice.ears.level >= 0


async def test_who_mutes_what_comes_in_hears_nothing_and_is_heard(stage: Stage) -> None:
    alice, bob = await stage.call()
    await stage.media.set_incoming_audio_muted(ALICE, True)
    mine, theirs = alice.ears.frames, bob.ears.frames
    await stage.until(lambda: bob.ears.frames > theirs + 25)
    assert alice.ears.frames == mine
    await stage.media.set_incoming_audio_muted(ALICE, False)
    await stage.until(lambda: alice.ears.frames > mine + 10)


async def test_hold_stops_both_ways_and_resume_starts_again(stage: Stage) -> None:
    alice, bob = await stage.call(video=True)
    await stage.media.hold(BOB)
    assert stage.said()[-1] == Held(BOB)
    await asyncio.sleep(0.3)  # what is still being decoded
    assert await frames_in(2.5, alice, bob) == [0, 0, 0, 0]
    assert not stage.said(Lost), "a hold is not a loss"
    await stage.media.resume(BOB)
    assert stage.said()[-1] == Resumed(BOB)
    audio, video = alice.ears.frames, bob.eyes.frames
    await stage.until(lambda: alice.ears.frames > audio + 10 and bob.eyes.frames > video + 3)


async def test_media_flows_only_when_nobody_holds(stage: Stage) -> None:
    alice, bob = await stage.call()
    await stage.media.hold(ALICE)
    await stage.media.hold(BOB)
    await stage.media.resume(ALICE)
    await asyncio.sleep(0.3)
    assert await frames_in(0.5, alice, bob) == [0, 0, 0, 0]
    await stage.media.resume(BOB)
    heard = alice.ears.frames, bob.ears.frames
    await stage.until(lambda: alice.ears.frames > heard[0] and bob.ears.frames > heard[1])
    assert stage.said()[2:] == [Held(ALICE), Held(BOB), Resumed(ALICE), Resumed(BOB)]


async def test_what_was_held_back_is_not_in_what_was_sent(stage: Stage) -> None:
    alice, _ = await stage.call()
    await stage.media.hold(ALICE)
    await asyncio.sleep(0.1)
    before = alice.voice.sent.samples
    await asyncio.sleep(0.3)
    assert alice.voice.sent.samples == before


async def test_a_hold_without_a_path_fails(stage: Stage) -> None:
    await stage.enter(ALICE)
    await stage.media.hold(ALICE)
    await stage.media.resume(ALICE)
    await stage.media.hold(BOB)
    assert stage.said() == [
        HoldFailed(ALICE, "the leg is not connected"),
        ResumeFailed(ALICE, "the leg is not connected"),
        HoldFailed(BOB, "the leg is not open"),
    ]


async def test_closing_is_noticed_by_the_peer_at_once(stage: Stage) -> None:
    await stage.call()
    await stage.media.close(ALICE)
    assert stage.said()[-1] in (Closed(ALICE), Closed(BOB, remote=True))
    took_s = await stage.until(lambda: Closed(BOB, remote=True) in stage.seen)
    assert took_s < 1.0, "a goodbye is no timeout"
    await stage.media.close(ALICE)
    await stage.media.close(BOB)
    assert stage.said(Closed, Lost).count(Closed(ALICE)) == 1
    assert stage.said()[-1] == Closed(BOB)
    assert stage.media.listening() == ()


async def test_a_leg_left_alone_can_be_connected_again(stage: Stage) -> None:
    alice, _ = await stage.call()
    await stage.media.close(BOB)
    await stage.until(lambda: Closed(ALICE, remote=True) in stage.seen)
    await stage.enter(CAROL, 3)
    await stage.media.connect(CAROL, ALICE)
    await stage.until(lambda: CAROL in alice.ears.by_peer)
    assert stage.said(Connected).count(Connected(ALICE)) == 2


async def test_a_dead_path_is_lost_and_a_mended_one_restored(stage: Stage) -> None:
    alice, bob = await stage.call()
    await stage.media.cut(ALICE)
    await stage.until(
        lambda: {Lost(leg, "no packet for 2 s") for leg in (ALICE, BOB)} <= set(stage.said()), 5
    )
    assert sum(await frames_in(0.3, alice, bob)) == 0
    await stage.media.mend(ALICE)
    await stage.until(lambda: {Restored(ALICE), Restored(BOB)} <= set(stage.said()), 5)
    heard = bob.ears.frames
    await stage.until(lambda: bob.ears.frames > heard + 10)


async def test_a_goodbye_that_never_arrives_is_a_loss(stage: Stage) -> None:
    await stage.call()
    await stage.media.cut(ALICE)
    await stage.media.close(ALICE)
    await stage.until(lambda: Lost(BOB, "no packet for 2 s") in stage.seen, 5)
    assert not [closed for closed in stage.said(Closed) if closed == Closed(BOB, remote=True)]
    await stage.media.hold(BOB)
    assert stage.said()[-1] == HoldFailed(BOB, "no peer is left to negotiate with")


async def test_ice_giving_up_is_no_goodbye(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aioice.ice, "CONSENT_INTERVAL", 0.2)
    monkeypatch.setattr(aioice.ice, "CONSENT_FAILURES", 5)  # each takes 0.5 s to fail: longer than 2 s in all
    await stage.call()
    await stage.media.cut(ALICE)
    await stage.media.close(ALICE)
    await stage.until(lambda: StatesObserved(BOB, ALICE, "closed", "closed", "closed") in stage.seen)
    assert stage.said(Lost, Closed) == [Closed(ALICE), Lost(BOB, "no packet for 2 s")]


async def test_closing_while_connecting_still_says_goodbye(stage: Stage) -> None:
    await stage.enter(ALICE)
    await stage.enter(BOB)
    await stage.media.connect(ALICE, BOB)
    await stage.media.close(ALICE)
    took_s = await stage.until(lambda: Closed(BOB, remote=True) in stage.seen)
    assert took_s < 1.0


async def test_a_path_that_ice_gives_up_is_built_anew(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aioice.ice, "CONSENT_INTERVAL", 0.2)
    monkeypatch.setattr(aioice.ice, "CONSENT_FAILURES", 2)
    _, bob = await stage.call()
    first = set(stage.media.listening())
    await stage.media.cut(ALICE)
    await stage.until(lambda: any(isinstance(o, Lost) and o.leg == BOB for o in stage.seen))
    await stage.media.mend(ALICE)
    await stage.until(lambda: {Restored(ALICE), Restored(BOB)} <= set(stage.said()))
    assert not first & set(stage.media.listening()), "the old sockets are gone"
    heard = bob.ears.frames
    await stage.until(lambda: bob.ears.frames > heard + 10)


async def test_a_path_built_anew_under_a_hold_stays_held_and_alive(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aioice.ice, "CONSENT_INTERVAL", 0.2)
    monkeypatch.setattr(aioice.ice, "CONSENT_FAILURES", 2)
    alice, bob = await stage.call()
    first = set(stage.media.listening())
    await stage.media.hold(ALICE)
    await stage.media.cut(BOB)
    await stage.until(lambda: len(stage.said(Lost)) == 2 and not first & set(stage.media.listening()))
    await stage.media.mend(BOB)
    await stage.until(lambda: {Restored(ALICE), Restored(BOB)} <= set(stage.said()))
    monkeypatch.undo()
    lost = len(stage.said(Lost))
    assert await frames_in(3.0, alice, bob) == [0, 0, 0, 0]
    assert len(stage.said(Lost)) == lost, "consent is asked for every 5 s, and no RTCP flows yet"
    await stage.media.resume(ALICE)
    heard = alice.ears.frames, bob.ears.frames
    await stage.until(lambda: alice.ears.frames > heard[0] + 5 and bob.ears.frames > heard[1] + 5)


async def test_a_third_leg_joins_with_a_link_to_each(stage: Stage) -> None:
    alice, _ = await stage.call()
    carol = await stage.enter(CAROL, 3)
    await stage.media.connect(CAROL, ALICE)
    await stage.media.connect(CAROL, BOB)
    await stage.until(lambda: set(carol.ears.by_peer) == {ALICE, BOB})
    await stage.until(lambda: set(alice.ears.by_peer) == {BOB, CAROL})
    await stage.media.close(BOB)
    heard = alice.ears.by_peer[CAROL].samples
    await stage.until(lambda: alice.ears.by_peer[CAROL].samples > heard + 4800)
    assert stage.said(Connected, Closed) == [*stage.said(Connected), Closed(BOB)], (
        "the others are still in a call"
    )
    assert len(stage.said(Connected)) == 3


async def test_a_leg_without_microphone_hears(stage: Stage) -> None:
    await stage.media.open(ALICE, MediaKit())
    bob = await stage.enter(BOB)
    await stage.media.connect(BOB, ALICE)
    await stage.until(lambda: {Connected(ALICE), Connected(BOB)} <= set(stage.said()))
    assert await frames_in(0.3, bob) == [0, 0]


async def test_a_source_that_breaks_does_not_break_the_call(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(PcmSource):
        def read(self, count: int, at_s: float) -> object:  # type: ignore[override]
            raise RuntimeError("the cable fell out")

    await stage.media.open(ALICE, MediaKit(audio=Broken(silence(960))))  # type: ignore[arg-type]
    await stage.enter(BOB)
    await stage.media.connect(ALICE, BOB)
    await stage.until(lambda: {Connected(ALICE), Connected(BOB)} <= set(stage.said()))
    await stage.until(lambda: "a media source failed" in caplog.text)
    await stage.media.close(ALICE)
    assert Closed(ALICE) in stage.seen


async def test_requests_for_unknown_legs_say_what_to_do(stage: Stage) -> None:
    await stage.enter(ALICE)
    with pytest.raises(ValueError, match="open already: close it first"):
        await stage.enter(ALICE)
    with pytest.raises(LookupError, match="No leg of 8:acs:bob is open in call call-1: open it first"):
        await stage.media.connect(ALICE, BOB)
    with pytest.raises(
        ValueError, match=r"silence_s is 1, but a hold is silent for 1\.5 s: give 1\.6 or more"
    ):
        WebRtcMedia(lambda _: None, silence_s=1.0)


@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.6])
async def test_nothing_is_left_behind(after_s: float) -> None:
    """Also when a call is torn down while it is still being set up."""
    tasks = asyncio.all_tasks()
    assert udp_places() == set()
    made = Stage(silence_s=2.0)
    await made.enter(ALICE, video=True)
    await made.enter(BOB, video=True)
    await made.media.connect(ALICE, BOB)
    await asyncio.sleep(after_s)
    await made.media.aclose()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == tasks
    assert udp_places() == set()
    assert [t.name for t in threading.enumerate() if "decoder" in t.name] == []
