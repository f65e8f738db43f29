"""Muting others and oneself, by the agent's methods: three agents in a group."""

from collections.abc import AsyncIterator

import pytest

from calltape.adapters.agent import Call, CallAgent, CallClient, IncomingCall, MeetingLocator
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia
from calltape.core import BadInput, RawId, Refused, digest

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = (RawId(f"8:acs:test_{name}") for name in ("alice", "bob", "carol"))
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"


@pytest.fixture
async def client() -> AsyncIterator[CallClient]:
    async with CallClient(MemoryLog(), media=InstantMedia(), with_echo=False) as running:
        yield running


async def agents(client: CallClient) -> list[CallAgent]:
    return [await client.create_call_agent(who) for who in (ALICE, BOB, CAROL)]


async def group(client: CallClient) -> list[Call]:
    calls = [await agent.join(GROUP) for agent in await agents(client)]
    await client.runtime.drained()
    return calls


async def test_somebody_is_muted_by_another_told_by_whom_and_unmutes_themselves(client: CallClient) -> None:
    hers, his, third = await group(client)
    by, muted = list[RawId](), list[bool]()
    his.muted_by_others.subscribe(by.append)
    his.is_muted_changed.subscribe(muted.append)
    await hers.mute_participant(BOB)
    assert (his.is_muted, hers.is_muted, third.is_muted) == (True, False, False)
    assert [each.is_muted for each in hers.remote_participants] == [True, False]
    await hers.mute_participant(BOB)
    await his.unmute()
    await his.mute()
    await his.unmute()
    assert by == [ALICE], "one's own mute is nobody else's"
    assert muted == [True, False, True, False]


async def test_everybody_else_is_muted_at_once(client: CallClient) -> None:
    hers, his, third = await group(client)
    await third.mute()
    by = list[RawId]()
    third.muted_by_others.subscribe(by.append)
    await hers.mute_all_remote_participants()
    assert [call.is_muted for call in (hers, his, third)] == [False, True, True]
    assert by == [], "who was muted is not muted again"


async def test_one_hears_nothing_by_choice(client: CallClient) -> None:
    hers, his, _ = await group(client)
    told = list[bool]()
    hers.is_incoming_audio_muted_changed.subscribe(told.append)
    await hers.mute_incoming_audio()
    assert (hers.is_incoming_audio_muted, his.is_incoming_audio_muted) == (True, False)
    await hers.unmute_incoming_audio()
    assert told == [True, False]


async def test_between_two_nobody_mutes_the_other(client: CallClient) -> None:
    alice, bob, _ = await agents(client)

    async def accept(offer: IncomingCall) -> None:
        await offer.accept()

    bob.incoming_call.subscribe(lambda offer: client.runtime.spawn(accept(offer)))
    hers = await alice.start_call([BOB])
    await hers.wait_for("Connected")
    await client.runtime.drained()
    before = digest(hers.model)
    for refused in (hers.mute_participant(BOB), hers.mute_all_remote_participants()):
        with pytest.raises(Refused, match="one-to-one"):
            await refused
    with pytest.raises(BadInput):
        await hers.mute_participant("bob")
    assert digest(hers.model) == before


async def test_whose_role_does_not_allow_it_mutes_nobody(client: CallClient) -> None:
    alice, bob, _ = await agents(client)
    hers, his = [await agent.join(MeetingLocator(GROUP)) for agent in (alice, bob)]
    await client.runtime.drained()
    await hers.lobby.admit_all()
    await client.runtime.drained()
    before = digest(hers.model)
    with pytest.raises(Refused, match="muteOthers"):
        await his.mute_participant(ALICE)
    assert digest(hers.model) == before
