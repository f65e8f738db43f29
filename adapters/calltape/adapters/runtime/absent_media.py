"""Media of calls whose media is gone: nothing opens, and what is to be closed is closed.

For a process that takes up calls only to bring them to their end.
"""

from calltape.core import CallId, MediaEffect, RawId, ReportMediaClosed, Reports
from calltape.core.effects import CloseMedia


class AbsentMedia:
    """See `MediaPort`. What it cannot do it does not report, so that the deadlines decide."""

    measures = False
    """See `MediaPort.measures`."""

    def __init__(self) -> None:
        self._reports: Reports | None = None

    def start(self, reports: Reports) -> None:
        """See `MediaPort.start`."""
        self._reports = reports

    def equip(self, call_id: CallId, participant: RawId, kit: object) -> None:
        """See `MediaPort.equip`. Nobody talks here."""

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        """See `MediaPort.perform`."""
        if isinstance(effect, CloseMedia) and self._reports is not None:
            self._reports.observed(call_id, ReportMediaClosed, effect.participant)

    def carries(self, call_id: CallId, participant: RawId) -> bool:  # noqa: ARG002 - a port's
        """See `MediaPort.carries`: never."""
        return False

    async def aclose(self) -> None:
        """See `MediaPort.aclose`."""
