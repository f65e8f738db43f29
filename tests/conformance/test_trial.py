"""The specs on trial: mutants are noticed, and the trial itself would tell if they were not."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from calltape.conformance.mutants import KINDS, Mutant, every_mutant
from calltape.conformance.scenarios import load_scenarios, read_scenarios, run
from calltape.conformance.table_laws import table_faults
from calltape.conformance.trial import Verdict, witnesses
from calltape.conformance.trial_report import TrialReport, argued_mutants
from calltape.core import LIFECYCLES

pytestmark = pytest.mark.golden

REPOSITORY = Path(__file__).parents[2]
ROW = "call: InLobby, Admit -> ParticipantAdmitted is dropped"

# A program of its own: nothing that has threads may be forked.
TRY = """
import json, sys
from calltape.conformance.mutants import every_mutant
from calltape.conformance.scenarios import load_scenarios
from calltape.conformance.trial import witnesses
from calltape.conformance.trial_runs import try_all
names, leave_out = json.load(sys.stdin)
asked = witnesses([each for each in load_scenarios() if each.capability not in leave_out])
mutants = [each for each in every_mutant() if each.name in names]
found = try_all(mutants, seen_by=asked)
json.dump([[v.mutant, v.kind, v.lifecycle, v.by, v.told] for v in found], sys.stdout)
"""


def tried(names: list[str], *, leave_out: tuple[str, ...] = ()) -> dict[str, Verdict]:
    ran = subprocess.run(
        [sys.executable, "-c", TRY],
        input=json.dumps([names, leave_out]),
        capture_output=True,
        text=True,
        check=True,
        cwd=REPOSITORY,
    )
    said: list[list[Any]] = json.loads(ran.stdout)
    return {each[0]: Verdict(*each) for each in said}


# ── the mutants ──


def test_every_row_is_dropped_redirected_and_contradicted() -> None:
    mutants = list(every_mutant())
    assert len({each.name for each in mutants}) == len(mutants)
    rows = sum(len(life.rows) for life in LIFECYCLES.values())
    counts = {kind: sum(each.kind == kind for each in mutants) for kind in KINDS}
    assert counts["drop"] == rows
    assert counts["contradict"] == 2 * rows
    steps = {(n, r.source, r.emits, r.whose) for n, life in LIFECYCLES.items() for r in life.rows}
    assert counts["redirect"] == sum(len(LIFECYCLES[step[0]].states) - 1 for step in steps)
    assert counts["fact"] > 100


def test_a_mutant_says_something_else_and_leaves_the_true_table_alone() -> None:
    mutant = mutant_called(ROW)
    assert mutant.told_by_loading() == ""
    assert len(mutant.lifecycle_of().rows) == len(LIFECYCLES["call"].rows) - 1
    assert len(mutant_called(ROW).document()["steps"]["rows"]) == len(LIFECYCLES["call"].rows) - 1


def test_a_contradiction_never_loads() -> None:
    for mutant in [each for each in every_mutant() if each.kind == "contradict"][::40]:
        assert mutant.told_by_loading(), mutant.name


def mutant_called(name: str) -> Mutant:
    return next(each for each in every_mutant() if each.name == name)


# ── the trial ──


def test_on_the_true_tables_nobody_complains() -> None:
    assert list(table_faults()) == []
    asked = witnesses([each for each in load_scenarios() if each.capability in {"hold", "lobby"}])
    first = asked.for_mutant(mutant_called(ROW))[0]
    assert "InLobby" in {row.source for row in run(first).witness.used}


def test_a_sample_of_the_mutants_is_noticed() -> None:
    names = [each.name for each in every_mutant()][::40]
    verdicts = tried(names)
    assert len(verdicts) == len(names)
    report = TrialReport(list(verdicts.values()))
    assert report.faults() == []
    assert {verdict.by for verdict in verdicts.values()} >= {"loading", "law", "scenario"}


def test_a_row_that_nothing_tests_yields_a_survivor() -> None:
    others = tuple({each.capability for each in load_scenarios()} - {"hold"})
    verdicts = tried([ROW], leave_out=others)
    assert verdicts[ROW].by == "nobody"
    report = TrialReport(list(verdicts.values()), argued={})
    assert report.survivors == (ROW,)
    assert "nobody notices" in report.faults()[0]
    assert f"* {ROW}" in list(report.sections())
    but_lobby = tuple(each for each in others if each != "lobby")
    assert tried([ROW], leave_out=but_lobby)[ROW].by != "nobody"


def test_an_argument_for_what_is_noticed_is_a_fault() -> None:
    seen = Verdict(ROW, "drop", "call", "scenario", "lobby: who waits is let in")
    assert TrialReport([seen], argued={ROW: "it does not matter"}).faults() == [
        f"{ROW}: argued, and scenario notices it (lobby: who waits is let in); drop that"
    ]
    assert TrialReport([seen], argued={}).faults() == []


def test_every_argument_is_about_a_mutant() -> None:
    assert set(argued_mutants()) <= {each.name for each in every_mutant()}


def test_a_scenario_is_told_each_event() -> None:
    text = """
        [[scenario]]
        name = "placed"
        why = "To be counted."
        source = "none"
        steps = [ { do = "StartCall", who = "alice", with = { callees = ["bob"] } } ]
    """
    (placed,) = read_scenarios(text, "placed.toml")
    seen: list[int] = []
    run(placed, after_event=lambda stage: seen.append(len(stage.history)))
    assert len(seen) == 3


@pytest.mark.slow
def test_every_mutant_is_noticed_or_argued_and_the_page_says_so(tmp_path: Path) -> None:
    page = tmp_path / "mutation.md"
    subprocess.run([sys.executable, "docs/generate_mutation.py", str(page)], cwd=REPOSITORY, check=True)
    found = page.read_text(encoding="utf-8")
    assert "and 0 survive." in " ".join(found.split())
    written = (REPOSITORY / "docs" / "explanation" / "mutation.md").read_text(encoding="utf-8")
    assert found == written, "run .venv/bin/python docs/generate_mutation.py"
