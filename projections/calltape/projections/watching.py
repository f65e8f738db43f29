"""Watching a call from afar: its events are folded as they come, and when some are missing that is noticed.

An observer that misses something shows nothing further: what it would show were wrong. It comes back by
taking over what the authority knows (`reconcile`), and goes on from there.
"""

from collections.abc import Iterable

from calltape.core import CallId, RawId, Recorded, RosterReconciled, call_stream, speakers_stream

from .reconciling import reconcile, take_over
from .roster import ROSTER
from .roster_rows import Roster, RosterDelta, delta


class Watch:
    """One observer's roster of one call. What it gives are deltas that always add up to what it shows.

    Attributes:
        roster: what it shows; None before anything is known. Changes in place: copy what is to be kept.
        version: the call's last event that is in it.
        is_behind: events are missing; nothing more is taken until `come_back`.
    """

    def __init__(self, call_id: CallId, observer: RawId) -> None:
        self._call_id = call_id
        self._observer = observer
        self.roster: Roster | None = None
        self.version = 0
        self.is_behind = False

    def take(self, batch: Iterable[Recorded]) -> RosterDelta:
        """Take in events of the log, in its order; what is of other streams or known already is passed over.

        An event that does not follow on the last one shows that some are missing: see `is_behind`.
        """
        before = None if self.roster is None else self.roster.copy()
        own, heard = call_stream(self._call_id), speakers_stream(self._call_id)
        for recorded in batch:
            if self.is_behind:
                break
            if recorded.stream == own and recorded.version > self.version:
                if recorded.version > self.version + 1:
                    self.is_behind = True
                    break
                self.version = recorded.version
            elif recorded.stream != heard:
                continue
            self.roster = ROSTER.fold(ROSTER.initial() if self.roster is None else self.roster, recorded)
        return RosterDelta() if self.roster is None else delta(before, self.roster)

    def reconciled(self, authority: Roster, version: int) -> RosterReconciled | None:
        """What there is to take over; None when it shows already what the authority knows.

        Args:
            authority: the roster of who kept the call, after its event `version`.
            version: that event.
        """
        return reconcile(
            self.roster, authority, call_id=self._call_id, observer=self._observer, version=version
        )

    def come_back(self, fact: RosterReconciled) -> RosterDelta:
        """Take over what the authority knows, and give what that changed. It goes on from `fact.version`."""
        before, self.roster = self.roster, take_over(self.roster, fact)
        self.version = fact.version
        self.is_behind = False
        return delta(before, self.roster)

    def stay(self, version: int) -> None:
        """The authority's roster after `version` was compared and is the same: nothing had been missed."""
        self.version = version
        self.is_behind = False
