"""Whether recorded histories are legal: every stream read, decoded, folded; the first fault of each told."""

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from calltape.adapters.cli.claims import JUDGED, UNKNOWN, Claim, moves_something
from calltape.adapters.cli.violations import CALL, RECORD_RULES, Before, Violation, broken_rule, stored_names
from calltape.adapters.codec import split_topic
from calltape.adapters.rows import Row, read_event
from calltape.adapters.stores import Store
from calltape.core import (
    BadInput,
    CallStarted,
    CorruptHistory,
    Event,
    UnknownEvent,
    call_stream,
)
from calltape.core.folding import fold_of


@attrs.frozen(kw_only=True)
class Verdict:
    """What the reading of a whole store found."""

    calls: int
    events: int
    """Events read, those of streams without a lifecycle and those that were passed over included."""

    not_judged: int
    """Events passed over because they are of levels that are not claimed."""

    unknown: int
    """Events passed over because nobody knows them; without a claim such an event is a violation."""

    violations: tuple[Violation, ...]

    @property
    def is_ok(self) -> bool:
        """Every history is legal."""
        return not self.violations


def judge(
    log: Store, streams: Iterable[str], each: Callable[[], None] = lambda: None, claim: Claim | None = None
) -> Verdict:
    """Read `streams` to their ends or first faults.

    Args:
        log: where they are kept.
        streams: their names.
        each: called after every one.
        claim: what is judged; None judges everything.
    """
    calls = events = not_judged = unknown = 0
    violations: list[Violation] = []
    for stream in streams:
        reading = _Reading(stream, claim)
        violation = reading.judge(log)
        calls += stream.startswith(CALL)
        events += reading.events
        not_judged += reading.not_judged
        unknown += reading.unknown
        if violation is not None:
            violations.append(violation)
        each()
    return Verdict(
        calls=calls, events=events, not_judged=not_judged, unknown=unknown, violations=tuple(violations)
    )


class _Reading:
    """One stream, while it is judged."""

    def __init__(self, stream: str, claim: Claim | None) -> None:
        self._stream = stream
        self._claim = claim
        self._left: tuple[int, str] | None = None
        self._before = Before()
        self.events = self.not_judged = self.unknown = 0

    def judge(self, log: Store) -> Violation | None:
        """Read to the end, or to what is wrong."""
        fold = fold_of(self._stream)
        state, step = (fold.empty(), fold.evolve) if fold else (None, None)
        keep_version, keep_event = self._before.versions.append, self._before.events.append
        event: Event | None = None
        try:
            for row in log.rows(self._stream):
                if self._claim is None or not self._passes(self._claim.fates[row.topic], row):
                    event = read_event(row)
                    if step is not None:
                        step(state, event)
                        keep_version(row.version)
                        keep_event(event)
                    if row.version == 1 and (problem := _misfiled(self._stream, event)):
                        self.events += 1
                        return self._recorded_wrongly(event.name, 1, problem, "filed")
                    event = None
                self.events += 1
        except CorruptHistory as found:
            return self._illegal(found, event, state)
        except UnknownEvent as found:
            return self._unreadable(str(found), "known", name=found.name)
        except BadInput as found:
            return self._unreadable(str(found), "readable")
        return None

    def _passes(self, fate: str, row: Row) -> bool:
        """Whether the event is passed over; if so it is counted."""
        if fate == JUDGED:
            return False
        if fate == UNKNOWN:
            self.unknown += 1
            return True
        self.not_judged += 1
        if self._left is None and moves_something(name := split_topic(row.topic)[0]):
            self._left = (row.version, name)
        return True

    def _illegal(self, found: CorruptHistory, event: Event | None, state: Any) -> Violation:
        where = found.position or self.events + 1  # of a gap the log says where, of a step we know it
        accepted = stored_names(found.accepted)
        name = found.event if event is None else event.name
        told = CorruptHistory(found.lifecycle, found.state, name, where, accepted)
        if event is None:
            return self._unreadable(str(told), "contiguous", where=where)
        left = self._how_it_left()
        return Violation(
            stream=self._stream,
            version=where,
            event=event.name,
            state=found.state,
            accepted=accepted,
            problem=f"{told}; {left}" if left else str(told),
            rule=broken_rule(found, event, state),
            before=self._before,
            left=left,
        )

    def _how_it_left(self) -> str:
        """That the history went where the claim does not reach before it went wrong, if it did."""
        if self._left is None or self._claim is None:
            return ""
        version, name = self._left
        levels = ", ".join(self._claim.levels)
        return (
            f"the trace left its level at event {version}, {name}, which moves something, is no event of "
            f"{levels}, and was passed over"
        )

    def _unreadable(
        self, problem: str, rule: str, *, name: str | None = None, where: int | None = None
    ) -> Violation:
        return self._recorded_wrongly(name, where or self.events + 1, problem, rule)

    def _recorded_wrongly(self, name: str | None, version: int, problem: str, rule: str) -> Violation:
        return Violation(
            stream=self._stream,
            version=version,
            event=name,
            state=None,
            accepted=(),
            problem=problem,
            rule=RECORD_RULES[rule],
            before=self._before,
        )


def _misfiled(stream: str, first: Event) -> str:
    """What is wrong if a call began under another id than that it is kept by: nobody would find it again."""
    if not isinstance(first, CallStarted) or call_stream(first.call_id) == stream:
        return ""
    return f"the call {first.call_id} is kept as {stream}; the tape or store is damaged or was changed"
