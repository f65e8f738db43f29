"""The sockets under a link: where they listen, what arrives, and how to cut them for a test.

This is the one module that reaches behind aiortc's public face, because the face has no door for any of
it: which addresses ICE gathers, that a packet of whatever kind arrived, how many bytes a stream received.
Every reach is on one object of ours, never on a class or module that others in the process share.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Literal

from aioice import Candidate, Connection
from aioice.ice import StunProtocol
from aioice.stun import Message
from aiortc import RTCPeerConnection, RTCRtpReceiver
from aiortc.rtp import RtpPacket

# pyright: reportPrivateUsage=false

Addresses = Literal["loopback", "host"]
"""``loopback``: 127.0.0.1 and nothing else. ``host``: every address of the machine but 127.0.0.1."""

_LOOPBACK = "127.0.0.1"


class Path:
    """One end's sockets, listening where ``addresses`` says, each datagram noted."""

    def __init__(
        self, connection: RTCPeerConnection, addresses: Addresses, clock: Callable[[], float]
    ) -> None:
        self._clock = clock
        self._cut = False
        self.arrivals = 0
        """Datagrams of any kind (STUN, DTLS, RTP, RTCP) that arrived."""
        self.last_arrival_s = clock()
        """When the newest one did. At first: when the path was made."""
        self._protocols: list[StunProtocol] = []
        for ice in _ice_connections(connection):
            self._steer(ice, addresses)

    def listening(self) -> tuple[tuple[str, int], ...]:
        """Address and port of each socket that is open."""
        open_now = [p.transport for p in self._protocols if not p.transport.is_closing()]
        return tuple(transport.get_extra_info("sockname")[:2] for transport in open_now)

    def quiet_s(self) -> float:
        """Seconds since anything arrived."""
        return self._clock() - self.last_arrival_s

    def cut(self) -> None:
        """Lose every packet from now on, in both directions."""
        self._cut = True

    def mend(self) -> None:
        """Let packets through again."""
        self._cut = False

    def _steer(self, ice: Connection, where: Addresses) -> None:
        """Make ``ice`` gather where we say, and listen to the sockets it opens while doing so."""
        gather = ice.get_component_candidates

        async def gather_here(component: int, addresses: list[str]) -> list[Candidate]:
            chosen = [_LOOPBACK] if where == "loopback" else addresses
            candidates = await gather(component=component, addresses=chosen)
            for protocol in ice._protocols:
                self._tap(protocol)
            return candidates

        ice.get_component_candidates = gather_here  # type: ignore[assignment,method-assign]

    def _tap(self, protocol: StunProtocol) -> None:
        self._protocols.append(protocol)
        received, send_data, send_stun = protocol.datagram_received, protocol.send_data, protocol.send_stun

        def tapped_received(data: bytes | str, addr: tuple[Any, ...]) -> None:
            if not self._cut:
                self.arrivals += 1
                self.last_arrival_s = self._clock()
                received(data, addr)

        async def tapped_data(data: bytes, addr: tuple[str, int]) -> None:
            if not self._cut:
                await send_data(data, addr)

        def tapped_stun(message: Message, addr: tuple[str, int]) -> None:
            if not self._cut:
                send_stun(message, addr)

        protocol.datagram_received = tapped_received  # type: ignore[method-assign]
        protocol.send_data = tapped_data  # type: ignore[method-assign]
        protocol.send_stun = tapped_stun  # type: ignore[method-assign]


def _ice_connections(connection: RTCPeerConnection) -> Iterator[Connection]:
    """The ICE agents of ``connection``: exactly one, as everything is bundled, once a transceiver exists."""
    transports = {transceiver.receiver.transport.transport for transceiver in connection.getTransceivers()}
    for transport in transports:
        yield transport._connection


def note_setups(connection: RTCPeerConnection) -> set[asyncio.Task[None]]:
    """The tasks in which ``connection`` sets up ICE and DTLS, a new one for each description it is given.

    aiortc starts them and forgets them; whoever closes the connection has to see them end.
    """
    running: set[asyncio.Task[None]] = set()
    name = "_RTCPeerConnection__connect"
    connect: Callable[[], Coroutine[None, None, None]] = getattr(connection, name)

    def noted() -> asyncio.Task[None]:
        task = asyncio.create_task(connect())
        running.add(task)
        task.add_done_callback(running.discard)
        return task

    setattr(connection, name, noted)
    return running


class Meter:
    """Counts what aiortc's statistics leave out of a received stream: its bytes and its whole frames."""

    def __init__(self, receiver: RTCRtpReceiver) -> None:
        self.payload_bytes = 0
        """Payload octets received, retransmissions included: the counterpart of ``bytesSent``."""
        self.frames = 0
        """Packets with the marker bit: for video, ends of frames."""
        handle = receiver._handle_rtp_packet

        async def metered(packet: RtpPacket, arrival_time_ms: int) -> None:
            self.payload_bytes += len(packet.payload)
            self.frames += packet.marker
            await handle(packet, arrival_time_ms)

        receiver._handle_rtp_packet = metered  # type: ignore[method-assign]
