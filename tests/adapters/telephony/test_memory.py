"""The exchange in memory meets the contract of gateways, and what is its own."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from calltape.adapters.runtime import SimulatedClock
from calltape.adapters.telephony import (
    NO_SUCH_NUMBER,
    MemoryGateway,
    announces,
    answers,
    fails,
    hangs_up,
    presses,
    rings,
)
from calltape.conformance.telephone_exchange import Exchange
from calltape.conformance.telephone_gateway import TelephoneGatewayContract
from calltape.core import BadInput, RawId, ReportPhoneFailed

pytestmark = pytest.mark.contract

ANSWERING, BUSY, SILENT, LEAVING, PRESSING = (RawId(f"4:+1425555010{number}") for number in range(5))
LINES = {
    ANSWERING: (rings(1), announces(2), answers(5)),
    BUSY: (fails(1, 486),),
    SILENT: (rings(1),),
    LEAVING: (answers(1), hangs_up(4)),
    PRESSING: (answers(1), presses(2, "1"), presses(3, "1")),
}


class TestMemoryGateway(TelephoneGatewayContract):
    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[Exchange]:
        clock = SimulatedClock()
        gateway = MemoryGateway(LINES, clock)

        async def settle() -> None:
            for _ in range(10):
                await clock.advance(1)
                gateway.fire()

        yield Exchange(
            gateway=gateway,
            answering=ANSWERING,
            busy=BUSY,
            silent=SILENT,
            leaving=LEAVING,
            pressing=PRESSING,
            settle=settle,
            heard=gateway.heard,
            shown=gateway.shown,
            headers=gateway.headers,
        )


def test_a_number_that_is_not_listed_does_not_exist() -> None:
    (happening,) = NO_SUCH_NUMBER
    assert (happening.kind, happening.facts["sip_status"]) == (ReportPhoneFailed, 404)


def test_a_line_presses_only_keys_that_there_are() -> None:
    with pytest.raises(BadInput, match="no key of a telephone"):
        presses(1, "x")
