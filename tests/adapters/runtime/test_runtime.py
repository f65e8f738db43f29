"""The shell: deadlines, effects, restarts, other writers, with a clock that moves only when told."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, Runtime, SimulatedClock
from calltape.core import (
    SECOND,
    Accept,
    Admit,
    Append,
    Call,
    CallId,
    CallState,
    CommandId,
    Conflict,
    EndpointId,
    EndReason,
    HangUp,
    Hold,
    Instant,
    Join,
    MediaEffect,
    Mute,
    RawId,
    Recorded,
    Refused,
    Reject,
    ReportMediaRestored,
    Resume,
    Ringing,
    StartCall,
    call_stream,
    digest,
    owed,
    replay,
)

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = (RawId(f"8:acs:test_{name}") for name in ("alice", "bob", "carol"))
CALL = CallId("call-1")
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"


class Phone:
    """An endpoint that notes what it is told."""

    def __init__(self, *, busy: bool = False) -> None:
        self.busy = busy
        self.rang: list[CallId] = []
        self.stopped: list[tuple[int, int | None]] = []

    async def ring(self, ringing: Ringing) -> bool:
        self.rang.append(ringing.call_id)
        return not self.busy

    async def stop_ringing(self, call_id: CallId, reason: EndReason) -> None:
        self.stopped.append((reason.code, reason.subcode))


class DeafMedia(InstantMedia):
    """Never reports anything: what happens is what silence means."""

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        return


def counted_ids(prefix: str = "id") -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"{prefix}-{next(numbers)}"


@asynccontextmanager
async def running(
    log: MemoryLog, clock: SimulatedClock | None = None, media: InstantMedia | None = None, ids: str = "id"
) -> AsyncGenerator[Runtime]:
    runtime = Runtime(log, clock=clock or SimulatedClock(), media=media, new_id=counted_ids(ids))
    async with runtime:
        yield runtime


async def start(runtime: Runtime, call_id: CallId = CALL) -> None:
    await runtime.give(
        call_id, StartCall, call_id=call_id, participant=ALICE, endpoint=EndpointId("a"), callees=(BOB,)
    )
    await runtime.drained()


async def connect(runtime: Runtime) -> None:
    """Let Alice and Bob talk."""
    runtime.register(BOB, EndpointId("b"), Phone())
    await start(runtime)
    await runtime.give(CALL, Accept, participant=BOB, endpoint="b")
    await runtime.drained()


def history(log: MemoryLog, call_id: CallId = CALL) -> list[str]:
    return [event.name for event in log.events(call_stream(call_id))]


async def pass_time(runtime: Runtime, clock: SimulatedClock, seconds: float) -> None:
    await clock.advance(seconds)
    await runtime.settled()


async def state(runtime: Runtime, who: RawId, call_id: CallId = CALL) -> CallState:
    return (await runtime.call(call_id)).participants[who].call_state


async def test_an_answered_call_connects_and_ends_with_its_last_leg() -> None:
    log, phone = MemoryLog(), Phone()
    async with running(log) as runtime:
        runtime.register(BOB, EndpointId("b"), phone)
        await start(runtime)
        assert phone.rang == [CALL]
        assert await state(runtime, ALICE) is CallState.RINGING
        await runtime.give(CALL, Accept, participant=BOB, endpoint="b")
        await runtime.drained()
        assert await state(runtime, ALICE) is CallState.CONNECTED
        assert await state(runtime, BOB) is CallState.CONNECTED
        await runtime.give(CALL, HangUp, participant=BOB)
        await runtime.drained()
        assert (await runtime.call(CALL)).is_over
    assert history(log)[-1] == "call.ended"


async def test_nobody_there_ends_the_call_as_not_registered() -> None:
    log = MemoryLog()
    async with running(log) as runtime:
        await start(runtime)
        call = await runtime.call(CALL)
    assert call.is_over
    assert call.end_reason is not None
    assert (call.end_reason.code, call.end_reason.subcode) == (480, 10037)


async def test_a_busy_endpoint_ends_the_call_as_busy_everywhere() -> None:
    log = MemoryLog()
    async with running(log) as runtime:
        runtime.register(BOB, EndpointId("b"), Phone(busy=True))
        await start(runtime)
        call = await runtime.call(CALL)
    assert call.end_reason is not None
    assert call.end_reason.code == 600


async def test_the_other_endpoints_learn_that_the_call_was_answered_elsewhere() -> None:
    log, desk, mobile = MemoryLog(), Phone(), Phone()
    async with running(log) as runtime:
        runtime.register(BOB, EndpointId("desk"), desk)
        runtime.register(BOB, EndpointId("mobile"), mobile)
        await start(runtime)
        await runtime.give(CALL, Accept, participant=BOB, endpoint="mobile")
        await runtime.drained()
        assert desk.stopped == [(487, 10003)]
        assert mobile.stopped == []
        with pytest.raises(
            Refused, match=r"incoming_call in Ended refuses Accept|call in Connected refuses Accept"
        ):
            await runtime.give(CALL, Accept, participant=BOB, endpoint="desk")


@pytest.mark.parametrize(("before_s", "is_over"), [(84.999, False), (85, True)])
async def test_nobody_answers_for_85_seconds(before_s: float, *, is_over: bool) -> None:
    log, clock, phone = MemoryLog(), SimulatedClock(), Phone()
    async with running(log, clock) as runtime:
        runtime.register(BOB, EndpointId("b"), phone)
        await start(runtime)
        await pass_time(runtime, clock, before_s)
        call = await runtime.call(CALL)
        assert (not call.participants[BOB].is_present) is is_over
        if is_over:
            assert phone.stopped == [(487, 10004)]


async def test_a_restart_arms_the_deadlines_and_fires_at_once_what_fell_due_meanwhile() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with running(log, clock) as runtime:
        runtime.register(BOB, EndpointId("b"), Phone())
        await start(runtime)
    await clock.advance(1000)
    async with running(log, clock, ids="second") as runtime:
        assert await runtime.recover() == (CALL,)
        await runtime.settled()
        call = await runtime.call(CALL)
    assert call.is_over
    assert call.end_reason is not None
    assert (call.end_reason.code, call.end_reason.subcode) == (487, 10004)


async def test_a_restart_reports_media_lost_and_gives_it_up_after_60_seconds() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with running(log, clock) as runtime:
        await connect(runtime)
    async with running(log, clock, ids="second") as runtime:
        await runtime.recover()
        await runtime.settled()
        assert history(log)[-2:] == ["media.lost", "media.lost"]
        await pass_time(runtime, clock, 59.9)
        assert not (await runtime.call(CALL)).is_over
        await pass_time(runtime, clock, 0.1)
        call = await runtime.call(CALL)
    assert call.is_over
    assert {
        (p.end_reason.code, p.end_reason.subcode) for p in call.participants.values() if p.end_reason
    } == {(410, 301005)}


async def meet(runtime: Runtime) -> None:
    """Let Alice be in a call with a lobby, and Bob wait in it."""
    for who in (ALICE, BOB):
        await runtime.give(
            *(CALL, Join),
            call_id=CALL,
            participant=who,
            endpoint=who,
            group_id=GROUP,
            has_lobby=who == ALICE,
        )
        await runtime.drained()
    assert await state(runtime, BOB) is CallState.IN_LOBBY


async def test_who_waits_in_the_lobby_over_a_restart_has_media_again() -> None:
    """It died with its process, and whoever is let in is connected at once, with what they have."""
    log, clock = MemoryLog(), SimulatedClock()
    async with running(log, clock) as runtime:
        await meet(runtime)
    async with running(log, clock, ids="second") as runtime:
        await runtime.recover()
        await runtime.settled()
        bob = (await runtime.call(CALL)).participants[BOB]
        assert bob.call_state is CallState.IN_LOBBY
        assert runtime.media.carries(CALL, BOB)
        assert not bob.is_media_lost
    assert history(log)[-3:] == ["media.lost", "media.lost", "media.restored"]


async def test_who_waits_in_the_lobby_and_has_no_media_again_does_not_wait_for_ever() -> None:
    """Whoever lets them in lets in somebody who may come back, and not for ever somebody who cannot."""
    log, clock = MemoryLog(), SimulatedClock()
    async with running(log, clock) as runtime:
        await meet(runtime)
    async with running(log, clock, DeafMedia(), ids="second") as runtime:
        await runtime.recover()
        await runtime.settled()
        await runtime.give(CALL, ReportMediaRestored, participant=ALICE)
        await runtime.give(CALL, Admit, participant=BOB, by=ALICE)
        assert (await runtime.call(CALL)).participants[BOB].is_media_lost
        await pass_time(runtime, clock, 60)
        bob = (await runtime.call(CALL)).participants[BOB]
        assert bob.end_reason is not None
        assert (bob.end_reason.code, bob.end_reason.subcode) == (410, 301005)
        assert await state(runtime, ALICE) is CallState.CONNECTED


async def test_a_resume_asked_for_before_its_hold_was_there_is_settled_after_a_restart() -> None:
    """The hold died with its process, so there is nothing left to resume."""
    log, clock = MemoryLog(), SimulatedClock()
    async with running(log, clock) as runtime:
        await connect(runtime)
        runtime.media = DeafMedia()
        await runtime.give(CALL, Hold, participant=ALICE)
        await runtime.give(CALL, Resume, participant=ALICE)
    async with running(log, clock, ids="second") as runtime:
        await runtime.recover()
        await runtime.settled()
        assert history(log)[-5:] == [
            *("hold.requested", "resume.requested", "hold.failed"),
            *("media.lost", "media.lost"),
        ]
        assert owed(await runtime.call(CALL)) == ()


async def test_effects_that_were_not_done_before_a_crash_are_done_after_it() -> None:
    log, clock, phone = MemoryLog(), SimulatedClock(), Phone()
    async with running(log, clock) as runtime:
        # The process dies after the start was recorded, and before anybody was looked for.
        desk = runtime.desk(CALL)
        await desk.submit(
            StartCall(
                id=CommandId("c"),
                at=clock.now(),
                call_id=CALL,
                participant=ALICE,
                endpoint=EndpointId("a"),
                callees=(BOB,),
            )
        )
    assert "call.offered" not in history(log)
    async with running(log, clock, ids="second") as runtime:
        runtime.register(BOB, EndpointId("b"), phone)
        await runtime.recover()
        await runtime.drained()
        assert phone.rang == [CALL]
        assert await state(runtime, ALICE) is CallState.RINGING


async def test_a_hold_nobody_reports_on_has_failed_after_40_seconds() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    media = InstantMedia()
    async with running(log, clock, media) as runtime:
        await connect(runtime)
        runtime.media = DeafMedia()
        await runtime.give(CALL, Hold, participant=ALICE)
        await pass_time(runtime, clock, 40)
        assert await state(runtime, ALICE) is CallState.CONNECTED
    assert history(log)[-2:] == ["hold.requested", "hold.failed"]


async def test_a_leg_that_is_never_reported_closed_is_closed_by_its_deadline() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with running(log, clock) as runtime:
        await connect(runtime)
        runtime.media = DeafMedia()
        await runtime.give(CALL, HangUp, participant=ALICE)
        await runtime.drained()
        assert await state(runtime, ALICE) is CallState.DISCONNECTING
        await pass_time(runtime, clock, 60)
        assert (await runtime.call(CALL)).is_over


async def test_a_command_id_is_applied_once_even_across_a_restart() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    mute = Mute(id=CommandId("mute-1"), at=clock.now(), participant=ALICE)
    async with running(log, clock) as runtime:
        runtime.register(BOB, EndpointId("b"), Phone())
        await start(runtime)
        assert len(await runtime.submit(CALL, mute)) == 1
        assert await runtime.submit(CALL, mute) == ()
    async with running(log, clock, ids="second") as runtime:
        assert await runtime.submit(CALL, mute) == ()
    assert history(log).count("participant.muted") == 1


async def test_refused_means_unchanged() -> None:
    log = MemoryLog()
    async with running(log) as runtime:
        runtime.register(BOB, EndpointId("b"), Phone())
        await start(runtime)
        before, count = digest(await runtime.call(CALL)), len(history(log))
        with pytest.raises(Refused, match="call in Ringing refuses Hold; it accepts"):
            await runtime.give(CALL, Hold, participant=ALICE)
        assert (digest(await runtime.call(CALL)), len(history(log))) == (before, count)


async def test_two_owners_of_one_log_never_spoil_a_history() -> None:
    """Each believes that it is alone; optimistic concurrency makes them decide anew."""
    log, clock = MemoryLog(), SimulatedClock()
    async with running(log, clock) as one, running(log, clock, ids="other") as other:
        for runtime in (one, other):
            runtime.register(BOB, EndpointId("b"), Phone())
        await start(one)
        await other.give(CALL, Mute, participant=ALICE)
        await one.give(CALL, Accept, participant=BOB, endpoint="b")
        with pytest.raises(Refused):
            await other.give(CALL, Reject, participant=BOB, endpoint="b")
        await one.drained()
    call: Call = replay(log.events(call_stream(CALL)))
    assert call.participants[ALICE].is_muted
    assert call.participants[BOB].has_accepted


async def test_an_effect_and_what_it_led_to_are_tied_together() -> None:
    log = MemoryLog()
    async with running(log) as runtime:
        runtime.register(BOB, EndpointId("b"), Phone())
        await start(runtime)
    recorded = list(log.read(call_stream(CALL)))
    offered = next(r for r in recorded if r.event.name == "call.offered")
    invited = next(r for r in recorded if r.event.name == "participant.invited")
    assert offered.causation_id == f"{invited.stream}/{invited.version}/0"
    assert {r.correlation_id for r in recorded} == {CALL}


@pytest.mark.parametrize("ids", [("a-call", "b-call"), ("b-call", "a-call")])
async def test_two_people_calling_each_other_end_up_in_the_call_with_the_smaller_id(
    ids: tuple[str, str],
) -> None:
    log, clock = MemoryLog(), SimulatedClock()
    first, second = (CallId(each) for each in ids)
    alice, bob = Phone(), Phone()
    async with running(log, clock) as runtime:
        runtime.register(ALICE, EndpointId("a"), alice)
        runtime.register(BOB, EndpointId("b"), bob)
        for call_id, caller, callee, place in ((first, ALICE, BOB, "a"), (second, BOB, ALICE, "b")):
            await runtime.give(
                call_id, StartCall, call_id=call_id, participant=caller, endpoint=place, callees=(callee,)
            )
        await runtime.drained()
        winner, loser = await runtime.call(CallId("a-call")), await runtime.call(CallId("b-call"))
        assert winner.state is CallState.CONNECTED
        assert {p.call_state for p in winner.participants.values()} == {CallState.CONNECTED}
        assert loser.is_over
        assert loser.end_reason is not None
        assert (loser.end_reason.code, loser.end_reason.subcode) == (487, 0)
    assert history(log, CallId("b-call")).count("call.yielded") == 1


async def test_a_group_can_be_alone_joined_late_and_left_one_by_one() -> None:
    log = MemoryLog()
    async with running(log) as runtime:
        for who in (ALICE, BOB, CAROL):
            await runtime.give(CALL, Join, call_id=CALL, participant=who, endpoint=who, group_id=GROUP)
            await runtime.drained()
            assert await state(runtime, who) is CallState.CONNECTED
        assert runtime.directory.call_of_group(GROUP) == CALL
        for who in (ALICE, BOB, CAROL):
            assert not (await runtime.call(CALL)).is_over
            await runtime.give(CALL, HangUp, participant=who)
            await runtime.drained()
        assert (await runtime.call(CALL)).is_over
        assert runtime.directory.call_of_group(GROUP) is None


async def test_after_30_hours_everybody_is_disconnected() -> None:
    log, clock = MemoryLog(), SimulatedClock()
    async with running(log, clock) as runtime:
        await runtime.give(CALL, Join, call_id=CALL, participant=ALICE, endpoint="a", group_id=GROUP)
        await runtime.drained()
        await pass_time(runtime, clock, 30 * 3600 - 1)
        assert not (await runtime.call(CALL)).is_over
        await pass_time(runtime, clock, 1)
        assert (await runtime.call(CALL)).is_over


async def test_appends_that_wait_together_are_committed_together() -> None:
    batches: list[int] = []

    class Counting(MemoryLog):
        def append_many(self, appends: Sequence[Append]) -> tuple[tuple[Recorded, ...] | Conflict, ...]:
            batches.append(len(appends))
            return super().append_many(appends)

    async with running(Counting()) as runtime:
        starts = [
            runtime.give(
                CallId(f"call-{n}"),
                Join,
                call_id=f"call-{n}",
                participant=ALICE,
                endpoint="a",
                group_id=GROUP,
            )
            for n in range(200)
        ]
        await asyncio.gather(*starts)
        await runtime.drained()
    assert max(batches) > 50
    assert len(batches) < 50


async def test_the_clock_never_goes_back() -> None:
    clock = SimulatedClock(Instant(5 * SECOND))
    await clock.advance(2.5)
    assert clock.now() == 7_500_000


async def test_a_turn_whose_asker_has_gone_is_finished_all_the_same() -> None:
    """Cancelled while its event was on the way to the disk: it is recorded, evolved and acted upon."""
    log, phone = MemoryLog(), Phone()
    async with running(log) as runtime:
        runtime.register(BOB, EndpointId("b"), phone)
        asked = asyncio.ensure_future(start(runtime))
        for _ in range(3):
            await asyncio.sleep(0)  # far enough to have begun
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        await runtime.drained()
        assert phone.rang == [CALL]
        assert await state(runtime, ALICE) is CallState.RINGING


async def test_a_listener_that_fails_spoils_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object) -> None:
        raise ValueError("mine")

    async with running(MemoryLog()) as runtime:
        runtime.listen(broken)
        runtime.register(BOB, EndpointId("b"), Phone())
        await start(runtime)
        assert await state(runtime, ALICE) is CallState.RINGING
    assert "a listener failed" in caplog.text
