"""Which rows of the lifecycles scenarios use, and which only walks do.

A row that nothing written by hand uses may say anything: whatever is read off the table agrees with it.
"""

from collections.abc import Iterable, Mapping
from random import Random

import attrs

from calltape.conformance.alphabet import NAMELESS, START, candidates, earliest, take
from calltape.conformance.row_use import RowKey, RowWitness, every_row, moved_in_call
from calltape.conformance.scenarios import Scenario, load_scenarios, run
from calltape.core.call import Call, deadlines, evolve
from calltape.core.call.expiring import Expire
from calltape.core.commands import Command
from calltape.core.values import Instant


@attrs.frozen
class RowCoverage:
    """Which scenarios use which row."""

    by_row: Mapping[RowKey, tuple[Scenario, ...]]
    """Every row there is, in the files' order; the scenarios in theirs."""

    @property
    def unused(self) -> tuple[RowKey, ...]:
        """The rows that no scenario uses."""
        return tuple(row for row, scenarios in self.by_row.items() if not scenarios)

    def faults(self) -> list[str]:
        """A sentence for each row that no scenario uses; tells whether walks come by there."""
        unused = self.unused
        walked = rows_of_walks() if unused else frozenset[RowKey]()
        return [
            f"{row}: no scenario uses this row, {'walks' if row in walked else 'nor do walks'}; "
            f"write one, or remove the row if it cannot be reached"
            for row in unused
        ]


def row_coverage(scenarios: Iterable[Scenario] | None = None) -> RowCoverage:
    """Play `scenarios`, or all there are, and note the rows that they use.

    Raises:
        ScenarioFailed: one does not go as it says.
    """
    found: dict[RowKey, list[Scenario]] = {row: [] for row in every_row()}
    for scenario in load_scenarios() if scenarios is None else scenarios:
        for row in run(scenario).witness.used:
            found[row].append(scenario)
    return RowCoverage({row: tuple(used) for row, used in found.items()})


def rows_of_walks(walks: int = 400, *, seed: int = 1) -> frozenset[RowKey]:
    """The rows that random walks through calls use; the same for the same seed.

    Args:
        walks: how many; each is of at most 60 commands.
        seed: of the draws.
    """
    witness, draws = RowWitness(), Random(seed)
    for _ in range(walks):
        _walk(witness, draws)
    return frozenset(witness.used)


def _walk(witness: RowWitness, draws: Random) -> None:
    call, at = Call(), START
    for _ in range(60):
        at, command = _next(call, at, draws)
        for event in take(call, command).events:
            with witness.watching(command, event, moved_in_call(call, event)):
                evolve(call, event)
        if call.is_over:
            return


def _next(call: Call, at: Instant, draws: Random) -> tuple[Instant, Command]:
    """Now and then what silence gives, else a command that some state accepts: each kind as likely."""
    if deadlines(call) and draws.random() < 1 / 16:
        key, due = earliest(call)
        at = max(at, due)
        return at, Expire(id=NAMELESS, at=at, wait=key.wait, participant=key.participant)
    kinds: dict[str, list[Command]] = {}
    for command in candidates(call, at=at):
        kinds.setdefault(type(command).__name__, []).append(command)
    return at, draws.choice(kinds[draws.choice(sorted(kinds))])
