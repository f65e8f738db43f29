"""The media streams: everything measured is written, in order, and closing waits for it."""

import asyncio
from collections.abc import Sequence

import pytest

from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import SimulatedClock
from calltape.adapters.runtime.commit import GroupCommit
from calltape.adapters.runtime.measuring import Measurements
from calltape.core import (
    Append,
    CallId,
    Conflict,
    MediaSampled,
    RawId,
    Recorded,
    Unrecorded,
    media_stream,
)

pytestmark = pytest.mark.example

CALL, ALICE, BOB = CallId("c"), RawId("8:acs:test_alice"), RawId("8:acs:test_bob")


def sample(who: RawId) -> MediaSampled:
    return MediaSampled(call_id=CALL, participant=who, streams=())


@pytest.mark.parametrize("count", [0, 1, 2, 250])
async def test_closing_writes_what_waits(count: int) -> None:
    log = MemoryLog()
    commit = GroupCommit(log)
    measurements = Measurements(log, commit, SimulatedClock())
    for number in range(count):
        measurements.add(CALL, (ALICE, BOB)[number % 2], sample((ALICE, BOB)[number % 2]))
    await asyncio.wait_for(measurements.aclose(), 5)
    await commit.aclose()
    written = [log.version(media_stream(CALL, who)) for who in (ALICE, BOB)]
    assert written == [(count + 1) // 2, count // 2]


async def test_a_stream_that_somebody_else_wrote_to_is_continued() -> None:
    log = MemoryLog()
    commit = GroupCommit(log)
    clock = SimulatedClock()
    measurements = Measurements(log, commit, clock)
    measurements.add(CALL, ALICE, sample(ALICE))
    while log.version(media_stream(CALL, ALICE)) < 1:  # noqa: ASYNC110 - nobody tells; that is the point
        await asyncio.sleep(0)
    log.append(media_stream(CALL, ALICE), 1, [Unrecorded(event=sample(ALICE), at=clock.now())])
    measurements.add(CALL, ALICE, sample(ALICE))
    await asyncio.wait_for(measurements.aclose(), 5)
    await commit.aclose()
    assert log.version(media_stream(CALL, ALICE)) == 3


async def test_a_call_goes_on_without_its_measurements(caplog: pytest.LogCaptureFixture) -> None:
    class Full(MemoryLog):
        def append_many(self, appends: Sequence[Append]) -> tuple[tuple[Recorded, ...] | Conflict, ...]:
            raise OSError("no space left on device")

    log = Full()
    commit = GroupCommit(log)
    measurements = Measurements(log, commit, SimulatedClock())
    measurements.add(CALL, ALICE, sample(ALICE))
    await asyncio.wait_for(measurements.aclose(), 5)
    await commit.aclose()
    assert measurements.dropped == 1
    assert "measurements were not recorded" in caplog.text


async def test_appends_that_wait_for_a_commit_hear_of_its_failure() -> None:
    class Full(MemoryLog):
        def append_many(self, appends: Sequence[Append]) -> tuple[tuple[Recorded, ...] | Conflict, ...]:
            raise OSError("no space left on device")

    commit = GroupCommit(Full())
    draft = [Unrecorded(event=sample(ALICE), at=SimulatedClock().now())]
    outcomes = await asyncio.gather(
        commit.append("a", 0, draft), commit.append("b", 0, draft), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [OSError, OSError]
    await commit.aclose()
    with pytest.raises(RuntimeError, match="closing"):
        await commit.append("a", 0, draft)
