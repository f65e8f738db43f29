"""The contract of the `DataPort` port, as a pytest class that any adapter's tests may inherit.

An adapter's own test is a class and a fixture that gives how to make one::

    class TestInstantData(DataPortContract):
        @pytest.fixture
        def make(self) -> Callable[[], DataPort]:
            return InstantData

The adapter is made and used within one event loop. Needs the extra ``calltape[testing]``.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from calltape.core.data_channels import ChannelPriority, DataChannel, Reliability
from calltape.core.data_port import DataMessage, DataPort
from calltape.core.effects import CloseChannel, CloseReceivers, DirectChannel, OpenChannel
from calltape.core.identity import RawId
from calltape.core.values import CallId, EndpointId, Instant

CALL = CallId("call-1")
ALICE, BOB, CAROL = (RawId(f"8:acs:resource_{name}") for name in ("alice", "bob", "carol"))
WAIT_S = 10.0
"""How long an arrival may take before it counts as lost."""


class Heard:
    """Notes what arrives."""

    def __init__(self) -> None:
        self.messages: list[tuple[RawId, DataMessage]] = []
        self._woken = asyncio.Event()

    def arrived(self, receiver: RawId, message: DataMessage) -> None:
        """See `DataReports.arrived`."""
        self.messages.append((receiver, message))
        self._woken.set()

    async def until(self, count: int) -> list[tuple[RawId, int]]:
        """Who heard which number, once `count` messages have arrived."""
        async with asyncio.timeout(WAIT_S):
            while len(self.messages) < count:
                self._woken.clear()
                await self._woken.wait()
        return [(who, message.sequence_number) for who, message in self.messages]


QUIET_S = 0.05
"""How long nothing must arrive where nothing may."""

Scene = Callable[[DataPort, Heard], Awaitable[None]]


def opening(session: int = 1, channel_id: int = 7) -> OpenChannel:
    """Alice's channel, to everybody."""
    channel = DataChannel(
        channel_id=channel_id,
        session=session,
        recipients=(),
        reliability=Reliability.DURABLE,
        priority=ChannelPriority.NORMAL,
        bitrate_bps=64_000,
        silent_at=Instant(0),
    )
    return OpenChannel(participant=ALICE, endpoint=EndpointId("alice/desk"), channel=channel)


def closing(session: int = 1) -> CloseChannel:
    """The end of Alice's channel."""
    return CloseChannel(participant=ALICE, endpoint=EndpointId("alice/desk"), channel_id=7, session=session)


def message(number: int, session: int = 1, data: bytes = b"stroke") -> DataMessage:
    """What Alice sends."""
    return DataMessage(
        call_id=CALL, sender=ALICE, channel_id=7, session=session, sequence_number=number, data=data
    )


class DataPortContract:
    """What every `DataPort` does. Override the fixture `make` with how to make one."""

    @pytest.fixture
    def make(self) -> Callable[[], DataPort]:
        """How to make an adapter; it is made within the event loop."""
        raise NotImplementedError("override the fixture `make` with what makes an adapter")

    def _play(self, make: Callable[[], DataPort], scene: Scene) -> None:
        async def played() -> None:
            port, heard = make(), Heard()
            port.start(heard)
            try:
                await scene(port, heard)
            finally:
                await port.aclose()

        asyncio.run(played())

    def test_a_message_arrives_at_whom_it_is_for(self, make: Callable[[], DataPort]) -> None:
        """As it was sent, once at each receiver, and nowhere else."""

        async def scene(port: DataPort, heard: Heard) -> None:
            await port.perform(CALL, opening())
            whole = message(0, data=bytes(range(256)) * 128)
            await port.send([BOB, CAROL], whole)
            await port.send([BOB], message(1))
            assert sorted(await heard.until(3)) == [(BOB, 0), (BOB, 1), (CAROL, 0)]
            assert {got for _, got in heard.messages if got.sequence_number == 0} == {whole}

        self._play(make, scene)

    def test_a_durable_channel_keeps_the_order(self, make: Callable[[], DataPort]) -> None:
        """Everything arrives, in the order in which it was sent."""

        async def scene(port: DataPort, heard: Heard) -> None:
            await port.perform(CALL, opening())
            for number in range(50):
                await port.send([BOB], message(number))
            assert await heard.until(50) == [(BOB, number) for number in range(50)]

        self._play(make, scene)

    def test_what_is_repeated_does_no_harm(self, make: Callable[[], DataPort]) -> None:
        """Effects are at-least-once, and may be about what is not there."""

        async def scene(port: DataPort, heard: Heard) -> None:
            await port.perform(CALL, closing())
            here = EndpointId("alice/desk")
            await port.perform(CALL, CloseReceivers(participant=ALICE, endpoint=here, channel_id=7))
            for _ in range(2):
                await port.perform(CALL, opening())
                direct = DirectChannel(participant=ALICE, endpoint=here, channel_id=7, recipients=(BOB,))
                await port.perform(CALL, direct)
            await port.send([BOB], message(0))
            assert await heard.until(1) == [(BOB, 0)]

        self._play(make, scene)

    def test_silence_closes_nothing_for_good(self, make: Callable[[], DataPort]) -> None:
        """The next message of the session arrives again."""

        async def scene(port: DataPort, heard: Heard) -> None:
            await port.perform(CALL, opening())
            here = EndpointId("alice/desk")
            await port.perform(CALL, CloseReceivers(participant=ALICE, endpoint=here, channel_id=7))
            await port.send([BOB], message(0))
            assert await heard.until(1) == [(BOB, 0)]

        self._play(make, scene)

    def test_a_new_session_takes_the_place_of_the_old_one(self, make: Callable[[], DataPort]) -> None:
        """What belongs to the old one is lost; so it is when its end is told late."""

        async def scene(port: DataPort, heard: Heard) -> None:
            await port.perform(CALL, opening(session=1))
            await port.perform(CALL, opening(session=2))
            await port.perform(CALL, closing(session=1))
            await port.send([BOB], message(0, session=1))
            await port.send([BOB], message(1, session=2))
            assert await heard.until(1) == [(BOB, 1)]

        self._play(make, scene)

    def test_a_closed_channel_carries_nothing(self, make: Callable[[], DataPort]) -> None:
        """Until it is opened anew."""

        async def scene(port: DataPort, heard: Heard) -> None:
            await port.perform(CALL, opening(session=1))
            await port.perform(CALL, closing(session=1))
            await port.send([BOB], message(0, session=1))
            await port.perform(CALL, opening(session=2))
            await port.send([BOB], message(1, session=2))
            assert await heard.until(1) == [(BOB, 1)]

        self._play(make, scene)

    def test_after_closing_nothing_arrives(self, make: Callable[[], DataPort]) -> None:
        """What was under way may be lost; closing twice is harmless."""

        async def scene(port: DataPort, heard: Heard) -> None:
            await port.perform(CALL, opening())
            await port.send([BOB], message(0))
            await heard.until(1)
            await port.aclose()
            await port.send([BOB], message(1))
            await port.aclose()
            await asyncio.sleep(QUIET_S)
            assert [got.sequence_number for _, got in heard.messages] == [0]

        self._play(make, scene)

    def test_channels_of_other_calls_and_numbers_are_apart(self, make: Callable[[], DataPort]) -> None:
        """A message arrives only where its own channel is open."""

        async def scene(port: DataPort, heard: Heard) -> None:
            await port.perform(CallId("call-2"), opening())
            await port.perform(CALL, opening(channel_id=8))
            await port.send([BOB], message(0))
            await port.perform(CALL, opening())
            await port.send([BOB], message(1))
            assert await heard.until(1) == [(BOB, 1)]

        self._play(make, scene)
