"""The rows of the roster, and what changed between two of them."""

from collections.abc import Mapping

import attrs

from calltape.core import (
    CALL,
    PARTICIPANT,
    CallId,
    CallKind,
    CallState,
    EndReason,
    Instant,
    ParticipantState,
    RawId,
    Streams,
)
from calltape.core.events import personal
from calltape.core.roles import Role

from .followed import inner


@attrs.define(kw_only=True)
class RosterEntry:
    """One participant. Who comes back starts a new entry in their old place."""

    id: RawId
    state: ParticipantState = PARTICIPANT.initial
    """How the others see them."""

    call_state: CallState = CALL.initial
    """How their own endpoint sees the call."""

    role: Role = Role.UNKNOWN
    """What they are in a room or a meeting; Unknown in calls without roles, and for telephones."""

    is_muted: bool = False
    is_media_lost: bool = False
    streams: Streams = attrs.Factory(Streams)
    """The video and the share that they send or are about to; never changed in place."""

    hand: int | None = None
    """The place of their raised hand in the order of the call; None while it is not raised."""

    spotlight: bool = False
    """Whether the spotlight is on them."""

    is_speaking: bool = False
    """Whether they were last heard to speak, and are there."""

    display_name: str | None = attrs.field(default=None, metadata=personal())
    other: RawId | None = None
    """The other side, in a one-to-one call."""

    entered_at: Instant
    """When they were invited, or joined by themselves."""

    joined_at: Instant | None = None
    """When they were first connected; None when they never were."""

    left_at: Instant | None = None
    end_reason: EndReason | None = None
    is_departure_inferred: bool = False
    """Nobody told of their leaving: an observer that had been away concluded it from their absence."""

    @property
    def is_present(self) -> bool:
        """Whether they are in the call or on their way into it."""
        return self.state is not ParticipantState.DISCONNECTED


@attrs.define(kw_only=True)
class Roster:
    """Who is in one call."""

    call_id: CallId | None = None
    kind: CallKind | None = None
    """None until the call started."""

    state: CallState = CALL.initial
    """The call as a whole: the state of the leg that is furthest in."""

    group_id: str | None = None
    starter: RawId | None = None
    is_answered: bool = False
    started_at: Instant | None = None
    ended_at: Instant | None = None
    end_reason: EndReason | None = None
    participants: dict[RawId, RosterEntry] = attrs.Factory(dict[RawId, RosterEntry])
    """In order of their first appearance; who left stays listed."""

    legs: dict[CallState, int] = attrs.Factory(dict[CallState, int])
    """How many legs are in which state."""

    speaking: tuple[RawId, ...] = ()
    """Who was last heard to speak, the most dominant first; who left since is not taken out."""

    heard_version: int = attrs.field(default=0, metadata=inner())
    """The last fact about who speaks that is in it: a version of the speakers' stream."""

    illegal_version: int | None = None
    """The version of the first event that cannot be read, or that the lifecycles do not allow there;
    the roster stays as it was before. None in every history that `calltape check` passes."""

    def copy(self) -> "Roster":
        """The same, apart: what happens to one no longer shows in the other."""
        people = {who: attrs.evolve(entry) for who, entry in self.participants.items()}
        return attrs.evolve(self, participants=people, legs=dict(self.legs))


@attrs.frozen(kw_only=True)
class RosterDelta:
    """What changed among the people in a call. Its entries are copies, in the roster's order."""

    added: tuple[RosterEntry, ...] = ()
    """Who came in."""

    removed: tuple[RosterEntry, ...] = ()
    """Who is out, as they left."""

    changed: tuple[RosterEntry, ...] = ()
    """Who stayed and is not as before, as they are now."""

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def present(row: Roster | None) -> dict[RawId, RosterEntry]:
    """Who is in the call or on their way into it; nobody when there is no row."""
    if row is None:
        return {}
    return {who: attrs.evolve(entry) for who, entry in row.participants.items() if entry.is_present}


def delta(before: Roster | None, after: Roster) -> RosterDelta:
    """What happened among those present between two states of one call's roster.

    The view changes its rows in place, so `before` is a `copy()` that was taken then, or None for the
    beginning. However a history is cut up, its deltas add up: see `apply`.
    """
    was, now = present(before), present(after)
    return RosterDelta(
        added=tuple(entry for who, entry in now.items() if who not in was),
        removed=tuple(attrs.evolve(after.participants[who]) for who in was if who not in now),
        changed=tuple(entry for who, entry in now.items() if who in was and was[who] != entry),
    )


def apply(people: Mapping[RawId, RosterEntry], change: RosterDelta) -> dict[RawId, RosterEntry]:
    """Those present after `change`, from those present before it: what a client does that keeps its own list.

    ``apply(present(before), delta(before, after)) == present(after)``, always.
    """
    gone = {entry.id for entry in change.removed}
    kept = {who: entry for who, entry in people.items() if who not in gone}
    return kept | {entry.id: entry for entry in (*change.changed, *change.added)}
