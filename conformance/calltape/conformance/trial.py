"""The specs on trial: each mutant of a lifecycle put in the true one's place, and who notices.

Asked in this order: loading, the laws about tables, the scenarios that use the wrong rows, all other
scenarios. Scenarios are written by hand, so a fault that they notice is noticed by something that was not
derived from the table. Each mutant has a process of its own, forked from one that has everything loaded; a
scenario that never ends is stopped and counts as one that noticed.
"""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import attrs

from calltape.conformance import row_use
from calltape.conformance.mutants import Mutant
from calltape.conformance.row_use import RowKey, TableBroken, key_of
from calltape.conformance.scenario_stage import ScenarioFailed
from calltape.conformance.scenarios import Scenario, load_scenarios, run
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
"""The modules that read tables when they are loaded: they are loaded again. Two more have a line below."""


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
    reads = [name for name, machine in MACHINES.items() if machine.life is life]
    if reads:
        read = MACHINES[reads[0]].read
        for name in reads:
            del MACHINES[name]
        moves_machine(life, read)
    vars(leaving)["_AFTER_LEFT"] = CALL.table("ParticipantLeft") or {}
    for name in DERIVED:
        importlib.reload(importlib.import_module(name))


def judge(mutant: Mutant, scenarios: Iterable[Scenario]) -> Verdict:
    """Put `mutant` in place, and ask until somebody notices. Ends what this process can be used for."""
    try:
        put_in_place(mutant)
    except (BadSpec, AssertionError) as noticed:
        return _verdict(mutant, "loading", str(noticed))
    for scenario in scenarios:
        try:
            run(scenario)
        except TableBroken as broken:
            return _verdict(mutant, "law", str(broken))
        except Exception as noticed:  # noqa: BLE001 - whatever goes wrong, somebody has noticed
            told = "" if isinstance(noticed, ScenarioFailed) else f" ({type(noticed).__name__})"
            return _verdict(mutant, "scenario", f"{scenario.name}{told}")
    return _verdict(mutant, "nobody", "")


def _verdict(mutant: Mutant, by: By, told: str) -> Verdict:
    return Verdict(mutant.name, mutant.kind, mutant.lifecycle, by, told)
