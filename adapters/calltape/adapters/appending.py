"""Which of several appends go through, and the rows they make: the same arithmetic for every store."""

from collections.abc import Callable, Sequence

import attrs

from calltape.adapters.rows import Row, recorded_of, row_of
from calltape.core.errors import Conflict
from calltape.core.events import Event, Recorded
from calltape.core.ports import Append


@attrs.frozen
class Plan:
    """What a batch of appends comes to: the rows to write, and what to answer once they are written."""

    rows: list[Row]
    events: list[Event]
    """The event of each row, so that the answer need not decode it."""

    outcomes: list[range | Conflict]
    """For each append the indexes of its rows, or its refusal."""

    def results(self, base: int = 0) -> tuple[tuple[Recorded, ...] | Conflict, ...]:
        """The answer of `append_many`, with `base` added to the planned positions."""
        return tuple(
            outcome
            if isinstance(outcome, Conflict)
            else tuple(self._recorded(index, base) for index in outcome)
            for outcome in self.outcomes
        )

    def _recorded(self, index: int, base: int) -> Recorded:
        row = self.rows[index]
        return recorded_of(
            row if base == 0 else row._replace(position=base + row.position), self.events[index]
        )


def plan_appends(
    appends: Sequence[Append],
    version_of: Callable[[str], int],
    first_position: int,
) -> Plan:
    """Let each append through whose stream is where it says, counting what earlier ones of the batch add.

    Args:
        appends: the batch, in order.
        version_of: the version that a stream has in the store; asked at most once a stream.
        first_position: the position of the first row; the others follow without a gap.
    """
    rows: list[Row] = []
    events: list[Event] = []
    outcomes: list[range | Conflict] = []
    versions: dict[str, int] = {}
    for append in appends:
        stream = append.stream
        if stream not in versions:
            versions[stream] = version_of(stream)
        version = versions[stream]
        if version != append.expected:
            outcomes.append(Conflict(stream, append.expected, version))
            continue
        first = len(rows)
        for unrecorded in append.events:
            version += 1
            rows.append(row_of(first_position + len(rows), stream, version, unrecorded))
            events.append(unrecorded.event)
        versions[stream] = version
        outcomes.append(range(first, len(rows)))
    return Plan(rows, events, outcomes)
