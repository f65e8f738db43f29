"""The watches of live calls: what follows from what is measured is recorded beside it."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from calltape.adapters.runtime.measuring import Measurements
from calltape.core import (
    Call,
    CallId,
    DominantSpeakersChanged,
    Event,
    EventLog,
    Instant,
    Limits,
    Recorded,
    Watch,
    speakers_stream,
    stream_of,
)

log_ = logging.getLogger(__name__)


class Watches:
    """One watch for each call whose media is measured, as long as the call lives."""

    def __init__(self, measurements: Measurements, limits: Limits) -> None:
        self._measurements = measurements
        self._limits = limits
        self._watches: dict[CallId, Watch] = {}
        self._speakers: dict[CallId, DominantSpeakersChanged] = {}

    def speakers(self, call_id: CallId) -> DominantSpeakersChanged | None:
        """Who was last recorded to speak in a live call; None where nobody was heard yet."""
        return self._speakers.get(call_id)

    def note(self, recorded: tuple[Recorded, ...]) -> None:
        """Something was recorded beside the calls: remember who speaks."""
        for each in recorded:
            fact = each.event
            if isinstance(fact, DominantSpeakersChanged) and fact.call_id in self._watches:
                self._speakers[fact.call_id] = fact

    async def take_up(self, call_id: CallId, log: EventLog) -> None:
        """After a restart: the media by which people were heard to speak is gone, so nobody is heard."""
        stream = speakers_stream(call_id)
        last = await asyncio.to_thread(_last, log, stream)
        if isinstance(last, DominantSpeakersChanged) and last.speaking:
            nobody = DominantSpeakersChanged(call_id=call_id, speakers=(), speaking=())
            self._measurements.record(stream, call_id, nobody)

    def measured(self, call_id: CallId, call: Call, fact: Event, at: Instant) -> None:
        """A fact for a media stream of a live call: record what follows from it."""
        watch = self._watches.get(call_id)
        if watch is None:
            watch = self._watches[call_id] = Watch(call_id, self._limits)
        self._record(call_id, lambda: watch.measured(call, fact, at))

    def happened(self, call_id: CallId, call: Call, recorded: tuple[Recorded, ...]) -> None:
        """Something happened in a call, which is now as `call`: record what follows for its media."""
        watch = self._watches.get(call_id)
        if watch is None:
            return
        for each in recorded:
            self._record(call_id, partial(watch.happened, call, each.event, each.at))
        if call.is_over:
            del self._watches[call_id]
            self._speakers.pop(call_id, None)

    def _record(self, call_id: CallId, look: Callable[[], tuple[Event, ...]]) -> None:
        try:
            for found in look():
                self._measurements.record(stream_of(found), call_id, found)
        except Exception:  # whatever an adapter measured: a call goes on without its diagnostics
            log_.exception("what was measured could not be diagnosed")


def _last(log: EventLog, stream: str) -> Event | None:
    """The last event of a stream."""
    version = log.version(stream)
    return next((each.event for each in log.read(stream, version - 1)), None) if version else None
