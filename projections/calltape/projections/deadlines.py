"""`deadlines`: what became of every deadline of a call. Each is scheduled, then fires or is cancelled.

Which deadlines run is the core's own answer after every event; this view only notes when that answer changes.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import attrs

from calltape.core import (
    LIFECYCLES,
    CallId,
    DeadlineKey,
    EndReason,
    Instant,
    RawId,
    Recorded,
    Source,
    Wait,
    deadline,
    deadlines_of,
)

from .call_events import call_of
from .followed import Followed, inner, layout_number, step
from .projection import Projection


class Fate(StrEnum):
    """What became of a deadline."""

    RUNNING = "running"
    FIRED = "fired"
    """It passed, and what its silence means was recorded."""

    CANCELLED = "cancelled"
    """What it waited for came, or no longer mattered, or it was put off: then another one runs."""


@attrs.define(kw_only=True)
class DeadlineRecord:
    """One deadline."""

    wait: Wait
    participant: RawId | None
    """Whose silence; None for the whole call's."""

    due: Instant
    scheduled_at: Instant
    fate: Fate = Fate.RUNNING
    ended_at: Instant | None = None
    """When it fired or was cancelled."""


@attrs.define(kw_only=True)
class CallDeadlines(Followed):
    """The deadlines of one call."""

    call_id: CallId | None = None
    records: list[DeadlineRecord] = attrs.Factory(list[DeadlineRecord])
    """In the order in which they were scheduled."""

    running: dict[str, dict[Wait, int]] = attrs.field(factory=dict[str, dict[Wait, int]], metadata=inner())
    """Where in `records` those stand that run, by participant (empty for the whole call's) and wait."""


_NOBODY: Mapping[Any, Any] = MappingProxyType({})
_WHOLE = ""
_OF_SILENCE = {row.emits for life in LIFECYCLES.values() for row in life.rows if row.on == "Expire"}


def _fold(row: CallDeadlines, recorded: Recorded) -> CallDeadlines:
    if row.illegal_version is not None:
        return row
    concerned = _concerned(row, recorded.event)
    if not step(row, recorded):
        return row
    call = row.call
    row.call_id = call.id
    for who in call.participants if concerned is None else concerned:
        if who is not None:
            _compare(row, who, deadlines_of(call, who), recorded)
    due = deadline(call, _DURATION)
    _compare(row, None, _NOBODY if due is None else {Wait.DURATION: due}, recorded)
    return row


_DURATION = DeadlineKey(Wait.DURATION)


def _concerned(row: CallDeadlines, fact: Any) -> tuple[RawId | None, ...] | None:
    """Whose deadlines the event may change: of whom it names, and their other side. None for everybody's."""
    who: RawId | None = getattr(fact, "participant", None)
    if who is None:
        return None
    person = row.call.participants.get(who)
    other = None if person is None else person.other
    return tuple(dict.fromkeys((who, getattr(fact, "by", None), other)))


def _compare(row: CallDeadlines, who: RawId | None, now: Mapping[Wait, Instant], recorded: Recorded) -> None:
    """Write down what has changed among one participant's deadlines, or the whole call's."""
    name = who or _WHOLE
    running: Mapping[Wait, int] = row.running.get(name, _NOBODY)
    if not running and not now:
        return
    for wait, place in list(running.items()):
        record = row.records[place]
        if now.get(wait) != record.due:
            record.fate = Fate.FIRED if _fires(record, recorded) else Fate.CANCELLED
            record.ended_at = recorded.at
            del row.running[name][wait]
    for wait, due in now.items():
        places = row.running.setdefault(name, {})
        if wait not in places:
            places[wait] = len(row.records)
            row.records.append(DeadlineRecord(wait=wait, participant=who, due=due, scheduled_at=recorded.at))


def _fires(record: DeadlineRecord, recorded: Recorded) -> bool:
    """Whether the deadline is due and the event is one that silence leads to."""
    if recorded.at < record.due:
        return False
    reason: EndReason | None = getattr(recorded.event, "reason", None)
    blamed = Source.NETWORK if record.wait is Wait.RECONNECT else Source.DEADLINE
    return recorded.event.__class__.__name__ in _OF_SILENCE and (reason is None or reason.source is blamed)


DEADLINES = Projection(
    name="deadlines",
    schema=layout_number(CallDeadlines),
    key=call_of,
    initial=CallDeadlines,
    fold=_fold,
    row_type=CallDeadlines,
)
"""The fate of every deadline, a row for each call."""
