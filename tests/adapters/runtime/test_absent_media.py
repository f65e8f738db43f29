"""Media that is gone: nothing opens, and everything closes."""

import pytest

from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import Runtime
from calltape.adapters.runtime.absent_media import AbsentMedia
from calltape.core import CallId, CallState, HangUp, Join, RawId, ReportMediaConnected

pytestmark = pytest.mark.example

ALICE, CALL = RawId("8:acs:test_alice"), CallId("call-1")


async def test_nothing_opens_and_everything_closes() -> None:
    media = AbsentMedia()
    async with Runtime(MemoryLog(), media=media) as runtime:
        await runtime.give(CALL, Join, call_id=CALL, participant=ALICE, endpoint="desk", group_id="g")
        await runtime.drained()
        call = await runtime.call(CALL)
        assert call.state is CallState.CONNECTING
        assert not media.carries(CALL, ALICE)
        await runtime.give(CALL, ReportMediaConnected, participant=ALICE)
        await runtime.give(CALL, HangUp, participant=ALICE)
        await runtime.drained()
        assert (await runtime.call(CALL)).is_over
