"""Reactions, captions and real-time text through the façade: who is told what, and what is kept of it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import attrs
import pytest

from calltape.adapters.agent import (
    Call,
    CallClient,
    Changes,
    Reaction,
    ReceivedCaption,
    ReceivedText,
)
from calltape.adapters.captions import MemoryCaptioner
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, Runtime, SimulatedClock
from calltape.core import (
    LIMITS,
    CallId,
    Caption,
    CaptionReceived,
    CaptionsState,
    Event,
    PassingSignal,
    RawId,
    ReactionKind,
    ReactionSent,
    RealTimeTextReceived,
    Refused,
    ResultType,
    call_stream,
    digest,
    media_stream,
    replay,
)

pytestmark = pytest.mark.example

ALICE, BOB = (RawId(f"8:acs:test_{name}") for name in ("alice", "bob"))
GROUP = "29228D3E-040E-4656-A70E-890AB4E173E5"
T = TypeVar("T")


@attrs.frozen
class Stage:
    """One group call of two, and what it needs around it."""

    clock: SimulatedClock
    captioner: MemoryCaptioner
    client: CallClient
    one: Call
    two: Call


@asynccontextmanager
async def two_in_a_call(log: MemoryLog, *, keeps_text: bool = False) -> AsyncGenerator[Stage, None]:
    """A group call of Alice and Bob, both up."""
    clock, captioner = SimulatedClock(), MemoryCaptioner(("en-us", "de-de"), ("fr",))
    async with CallClient(
        log, media=InstantMedia(), clock=clock, captioner=captioner, keeps_text=keeps_text
    ) as client:
        agents = [await client.create_call_agent(who) for who in (ALICE, BOB)]
        one, two = [await agent.join(GROUP) for agent in agents]
        for call in (one, two):
            await call.wait_for("Connected")
        yield Stage(clock, captioner, client, one, two)


def collected(changes: Changes[T]) -> list[T]:
    """What is told from now on."""
    seen: list[T] = []
    changes.subscribe(seen.append)
    return seen


def noted(log: MemoryLog, call_id: CallId, who: RawId) -> Sequence[Event]:
    """What passed from `who`, as recorded. Written to its end once the client has closed."""
    kinds = (ReactionSent, CaptionReceived, RealTimeTextReceived)
    return [each for each in log.events(media_stream(call_id, who)) if isinstance(each, kinds)]


async def test_a_reaction_is_seen_by_both_and_the_call_does_not_know_of_it() -> None:
    log = MemoryLog()
    async with two_in_a_call(log) as stage:
        seen = [collected(call.reactions) for call in (stage.one, stage.two)]
        before = digest(stage.one.model)
        await stage.one.send_reaction("heart")
        assert seen == [[Reaction(ALICE, ReactionKind.HEART)]] * 2
        assert digest(stage.one.model) == before == digest(replay(log.events(call_stream(stage.one.id))))
    assert noted(log, stage.one.id, ALICE) == [
        ReactionSent(call_id=stage.one.id, participant=ALICE, kind=ReactionKind.HEART)
    ]


async def test_who_has_left_neither_reacts_nor_sees() -> None:
    log = MemoryLog()
    async with two_in_a_call(log) as stage:
        seen = collected(stage.two.reactions)
        await stage.two.hang_up()
        with pytest.raises(Refused, match="not connected"):
            await stage.two.send_reaction("like")
        await stage.one.send_reaction("like")
        assert seen == []
    assert noted(log, stage.one.id, BOB) == []


@pytest.mark.parametrize("keeps_text", [False, True])
async def test_captions_come_to_who_asked_and_are_forgotten_unless_kept(*, keeps_text: bool) -> None:
    log = MemoryLog()
    async with two_in_a_call(log, keeps_text=keeps_text) as stage:
        states, seen = collected(stage.one.captions_changed), collected(stage.one.captions_received)
        others = collected(stage.two.captions_received)
        await stage.one.start_captions("de-DE")
        await stage.client.runtime.settled()
        assert states == [CaptionsState.STARTING, CaptionsState.ACTIVE]
        assert (stage.two.spoken_language, stage.two.captions) == ("de-de", CaptionsState.OFF)
        at = stage.clock.now()
        stage.captioner.hears(stage.one.id, BOB, "Gu", at, is_final=False)
        stage.captioner.hears(stage.one.id, BOB, "Guten Tag", at)
        assert [(each.spoken_text, each.result_type) for each in seen] == [
            ("Gu", ResultType.PARTIAL),
            ("Guten Tag", ResultType.FINAL),
        ]
        assert seen[-1] == ReceivedCaption(
            speaker=BOB,
            spoken_text="Guten Tag",
            spoken_language="de-de",
            caption_text=None,
            caption_language=None,
            result_type=ResultType.FINAL,
            timestamp=at,
        )
        assert others == []
        await stage.one.stop_captions()
        await stage.client.runtime.settled()
        stage.captioner.hears(stage.one.id, BOB, "Geheim", at)
        assert len(seen) == 2
    assert noted(log, stage.one.id, BOB) == [
        CaptionReceived(
            call_id=stage.one.id,
            participant=BOB,
            spoken_language="de-de",
            characters=9,
            text="Guten Tag" if keeps_text else None,
        )
    ]


async def test_without_a_captioner_captions_fail_at_once() -> None:
    async with CallClient(MemoryLog(), media=InstantMedia(), clock=SimulatedClock()) as client:
        call = await (await client.create_call_agent(ALICE)).join(GROUP)
        await call.wait_for("Connected")
        states = collected(call.captions_changed)
        assert call.supported_spoken_languages == ()
        await call.start_captions()
        await client.runtime.settled()
        assert states == [CaptionsState.STARTING, CaptionsState.OFF]


async def test_leaving_ends_ones_captions_outside_too() -> None:
    log = MemoryLog()
    async with two_in_a_call(log) as stage:
        await stage.one.start_captions()
        await stage.client.runtime.settled()
        await stage.one.hang_up()
        await stage.client.runtime.settled()
        stage.captioner.hears(stage.one.id, BOB, "alone at last", stage.clock.now())
    assert noted(log, stage.one.id, BOB) == []


@pytest.mark.parametrize("keeps_text", [False, True])
async def test_a_line_grows_and_is_final_when_left_alone(*, keeps_text: bool) -> None:
    log = MemoryLog()
    async with two_in_a_call(log, keeps_text=keeps_text) as stage:
        seen = collected(stage.two.real_time_text_received)
        began = stage.clock.now()
        await stage.one.send_real_time_text("Hell")
        await stage.clock.advance(LIMITS.real_time_text_lock_s - 1)
        await stage.client.runtime.settled()
        await stage.one.send_real_time_text("Hello")
        updated = stage.clock.now()
        await stage.clock.advance(LIMITS.real_time_text_lock_s - 1)
        await stage.client.runtime.settled()
        assert [(each.text, each.result_type) for each in seen] == [("Hell", "Partial"), ("Hello", "Partial")]
        await stage.clock.advance(1)
        await stage.client.runtime.settled()
        assert seen[-1] == ReceivedText(
            sequence_id=1,
            sender=ALICE,
            text="Hello",
            result_type=ResultType.FINAL,
            received_at=began,
            updated_at=stage.clock.now(),
            is_local=False,
        )
        assert stage.clock.now() > updated
        await stage.one.send_real_time_text("Bye", finalized=True)
        assert [(each.sequence_id, each.text) for each in seen[3:]] == [(2, "Bye")]
    assert noted(log, stage.one.id, ALICE) == [
        RealTimeTextReceived(
            call_id=stage.one.id,
            participant=ALICE,
            sequence_id=number,
            characters=len(text),
            text=text if keeps_text else None,
        )
        for number, text in ((1, "Hello"), (2, "Bye"))
    ]


async def test_ones_own_line_is_shown_as_ones_own() -> None:
    async with two_in_a_call(MemoryLog()) as stage:
        seen = collected(stage.one.real_time_text_received)
        await stage.two.send_real_time_text("mine\nand more")
        await stage.one.send_real_time_text("yours")
        assert [(each.sequence_id, each.text, each.is_local) for each in seen] == [
            (1, "mine", False),
            (2, "and more", False),
            (1, "yours", True),
        ]


async def test_captions_go_on_after_a_crash() -> None:
    """Whoever made them has forgotten who reads, and in which language; the call has not."""
    log, again, told = MemoryLog(), MemoryCaptioner(("en-us", "de-de"), ("fr",)), list[PassingSignal]()
    async with two_in_a_call(log) as stage:
        await stage.one.start_captions("de-de")
        await stage.client.runtime.settled()
        async with Runtime(log, media=InstantMedia(), clock=stage.clock, captioner=again) as second:
            await second.recover()
            await second.drained()
            second.passing.listen(lambda _, signal: told.append(signal))
            again.hears(stage.one.id, BOB, "Weiter", stage.clock.now())
            call = await second.call(stage.one.id)
            assert call.participants[ALICE].captions is CaptionsState.ACTIVE
    assert [(each.text, each.spoken_language) for each in told if isinstance(each, Caption)] == [
        ("Weiter", "de-de")
    ]


async def test_what_passes_ends_with_the_call() -> None:
    async with two_in_a_call(MemoryLog()) as stage:

        async def last() -> int:
            return len([each async for each in stage.one.reactions])

        waiting = asyncio.ensure_future(last())
        await asyncio.sleep(0)
        await stage.two.send_reaction("applause")
        for call in (stage.one, stage.two):
            await call.hang_up()
        await stage.client.runtime.settled()
        async with asyncio.timeout(5):
            assert await waiting == 1


async def test_an_agent_may_be_disposed_of_before_its_client() -> None:
    log = MemoryLog()
    async with CallClient(log, media=InstantMedia(), clock=SimulatedClock()) as client:
        agent = await client.create_call_agent(ALICE)
        await agent.dispose()
        await agent.dispose()
