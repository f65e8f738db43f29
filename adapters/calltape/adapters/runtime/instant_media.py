"""Media that needs no media:

every wish is granted at once. The reference adapter, and the fake for every test of the shell.
"""

from calltape.core import (
    CallId,
    Command,
    MediaEffect,
    RawId,
    ReportHeld,
    ReportMediaClosed,
    ReportMediaConnected,
    ReportResumed,
    Reports,
    ReportShareStarted,
    ReportShareStopped,
    ReportStreamEffectStarted,
    ReportVideoStarted,
    ReportVideoStopped,
    StreamKind,
)
from calltape.core.effects import (
    CloseMedia,
    HoldMedia,
    OpenMedia,
    ResumeMedia,
    StartMediaEffect,
    StartMediaStream,
    StopMediaStream,
)

_OUTCOMES: dict[type[MediaEffect], type[Command]] = {
    OpenMedia: ReportMediaConnected,
    HoldMedia: ReportHeld,
    ResumeMedia: ReportResumed,
    CloseMedia: ReportMediaClosed,
}


_STREAM_OUTCOMES: dict[tuple[type[MediaEffect], StreamKind], type[Command]] = {
    (StartMediaStream, StreamKind.VIDEO): ReportVideoStarted,
    (StopMediaStream, StreamKind.VIDEO): ReportVideoStopped,
    (StartMediaStream, StreamKind.SCREEN_SHARING): ReportShareStarted,
    (StopMediaStream, StreamKind.SCREEN_SHARING): ReportShareStopped,
}


def _outcome(effect: MediaEffect) -> type[Command] | None:
    if isinstance(effect, StartMediaStream | StopMediaStream):
        return _STREAM_OUTCOMES[type(effect), effect.kind]
    return _OUTCOMES.get(type(effect))


class InstantMedia:
    """See `MediaPort`. Also for those who carry media elsewhere and only want the domain."""

    measures = False
    """See `MediaPort.measures`."""

    def __init__(self) -> None:
        self._reports: Reports | None = None
        self._legs: set[tuple[CallId, RawId]] = set()

    def start(self, reports: Reports) -> None:
        """See `MediaPort.start`."""
        self._reports = reports

    def equip(self, call_id: CallId, participant: RawId, kit: object) -> None:
        """See `MediaPort.equip`. There is nothing to equip."""

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        """See `MediaPort.perform`."""
        leg = (call_id, effect.participant)
        if isinstance(effect, OpenMedia):
            self._legs.add(leg)
        elif isinstance(effect, CloseMedia):
            self._legs.discard(leg)
        if isinstance(effect, StartMediaEffect) and self._reports is not None:
            kind = ReportStreamEffectStarted
            self._reports.observed(call_id, kind, effect.participant, effect=effect.effect)
        outcome = _outcome(effect)
        if outcome is not None and self._reports is not None:
            self._reports.observed(call_id, outcome, effect.participant)

    def carries(self, call_id: CallId, participant: RawId) -> bool:
        """See `MediaPort.carries`."""
        return (call_id, participant) in self._legs

    async def aclose(self) -> None:
        """See `MediaPort.aclose`."""
        self._legs.clear()
