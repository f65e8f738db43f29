"""What is to ring too late never rings."""

import pytest

from calltape.adapters.agent import CallClient, IncomingCall
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia
from calltape.core.effects import Ring

pytestmark = pytest.mark.example


async def test_a_call_that_is_over_never_rings() -> None:
    async with CallClient(MemoryLog(), media=InstantMedia()) as client:
        alice, bob = [await client.create_call_agent(f"8:acs:test_{name}") for name in ("alice", "bob")]
        rings: list[IncomingCall] = []
        bob.incoming_call.subscribe(rings.append)
        call = await alice.start_call([bob.raw_id])
        await client.runtime.drained()
        await call.hang_up()
        await client.runtime.drained()
        assert len(rings) == 1
        late = Ring(participant=bob.raw_id, endpoint=bob.endpoint, caller=alice.raw_id)
        client.runtime.perform(call.id, "late", late)
        await client.runtime.drained()
        assert len(rings) == 1, "a push that was under way when the caller gave up must stay silent"
