"""The watches of live calls: what follows from what is measured, or is not, is recorded beside it."""

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from calltape.adapters.runtime.measuring import Measurements
from calltape.adapters.runtime.timers import Timers
from calltape.core import (
    Call,
    CallId,
    DominantSpeakersChanged,
    Event,
    Instant,
    Recorded,
    Watch,
    stream_of,
)

if TYPE_CHECKING:
    from calltape.adapters.runtime.runtime import Runtime

log_ = logging.getLogger(__name__)


class Watches:
    """One watch for each call whose media is measured, as long as the call lives.

    A port that `measures` has every call watched; with another one a call is from its first measurement on.
    """

    def __init__(self, runtime: "Runtime", measurements: Measurements) -> None:
        self._runtime = runtime
        self._measurements = measurements
        self._watches: dict[CallId, Watch] = {}
        self._speakers: dict[CallId, DominantSpeakersChanged] = {}
        self._armed: dict[CallId, Instant] = {}
        self._timers: Timers[CallId] = Timers(runtime.clock, self._fell_due)

    def speakers(self, call_id: CallId) -> DominantSpeakersChanged | None:
        """Who was last recorded to speak in a live call; None where nobody was heard yet."""
        return self._speakers.get(call_id)

    def note(self, recorded: tuple[Recorded, ...]) -> None:
        """Something was recorded beside the calls: remember who speaks."""
        for each in recorded:
            fact = each.event
            if isinstance(fact, DominantSpeakersChanged) and fact.call_id in self._watches:
                self._speakers[fact.call_id] = fact

    def measured(self, call_id: CallId, call: Call, fact: Event, at: Instant) -> None:
        """A fact for a media stream of a live call: record what follows from it."""
        watch = self._watch(call_id, call, at)
        self._record(call_id, watch, lambda: watch.measured(call, fact, at))

    def happened(self, call_id: CallId, call: Call, recorded: tuple[Recorded, ...]) -> None:
        """Something happened in a call, which is now as `call`: record what follows for its media."""
        if call_id not in self._watches and (call.is_over or not self._runtime.media.measures):
            return
        watch = self._watch(call_id, call, recorded[-1].at)
        for each in recorded:
            self._record(call_id, watch, partial(watch.happened, call, each.event, each.at))
        if call.is_over:
            del self._watches[call_id]
            self._speakers.pop(call_id, None)
            self._armed.pop(call_id, None)

    def take_up(self, call_id: CallId, watch: Watch) -> None:
        """Have `watch`, which remembers what was recorded before a restart, see what happens now."""
        self._watches[call_id] = watch

    def go_on(self, call_id: CallId, call: Call) -> None:
        """What was lost in the restart was said of a call that was taken up: judge it from here on."""
        watch, at = self._watches.get(call_id), self._runtime.clock.now()
        if watch is not None:
            self._record(call_id, watch, lambda: watch.go_on(call, at))
            self._begin(call_id, watch, call, at)

    def fire(self) -> None:
        """Judge what was not seen of the calls whose time has come."""
        self._timers.fire()

    async def aclose(self) -> None:
        """Stop; nothing falls due any more."""
        await self._timers.aclose()

    def _watch(self, call_id: CallId, call: Call, at: Instant) -> Watch:
        watch = self._watches.get(call_id)
        if watch is None:
            watch = self._watches[call_id] = Watch(call_id, self._runtime.limits)
            self._begin(call_id, watch, call, at)
        return watch

    def _begin(self, call_id: CallId, watch: Watch, call: Call, at: Instant) -> None:
        if self._runtime.media.measures:
            self._record(call_id, watch, lambda: watch.begin(call, at))

    def _fell_due(self, call_id: CallId, at: Instant) -> None:
        watch, call = self._watches.get(call_id), self._runtime.at_hand(call_id)
        if watch is not None and call is not None and self._armed.get(call_id) == at:
            del self._armed[call_id]
            self._record(call_id, watch, lambda: watch.tick(call, self._runtime.clock.now()))

    def _record(self, call_id: CallId, watch: Watch, look: Callable[[], tuple[Event, ...]]) -> None:
        try:
            for found in look():
                self._measurements.record(stream_of(found), call_id, found)
        except Exception:  # whatever an adapter measured: a call goes on without its diagnostics
            log_.exception("what was measured could not be diagnosed")
        self._arm(call_id, watch.next_at)

    def _arm(self, call_id: CallId, at: Instant | None) -> None:
        """Have one moment armed for the call, the first; those after it are armed in their turn."""
        armed = self._armed.get(call_id)
        if at is not None and (armed is None or at < armed):
            self._armed[call_id] = at
            self._timers.arm(call_id, at)
