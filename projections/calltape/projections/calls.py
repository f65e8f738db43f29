"""`calls`: one row a call, for lists. Who took part, from when to when, how many events, why it ended."""

import attrs

from calltape.core import (
    CallEnded,
    CallId,
    CallKind,
    CallPromoted,
    CallStarted,
    EndReason,
    Instant,
    ParticipantInvited,
    ParticipantJoined,
    RawId,
    Recorded,
    Unreadable,
)

from .call_events import call_of
from .projection import Projection


@attrs.define(kw_only=True)
class CallRecord:
    """One call, at a glance."""

    call_id: CallId | None = None
    kind: CallKind | None = None
    """None while the start of the call is not known."""

    group_id: str | None = None
    starter: RawId | None = None
    started_at: Instant | None = None
    ended_at: Instant | None = None
    """None while the call lasts."""

    end_reason: EndReason | None = None
    participants: dict[RawId, Instant] = attrs.Factory(dict[RawId, Instant])
    """Everybody who was ever invited or joined, in that order, and when that first was."""

    events: int = 0
    """How many events the call's own stream holds, those that this code does not know included."""

    illegal_version: int | None = None
    """The version of the first event whose data are damaged; what it said is missing here."""


def _fold(row: CallRecord, recorded: Recorded) -> CallRecord:
    fact = recorded.event
    row.events = recorded.version
    match fact:
        case ParticipantJoined() | ParticipantInvited():
            row.participants.setdefault(fact.participant, recorded.at)
        case CallStarted():
            row.call_id = fact.call_id
            row.kind = fact.kind
            row.group_id = fact.group_id
            row.starter = fact.starter
            row.started_at = recorded.at
        case CallPromoted():
            row.kind = CallKind.GROUP
        case CallEnded():
            row.ended_at = recorded.at
            row.end_reason = fact.reason
        case Unreadable():
            _unreadable(row, recorded)
        case _:
            pass
    return row


def _unreadable(row: CallRecord, recorded: Recorded) -> None:
    """What cannot be read may have been the start: whose call it is the stream says as well."""
    if row.illegal_version is None:
        row.illegal_version = recorded.version
    if row.call_id is None:
        row.call_id = CallId(call_of(recorded) or "")


CALLS = Projection(name="calls", schema=3, key=call_of, initial=CallRecord, fold=_fold, row_type=CallRecord)
