"""What somebody who was away, or who only looks on, knows of a call.

An observer follows a call from afar and may miss some of it. When it comes back it takes over what the
authority, who kept the call, knows. That is a fact about the observer and not about the call: nothing
happened to anybody. So it stands in a stream of the observer's own, `observer-<call>-<who>`, and no call is
ever replayed from it.
"""

import attrs

from calltape.core.end_reasons import EndReason
from calltape.core.events import Event, event, personal
from calltape.core.identity import RawId
from calltape.core.states import ParticipantState
from calltape.core.values import CallId, Instant


@attrs.frozen(kw_only=True)
class SeenParticipant:
    """What an observer shows of somebody who is in the call or on their way into it."""

    id: RawId
    state: ParticipantState
    is_muted: bool = False
    display_name: str | None = attrs.field(default=None, metadata=personal())
    entered_at: Instant
    """When they were invited, or joined by themselves: tells one stay of theirs from the next."""


@attrs.frozen(kw_only=True)
class Departure:
    """Somebody whom the observer showed, and who is not there any more, or not for the same stay."""

    id: RawId
    reason: EndReason | None = None
    """Why they left, where the authority says so."""

    left_at: Instant | None = None
    """When they left, where the authority says so."""

    is_inferred: bool
    """Nobody told of their leaving: it was concluded from their absence."""


@event("roster.reconciled")
class RosterReconciled(Event):
    """An observer took over the authority's roster, whatever it had missed."""

    call_id: CallId
    observer: RawId
    version: int
    """The last event of the call that the authority's roster holds."""

    present: tuple[SeenParticipant, ...]
    """Everybody who is there now, in the roster's order; what the observer showed until now is void."""

    departures: tuple[Departure, ...] = ()
    """Who is gone of those that the observer showed."""


def observer_stream(call_id: CallId, observer: str) -> str:
    """The stream of what one observer took over about one call."""
    return f"observer-{call_id}-{observer}"
