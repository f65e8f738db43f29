"""Rebuilding a view beside the live one, proving the two equal, and swapping them.

A rebuild that is interrupted goes on where it was. The live view may be read and moved on all the while.
"""

from collections.abc import Iterator
from typing import TypeVar

import attrs

from calltape.adapters.views.keeping import BATCH, KeptView, Report, catch_up, stored_digest
from calltape.adapters.views.row_codec import RowCodec
from calltape.core import EventLog, canonical
from calltape.core.errors import Conflict
from calltape.projections import Projection
from calltape.projections.ports import Snapshot, ViewStore

R = TypeVar("R")

DIFFERENCES_SHOWN = 10


@attrs.frozen(kw_only=True)
class Rebuilt:
    """What came of a rebuild."""

    name: str
    events: int
    """Events taken in by this run; an interrupted run before it may have taken in others."""

    position: int
    digest: str
    """Of the rebuilt view."""

    is_equal: bool | None
    """Whether the live view was equal at the same position; None when there was none to compare with."""

    differing: tuple[str, ...] = ()
    """The keys of rows that differ, the first ten."""

    is_swapped: bool


def rebuild(
    log: EventLog,
    projection: Projection[R],
    store: ViewStore,
    *,
    batch: int = BATCH,
    progress: Report | None = None,
    accept_difference: bool = False,
) -> Rebuilt:
    """Build the view anew from the log, compare it with the live one at the same position, and swap.

    The live view stays in place when the two differ, unless `accept_difference`: the log is the truth, so a
    difference means that the live view was wrong, or that events it was made from are gone (pruned samples).
    Which of the two it is, somebody should look at first.

    Raises:
        BadInput: the log or the views cannot be read.
    """
    shadow = f"{projection.name}~rebuild"
    events, until = 0, None
    while True:
        events += catch_up(
            log, projection, store, name=shadow, batch=batch, until=until, progress=progress
        ).events
        new = KeptView(log, projection, store, name=shadow).head
        live = KeptView(log, projection, store).head
        if live is not None and new is not None and live.position != new.position:
            until = max(live.position, new.position)
            catch_up(log, projection, store, batch=batch, until=until)
            continue
        differing = () if live is None else _differing(store, projection, shadow)
        if differing is None:
            continue  # somebody moved one of the two on while they were compared
        digest = stored_digest(store, projection, name=shadow)
        is_swapped = not differing or accept_difference
        try:
            if is_swapped:
                store.swap(shadow, projection.name, expected=live)
            else:
                store.drop(shadow)
        except Conflict:
            continue
        return Rebuilt(
            name=projection.name,
            events=events,
            position=0 if new is None else new.position,
            digest=digest,
            is_equal=None if live is None else not differing,
            differing=differing,
            is_swapped=is_swapped,
        )


def _differing(store: ViewStore, projection: Projection[R], shadow: str) -> tuple[str, ...] | None:
    """The first keys under which the two views differ; None when they are not at the same position."""
    with store.snapshot(projection.name) as live, store.snapshot(shadow) as new:
        if live.head is None or new.head is None or live.head.position != new.head.position:
            return None
        found: list[str] = []
        for key, one, other in _side_by_side(live, new):
            if not _is_same(projection, one, other):
                found.append(key)
                if len(found) == DIFFERENCES_SHOWN:
                    break
        return tuple(found)


def _side_by_side(one: Snapshot, other: Snapshot) -> Iterator[tuple[str, str | None, str | None]]:
    """Each key of either view, with the rows of both; None where one has no such row."""
    end = ("", "")
    left, right = next(one.rows, end), next(other.rows, end)
    while left is not end or right is not end:
        if right is end or (left is not end and left[0] < right[0]):
            yield left[0], left[1], None
            left = next(one.rows, end)
        elif left is end or right[0] < left[0]:
            yield right[0], None, right[1]
            right = next(other.rows, end)
        else:
            yield left[0], left[1], right[1]
            left, right = next(one.rows, end), next(other.rows, end)


def _is_same(projection: Projection[R], one: str | None, other: str | None) -> bool:
    if one is None or other is None or one == other:
        return one == other
    codec = RowCodec(projection)
    return canonical(codec.row(one)) == canonical(codec.row(other))
