"""`history`: call detail records. Who was in each call, which way, answered or not, for how long, and why it
ended.

Times are those at which events were recorded, so a record depends on the tape alone and never on a clock.
"""

from collections.abc import Mapping
from typing import Any

from calltape.core import (
    PARTICIPANT,
    SECOND,
    CallAccepted,
    CallEnded,
    CallForwarded,
    CallKind,
    CallPromoted,
    CallStarted,
    Event,
    Instant,
    ParticipantInvited,
    ParticipantState,
    RawId,
    Recorded,
    TransferCompleted,
    TransferFailed,
    TransferRequested,
    Unreadable,
)
from calltape.core.call.rooms import CHANGES, ENTRANCES

from .call_events import call_of
from .history_rows import CallHistory, Direction, Stay, TransferRecord
from .projection import Projection

_TALKING = frozenset({ParticipantState.CONNECTED, ParticipantState.HOLD})
_SEEN: dict[type[Event], Mapping[ParticipantState, ParticipantState]] = {
    kind: PARTICIPANT.table(kind.__name__) or {} for kind in CHANGES
}


def _fold(row: CallHistory, recorded: Recorded) -> CallHistory:
    fact: Any = recorded.event
    if fact.__class__ in _SEEN:
        _one(row, fact, recorded.at)
    elif isinstance(fact, CallStarted):
        _started(row, fact, recorded.at)
    elif isinstance(fact, CallPromoted):
        row.kind = CallKind.GROUP
    elif isinstance(fact, CallEnded) and row.ended_at is None:
        row.ended_at = recorded.at
        row.end_reason = fact.reason
    elif isinstance(fact, Unreadable) and row.illegal_version is None:
        row.illegal_version = recorded.version
    return row


def _started(row: CallHistory, fact: CallStarted, at: Instant) -> None:
    row.call_id = fact.call_id
    row.kind = fact.kind
    row.starter = fact.starter
    row.started_at = at


def _one(row: CallHistory, fact: Any, at: Instant) -> None:
    """An event about one participant."""
    who: RawId = fact.participant
    stays = row.participants.get(who)
    if fact.__class__ in ENTRANCES:
        # Only who is invited is let in by somebody.
        direction = Direction.INCOMING if getattr(fact, "by", None) is not None else Direction.OUTGOING
        stays = row.participants.setdefault(who, [])
        stays.append(Stay(direction=direction, entered_at=at))
    if not stays:
        return
    stay = stays[-1]
    match fact:
        case ParticipantInvited():
            stay.redirected_by = fact.redirected_by
        case CallForwarded():
            stay.forwarded_to = fact.to
        case CallAccepted():
            _accepted(row, stay, at)
        case TransferRequested():
            row.transfers.append(_transfer(fact, at))
        case TransferCompleted() | TransferFailed():
            _transferred(row, fact, at)
        case _:
            pass
    if (after := _SEEN[fact.__class__].get(stay.state)) is not None and after is not stay.state:
        _moved(row, stay, after, at)
        if after is ParticipantState.DISCONNECTED:
            stay.end_reason = getattr(fact, "reason", None)


def _accepted(row: CallHistory, stay: Stay, at: Instant) -> None:
    if row.answered_at is None:
        row.answered_at = at
        row.ring_s = _lasted_s(row.rang_at, at)
    stay.answered_at = at
    stay.ring_s = _lasted_s(stay.rang_at, at)


def _transfer(fact: TransferRequested, at: Instant) -> TransferRecord:
    return TransferRecord(
        transferor=fact.participant,
        transferee=fact.transferee,
        to=fact.to,
        target=fact.target,
        new_call=fact.new_call,
        asked_at=at,
    )


def _transferred(row: CallHistory, fact: TransferCompleted | TransferFailed, at: Instant) -> None:
    """What came of the transfer that runs; nobody has two at once."""
    for each in reversed(row.transfers):
        if each.transferor == fact.participant and each.is_done is None:
            each.is_done = isinstance(fact, TransferCompleted)
            each.ended_at = at
            each.reason = fact.reason if isinstance(fact, TransferFailed) else None
            return


def _moved(row: CallHistory, stay: Stay, after: ParticipantState, at: Instant) -> None:
    """How the others see somebody has become `after`."""
    before, stay.state = stay.state, after
    if after is ParticipantState.RINGING and stay.rang_at is None:
        stay.rang_at = at
        row.rang_at = at if row.rang_at is None else row.rang_at
    if after in _TALKING and before not in _TALKING:
        stay.connected_at = at
        _count(row, 1, at)
    if before in _TALKING and after not in _TALKING:
        stay.talk_s = _lasted_s(stay.connected_at, at)
        _count(row, -1, at)
    if after is ParticipantState.DISCONNECTED:
        stay.left_at = at
        if stay.answered_at is None:
            stay.ring_s = _lasted_s(stay.rang_at, at)
        if row.answered_at is None:
            row.ring_s = _lasted_s(row.rang_at, at)


def _count(row: CallHistory, difference: int, at: Instant) -> None:
    """One more or one less is connected; a talk needs two."""
    row.connected += difference
    row.most_connected = max(row.most_connected, row.connected)
    if row.connected >= _A_TALK and row.talking_since is None:
        row.talking_since = at
    elif row.connected < _A_TALK and row.talking_since is not None:
        row.talk_s += (at - row.talking_since) / SECOND
        row.talking_since = None


_A_TALK = 2


def _lasted_s(since: Instant | None, until: Instant) -> float | None:
    return None if since is None else (until - since) / SECOND


HISTORY = Projection(
    name="history", schema=5, key=call_of, initial=CallHistory, fold=_fold, row_type=CallHistory
)
"""Call detail records, a row for each call."""
