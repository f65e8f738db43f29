"""Real WebRTC media between legs: open, connect, hold, mute, close, and be told what happened.

The law of use: every method is a request, every outcome is an observation. A method returns when the request
is under way (or, for hold and resume, negotiated); what came of it is said to ``observe``, which may also
speak unasked, when packets stop.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from functools import partial

from aiortc.exceptions import InvalidStateError

from calltape.adapters.webrtc.kit import MediaKit
from calltape.adapters.webrtc.leg import Leg, LegState
from calltape.adapters.webrtc.link import End, Link
from calltape.adapters.webrtc.observations import (
    Closed,
    ConditionObserved,
    Connected,
    Held,
    HoldFailed,
    LegId,
    Lost,
    Observation,
    Restored,
    Resumed,
    ResumeFailed,
    Sampled,
    StatesObserved,
)
from calltape.adapters.webrtc.path import Addresses
from calltape.adapters.webrtc.stats import Statistician
from calltape.core.media import Condition, StreamSample, TransportSample

SILENCE_S = 5.0
"""Our figure: with no packet of any kind for so long a leg is lost. ICE alone notices after some 30 s."""
SILENCE_MIN_S = 1.6
"""RTCP, which is all that flows during a hold, comes up to 1.5 s apart in aiortc."""
REJOIN_PAUSE_S = 1.0
"""Our figure: the pause before a link whose path died is built anew."""


class WebRtcMedia:
    """The media of any number of legs in this process.

    Must be made and used inside one running asyncio loop, and ended with ``aclose``.
    """

    def __init__(
        self,
        observe: Callable[[Observation], None],
        *,
        sample_s: float = 1.0,
        silence_s: float = SILENCE_S,
        addresses: Addresses = "loopback",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``sample_s``: seconds between two looks at the counters. ``addresses``: where sockets listen.

        Raises ValueError for a ``silence_s`` under 1.6: a hold would look like a loss.
        """
        if silence_s < SILENCE_MIN_S:
            raise ValueError(
                f"silence_s is {silence_s:g}, but a hold is silent for 1.5 s: give {SILENCE_MIN_S:g} or more."
            )
        self._observe = observe
        self._sample_s = sample_s
        self._silence_s = silence_s
        self._addresses: Addresses = addresses
        self._clock = clock
        self._legs: dict[LegId, Leg] = {}
        self._links: list[Link] = []
        self._links_made = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._statistician = Statistician()
        self._states: dict[tuple[str, LegId], tuple[str, str, str]] = {}
        self._is_closed = False

    # ---- requests

    async def open(self, leg: LegId, kit: MediaKit) -> None:
        """Register a leg with its equipment. Nothing listens and nothing is sent yet.

        Raises ValueError if the leg is open already.
        """
        if leg in self._legs:
            raise ValueError(
                f"A leg of {leg.participant} in call {leg.call} is open already: close it first."
            )
        self._legs[leg] = Leg(
            leg, kit, self._clock, lambda: any(end.is_flowing for _, end in self._ends_of(leg))
        )
        for feed, condition in (
            (self._legs[leg].microphone, Condition.MICROPHONE_DISABLED),
            (self._legs[leg].camera, Condition.CAMERA_STOPPED),
        ):
            if feed is not None:
                feed.failed = partial(self._observe, ConditionObserved(leg, condition))
        if not self._tasks:
            self._spawn(self._watch())
            self._spawn(self._sample())

    async def connect(self, offerer: LegId, answerer: LegId) -> None:
        """Link two open legs; ``offerer`` makes every offer, now and later, so there is never a glare.

        Returns when the answer is in. ``Connected`` is observed for each when media is up. Two legs that
        are linked already stay as they are. Raises LookupError for a leg that is not open.
        """
        first, second = self._leg(offerer), self._leg(answerer)
        if not any(end.peer == answerer for _, end in self._live_ends(first)):
            await self._join(first, second)

    async def hold(self, leg: LegId) -> None:
        """Stop all media of ``leg``, both ways, on all its links. Observed: ``Held`` or ``HoldFailed``."""
        cause = await self._direct(leg, holds=True)
        self._observe(Held(leg) if cause is None else HoldFailed(leg, cause))

    async def resume(self, leg: LegId) -> None:
        """Take back the hold of ``leg``. Observed: ``Resumed`` or ``ResumeFailed``."""
        cause = await self._direct(leg, holds=False)
        self._observe(Resumed(leg) if cause is None else ResumeFailed(leg, cause))

    async def set_muted(self, leg: LegId, muted: bool) -> None:
        """Send digital silence instead of the microphone, or stop doing so. Frames go on either way.

        Raises LookupError for a leg that is not open.
        """
        microphone = self._leg(leg).microphone
        if microphone is not None:
            microphone.set_muted(muted)

    async def set_incoming_audio_muted(self, leg: LegId, muted: bool) -> None:
        """Keep from the leg's ears what arrives, or let them hear again. The peers notice nothing.

        Raises LookupError for a leg that is not open.
        """
        self._leg(leg).is_incoming_audio_muted = muted

    async def close(self, leg: LegId) -> None:
        """Say goodbye to all peers, let go of everything. Observed: ``Closed``. Closing twice is harmless."""
        closing = self._legs.pop(leg, None)
        if closing is None:
            return
        for link, end in self._ends_of(leg):
            link.closed_by = link.closed_by or leg
            end.is_over = True
            await end.close()
        await closing.close()
        self._sweep()
        self._observe(Closed(leg))

    async def aclose(self) -> None:
        """Close every leg, stop every task, and return when nothing runs any more."""
        self._is_closed = True
        for leg in list(self._legs):
            await self.close(leg)
        for link in list(self._links):
            for end in link.ends:
                await end.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._links.clear()

    async def cut(self, leg: LegId) -> None:
        """For tests and rehearsals: lose every packet to and from ``leg`` until ``mend``."""
        self._leg(leg).is_cut = True
        for _, end in self._ends_of(leg):
            end.path.cut()

    async def mend(self, leg: LegId) -> None:
        """Let the packets of ``leg`` through again."""
        self._leg(leg).is_cut = False
        for _, end in self._ends_of(leg):
            end.path.mend()

    def listening(self) -> tuple[tuple[str, int], ...]:
        """Address and port of every socket that is open now."""
        return tuple(place for link in self._links for end in link.ends for place in end.path.listening())

    # ---- links

    def _leg(self, leg: LegId) -> Leg:
        if leg not in self._legs:
            raise LookupError(f"No leg of {leg.participant} is open in call {leg.call}: open it first.")
        return self._legs[leg]

    def _ends_of(self, leg: LegId) -> list[tuple[Link, End]]:
        """The leg's side of each of its links."""
        return [(link, end) for link in self._links if (end := link.end_of(leg)) is not None]

    async def _join(self, offerer: Leg, answerer: Leg) -> None:
        self._links_made += 1
        link = Link(self._links_made, offerer, answerer, self._addresses, self._clock)
        self._links.append(link)
        for end in link.ends:
            self._listen(link, end)
        with contextlib.suppress(InvalidStateError):  # a leg was closed meanwhile, and said so
            await link.negotiate()

    def _listen(self, link: Link, end: End) -> None:
        def changed() -> None:
            self._states_changed(link, end)

        end.connection.on("connectionstatechange", changed)
        end.connection.on("iceconnectionstatechange", changed)

    async def _direct(self, leg: LegId, *, holds: bool) -> str | None:
        """Renegotiate what flows; None if that worked, otherwise why not."""
        if leg not in self._legs:
            return "the leg is not open"
        directed = self._legs[leg]
        if directed.state is LegState.OPEN:
            return "the leg is not connected"
        before, directed.holds = directed.holds, holds
        negotiated = 0
        for link, _ in self._live_ends(directed):
            with contextlib.suppress(InvalidStateError):  # that peer has left
                await link.negotiate()
                negotiated += 1
        if not negotiated:
            directed.holds = before
            return "no peer is left to negotiate with"
        return None

    # ---- what happens

    def _states_changed(self, link: Link, end: End) -> None:
        connection = end.connection
        states = (connection.iceConnectionState, end.dtls_state, connection.connectionState)
        key = (link.transport_id, end.leg.id)
        if self._states.get(key) == states:
            return
        self._states[key] = states
        self._observe(StatesObserved(end.leg.id, end.peer, *states))
        if connection.connectionState == "connected" and not end.is_over:
            self._judge(end.leg)
        elif connection.connectionState in ("failed", "closed"):
            self._end_over(link, end)

    def _end_over(self, link: Link, end: End) -> None:
        """One end is closed or has failed: by the peer's goodbye, or because the path died."""
        leg = end.leg
        if leg.id not in self._legs or end.is_over:
            return
        end.is_over = True
        if link.closed_by is None:
            self._judge(leg, "the path is gone")
            if not link.is_broken:
                link.is_broken = True
                self._spawn(self._rejoin(link))
            return
        self._spawn(self._clear(end))
        if end.path.quiet_s() >= self._silence_s:
            self._judge(leg)  # the peer left, but its goodbye never came: all this end knows is silence
        elif not self._live_ends(leg):
            leg.state = LegState.OPEN
            self._observe(Closed(leg.id, remote=True))

    def _live_ends(self, leg: Leg) -> list[tuple[Link, End]]:
        return [(link, end) for link, end in self._ends_of(leg.id) if not end.is_over]

    async def _clear(self, end: End) -> None:
        await end.close()
        self._sweep()

    def _sweep(self) -> None:
        """Forget the links that are closed at both ends."""
        for link in list(self._links):
            if all(end.connection.connectionState == "closed" for end in link.ends):
                self._links.remove(link)
                self._statistician.forget(link)
                for end in link.ends:
                    self._states.pop((link.transport_id, end.leg.id), None)

    async def _rejoin(self, link: Link) -> None:
        """Build the link anew: aiortc cannot restart ICE, so a dead path needs new connections."""
        for end in link.ends:
            await end.close()
        self._sweep()
        await asyncio.sleep(REJOIN_PAUSE_S)
        offerer, answerer = (end.leg.id for end in link.ends)
        if not self._is_closed and offerer in self._legs and answerer in self._legs:
            await self.connect(offerer, answerer)

    def _judge(self, leg: Leg, cause: str | None = None) -> None:
        """Compare what can be heard with what was last said, and say what is new."""
        alive = any(link.is_alive(end, self._silence_s) for link, end in self._live_ends(leg))
        if alive and leg.state is not LegState.CONNECTED:
            said = Restored(leg.id) if leg.state is LegState.LOST else Connected(leg.id)
            leg.state = LegState.CONNECTED
            self._observe(said)
        elif not alive and leg.state is LegState.CONNECTED:
            leg.state = LegState.LOST
            self._observe(Lost(leg.id, cause or f"no packet for {self._silence_s:g} s"))

    # ---- what runs by itself

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self) -> None:
        """Look again and again whether packets arrive."""
        tick_s = min(0.25, self._silence_s / 4)
        while True:
            asleep_s = self._clock()
            await asyncio.sleep(tick_s)
            if self._clock() - asleep_s > tick_s + self._silence_s / 2:
                continue  # the process itself stood still; what arrived meanwhile is not read yet
            for leg in list(self._legs.values()):
                if leg.state is not LegState.OPEN:
                    self._judge(leg)

    async def _sample(self) -> None:
        """Read all counters every ``sample_s``."""
        while True:
            await asyncio.sleep(self._sample_s)
            for leg in list(self._legs):
                await self._sample_leg(leg)

    async def _sample_leg(self, leg: LegId) -> None:
        streams: list[StreamSample] = []
        transports: list[TransportSample] = []
        for link, end in self._ends_of(leg):
            if end.connection.connectionState == "connected":
                of_link, transport = await self._statistician.sample(link, end, self._clock())
                streams.extend(of_link)
                transports.append(transport)
        if streams:
            microphone = self._legs[leg].microphone if leg in self._legs else None
            peak = None if microphone is None else microphone.take_peak()
            self._observe(Sampled(leg, tuple(streams), tuple(transports), peak))
