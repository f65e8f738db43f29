"""Calls to telephones through agent, runtime and an exchange in memory, on a clock that moves when told."""

from collections.abc import AsyncIterator, Sequence

import pytest

from calltape.adapters.agent import Call, CallAgent, CallClient, OperationFailed
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, SimulatedClock
from calltape.adapters.telephony import (
    Line,
    MemoryGateway,
    announces,
    answers,
    fails,
    forwards,
    hangs_up,
    presses,
    rings,
)
from calltape.core import (
    BadInput,
    CallKind,
    CallState,
    ContextHeader,
    CustomContext,
    EndReason,
    ParticipantState,
    RawId,
    Refused,
    Tone,
    ToneReceived,
    call_stream,
    digest,
    replay,
)

pytestmark = pytest.mark.example

ALICE, BOB = "8:acs:test_alice", "8:acs:test_bob"
PHONE, BUSY, SILENT, ANNOUNCING, LEAVING, FORWARDING, TYPING, UNKNOWN = (
    RawId(f"4:+1425555010{number}") for number in range(8)
)
LINES: dict[RawId, Line] = {
    PHONE: (rings(1), answers(5)),
    BUSY: (fails(1, 486, q850=17),),
    SILENT: (rings(1),),
    ANNOUNCING: (rings(1), announces(2), answers(8)),
    LEAVING: (rings(1), answers(5), hangs_up(60)),
    FORWARDING: (rings(1), forwards(10, PHONE), answers(20)),
    TYPING: (answers(1), presses(10, "4"), presses(11, "2"), presses(12, "#")),
}


class World:
    """A client whose time moves when told."""

    def __init__(self, client: CallClient, clock: SimulatedClock, exchange: MemoryGateway) -> None:
        self.client, self.clock, self.exchange = client, clock, exchange

    async def pass_time(self, *moments_s: float) -> None:
        """Let time pass in steps, everything happening in between that has to."""
        for seconds in moments_s:
            await self.clock.advance(seconds)
            self.exchange.fire()
            await self.client.runtime.settled()

    async def dial(self, number: str, *, shown: str | None = None) -> Call:
        alice = await self.agent(ALICE)
        call = await alice.start_call([number], alternate_caller_id=shown)
        await self.client.runtime.settled()
        return call

    async def agent(self, who: str) -> CallAgent:
        return await self.client.create_call_agent(who)

    def tape(self, call: Call) -> Sequence[str]:
        return [event.name for event in self.client.runtime.log.events(call_stream(call.id))]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    clock = SimulatedClock()
    exchange = MemoryGateway(LINES, clock)
    async with CallClient(
        MemoryLog(), media=InstantMedia(), telephones=exchange, clock=clock, with_echo=False
    ) as client:
        yield World(client, clock, exchange)


def state_of(call: Call) -> CallState:
    """The state now; a checker believes of `call.state` that time does not change it."""
    return call.state


def pair(reason: EndReason | None) -> tuple[int, int | None] | None:
    return None if reason is None else (reason.code, reason.subcode)


async def test_what_the_call_is_about_goes_out_in_its_headers(world: World) -> None:
    alice = await world.agent(ALICE)
    said = CustomContext(
        user_to_user="order 7",
        sip_headers=(ContextHeader("order", "7"),),
        voip_headers=(ContextHeader("basket", "full"),),
    )
    call = await alice.start_call([PHONE], custom_context=said)
    await world.client.runtime.settled()
    headers = (("User-To-User", "order 7"), ("X-MS-Custom-order", "7"))
    assert world.exchange.sip_headers == {(call.id, PHONE): headers}


async def test_a_telephone_without_context_is_sent_no_headers(world: World) -> None:
    await world.dial(PHONE)
    assert len(world.exchange.dialled) == 1
    assert world.exchange.sip_headers == {}


async def test_a_telephone_rings_is_picked_up_and_talks(world: World) -> None:
    call = await world.dial(PHONE, shown="+14255550199")
    assert world.exchange.dialled == [(call.id, PHONE, "+14255550199")]
    await world.pass_time(1)
    assert state_of(call) is CallState.RINGING
    await world.pass_time(4)
    assert state_of(call) is CallState.CONNECTED
    assert [each.state for each in call.remote_participants] == [ParticipantState.CONNECTED]
    await call.hang_up()
    await world.pass_time(0)
    assert state_of(call) is CallState.DISCONNECTED
    assert not world.exchange.carries(call.id, PHONE)
    assert digest(replay(world.client.runtime.log.events(call_stream(call.id)))) == digest(call.model)


async def test_an_announcement_comes_before_the_answer(world: World) -> None:
    call = await world.dial(ANNOUNCING)
    seen: list[CallState] = []
    call.state_changed.subscribe(seen.append)
    await world.pass_time(1, 1, 6)
    assert seen == [CallState.RINGING, CallState.EARLY_MEDIA, CallState.CONNECTED]


@pytest.mark.parametrize(
    ("number", "wanted"), [(BUSY, (486, 560486)), (UNKNOWN, (404, 560404))], ids=["busy", "no such number"]
)
async def test_a_telephone_that_cannot_be_had(world: World, number: RawId, wanted: tuple[int, int]) -> None:
    call = await world.dial(number)
    await world.pass_time(1)
    assert state_of(call) is CallState.DISCONNECTED
    assert pair(call.end_reason) == wanted


async def test_nobody_picks_up_for_115_seconds(world: World) -> None:
    call = await world.dial(SILENT)
    await world.pass_time(1, 113)
    assert state_of(call) is CallState.RINGING
    assert world.exchange.carries(call.id, SILENT)
    await world.pass_time(1)
    assert state_of(call) is CallState.DISCONNECTED
    assert pair(call.end_reason) == (487, 10004)
    assert not world.exchange.carries(call.id, SILENT), "the telephone rings on"


async def test_the_caller_gives_up_and_the_telephone_is_left_in_peace(world: World) -> None:
    call = await world.dial(PHONE)
    await world.pass_time(1)
    await call.hang_up()
    await world.pass_time(0)
    assert not world.exchange.carries(call.id, PHONE)
    before = world.tape(call)
    await world.pass_time(10)
    assert world.tape(call) == before


async def test_the_telephone_hangs_up(world: World) -> None:
    call = await world.dial(LEAVING)
    await world.pass_time(1, 4)
    assert state_of(call) is CallState.CONNECTED
    await world.pass_time(55)
    assert state_of(call) is CallState.DISCONNECTED
    assert pair(call.end_reason) == (0, 560000)


async def test_a_call_with_a_telephone_becomes_a_group_call(world: World) -> None:
    call = await world.dial(PHONE)
    await world.pass_time(1, 4)
    await call.add_participant(SILENT, alternate_caller_id="+14255550199")
    await world.pass_time(0, 1)
    assert call.model.kind is CallKind.GROUP
    assert world.exchange.dialled[-1] == (call.id, SILENT, "+14255550199")
    await world.pass_time(114)
    assert state_of(call) is CallState.CONNECTED
    assert pair(call.model.participants[SILENT].end_reason) == (487, 10004)
    assert not world.exchange.carries(call.id, SILENT)
    await call.remove_participant(PHONE)
    await world.pass_time(0)
    assert not world.exchange.carries(call.id, PHONE)
    assert state_of(call) is CallState.CONNECTED


async def test_a_call_between_users_takes_a_telephone_in(world: World) -> None:
    alice, bob = await world.agent(ALICE), await world.agent(BOB)
    offered = bob.incoming_call.subscribe(lambda offer: world.client.runtime.spawn(_accept(offer)))
    call = await alice.start_call([BOB])
    await world.pass_time(0)
    offered()
    assert state_of(call) is CallState.CONNECTED
    await call.add_participant(PHONE)
    await world.pass_time(0, 1, 4)
    states = {each.identifier: each.state for each in call.remote_participants}
    assert states == {BOB: ParticipantState.CONNECTED, PHONE: ParticipantState.CONNECTED}


async def _accept(offer: object) -> None:
    from calltape.adapters.agent import IncomingCall

    assert isinstance(offer, IncomingCall)
    await offer.accept()


async def test_a_forwarded_call_says_where_it_went(world: World) -> None:
    call = await world.dial(FORWARDING)
    await world.pass_time(1, 9)
    assert call.model.participants[FORWARDING].forwarded_to == PHONE
    await world.pass_time(10)
    assert state_of(call) is CallState.CONNECTED


async def test_keys_are_pressed_and_heard(world: World) -> None:
    call = await world.dial(PHONE)
    await world.pass_time(1, 4)
    await call.send_dtmf("12#")
    await call.send_dtmf("*", to=PHONE)
    assert world.exchange.heard(PHONE) == (Tone.NUM_1, Tone.NUM_2, Tone.POUND, Tone.STAR)
    assert world.tape(call)[-4:] == ["tones.requested", "tones.sent"] * 2


async def test_keys_that_cannot_be_pressed(world: World) -> None:
    call = await world.dial(PHONE)
    await world.pass_time(1)
    with pytest.raises(Refused, match="a telephone that is connected"):
        await call.send_dtmf("1")
    await world.pass_time(4)
    before = world.tape(call)
    with pytest.raises(BadInput, match="'x' is no key"):
        await call.send_dtmf("1x")
    await call.hold()
    with pytest.raises(Refused, match="nobody holds"):
        await call.send_dtmf("1")
    assert world.exchange.heard(PHONE) == ()
    assert world.tape(call)[: len(before)] == before
    assert not [name for name in world.tape(call) if name.startswith("tones.")]


async def test_it_must_be_clear_for_which_telephone_keys_are(world: World) -> None:
    call = await world.dial(PHONE)
    await world.pass_time(1, 4)
    await call.add_participant(LEAVING)
    await world.pass_time(0, 1, 4)
    with pytest.raises(BadInput, match="has 2 telephones; say which one"):
        await call.send_dtmf("1")
    await call.send_dtmf("1", to=LEAVING)
    assert (world.exchange.heard(PHONE), world.exchange.heard(LEAVING)) == ((), (Tone.NUM_1,))


async def test_keys_that_the_telephone_presses_are_on_the_tape_in_order(world: World) -> None:
    call = await world.dial(TYPING)
    await world.pass_time(1, 9, 1, 1)
    facts = list(world.client.runtime.log.events(call_stream(call.id)))
    typed = [(fact.sequence, fact.tone) for fact in facts if isinstance(fact, ToneReceived)]
    assert typed == [(1, Tone.NUM_4), (2, Tone.NUM_2), (3, Tone.POUND)]


async def test_without_a_gateway_a_telephone_is_not_reached_and_it_is_said_why() -> None:
    async with CallClient(MemoryLog(), media=InstantMedia(), clock=SimulatedClock()) as client:
        alice = await client.create_call_agent(ALICE)
        call = await alice.start_call([PHONE])
        await call.wait_for("Disconnected")
        assert pair(call.end_reason) == (480, 10037)
        assert call.end_reason is not None
        assert call.end_reason.words == "no gateway to telephones is connected"


async def test_without_a_gateway_an_agent_may_stand_for_the_telephone_but_hears_no_tones() -> None:
    async with CallClient(MemoryLog(), media=InstantMedia(), clock=SimulatedClock()) as client:
        alice, stand_in = await client.create_call_agent(ALICE), await client.create_call_agent(PHONE)
        stand_in.incoming_call.subscribe(lambda offer: client.runtime.spawn(_accept(offer)))
        call = await alice.start_call([PHONE])
        await call.wait_for("Connected")
        with pytest.raises(OperationFailed, match="no gateway to telephones"):
            await call.send_dtmf("1")
        assert state_of(call) is CallState.CONNECTED
