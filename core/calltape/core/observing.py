"""What somebody who was away, or who only looks on, knows of a call.

An observer follows a call from afar and may miss some of it. When it comes back it takes over what the
authority, who kept the call, knows. That is a fact about the observer and not about the call: nothing
happened to anybody. So it stands in a stream of the observer's own, `observer-<call>-<who>`, and no call is
ever replayed from it.
"""

import attrs

from calltape.core.call.state import CallKind
from calltape.core.end_reasons import EndReason
from calltape.core.events import Event, event, personal
from calltape.core.identity import RawId
from calltape.core.roles import Role
from calltape.core.states import CallState, ParticipantState
from calltape.core.streams import Streams
from calltape.core.values import CallId, Instant


@attrs.frozen(kw_only=True)
class SeenParticipant:
    """What an authority tells of somebody."""

    id: RawId
    state: ParticipantState
    call_state: CallState = CallState.NONE
    """How their own endpoint sees the call; None where shape 1 of the event did not say."""

    role: Role = Role.UNKNOWN
    is_muted: bool = False
    is_media_lost: bool = False
    streams: Streams = attrs.Factory(Streams)
    """The video and the share that they send or are about to; never changed in place."""

    hand: int | None = None
    """The place of their raised hand in the order of the call."""

    spotlight: bool = False
    is_speaking: bool = False
    display_name: str | None = attrs.field(default=None, metadata=personal())
    other: RawId | None = None
    """The other side, in a one-to-one call."""

    entered_at: Instant
    """When they were invited, or joined by themselves: tells one stay of theirs from the next."""

    joined_at: Instant | None = None
    """When they were first connected."""

    left_at: Instant | None = None
    end_reason: EndReason | None = None


@attrs.frozen(kw_only=True)
class SeenCall:
    """What an authority tells of the call as a whole."""

    kind: CallKind | None
    state: CallState
    group_id: str | None
    starter: RawId | None
    is_answered: bool
    started_at: Instant | None
    ended_at: Instant | None
    end_reason: EndReason | None
    speaking: tuple[RawId, ...] = ()
    """Who was last heard to speak."""

    heard_version: int = 0
    """The last fact about who speaks that is in it: a version of the speakers' stream."""

    illegal_version: int | None
    """The event from which on the authority itself cannot follow the call; None when it can."""


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


@event("roster.reconciled", shape=2)
class RosterReconciled(Event):
    """An observer took over the authority's roster, whatever it had missed."""

    call_id: CallId
    observer: RawId
    version: int
    """The last event of the call that the authority's roster holds."""

    call: SeenCall | None = None
    """None where shape 1 of the event did not say."""

    participants: tuple[SeenParticipant, ...]
    """Everybody whom the authority lists, in the roster's order: who is there, and who left as far as it
    lists those; what the observer showed until now is void."""

    departures: tuple[Departure, ...] = ()
    """Who is gone of those that the observer showed."""


def observer_stream(call_id: CallId, observer: str) -> str:
    """The stream of what one observer took over about one call."""
    return f"observer-{call_id}-{observer}"
