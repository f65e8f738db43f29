"""What the others send, as one side sees it: whether it may be looked at, arrives, and how large it is."""

import asyncio

import pytest

from calltape.adapters.agent import Call, CallClient, RosterDelta
from calltape.adapters.agent.seeing import RemoteVideoStream
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia
from calltape.core import Platform, RawId, ReceptionChanged, StreamKind, media_stream

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = (RawId(f"8:acs:test_{name}") for name in ("alice", "bob", "carol"))
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"


async def meeting(client: CallClient) -> tuple[Call, ...]:
    calls = [await (await client.create_call_agent(who)).join(GROUP) for who in (ALICE, BOB, CAROL)]
    await client.runtime.drained()
    return tuple(calls)


def streams(call: Call, who: RawId) -> tuple[RemoteVideoStream, ...]:
    (person,) = [person for person in call.remote_participants if person.identifier == who]
    return person.video_streams


async def measured(client: CallClient, call: Call, at: RawId, **fields: object) -> None:
    """The media at somebody's endpoint says what arrives there; returns when they were told."""
    fact = ReceptionChanged(call_id=call.id, participant=at, sender=BOB, **fields)  # type: ignore[arg-type]
    told = asyncio.Event()
    stop = client.runtime.listen_measured(lambda _: told.set())
    client.runtime.measured(call.id, at, fact)
    async with asyncio.timeout(5):
        await told.wait()
    stop()


async def test_a_share_is_available_then_arrives_then_is_gone() -> None:
    async with CallClient(MemoryLog(), media=InstantMedia()) as client:
        hers, his, third = await meeting(client)
        deltas: list[RosterDelta] = []
        hers.remote_participants_updated.subscribe(deltas.append)
        await his.start_screen_sharing()
        share = RemoteVideoStream(kind=StreamKind.SCREEN_SHARING, is_available=True)
        assert streams(hers, BOB) == (share,)
        seen = {"kind": StreamKind.SCREEN_SHARING, "is_receiving": True, "width_px": 1920, "height_px": 1080}
        deltas.clear()
        await measured(client, hers, ALICE, **seen)
        (arrives,) = streams(hers, BOB)
        assert (arrives.is_available, arrives.is_receiving) == (True, True)
        assert (arrives.width_px, arrives.height_px) == (1920, 1080)
        assert [[p.identifier for p in delta.changed] for delta in deltas] == [[BOB]]
        assert streams(third, BOB) == (share,)  # what arrives at one place says nothing about another
        await measured(client, hers, ALICE, kind=StreamKind.SCREEN_SHARING, is_receiving=False)
        assert streams(hers, BOB) == (share,)
        await his.stop_screen_sharing()
        assert streams(hers, BOB) == ()
        facts = [each.event for each in client.runtime.log.read(media_stream(hers.id, ALICE))]
        assert [fact.is_receiving for fact in facts if isinstance(fact, ReceptionChanged)] == [True, False]


async def test_what_arrived_of_one_stream_is_not_said_of_the_next() -> None:
    async with CallClient(MemoryLog(), media=InstantMedia()) as client:
        hers, his, _ = await meeting(client)
        await his.start_video()
        await measured(client, hers, ALICE, kind=StreamKind.VIDEO, is_receiving=True, height_px=720)
        await his.stop_video()
        await his.start_video()
        assert streams(hers, BOB) == (RemoteVideoStream(kind=StreamKind.VIDEO, is_available=True),)


async def test_whose_video_is_seen() -> None:
    async with CallClient(MemoryLog(), media=InstantMedia()) as client:
        hers, his, third = await meeting(client)
        assert hers.visible_videos() == ()
        for call in (hers, his, third):
            await call.start_video()
        assert hers.visible_videos() == (BOB, CAROL)
        assert hers.visible_videos(Platform.IOS, dominance=[CAROL, ALICE]) == (CAROL, BOB)
        await his.stop_video()
        assert hers.visible_videos() == (CAROL,)
        assert hers.optimal_video_count() == 16
        assert hers.optimal_video_count(Platform.MOBILE_WEB) == 4


async def test_in_a_large_call_only_the_dominant_are_seen() -> None:
    async with CallClient(MemoryLog(), media=InstantMedia()) as client:
        client.runtime.limits = client.runtime.limits.with_(large_call_participants_min=3)
        hers, his, third = await meeting(client)
        for call in (his, third):
            await call.start_video()
        assert hers.visible_videos() == ()
        assert hers.visible_videos(dominance=[CAROL]) == (CAROL,)
        assert hers.optimal_video_count() == 4
