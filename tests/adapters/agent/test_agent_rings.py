"""An agent meets the contract of endpoints."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from calltape.adapters.agent import CallClient, IncomingCall
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, SimulatedClock
from calltape.conformance.endpoint import Bell, EndpointContract
from calltape.core import OfferState, RawId

pytestmark = pytest.mark.contract

BOB = RawId("8:acs:test_bob")


class TestCallAgent(EndpointContract):
    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[Bell]:
        async with CallClient(MemoryLog(), media=InstantMedia(), clock=SimulatedClock()) as client:
            agent = await client.create_call_agent(BOB)
            offers: list[IncomingCall] = []
            agent.incoming_call.subscribe(offers.append)
            yield Bell(
                endpoint=agent,
                user=BOB,
                rings=lambda: len(offers),
                ringing=lambda: [offer.id for offer in offers if offer.state is OfferState.OFFERED],
            )
