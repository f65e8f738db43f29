"""The specs on trial: each mutant of a lifecycle put in the true one's place, and who notices.

Asked in this order: loading, the laws about tables, the scenarios that use the wrong rows, all other
scenarios; after each event of a scenario the laws of calls. Scenarios are written by hand, so a fault that
they notice is noticed by something that was not derived from the table.

`judge` spoils the process that it runs in: `trial_runs.py` gives each mutant one of its own.
"""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import attrs

from calltape.conformance import row_use
from calltape.conformance.declared_waits import undeclared, undeclared_beside
from calltape.conformance.laws import LAWS
from calltape.conformance.mutants import Mutant
from calltape.conformance.row_use import RowBroken, RowKey, key_of
from calltape.conformance.scenario_stage import ScenarioFailed, Stage
from calltape.conformance.scenarios import Scenario, load_scenarios, run
from calltape.conformance.table_laws import table_faults
from calltape.core import CALL, LIFECYCLES, BadSpec
from calltape.core.call import leaving
from calltape.core.call.rooms import MACHINES, moves_machine

By = Literal["loading", "scenario", "law", "nobody"]

DERIVED = (
    "calltape.core.call",
    "calltape.projections.deadlines",
    "calltape.projections.history",
    "calltape.projections.roster",
)
"""The modules that read tables when they are loaded: they are loaded again. `MACHINES` and `leaving` keep one
each as well.
"""

_ASKED = tuple(law for law in LAWS.values() if law.name not in {"everyone-can-leave", "no-dead-end"})
"""The laws that are asked after each event; the other two search, which takes too long for each mutant."""

_PEOPLE_MAX = 12
"""In calls of more people the laws are not asked: they read all of them."""


class LawBroken(AssertionError):
    """A law does not hold after a step."""


@attrs.frozen
class Verdict:
    """What became of one mutant."""

    mutant: str
    kind: str
    lifecycle: str
    by: By
    """Who noticed."""

    told: str
    """The sentence; for a scenario its name."""


def put_in_place(mutant: Mutant) -> None:
    """Make this process work by the wrong table from here on. There is no way back but to end it.

    Raises:
        BadSpec: loading notices.
        AssertionError: compiling notices.
    """
    life = LIFECYCLES[mutant.lifecycle]
    vars(life).update(vars(mutant.lifecycle_of()))
    row_use.ROWS[mutant.lifecycle] = frozenset(key_of(mutant.lifecycle, row) for row in life.rows)
    moved = [name for name, machine in MACHINES.items() if machine.life is life]
    if moved:
        read = MACHINES[moved[0]].read
        for name in moved:
            del MACHINES[name]
        moves_machine(life, read)
    keeps_one: Any = leaving
    keeps_one._AFTER_LEFT = CALL.table("ParticipantLeft") or {}
    for name in DERIVED:
        importlib.reload(importlib.import_module(name))


def judge(mutant: Mutant, scenarios: Iterable[Scenario]) -> Verdict:
    """Put `mutant` in place, and ask until somebody notices."""
    try:
        put_in_place(mutant)
    except (BadSpec, AssertionError) as noticed:
        return _verdict(mutant, "loading", str(noticed))
    if fault := next(table_faults(), ""):
        return _verdict(mutant, "law", fault)
    for scenario in scenarios:
        try:
            run(scenario, after_event=_hold_laws)
        except (RowBroken, LawBroken) as broken:
            return _verdict(mutant, "law", str(broken))
        except Exception as noticed:
            told = "" if isinstance(noticed, ScenarioFailed) else f" ({type(noticed).__name__})"
            return _verdict(mutant, "scenario", f"{scenario.capability}: {scenario.name}{told}")
    return _verdict(mutant, "nobody", "")


def _hold_laws(stage: Stage) -> None:
    if len(stage.call.participants) > _PEOPLE_MAX:
        return
    found = undeclared(stage.call) or undeclared_beside(stage.pushes.values(), stage.tokens.values())
    broken = ((law.name, law.of_place(stage.call, is_last=False)) for law in _ASKED)
    found = found or next((f"{name}: {words}" for name, words in broken if words), None)
    if found:
        raise LawBroken(found)


def _verdict(mutant: Mutant, by: By, told: str) -> Verdict:
    return Verdict(mutant.name, mutant.kind, mutant.lifecycle, by, told)


@attrs.frozen
class Witnesses:
    """All scenarios, and which of them use which row."""

    scenarios: tuple[Scenario, ...]
    by_row: Mapping[RowKey, tuple[int, ...]]
    """The places of those that use the row, the shortest first."""

    by_step: Mapping[RowKey, tuple[int, ...]]
    """The same for its step, whichever command led there; the keys name no command."""

    def for_mutant(self, mutant: Mutant) -> list[Scenario]:
        """All scenarios, those first that use what is wrong in `mutant`."""
        first = [place for row in mutant.rows for place in self.by_row.get(row, ())]
        first += [place for row in mutant.rows for place in self.by_step.get(row._replace(on=""), ())]
        return [self.scenarios[place] for place in dict.fromkeys([*first, *range(len(self.scenarios))])]


def witnesses(scenarios: Sequence[Scenario] | None = None) -> Witnesses:
    """Play `scenarios`, or all there are, on the true tables.

    Raises:
        ScenarioFailed: one does not go as it says.
    """
    every = load_scenarios() if scenarios is None else tuple(scenarios)
    by_row: dict[RowKey, list[int]] = {}
    by_step: dict[RowKey, list[int]] = {}
    for place in sorted(range(len(every)), key=lambda place: len(every[place].steps)):
        for row in run(every[place], after_event=_hold_laws).witness.used:
            by_row.setdefault(row, []).append(place)
            by_step.setdefault(row._replace(on=""), []).append(place)
    return Witnesses(
        every,
        {row: tuple(places) for row, places in by_row.items()},
        {row: tuple(dict.fromkeys(places)) for row, places in by_step.items()},
    )
