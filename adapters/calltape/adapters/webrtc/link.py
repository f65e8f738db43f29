"""One pair of legs that hear and see each other: two RTCPeerConnections and their negotiation."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Literal, cast

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCRtpReceiver
from aiortc import sdp as session
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.rtcrtpparameters import RTCRtpCodecCapability
from av import AudioFrame, VideoFrame
from av.frame import Frame

from calltape.adapters.webrtc.leg import Leg, LegTrack
from calltape.adapters.webrtc.observations import LegId
from calltape.adapters.webrtc.path import Addresses, Meter, Path, note_setups
from calltape.adapters.webrtc.sound import RATE, Pcm, level

Clock = Callable[[], float]
Kinds = tuple[Literal["audio", "video"], ...]

SETUP_WAIT_S = 1.0
"""Our figure: on one machine, setting up takes a tenth of it."""
CONSENT_GAP_MAX_S = 7.0
"""aioice asks for consent every 4 to 6 s (RFC 7675); a second is added for the answer."""


class End:
    """One leg's side of a link."""

    def __init__(self, leg: Leg, peer: LegId, kinds: Kinds, addresses: Addresses, clock: Clock) -> None:
        self.leg = leg
        self.peer = peer
        self._clock = clock
        # MAX_BUNDLE: with aiortc's default a second video stream stays dark. No ICE servers: its default is
        # a public one, and nothing of ours may leave the machine unasked.
        self.connection = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._setups = note_setups(self.connection)
        self.tracks: dict[str, LegTrack | None] = {}
        self.meters: dict[str, Meter] = {}
        self.pictures = 0
        """Pictures decoded here."""
        self.size: tuple[int, int] | None = None
        """Width and height of the newest one."""
        self.heard_level = 0
        """Peak of the newest audio frame decoded here, 0 to 65536."""
        self.is_over = False
        """True once this end was closed or has failed; its leg has no use for it any more."""
        self._listening: list[asyncio.Task[None]] = []
        self._transceivers(kinds)
        self.path = Path(self.connection, addresses, clock)
        if leg.is_cut:
            self.path.cut()
        self.connection.on("track", self._listen)

    def _transceivers(self, kinds: Kinds) -> None:
        for kind in kinds:
            track = self.leg.track(kind)
            transceiver = self.connection.addTransceiver(track or kind, direction="sendrecv")
            if kind == "audio":
                transceiver.setCodecPreferences([c for c in _codecs(kind) if c.mimeType == "audio/opus"])
            if track is not None:
                track.carried = lambda: self.is_flowing
            self.tracks[kind] = track
            self.meters[kind] = Meter(transceiver.receiver)

    def direct(self, *, holding: bool) -> None:
        """Say what this end wants at the next negotiation: both ways, or nothing."""
        for transceiver in self.connection.getTransceivers():
            transceiver.direction = "inactive" if holding else "sendrecv"

    @property
    def dtls_state(self) -> str:
        """Of the one transport that everything is bundled on."""
        return self.connection.getTransceivers()[0].receiver.transport.state

    @property
    def is_flowing(self) -> bool:
        """True if what this end sends reaches the wire: the negotiated direction lets it."""
        first = self.connection.getTransceivers()[0]
        return self.connection.connectionState == "connected" and first.currentDirection == "sendrecv"

    @property
    def has_received(self) -> bool:
        """True once any frame came: from then on the peer sends RTCP, also during a hold."""
        return any(meter.payload_bytes for meter in self.meters.values())

    async def close(self) -> None:
        """Say goodbye, close the sockets, and wait until nothing of this end runs any more.

        A goodbye needs a path to be said over, so a call that is still being set up is given a moment.
        """
        if self._setups:
            await asyncio.wait(self._setups, timeout=SETUP_WAIT_S)
        await self.connection.close()
        if self._setups:
            await asyncio.wait(self._setups, timeout=SETUP_WAIT_S)
        for track in self.tracks.values():
            if track is not None:
                track.stop()
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)

    def _listen(self, track: MediaStreamTrack) -> None:
        self._listening.append(asyncio.create_task(self._pump(track)))

    async def _pump(self, track: MediaStreamTrack) -> None:
        """Give every decoded frame to the leg's ears or eyes, until the track ends."""
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = cast("Frame", await track.recv())
                if isinstance(frame, AudioFrame):
                    self._hear(frame)
                elif isinstance(frame, VideoFrame):
                    self._see(frame)

    def _hear(self, frame: AudioFrame) -> None:
        pcm = _mono(frame)
        self.heard_level = level(pcm)
        if self.leg.kit.ears is not None and not self.leg.is_incoming_audio_muted:
            self.leg.kit.ears.hear(self.peer, frame.pts or 0, pcm, self._clock())

    def _see(self, frame: VideoFrame) -> None:
        self.pictures += 1
        self.size = (frame.width, frame.height)
        if self.leg.kit.eyes is not None:
            self.leg.kit.eyes.see(self.peer, frame, self._clock())


def _mono(frame: AudioFrame) -> Pcm:
    """Opus is always decoded as 48 kHz stereo here; both channels hold the same voice."""
    if frame.sample_rate != RATE:
        raise AssertionError(f"Opus was decoded at {frame.sample_rate} Hz")
    channels = len(frame.layout.channels)
    stereo = frame.to_ndarray().reshape(-1, channels).astype("int32")
    mono: Pcm = (stereo.sum(axis=1) // channels).astype("int16")
    return mono


class Link:
    """Two ends. The same leg offers every time: aiortc cannot roll an offer back when both do."""

    def __init__(self, number: int, offerer: Leg, answerer: Leg, addresses: Addresses, clock: Clock) -> None:
        self.transport_id = f"link-{number}"
        kinds = _kinds(offerer, answerer)
        self.offerer = End(offerer, answerer.id, kinds, addresses, clock)
        self.answerer = End(answerer, offerer.id, kinds, addresses, clock)
        self.codecs: dict[str, tuple[str, int]] = {}
        """For each kind what was agreed: the codec's name and its RTP clock in ticks per second."""
        self.closed_by: LegId | None = None
        """Which leg ended the link on purpose, if one did."""
        self.is_broken = False
        """True once the path died and nobody had closed it."""
        self._negotiating = asyncio.Lock()

    @property
    def ends(self) -> tuple[End, End]:
        """Both sides."""
        return self.offerer, self.answerer

    def end_of(self, leg: LegId) -> End | None:
        """The side of ``leg``, or None where the link is not its."""
        return next((end for end in self.ends if end.leg.id == leg), None)

    async def negotiate(self) -> None:
        """Offer and answer, in process, with what both legs want now.

        Raises aiortc's InvalidStateError if an end is closed.
        """
        async with self._negotiating:
            ours, theirs = self.offerer.connection, self.answerer.connection
            for end in self.ends:
                end.direct(holding=end.leg.holds)
            await ours.setLocalDescription(await ours.createOffer())
            await theirs.setRemoteDescription(ours.localDescription)
            await theirs.setLocalDescription(await theirs.createAnswer())
            await ours.setRemoteDescription(theirs.localDescription)
            self.codecs = _agreed(theirs.localDescription.sdp)

    def is_alive(self, end: End, silence_s: float) -> bool:
        """True if ``end`` is connected and heard anything at all within ``silence_s``.

        A hold is no silence: RTCP goes on. Only where the peer never sent a frame (the link came up under a
        hold) ICE's consent checks may be all there is to hear, so there at least their interval is granted.
        """
        limit_s = silence_s if end.has_received else max(silence_s, CONSENT_GAP_MAX_S)
        return end.connection.connectionState == "connected" and end.path.quiet_s() < limit_s


def _codecs(kind: str) -> list[RTCRtpCodecCapability]:
    known = RTCRtpReceiver.getCapabilities(kind)
    return [] if known is None else known.codecs


def _kinds(one: Leg, other: Leg) -> Kinds:
    return ("audio", "video") if one.kit.video or other.kit.video else ("audio",)


def _agreed(answer: str) -> dict[str, tuple[str, int]]:
    """The first codec of each section of an answer is the one that is sent."""
    agreed: dict[str, tuple[str, int]] = {}
    for media in session.SessionDescription.parse(answer).media:
        codec = media.rtp.codecs[0]
        agreed[media.kind] = (codec.name.upper(), codec.clockRate)
    return agreed
