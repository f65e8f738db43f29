"""Diagnostics by the agent's methods: one's own at once, those of others once they send them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from calltape.adapters.agent import Call, CallClient, Diagnostic, MeetingLocator, RemoteDiagnostic
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, Runtime, SimulatedClock
from calltape.core import (
    Condition,
    DiagnosticChanged,
    DiagnosticValue,
    MediaConditionObserved,
    RawId,
    Recorded,
    Refused,
    RemoteDiagnosticsSwitched,
    media_stream,
)
from calltape.projections import DIAGNOSED, View

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = (RawId(f"8:acs:test_{name}") for name in ("alice", "bob", "carol"))
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"
STOPPED = Diagnostic(diagnostic="cameraStoppedUnexpectedly", value=DiagnosticValue.TRUE)
ALICES = RemoteDiagnostic(
    participant=ALICE, diagnostic="cameraStoppedUnexpectedly", value=DiagnosticValue.TRUE
)


@pytest.fixture
async def client() -> AsyncIterator[CallClient]:
    clock = SimulatedClock()
    async with CallClient(MemoryLog(), media=InstantMedia(), clock=clock, with_echo=False) as running:
        yield running


async def join(client: CallClient, *people: RawId) -> list[Call]:
    calls = [await (await client.create_call_agent(who)).join(GROUP) for who in people]
    await client.runtime.drained()
    return calls


async def report(runtime: Runtime, call: Call, who: RawId, condition: Condition) -> None:
    """The endpoint of `who` reports a condition; returns when all that follows is recorded and told."""
    told = asyncio.Event()
    last = MediaConditionObserved(call_id=call.id, participant=who, condition=Condition.SPEAKERS_PRESENT)
    stop = runtime.listen_measured(lambda batch: told.set() if batch[-1].event == last else None)
    runtime.measured(
        call.id, who, MediaConditionObserved(call_id=call.id, participant=who, condition=condition)
    )
    runtime.measured(call.id, who, last)
    async with asyncio.timeout(5):
        await told.wait()
    stop()


async def test_nobody_is_told_until_one_sends_and_not_after_one_stops(client: CallClient) -> None:
    hers, his = await join(client, ALICE, BOB)
    own, others = list[Diagnostic](), list[RemoteDiagnostic]()
    hers.diagnostics.media.diagnostic_changed.subscribe(own.append)
    his.diagnostics.remote.diagnostic_changed.subscribe(others.append)
    runtime = client.runtime
    await report(runtime, hers, ALICE, Condition.CAMERA_STOPPED)
    assert own == [STOPPED]
    assert others == []
    await report(runtime, hers, ALICE, Condition.CAMERA_SENDS)
    remote = hers.diagnostics.remote
    remote.start_sending()
    remote.start_sending()
    assert remote.is_sending_enabled
    await report(runtime, hers, ALICE, Condition.CAMERA_STOPPED)
    assert others == [ALICES]
    assert his.diagnostics.remote.latest == (ALICES,)
    assert hers.diagnostics.remote.latest == (), "nobody is told of themselves"
    assert hers.diagnostics.media.latest == {"cameraStoppedUnexpectedly": DiagnosticValue.TRUE}
    assert (hers.diagnostics.network.latest, his.diagnostics.media.latest) == ({}, {})
    remote.stop_sending()
    remote.stop_sending()
    await report(runtime, hers, ALICE, Condition.CAMERA_SENDS)
    assert others == [ALICES]
    switched = [
        fact.is_sending
        for fact in runtime.log.events(media_stream(hers.id, ALICE))
        if isinstance(fact, RemoteDiagnosticsSwitched)
    ]
    assert switched == [True, False]
    view = View(DIAGNOSED)
    view.advance(runtime.log.read_all())
    assert not view.rows[f"{hers.id}/{ALICE}"].is_sending


async def test_who_left_sends_no_more_and_is_not_listed(client: CallClient) -> None:
    hers, his = await join(client, ALICE, BOB)
    hers.diagnostics.remote.start_sending()
    await report(client.runtime, hers, ALICE, Condition.CAMERA_STOPPED)
    known = [his.diagnostics.remote.latest]
    await hers.hang_up()
    await client.runtime.drained()
    assert not hers.diagnostics.remote.is_sending_enabled
    known.append(his.diagnostics.remote.latest)
    assert known == [(ALICES,), ()]
    with pytest.raises(Refused, match="not in the call"):
        hers.diagnostics.remote.start_sending()
    assert not hers.diagnostics.remote.is_sending_enabled


async def test_who_waits_in_the_lobby_is_told_nothing(client: CallClient) -> None:
    calls = [
        await (await client.create_call_agent(who)).join(MeetingLocator(GROUP)) for who in (ALICE, BOB, CAROL)
    ]
    hers, his, third = calls
    await client.runtime.drained()
    await hers.lobby.admit(BOB)
    await client.runtime.drained()
    hers.diagnostics.remote.start_sending()
    await report(client.runtime, hers, ALICE, Condition.CAMERA_STOPPED)
    assert his.diagnostics.remote.latest == (ALICES,)
    assert third.diagnostics.remote.latest == ()


async def test_a_diagnostic_of_a_later_version_is_passed_over(client: CallClient) -> None:
    (hers,) = await join(client, ALICE)
    fact = DiagnosticChanged(
        call_id=hers.id, participant=ALICE, diagnostic="moonPhase", value=DiagnosticValue.BAD
    )
    now = client.runtime.clock.now()
    hers.receive(Recorded(position=9, stream=media_stream(hers.id, ALICE), version=9, event=fact, at=now))
    assert (hers.diagnostics.media.latest, hers.diagnostics.network.latest) == ({}, {})
