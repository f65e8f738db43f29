"""Keeping a stored view up to date with a log.

*Read a batch, load the rows it touches, fold, save what changed together with the position, next.* Rows are
loaded when they are needed, so that going on with a view of a million calls costs nothing at the start.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import attrs

from calltape.adapters.views.row_codec import RowCodec
from calltape.core import EventLog, Recorded, digest
from calltape.core.errors import Conflict
from calltape.projections import Projection, View, digest_of
from calltape.projections.ports import Head, ViewStore

R = TypeVar("R")

BATCH = 2_000
"""Events folded in one transaction."""

ROWS_KEPT = 20_000
"""Rows kept in memory between batches."""


@attrs.frozen(kw_only=True)
class Progress:
    """How far a view has come."""

    name: str
    events: int
    """Events taken in since the start of this run, of whatever kind."""

    position: int
    """The log's position that the view has reached."""


Report = Callable[[Progress], None]


class KeptView(Generic[R]):
    """A stored view that is being moved on. One thread at a time; other processes may move it as well.

    Args:
        log: what to read.
        projection: what to make of it.
        store: where the view is.
        name: the view's name there, the projection's unless given.
        rows_kept: how many rows to keep in memory between batches.
    """

    def __init__(
        self,
        log: EventLog,
        projection: Projection[R],
        store: ViewStore,
        *,
        name: str | None = None,
        rows_kept: int = ROWS_KEPT,
    ) -> None:
        self._log = log
        self._projection = projection
        self._store = store
        self._name = projection.name if name is None else name
        self._rows_kept = rows_kept
        self._codec = RowCodec(projection)
        self._open()

    @property
    def head(self) -> Head | None:
        """How far the stored view has come; None when there is none that can be continued."""
        return self._head

    def step(self, *, batch: int = BATCH, until: int | None = None) -> int:
        """Take in the next events, at most `batch` and none past position `until`; give their number."""
        while True:
            events = list(self._log.read_all(self._view.position, batch))
            if until is not None:
                events = [each for each in events if each.position <= until]
            if not events:
                return 0
            try:
                self._take(events)
            except Conflict:
                self._open()  # somebody else moved the view: go on from where they left it
                continue
            except BaseException:
                self._open()
                raise
            return len(events)

    def _open(self) -> None:
        """Start from the stored view; from nothing if it was made by other rules or from another log."""
        head = self._store.head(self._name)
        if head is not None and (head.schema != self._projection.schema or not self._is_of_this_log(head)):
            self._store.drop(self._name)
            head = None
        self._head = head
        self._view = View(self._projection, position=0 if head is None else head.position)

    def _is_of_this_log(self, head: Head) -> bool:
        last = next(iter(self._log.read_all(head.position - 1, 1)), None)
        return head.position == 0 or (last is not None and mark_of(last) == head.mark)

    def _take(self, events: Sequence[Recorded]) -> None:
        self._load(events)
        touched = self._view.advance(events)
        changed = {key: self._codec.text(self._view.rows[key]) for key in touched}
        head = Head(schema=self._projection.schema, position=self._view.position, mark=mark_of(events[-1]))
        self._store.save(self._name, changed, expected=self._head, head=head)
        self._head = head
        if len(self._view.rows) > self._rows_kept:
            self._view.rows.clear()

    def _load(self, events: Sequence[Recorded]) -> None:
        """Fetch the rows that the events touch and that are not in memory."""
        keys = {key for key in map(self._projection.key, events) if key is not None}
        missing = keys - self._view.rows.keys()
        if missing and self._head is not None:
            for key, text in self._store.rows(self._name, missing).items():
                self._view.rows[key] = self._codec.row(text)


def mark_of(recorded: Recorded) -> str:
    """A fingerprint of where and when an event was recorded."""
    return digest((recorded.position, recorded.stream, recorded.version, recorded.at, recorded.event.name))


def catch_up(
    log: EventLog,
    projection: Projection[R],
    store: ViewStore,
    *,
    name: str | None = None,
    batch: int = BATCH,
    until: int | None = None,
    progress: Report | None = None,
) -> Progress:
    """Bring the stored view up to the end of the log, or to position `until`, batch by batch.

    A view that was made by another schema of the projection, or from another log, is built anew.

    Args:
        log, projection, store, name: see `KeptView`.
        batch: events in one transaction.
        until: the last position to take in; None for the end of the log as it is then.
        progress: told after each batch.

    Raises:
        BadInput: the log or the views cannot be read.
    """
    kept = KeptView(log, projection, store, name=name)
    shown = projection.name if name is None else name
    events = 0
    while taken := kept.step(batch=batch, until=until):
        events += taken
        if progress is not None and kept.head is not None:
            progress(Progress(name=shown, events=events, position=kept.head.position))
    return Progress(name=shown, events=events, position=0 if kept.head is None else kept.head.position)


def load(store: ViewStore, projection: Projection[R], *, prefix: str = "") -> View[R]:
    """The stored view as it is now, or those of its rows whose keys begin with `prefix`.

    Raises:
        BadInput: a stored row cannot be read.
    """
    with store.snapshot(projection.name, prefix) as stored:
        if stored.head is None or stored.head.schema != projection.schema:
            return View(projection)
        return View(projection, dict(RowCodec(projection).pairs(stored.rows)), stored.head.position)


def stored_digest(store: ViewStore, projection: Projection[R], *, name: str | None = None) -> str:
    """The digest of a stored view, without holding all of it in memory: the same as `View.digest`."""
    with store.snapshot(projection.name if name is None else name) as stored:
        return digest_of(RowCodec(projection).pairs(stored.rows))
