"""Data channels end to end: agents in one program, and a clock that moves only when told."""

import asyncio

import pytest

from calltape.adapters.agent import Call, CallAgent, CallClient, DataChannelReceiver
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, Runtime, SimulatedClock
from calltape.core import (
    CallId,
    DataMessageReceived,
    DataMessageSent,
    EndpointId,
    RawId,
    Refused,
    Reliability,
    call_stream,
    media_stream,
)

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = (f"8:acs:test_{name}" for name in ("alice", "bob", "carol"))
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"


class Room:
    """Three in a group call, on one clock and one log."""

    def __init__(self) -> None:
        self.log, self.clock = MemoryLog(), SimulatedClock()
        self.calls: dict[str, Call] = {}
        self.heard: dict[str, list[DataChannelReceiver]] = {}

    async def open(self, client: CallClient) -> None:
        self.runtime: Runtime = client.runtime
        for who in (ALICE, BOB, CAROL):
            agent: CallAgent = await client.create_call_agent(who)
            call = self.calls[who] = await agent.join(GROUP)
            self.heard[who] = []
            call.data_channels.receiver_created.subscribe(self.heard[who].append)
            async with asyncio.timeout(5):
                await call.wait_for("Connected")
        await self.runtime.drained()

    async def pass_time(self, seconds: float) -> None:
        await self.clock.advance(seconds)
        await self.runtime.settled()

    def history(self) -> list[str]:
        stream = call_stream(self.calls[ALICE].id)
        return [event.name for event in self.log.events(stream) if "data_channel" in event.name]


def client_of(room: Room) -> CallClient:
    return CallClient(room.log, media=InstantMedia(), clock=room.clock)


async def test_bytes_arrive_at_everybody_and_are_not_recorded() -> None:
    room = Room()
    async with client_of(room) as client:
        await room.open(client)
        sender = await room.calls[ALICE].data_channels.create_sender(reliability=Reliability.DURABLE)
        assert (sender.channel_id, sender.max_message_size) == (1, 32_768)
        await sender.send_message(b"first stroke")
        await sender.send_message(b"second stroke")
        await room.runtime.drained()
        for who in (BOB, CAROL):
            (receiver,) = room.heard[who]
            assert (receiver.channel_id, receiver.sender) == (1, ALICE)
            first, second = receiver.read_message(), receiver.read_message()
            assert first is not None
            assert second is not None
            assert (first.sequence_number, first.data) == (0, b"first stroke")
            assert (second.sequence_number, second.data) == (1, b"second stroke")
            assert receiver.read_message() is None
        assert room.heard[ALICE] == []
        await sender.set_participants([CAROL])
        await sender.send_message(b"for one")
        assert room.heard[BOB][0].read_message() is None
        assert room.heard[CAROL][0].read_message() is not None
        await sender.close()
        assert room.heard[BOB][0].is_closed
        with pytest.raises(Refused, match="has no data channel 1"):
            await sender.send_message(b"too late")
    assert room.history() == ["data_channel.opened", "data_channel.directed", "data_channel.closed"]
    call_id = room.calls[ALICE].id
    sent = list(room.log.events(media_stream(call_id, RawId(ALICE))))
    assert [each.sequence_number for each in sent if isinstance(each, DataMessageSent)] == [0, 1, 2]
    got = list(room.log.events(media_stream(call_id, RawId(BOB))))
    assert [each.size_bytes for each in got if isinstance(each, DataMessageReceived)] == [12, 13]


async def test_silence_counts_from_the_last_message_and_costs_one_event_a_deadline() -> None:
    room = Room()
    async with client_of(room) as client:
        await room.open(client)
        sender = await room.calls[ALICE].data_channels.create_sender()
        for _ in range(100):
            await sender.send_message(b"tick")
            await room.pass_time(1)
        assert room.history() == ["data_channel.opened"]
        await room.pass_time(20)  # 120 s after it was opened; the last message was 21 s ago
        assert room.history() == ["data_channel.opened", "data_channel.used"]
        (receiver,) = room.heard[BOB]
        await room.pass_time(98.5)
        assert room.history()[-1] == "data_channel.used"
        await room.pass_time(1)
        assert receiver.is_closed
        assert room.history()[-1] == "data_channel.silenced"


async def test_a_message_after_the_silence_opens_a_new_receiver() -> None:
    room = Room()
    async with client_of(room) as client:
        await room.open(client)
        sender = await room.calls[ALICE].data_channels.create_sender()
        await sender.send_message(b"before")
        await room.pass_time(300)
        await sender.send_message(b"after")
        await room.runtime.drained()
        old, new = room.heard[BOB]
        assert old.is_closed
        assert not new.is_closed
        message = new.read_message()
        assert message is not None
        assert (message.sequence_number, message.data) == (1, b"after")
        assert room.history() == ["data_channel.opened", "data_channel.silenced", "data_channel.used"]


async def test_who_leaves_closes_what_others_receive() -> None:
    room = Room()
    async with client_of(room) as client:
        await room.open(client)
        sender = await room.calls[ALICE].data_channels.create_sender()
        await sender.send_message(b"bye")
        await room.calls[ALICE].hang_up()
        assert room.heard[BOB][0].is_closed
        with pytest.raises(Refused, match="connected call"):
            await sender.send_message(b"gone")


async def test_the_silence_falls_once_for_whoever_takes_the_call_up() -> None:
    room = Room()
    async with client_of(room) as client:
        await room.open(client)
        await room.calls[ALICE].data_channels.create_sender()
        await room.pass_time(100)
        async with Runtime(room.log, media=InstantMedia(), clock=room.clock) as another:
            await another.recover()
            await room.clock.advance(20)
            await another.settled()
            await room.runtime.settled()
            assert room.history() == ["data_channel.opened", "data_channel.silenced"]


async def test_messages_to_a_call_that_nobody_knows_here_are_let_go() -> None:
    room = Room()
    async with client_of(room) as client:
        await room.open(client)
        with pytest.raises(Refused):
            await client.runtime.data_channels.send(CallId("other"), RawId(ALICE), 1, b"x")
        assert EndpointId("x") not in room.heard
