"""Data channels without a wire: whatever is sent arrives at once. The reference adapter of `DataPort`."""

from collections.abc import Sequence

from calltape.core import CallId, DataEffect, DataMessage, DataReports, RawId
from calltape.core.effects import CloseChannel, OpenChannel

_Key = tuple[CallId, RawId, int]


class InstantData:
    """See `DataPort`. Everybody is taken to be in this process."""

    def __init__(self) -> None:
        self._reports: DataReports | None = None
        self._sessions: dict[_Key, int] = {}

    def start(self, reports: DataReports) -> None:
        """See `DataPort.start`."""
        self._reports = reports

    async def perform(self, call_id: CallId, effect: DataEffect) -> None:
        """See `DataPort.perform`. Recipients come with each message, and receivers keep nothing to close."""
        if isinstance(effect, OpenChannel):
            key = (call_id, effect.participant, effect.channel.channel_id)
            # Effects may be repeated late: an older session does not come back.
            self._sessions[key] = max(effect.channel.session, self._sessions.get(key, 0))
        elif isinstance(effect, CloseChannel):
            key = (call_id, effect.participant, effect.channel_id)
            if self._sessions.get(key, 0) <= effect.session:
                self._sessions.pop(key, None)

    async def send(self, receivers: Sequence[RawId], message: DataMessage) -> None:
        """See `DataPort.send`."""
        key = (message.call_id, message.sender, message.channel_id)
        if self._reports is None or self._sessions.get(key) != message.session:
            return
        for receiver in receivers:
            self._reports.arrived(receiver, message)

    async def aclose(self) -> None:
        """See `DataPort.aclose`."""
        self._sessions.clear()
        self._reports = None
