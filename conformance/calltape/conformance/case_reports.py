"""What is told of a run of cases: as one document for programs, and as counts for people."""

from collections.abc import Mapping
from typing import Any

from calltape.conformance.case_judging import Verdict
from calltape.conformance.case_run import Report, Result
from calltape.core import every_level


def report_document(report: Report) -> dict[str, Any]:
    """A report as one JSON document."""
    who = report.implementation
    return {
        "implementation": {"name": who.name, "version": who.version, "levels": list(who.levels)},
        "cases": report.asked,
        "passed": report.count(Verdict.PASS),
        "failed": report.count(Verdict.FAIL),
        "non_strict": report.count(Verdict.NON_STRICT),
        "informational": report.count(Verdict.INFORMATIONAL),
        "skipped": report.count(Verdict.SKIPPED),
        "levels": {
            name: {verdict.value: number for verdict, number in counts.items()}
            for name, counts in counts_by_level(report).items()
        },
        "verdicts": [result_document(result) for result in report.results],
    }


def result_document(result: Result) -> dict[str, Any]:
    """One case and what it came to: the first step that decided it, what was expected, and what came."""
    case = result.case
    found: dict[str, Any] = {"step": None, "says": "", "expected": "", "got": result.fault}
    if result.fault and result.steps:
        last = result.steps[-1]
        found |= {"step": last.number, "says": last.says, "expected": "an answer"}
    elif worst := result.worst:
        step, finding = worst
        what = finding.what
        found = {
            "step": step.number,
            "says": step.says,
            "expected": f"{what}: {finding.expected}",
            "got": finding.got,
        }
    return {
        "case": case.name,
        "level": case.level,
        "verdict": result.verdict.value,
        **found,
        "rule": list(case.rule),
        "source": case.source,
        "because": case.because,
        "file": case.file,
        "complaints": result.complaints,
    }


def counts_by_level(report: Report) -> Mapping[str, Mapping[Verdict, int]]:
    """How many cases of each level came to each verdict; levels without a case are left out."""
    found = {name: dict.fromkeys(Verdict, 0) for name in every_level()}
    for result in report.results:
        found[result.case.level][result.verdict] += 1
    return {name: counts for name, counts in found.items() if any(counts.values())}
