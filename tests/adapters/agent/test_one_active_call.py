"""One call of an agent is active; the others are held."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from calltape.adapters.agent import Call, CallAgent, CallClient, IncomingCall
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia
from calltape.core import CallState, Refused

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = (f"8:acs:test_{name}" for name in ("alice", "bob", "carol"))
ECHO = "8:echo123"


@pytest.fixture
async def client() -> AsyncIterator[CallClient]:
    async with CallClient(MemoryLog(), media=InstantMedia()) as running:
        yield running


async def talking(client: CallClient, agent: CallAgent) -> Call:
    """A call of `agent` with the echo service."""
    call = await agent.start_call([ECHO])
    async with asyncio.timeout(5):
        await call.wait_for("Connected")
    await client.runtime.drained()
    return call


async def test_starting_a_second_call_holds_the_first(client: CallClient) -> None:
    alice = await client.create_call_agent(ALICE)
    first = await talking(client, alice)
    second = await talking(client, alice)
    assert (first.state, second.state) == (CallState.LOCAL_HOLD, CallState.CONNECTED)
    await first.resume()
    assert [call.state for call in (first, second)] == [CallState.CONNECTED, CallState.LOCAL_HOLD]


async def test_accepting_a_call_holds_the_others(client: CallClient) -> None:
    alice, bob = [await client.create_call_agent(who) for who in (ALICE, BOB)]
    rings: list[IncomingCall] = []
    alice.incoming_call.subscribe(rings.append)
    first = await talking(client, alice)
    await bob.start_call([ALICE])
    await client.runtime.drained()
    accepted = await rings[0].accept()
    await accepted.wait_for("Connected")
    assert (first.state, accepted.state) == (CallState.LOCAL_HOLD, CallState.CONNECTED)


async def test_a_call_that_is_being_set_up_cannot_be_held(client: CallClient) -> None:
    alice, _ = [await client.create_call_agent(who) for who in (ALICE, BOB)]
    ringing = await alice.start_call([BOB])
    await client.runtime.drained()
    with pytest.raises(Refused, match="is being set up and cannot be held") as refused:
        await alice.start_call([ECHO])
    assert refused.value.state == CallState.RINGING
    assert alice.calls == (ringing,)
    assert ringing.state is CallState.RINGING


async def test_a_call_that_is_refused_is_not_kept(client: CallClient) -> None:
    alice = await client.create_call_agent(ALICE)
    with pytest.raises(Refused):
        await alice.start_call([])
    assert alice.calls == ()
