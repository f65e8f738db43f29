"""`timeline`: every event of a call in order, with what it moved."""

import attrs

from calltape.core import CallId, CorruptHistory, Instant, Move, RawId, Recorded, moves

from .call_events import call_of
from .followed import Followed, layout_number, step
from .projection import Projection


@attrs.frozen(kw_only=True)
class TimelineEntry:
    """One event."""

    version: int
    at: Instant
    event: str
    """Its stored name."""

    participant: RawId | None
    """Whom it names."""

    moves: tuple[Move, ...]
    """The machines it moved, those included that a row lets stay where they are."""


@attrs.define(kw_only=True)
class Timeline(Followed):
    """The events of one call. The row grows with its call: it is for reading calls, not for watching them."""

    call_id: CallId | None = None
    entries: list[TimelineEntry] = attrs.Factory(list[TimelineEntry])


def _fold(row: Timeline, recorded: Recorded) -> Timeline:
    if row.illegal_version is not None:
        return row
    fact = recorded.event
    try:
        moved = moves(row.call, fact)
    except CorruptHistory:
        row.illegal_version = recorded.version
        return row
    if step(row, recorded):
        who: RawId | None = getattr(fact, "participant", None)
        entry = TimelineEntry(
            version=recorded.version,
            at=recorded.at,
            event=fact.name,
            participant=who,
            moves=moved,
        )
        row.entries.append(entry)
        row.call_id = row.call.id
    return row


TIMELINE = Projection(
    name="timeline",
    schema=layout_number(Timeline),
    key=call_of,
    initial=Timeline,
    fold=_fold,
    row_type=Timeline,
)
"""What happened, a row for each call."""
