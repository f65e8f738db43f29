"""What a view is: a table of rows, each folded on its own.

A projection says which row an event touches and how it changes that row. Because a row needs nothing but
its own events, a view of a million calls is kept up to date by loading the few rows that a batch touches,
and the cost of an event depends neither on the number of calls nor on what else has happened.
"""

import hashlib
from collections.abc import Callable, Iterable, MutableMapping
from typing import Generic, TypeVar

import attrs

from calltape.core import Recorded, canonical

R = TypeVar("R")


def _itself(row: object) -> object:
    return row


@attrs.frozen(kw_only=True)
class Projection(Generic[R]):
    """How events become rows. Laws: `calltape.conformance.projection`."""

    name: str
    """What the command line and the stores call it."""

    schema: int = 1
    """Goes up whenever rows of an older kind can no longer be continued: views stored with another number are
    thrown away and built anew."""

    key: Callable[[Recorded], str | None]
    """Which row the event touches; None when it is not this projection's business, or not known to it."""

    initial: Callable[[], R]
    """A row that nothing has happened to."""

    fold: Callable[[R, Recorded], R]
    """The row after the event. May work in place on the row, which the fold owns; never raises: a step that
    is not legal leaves the row where it was, for judging a tape is not a view's business."""

    row_type: type[R]
    """The class of the rows: attrs, made of what JSON can hold."""

    shown: Callable[[R], object] = _itself
    """The row as readers are shown it, where it is kept shorter than it is read."""


class View(Generic[R]):
    """The rows of one projection, as far as a position of the log.

    Attributes:
        projection: what made the rows.
        rows: the rows by key. They change in place with `advance`; copy what is to be kept.
        position: the position of the last event taken in.
    """

    def __init__(
        self, projection: Projection[R], rows: MutableMapping[str, R] | None = None, position: int = 0
    ) -> None:
        """A new view, or one that goes on from `rows`, which it then owns, as they were at `position`."""
        self.projection = projection
        self.rows: MutableMapping[str, R] = {} if rows is None else rows
        self.position = position

    def advance(self, batch: Iterable[Recorded]) -> set[str]:
        """Take in events in the log's order and give the keys of the rows they touched.

        What lies at or before the view's position has been taken in already and is passed over.
        """
        projection, rows, position = self.projection, self.rows, self.position
        key_of, fold, initial = projection.key, projection.fold, projection.initial
        touched: set[str] = set()
        for recorded in batch:
            if recorded.position <= position:
                continue
            key = key_of(recorded)
            if key is not None:
                row = rows.get(key)
                rows[key] = fold(initial() if row is None else row, recorded)
                touched.add(key)
            self.position = position = recorded.position
        return touched

    def digest(self) -> str:
        """The fingerprint of the rows: see `digest_of`."""
        return digest_of((key, self.rows[key]) for key in sorted(self.rows))


def digest_of(rows: Iterable[tuple[str, object]]) -> str:
    """The SHA-256 of the rows' canonical texts, one line each: the same on every store and every machine.

    The position is not part of it: stores number their events differently.

    Args:
        rows: keys and rows, sorted by key (by code point).
    """
    sha = hashlib.sha256()
    for key, row in rows:
        sha.update(canonical((key, row)).encode())
        sha.update(b"\n")
    return sha.hexdigest()
