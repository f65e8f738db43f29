"""Signals through the façade: what one side does is what the others see."""

from collections.abc import AsyncIterator

import pytest

from calltape.adapters.agent import Call, CallClient, RaisedHand
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia
from calltape.core import BadInput, RawId, Refused

pytestmark = pytest.mark.example

ALICE, BOB = (RawId(f"8:acs:test_{name}") for name in ("alice", "bob"))
GROUP = "29228D3E-040E-4656-A70E-890AB4E173E5"


@pytest.fixture
async def client() -> AsyncIterator[CallClient]:
    async with CallClient(MemoryLog(), media=InstantMedia()) as running:
        yield running


@pytest.fixture
async def calls(client: CallClient) -> tuple[Call, Call]:
    """Alice's and Bob's side of one group call, both up."""
    agents = [await client.create_call_agent(who) for who in (ALICE, BOB)]
    one, two = [await agent.join(GROUP) for agent in agents]
    for call in (one, two):
        await call.wait_for("Connected")
    return one, two


async def test_a_raised_hand_is_seen_by_the_other_side(calls: tuple[Call, Call]) -> None:
    one, two = calls
    seen: list[tuple[RaisedHand, ...]] = []
    two.raised_hands_changed.subscribe(seen.append)
    await one.raise_hand()
    await two.raise_hand()
    await one.lower_hand()
    assert seen == [
        (RaisedHand(ALICE, 1),),
        (RaisedHand(ALICE, 1), RaisedHand(BOB, 2)),
        (RaisedHand(BOB, 2),),
    ]
    assert one.raised_hands == two.raised_hands == (RaisedHand(BOB, 2),)


async def test_without_roles_the_hands_of_others_stay_up(calls: tuple[Call, Call]) -> None:
    one, two = calls
    await two.raise_hand()
    for lowering in (one.lower_hands(BOB), one.lower_all_hands()):
        with pytest.raises(Refused, match="no roles"):
            await lowering
    await two.lower_hands(BOB)
    assert one.raised_hands == ()


async def test_the_spotlight_is_the_same_for_everybody(calls: tuple[Call, Call]) -> None:
    one, two = calls
    seen: list[tuple[RawId, ...]] = []
    one.spotlight_changed.subscribe(seen.append)
    await two.start_spotlight()
    await two.start_spotlight(ALICE, BOB)
    await one.stop_spotlight(BOB)
    await one.stop_all_spotlight()
    assert seen == [(BOB,), (BOB, ALICE), (ALICE,), ()]
    assert two.spotlighted == ()
    with pytest.raises(BadInput):
        await one.start_spotlight("nobody in particular")
