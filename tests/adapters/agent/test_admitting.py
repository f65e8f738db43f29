"""What a token lets an agent do, and what happens when it runs out."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from calltape.adapters.agent import Call, CallAgent, CallClient, IncomingCall, RoomLocator, TokenCredential
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, SimulatedClock
from calltape.core import BadInput, CallState, Refused, Scope, later

pytestmark = pytest.mark.example

ALICE, BOB = (f"8:acs:test_{name}" for name in ("alice", "bob"))
ECHO = "8:echo123"
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"
HOUR_S = 3_600


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock()


@pytest.fixture
async def client(clock: SimulatedClock) -> AsyncIterator[CallClient]:
    async with CallClient(MemoryLog(), media=InstantMedia(), clock=clock, requires_tokens=True) as running:
        yield running


async def admitted(client: CallClient, who: str, *scopes: Scope) -> CallAgent:
    token = await client.tokens.issue(who, scopes, life_s=HOUR_S)
    return await client.create_call_agent(who, credential=TokenCredential(token))


async def talking(client: CallClient, agent: CallAgent) -> Call:
    call = await agent.start_call([ECHO])
    async with asyncio.timeout(5):
        await call.wait_for("Connected")
    await client.runtime.drained()
    return call


def calls_recorded(client: CallClient) -> int:
    return sum(each.event.name == "call.started" for each in client.runtime.log.read_all())


async def test_a_token_for_all_calling_starts_and_joins(client: CallClient) -> None:
    alice = await admitted(client, ALICE, Scope.VOIP)
    assert (await talking(client, alice)).state is CallState.CONNECTED
    assert (await alice.join(GROUP)).state is not CallState.DISCONNECTED


async def test_a_token_for_joining_joins_accepts_and_starts_nothing(client: CallClient) -> None:
    alice = await admitted(client, ALICE, Scope.VOIP)
    bob = await admitted(client, BOB, Scope.VOIP_JOIN)
    with pytest.raises(Refused, match="the token starts no calls"):
        await bob.start_call([ECHO])
    with pytest.raises(Refused, match="the token starts no calls"):
        await bob.join(GROUP)
    assert bob.calls == ()
    assert calls_recorded(client) == 0
    hers = await alice.join(GROUP)
    his = await bob.join(GROUP)
    assert his.id == hers.id
    rings: list[IncomingCall] = []
    bob.incoming_call.subscribe(rings.append)
    await client.runtime.drained()
    await alice.start_call([BOB])
    await client.runtime.drained()
    await rings[0].accept()


async def test_a_token_for_joining_opens_the_room_that_invites(client: CallClient) -> None:
    bob = await admitted(client, BOB, Scope.VOIP_JOIN)
    until = later(client.runtime.clock.now(), HOUR_S)
    await client.rooms.create("theirs", valid_until=until)
    with pytest.raises(Refused, match="the token starts no calls"):
        await bob.join(RoomLocator("theirs"))
    await client.rooms.add_or_update_participants("theirs", [BOB])
    assert (await bob.join(RoomLocator("theirs"))).id


async def test_who_has_no_token_that_fits_gets_no_agent(client: CallClient, clock: SimulatedClock) -> None:
    with pytest.raises(BadInput, match="lets nobody in without a token"):
        await client.create_call_agent(ALICE)
    chat = await client.tokens.issue(ALICE, [Scope.CHAT])
    short = await client.tokens.issue(ALICE, [Scope.VOIP], life_s=HOUR_S)
    theirs = await client.tokens.issue(BOB, [Scope.VOIP])
    await clock.advance(HOUR_S)
    for token, words in (
        (chat, "the token allows no calling"),
        (short, r"token in Expired .* has run out"),
        (theirs, "no such token was issued"),
        ("made up", "no such token was issued"),
    ):
        with pytest.raises(Refused, match=words):
            await client.create_call_agent(ALICE, credential=TokenCredential(token))
    await client.tokens.revoke(ALICE)
    with pytest.raises(Refused, match="was taken back"):
        await client.create_call_agent(ALICE, credential=TokenCredential(chat))
    assert client.runtime.directory.endpoints(ALICE) == ()  # type: ignore[arg-type]


async def test_revoking_is_seen_at_the_next_call(client: CallClient) -> None:
    alice = await admitted(client, ALICE, Scope.VOIP)
    call = await talking(client, alice)
    await client.tokens.revoke(ALICE)
    with pytest.raises(Refused, match="was taken back"):
        await alice.start_call([ECHO])
    assert call.state is CallState.CONNECTED


async def test_a_token_that_runs_out_ends_the_call(client: CallClient, clock: SimulatedClock) -> None:
    alice = await admitted(client, ALICE, Scope.VOIP)
    call = await talking(client, alice)
    await clock.advance(HOUR_S - 1)
    assert call.state is CallState.CONNECTED
    await clock.advance(1)
    async with asyncio.timeout(5):
        await call.wait_for("Disconnected")
    assert call.end_reason is not None
    assert (call.end_reason.code, call.end_reason.subcode) == (495, 4507)
    with pytest.raises(Refused, match="has run out"):
        await alice.start_call([ECHO])


async def test_a_token_that_is_renewed_ends_nothing(client: CallClient, clock: SimulatedClock) -> None:
    renewed = asyncio.Event()

    async def refresh() -> str:
        token = await client.tokens.issue(ALICE, [Scope.VOIP], life_s=2 * HOUR_S)
        renewed.set()
        return token

    token = await client.tokens.issue(ALICE, [Scope.VOIP], life_s=HOUR_S)
    alice = await client.create_call_agent(ALICE, credential=TokenCredential(token, refresh))
    call = await talking(client, alice)
    await clock.advance(HOUR_S)
    async with asyncio.timeout(5):
        await renewed.wait()
    assert call.state is CallState.CONNECTED
    assert (await talking(client, alice)).state is CallState.CONNECTED


async def test_a_refresher_that_fails_is_no_token(client: CallClient, clock: SimulatedClock) -> None:
    async def refresh() -> str:
        raise OSError("the issuer is away")

    token = await client.tokens.issue(ALICE, [Scope.VOIP], life_s=HOUR_S)
    alice = await client.create_call_agent(ALICE, credential=TokenCredential(token, refresh))
    call = await talking(client, alice)
    await clock.advance(HOUR_S)
    async with asyncio.timeout(5):
        await call.wait_for("Disconnected")
    assert call.end_reason is not None
    assert call.end_reason.subcode == 4507
    with pytest.raises(Refused, match="could not be renewed"):
        await alice.start_call([ECHO])


async def test_an_old_token_does_not_renew_one(client: CallClient, clock: SimulatedClock) -> None:
    token = await client.tokens.issue(ALICE, [Scope.VOIP], life_s=HOUR_S)

    async def refresh() -> str:
        return token

    alice = await client.create_call_agent(ALICE, credential=TokenCredential(token, refresh))
    await clock.advance(HOUR_S)
    with pytest.raises(Refused, match="has run out; give one that is valid"):
        await alice.start_call([ECHO])


async def test_without_requiring_tokens_the_program_vouches() -> None:
    async with CallClient(MemoryLog(), media=InstantMedia()) as client:
        alice = await client.create_call_agent(ALICE)
        assert (await talking(client, alice)).state is CallState.CONNECTED
