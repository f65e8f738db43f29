"""An observer that outlives its process: a program that follows a call and keeps what it took over.

Its log is its own. Who kept the call may be another process with another log, or a service that tells no more
than who is there.
"""

from collections.abc import Iterable

from calltape.adapters.tape import read_call
from calltape.core import (
    CallId,
    EventLog,
    Instant,
    RawId,
    Recorded,
    RosterReconciled,
    Unrecorded,
    call_stream,
    observer_stream,
)
from calltape.projections import ROSTER, Roster, RosterDelta, View, Watch


def authority_of(log: EventLog, call_id: CallId) -> tuple[Roster, int]:
    """The roster of a call by the log that holds all of it, and the version of its last event.

    Raises:
        BadInput: an event cannot be read.
        UnknownEvent: an event is newer than this code.
    """
    view = View(ROSTER)
    version = 0
    for recorded in read_call(log, call_id, with_media=False):
        view.advance((recorded,))
        if recorded.stream == call_stream(call_id):
            version = recorded.version
    return view.rows.get(call_id, Roster()), version


class Observer:
    """Follows one call. Feed it with what a subscription gives; when it `is_behind`, let it come back.

    Args:
        log: its own log. What it took over last is read from there, and that is where it begins.
        call_id: the call.
        observer: who looks on.

    Raises:
        BadInput: what it took over cannot be read.
    """

    def __init__(self, log: EventLog, call_id: CallId, observer: RawId) -> None:
        self._log = log
        self._stream = observer_stream(call_id, observer)
        self._watch = Watch(call_id, observer)
        for event in log.events(self._stream):
            if isinstance(event, RosterReconciled):
                self._watch.come_back(event)

    @property
    def roster(self) -> Roster | None:
        """What it shows; None before anything is known."""
        return self._watch.roster

    @property
    def version(self) -> int:
        """The call's last event that it knows."""
        return self._watch.version

    @property
    def is_behind(self) -> bool:
        """Events are missing: what it shows is from before them."""
        return self._watch.is_behind

    def take(self, batch: Iterable[Recorded]) -> RosterDelta:
        """Fold events of the call, and say what changed."""
        return self._watch.take(batch)

    def come_back(self, authority: Roster, version: int, *, at: Instant) -> RosterDelta:
        """Take over what the authority knows, first in its own log and then in what it shows.

        Nothing is recorded when it showed that already.

        Args:
            authority: the roster of who kept the call (`authority_of`), after its event `version`.
            version: that event.
            at: when it came back.

        Raises:
            Conflict: another process is the same observer; open it again.
        """
        fact = self._watch.reconciled(authority, version)
        if fact is None:
            self._watch.stay(version)
            return RosterDelta()
        self._log.append(self._stream, self._log.version(self._stream), (Unrecorded(event=fact, at=at),))
        return self._watch.come_back(fact)
