"""What events change in a roster beside the states: who is muted, raises a hand, is lost, gone, and why."""
# ruff: noqa: ARG001 - the functions of a dispatch table share one signature

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from calltape.core import (
    CallAccepted,
    CallEnded,
    CallKind,
    CallPromoted,
    CallStarted,
    CallState,
    Event,
    HandLowered,
    HandRaised,
    Instant,
    MediaLost,
    MediaRestored,
    ParticipantDropped,
    ParticipantInvited,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantMuted,
    ParticipantUnmuted,
    RoleChanged,
    ShareRequested,
    SpotlightStarted,
    SpotlightStopped,
    StreamKind,
    VideoRequested,
    VideoSourceSwitched,
)
from calltape.core.streams import changed

from .roster_rows import Roster, RosterEntry

Facet = Callable[[Roster, RosterEntry, Any, Instant], None]
WholeFacet = Callable[[Roster, Any, Instant], None]


def _joined(row: Roster, entry: RosterEntry, fact: ParticipantJoined, at: Instant) -> None:
    entry.role = fact.role
    entry.is_muted = fact.is_muted
    entry.display_name = fact.display_name


def _invited(row: Roster, entry: RosterEntry, fact: ParticipantInvited, at: Instant) -> None:
    entry.role = fact.role
    if row.kind is CallKind.ONE_TO_ONE and fact.by in row.participants:
        entry.other = fact.by
        row.participants[fact.by].other = entry.id


def _accepted(row: Roster, entry: RosterEntry, fact: CallAccepted, at: Instant) -> None:
    row.is_answered = True
    entry.is_muted = fact.is_muted
    entry.display_name = fact.display_name


def _has_role(row: Roster, entry: RosterEntry, fact: RoleChanged, at: Instant) -> None:
    entry.role = fact.role
    if "raiseHand" in fact.lost:
        entry.hand = None


def _raised(row: Roster, entry: RosterEntry, fact: HandRaised, at: Instant) -> None:
    entry.hand = fact.order


def _lowered(row: Roster, entry: RosterEntry, fact: HandLowered, at: Instant) -> None:
    entry.hand = None


def _lit(row: Roster, entry: RosterEntry, fact: SpotlightStarted, at: Instant) -> None:
    entry.spotlight = True


def _unlit(row: Roster, entry: RosterEntry, fact: SpotlightStopped, at: Instant) -> None:
    entry.spotlight = False


def _muted(row: Roster, entry: RosterEntry, fact: ParticipantMuted, at: Instant) -> None:
    entry.is_muted = True


def _unmuted(row: Roster, entry: RosterEntry, fact: ParticipantUnmuted, at: Instant) -> None:
    entry.is_muted = False


def _lost(row: Roster, entry: RosterEntry, fact: MediaLost, at: Instant) -> None:
    entry.is_media_lost = True


def _restored(row: Roster, entry: RosterEntry, fact: MediaRestored, at: Instant) -> None:
    entry.is_media_lost = False


def _video(row: Roster, entry: RosterEntry, fact: VideoRequested | VideoSourceSwitched, at: Instant) -> None:
    entry.streams = changed(entry.streams, StreamKind.VIDEO, source=fact.source)


def _share(row: Roster, entry: RosterEntry, fact: ShareRequested, at: Instant) -> None:
    entry.streams = changed(
        entry.streams,
        StreamKind.SCREEN_SHARING,
        source=fact.source,
        surface=fact.surface,
        with_audio=fact.with_audio,
    )


def _gone(row: Roster, entry: RosterEntry, fact: ParticipantLeft | ParticipantDropped, at: Instant) -> None:
    entry.is_media_lost = False
    entry.streams = {}
    entry.hand = None
    entry.spotlight = False
    entry.is_speaking = False
    entry.left_at = at
    entry.end_reason = fact.reason


def _started(row: Roster, fact: CallStarted, at: Instant) -> None:
    row.call_id = fact.call_id
    row.kind = fact.kind
    row.group_id = fact.group_id
    row.starter = fact.starter
    row.is_answered = not fact.waits_for_answer
    row.started_at = at


def _promoted(row: Roster, fact: CallPromoted, at: Instant) -> None:
    row.kind = CallKind.GROUP
    for entry in row.participants.values():
        entry.other = None


def _ended(row: Roster, fact: CallEnded, at: Instant) -> None:
    row.ended_at = at
    row.end_reason = fact.reason
    row.state = CallState.DISCONNECTED


FACETS: Mapping[type[Event], Facet] = MappingProxyType(
    {
        ParticipantJoined: _joined,
        ParticipantInvited: _invited,
        CallAccepted: _accepted,
        RoleChanged: _has_role,
        ParticipantMuted: _muted,
        ParticipantUnmuted: _unmuted,
        HandRaised: _raised,
        HandLowered: _lowered,
        SpotlightStarted: _lit,
        SpotlightStopped: _unlit,
        VideoRequested: _video,
        VideoSourceSwitched: _video,
        ShareRequested: _share,
        MediaLost: _lost,
        MediaRestored: _restored,
        ParticipantLeft: _gone,
        ParticipantDropped: _gone,
    }
)
"""Of the events about one participant."""

WHOLE_FACETS: Mapping[type[Event], WholeFacet] = MappingProxyType(
    {CallStarted: _started, CallPromoted: _promoted, CallEnded: _ended}
)
"""Of the events about the whole call."""
