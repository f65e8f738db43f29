"""`deadlines`: what became of every deadline of a call. Each is scheduled, then fires or is cancelled.

Which deadlines run is the core's own answer after every event; this view only notes when that answer changes.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import attrs

from calltape.core import (
    LIFECYCLES,
    CallId,
    DeadlineKey,
    EndReason,
    Event,
    Instant,
    Participant,
    RawId,
    Recorded,
    Source,
    Wait,
    deadline,
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

    running: dict[str, int] = attrs.field(factory=dict[str, int], metadata=inner())
    """Where in `records` those stand that run, by wait and participant."""


def _fold(row: CallDeadlines, recorded: Recorded) -> CallDeadlines:
    if row.illegal_version is not None:
        return row
    keys = list(_touched(row, recorded.event))
    ran_out = {key for key in keys if _fires(row, key, recorded)}
    if not step(row, recorded):
        return row
    row.call_id = row.call.id
    if not keys:
        keys = [DeadlineKey(wait, who) for who in row.call.participants for wait in _OF_PEOPLE]
    for key in (*keys, _DURATION):
        _note(row, key, recorded.at, fired=key in ran_out)
    return row


_DURATION = DeadlineKey(Wait.DURATION)
_OF_PEOPLE = tuple(wait for wait in Wait if wait is not Wait.DURATION)


def _touched(row: CallDeadlines, fact: Event) -> Iterator[DeadlineKey]:
    """The deadlines that an event about one participant may change: theirs, and those of who has to do with
    them. Nothing for an event about everybody.
    """
    named: Any = fact
    who: RawId | None = getattr(named, "participant", None)
    if who is None:
        return
    person: Participant | None = row.call.participants.get(who)
    others = (row.call.starter, getattr(named, "by", None), person.other if person is not None else None)
    for each in dict.fromkeys((who, *others)):
        if each is not None:
            yield from (DeadlineKey(wait, each) for wait in _OF_PEOPLE)
    yield _DURATION


def _fires(row: CallDeadlines, key: DeadlineKey, recorded: Recorded) -> bool:
    """Whether `key` is due and the event is one that silence leads to."""
    place = row.running.get(_name(key))
    if place is None or recorded.at < row.records[place].due:
        return False
    reason: EndReason | None = getattr(recorded.event, "reason", None)
    blamed = Source.NETWORK if key.wait is Wait.RECONNECT else Source.DEADLINE
    return recorded.event.__class__.__name__ in _OF_SILENCE and (reason is None or reason.source is blamed)


_OF_SILENCE = {row.emits for life in LIFECYCLES.values() for row in life.rows if row.on == "Expire"}


def _note(row: CallDeadlines, key: DeadlineKey, at: Instant, *, fired: bool) -> None:
    """Write down what has changed about one deadline."""
    due = deadline(row.call, key)
    name = _name(key)
    place = row.running.get(name)
    if place is not None:
        record = row.records[place]
        if record.due == due:
            return
        record.fate = Fate.FIRED if fired else Fate.CANCELLED
        record.ended_at = at
        del row.running[name]
    if due is not None:
        row.running[name] = len(row.records)
        row.records.append(
            DeadlineRecord(wait=key.wait, participant=key.participant, due=due, scheduled_at=at)
        )


def _name(key: DeadlineKey) -> str:
    return key.wait.value if key.participant is None else f"{key.wait}/{key.participant}"


DEADLINES = Projection(
    name="deadlines",
    schema=layout_number(CallDeadlines),
    key=call_of,
    initial=CallDeadlines,
    fold=_fold,
    row_type=CallDeadlines,
)
"""The fate of every deadline, a row for each call."""
