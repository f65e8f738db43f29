"""Where views are kept: what a store of views must do, as a Protocol."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

import attrs


@attrs.frozen(kw_only=True)
class Head:
    """How far a stored view has come, and on what ground."""

    schema: int
    """The projection's `schema` by which the rows were made."""

    position: int
    """The position of the last event taken in; 0 before the first."""

    mark: str
    """A fingerprint of that event, so that a view is never continued on another log; empty before the
    first."""


@attrs.frozen
class Snapshot:
    """A stored view at one moment."""

    head: Head | None
    """None when there is no such view."""

    rows: Iterator[tuple[str, str]]
    """Keys and rows as JSON text, sorted by key (by code point). Good as long as the snapshot is open."""


class ViewStore(Protocol):
    """Keeps views by name: a head, and rows by key. A cache: it may be deleted at any time.

    Rows and head are written together or not at all. Safe to use from several threads and processes.
    """

    def head(self, name: str) -> Head | None:
        """How far the view has come; None when there is no such view."""
        ...

    def rows(self, name: str, keys: Collection[str]) -> Mapping[str, str]:
        """Those of the rows that exist, as JSON text by key."""
        ...

    def snapshot(self, name: str, prefix: str = "") -> AbstractContextManager[Snapshot]:
        """The head and all rows whose keys begin with `prefix`, as they are at one moment."""
        ...

    def save(self, name: str, rows: Mapping[str, str], *, expected: Head | None, head: Head) -> None:
        """Put `rows` in place and move the head from `expected` to `head`, in one transaction.

        Raises:
            Conflict: the head is not `expected`: somebody else moved the view on; nothing was written.
        """
        ...

    def swap(self, source: str, target: str, *, expected: Head | None) -> None:
        """Make the view `source` the view `target`, whose rows go; afterwards there is no `source`.

        Raises:
            Conflict: the head of `target` is not `expected`; nothing was changed.
        """
        ...

    def drop(self, name: str) -> None:
        """Remove the view. One that does not exist is no mistake."""
        ...

    def close(self) -> None:
        """Give back files and connections. Closing twice is harmless."""
        ...
