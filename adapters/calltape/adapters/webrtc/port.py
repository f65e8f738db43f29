"""The core's wishes for media, granted by real WebRTC; what is seen goes back as reports and measurements."""

import asyncio

from calltape.adapters.webrtc.kit import MediaKit
from calltape.adapters.webrtc.media import SILENCE_S, WebRtcMedia
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
from calltape.core import (
    CallId,
    Command,
    MediaConditionObserved,
    MediaEffect,
    MediaSampled,
    MediaStatesObserved,
    RawId,
    ReportHeld,
    ReportHoldFailed,
    ReportMediaClosed,
    ReportMediaConnected,
    ReportMediaFailed,
    ReportMediaLost,
    ReportMediaRestored,
    ReportResumed,
    ReportResumeFailed,
    Reports,
    ReportShareFailed,
    ReportShareStopped,
    ReportStreamEffectFailed,
    ReportVideoFailed,
    ReportVideoStopped,
    StreamKind,
)
from calltape.core.effects import (
    CloseMedia,
    ConstrainMediaStream,
    HoldMedia,
    OpenMedia,
    ResumeMedia,
    SetIncomingAudioMuted,
    SetMuted,
    StartMediaEffect,
    StartMediaStream,
    StopMediaEffect,
    StopMediaStream,
    SwitchMediaSource,
)

_REPORTS: dict[type[Observation], type[Command]] = {
    Connected: ReportMediaConnected,
    Lost: ReportMediaLost,
    Restored: ReportMediaRestored,
    Held: ReportHeld,
    HoldFailed: ReportHoldFailed,
    Resumed: ReportResumed,
    ResumeFailed: ReportResumeFailed,
}


class WebRtcPort:
    """See `calltape.core.MediaPort`. Every two legs of a call are linked directly."""

    measures = True
    """See `MediaPort.measures`."""

    def __init__(
        self, *, sample_s: float = 1.0, silence_s: float = SILENCE_S, addresses: Addresses = "loopback"
    ) -> None:
        """See `WebRtcMedia` for what the figures mean."""
        self._sample_s = sample_s
        self._silence_s = silence_s
        self._addresses: Addresses = addresses
        self._kits: dict[LegId, MediaKit] = {}
        self._open: dict[str, list[LegId]] = {}
        self._turn = asyncio.Lock()

    def start(self, reports: Reports) -> None:
        """See `MediaPort.start`. Must be called inside the event loop."""
        self._reports = reports
        self.media = WebRtcMedia(
            self._observe, sample_s=self._sample_s, silence_s=self._silence_s, addresses=self._addresses
        )

    def equip(self, call_id: CallId, participant: RawId, kit: object) -> None:
        """See `MediaPort.equip`; `kit` is a `MediaKit`.

        Raises:
            TypeError: it is something else.
        """
        if not isinstance(kit, MediaKit):
            raise TypeError(f"a leg is equipped with a MediaKit, not a {type(kit).__name__}")
        self._kits[LegId(call_id, participant)] = kit

    def carries(self, call_id: CallId, participant: RawId) -> bool:
        """See `MediaPort.carries`."""
        return LegId(call_id, participant) in self._open.get(call_id, ())

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        """See `MediaPort.perform`."""
        leg = LegId(call_id, effect.participant)
        match effect:
            case OpenMedia(is_alone=is_alone):
                await self._open_leg(leg, is_alone=is_alone)
            case CloseMedia():
                await self._close_leg(leg)
            case HoldMedia():
                await self.media.hold(leg)
            case ResumeMedia():
                await self.media.resume(leg)
            case SetMuted(is_muted=is_muted):
                if leg in self._open.get(call_id, ()):
                    await self.media.set_muted(leg, is_muted)
            case SetIncomingAudioMuted(is_muted=is_muted):
                if leg in self._open.get(call_id, ()):
                    await self.media.set_incoming_audio_muted(leg, is_muted)

            case StartMediaStream() | StopMediaStream() | StartMediaEffect():
                self._decline(leg, effect)
            case SwitchMediaSource() | ConstrainMediaStream() | StopMediaEffect():
                pass  # only a video that runs has a source, and none can be started; nor any effect

    def _decline(self, leg: LegId, effect: StartMediaStream | StopMediaStream | StartMediaEffect) -> None:
        """Say of pictures and effects that a link has what it was negotiated with, and gets no further."""
        match effect:
            case StartMediaStream(kind=kind):
                failed = ReportVideoFailed if kind is StreamKind.VIDEO else ReportShareFailed
                self._report(leg, failed, "a link that is up cannot be given another picture yet")
            case StopMediaStream(kind=kind):
                stopped = ReportVideoStopped if kind is StreamKind.VIDEO else ReportShareStopped
                self._report(leg, stopped)
            case StartMediaEffect(effect=wanted):
                words, call_id = f"this adapter has no {wanted}", CallId(leg.call)
                self._reports.observed(
                    call_id, ReportStreamEffectFailed, effect.participant, words, effect=wanted
                )

    async def aclose(self) -> None:
        """See `MediaPort.aclose`."""
        await self.media.aclose()
        self._open.clear()

    async def _open_leg(self, leg: LegId, *, is_alone: bool) -> None:
        """Open a leg and link it with those that are open already; the earlier leg always makes the offer."""
        async with self._turn:
            legs = self._open.setdefault(leg.call, [])
            if leg in legs:
                return
            try:
                await self.media.open(leg, self._kits.get(leg, MediaKit()))
                for other in legs:
                    await self.media.connect(other, leg)
            except (OSError, ValueError, LookupError, ConnectionError) as broken:
                await self.media.close(leg)
                self._report(leg, ReportMediaFailed, str(broken))
                return
            legs.append(leg)
        if is_alone:
            self._report(leg, ReportMediaConnected)

    async def _close_leg(self, leg: LegId) -> None:
        legs = self._open.get(leg.call, [])
        if leg in legs:
            legs.remove(leg)
        if not legs:
            self._open.pop(leg.call, None)
        self._kits.pop(leg, None)
        await self.media.close(leg)
        self._report(leg, ReportMediaClosed)

    def _observe(self, seen: Observation) -> None:
        """Most observations are a report; counters and states go to the leg's media stream."""
        call_id, who = CallId(seen.leg.call), RawId(seen.leg.participant)
        match seen:
            case Sampled(streams=streams, transports=transports, microphone_level=microphone_level):
                sampled = MediaSampled(
                    call_id=call_id,
                    participant=who,
                    streams=streams,
                    transports=transports,
                    microphone_level=microphone_level,
                )
                self._reports.measured(call_id, who, sampled)
            case StatesObserved(peer=peer, ice=ice, dtls=dtls, connection=connection):
                states = MediaStatesObserved(
                    call_id=call_id,
                    participant=who,
                    peer=RawId(peer.participant),
                    ice=ice,
                    dtls=dtls,
                    connection=connection,
                )
                self._reports.measured(call_id, who, states)
            case ConditionObserved(condition=condition):
                found = MediaConditionObserved(call_id=call_id, participant=who, condition=condition)
                self._reports.measured(call_id, who, found)
            case Closed():
                pass  # said by whoever closed the leg; a peer's goodbye is the peer's leaving, not ours
            case _:
                self._report(seen.leg, _REPORTS[type(seen)], getattr(seen, "cause", None))

    def _report(self, leg: LegId, kind: type[Command], words: str | None = None) -> None:
        self._reports.observed(CallId(leg.call), kind, RawId(leg.participant), words)
