"""A run of cases as one page for a browser: nothing else to load, to be kept and sent around."""

from importlib.metadata import version
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from calltape.conformance.case_checks import rule_says
from calltape.conformance.case_judging import Verdict, said
from calltape.conformance.case_reports import counts_by_level, report_document
from calltape.conformance.case_run import Judged, Report, Result, expectations, line_of
from calltape.core import BadInput, every_level

_WORST_FIRST = (
    Verdict.FAIL,
    Verdict.NON_STRICT,
    Verdict.INFORMATIONAL,
    Verdict.PASS,
    Verdict.SKIPPED,
)


def page_of(report: Report) -> str:
    """The page as HTML, the cases that failed first.

    Raises:
        BadInput: the extra `calltape[testing]`, which renders it, is not installed.
    """
    if find_spec("jinja2") is None:
        raise BadInput("a page needs jinja2: run pip install 'calltape[testing]'")
    from jinja2 import Environment

    text = files("calltape.conformance").joinpath("case_page.html.j2").read_text("utf-8")
    template = Environment(autoescape=True).from_string(text)
    return template.render(_material(report))


def _material(report: Report) -> dict[str, Any]:
    """What the template shows."""
    levels, counts = every_level(), counts_by_level(report)
    worst = sorted(report.results, key=lambda result: _WORST_FIRST.index(result.verdict))
    return {
        "who": report.implementation,
        "kit": version("calltape"),
        "report": report_document(report),
        "verdicts": [verdict.value for verdict in Verdict],
        "totals": [(verdict.value, report.count(verdict)) for verdict in Verdict],
        "levels": [
            {"name": name, "meaning": levels[name].meaning, "counts": {v.value: n for v, n in of_it.items()}}
            for name, of_it in counts.items()
        ],
        "cases": [_case(result, is_first=number == 0) for number, result in enumerate(worst)],
    }


def _case(result: Result, *, is_first: bool) -> dict[str, Any]:
    case = result.case
    return {
        "verdict": result.verdict.value,
        "name": case.name,
        "level": case.level,
        "because": case.because,
        "source": case.source,
        "rules": [{"name": rule, "says": rule_says(rule)} for rule in case.rule],
        "opening": case.opening.says if case.opening else "",
        "fault": result.fault,
        "complaints": result.complaints,
        "is_first_failure": is_first and result.verdict is Verdict.FAIL,
        "steps": _steps(result),
    }


def _steps(result: Result) -> list[dict[str, Any]]:
    """Every step of the case, those that were not played included."""
    played = {step.number: step for step in result.steps}
    opening = len(result.case.opening.steps) if result.case.opening else 0
    return [
        _step(
            played.get(number, Judged(number=number, step=step, is_opening=number <= opening)),
            number in played,
        )
        for number, step in enumerate(result.case.every_step, 1)
    ]


def _step(judged: Judged, is_played: bool) -> dict[str, Any]:
    expected = "; ".join(f"{key}: {said(wanted)}" for key, wanted in expectations(judged.step).items())
    return {
        "number": judged.number,
        "says": line_of(judged.step),
        "is_opening": judged.is_opening,
        "is_played": is_played,
        "expected": expected,
        "findings": judged.findings,
    }
