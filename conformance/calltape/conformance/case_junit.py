"""A run of cases as JUnit XML, which every continuous integration reads: a suite for each level."""

from collections.abc import Iterable
from xml.etree import ElementTree

from calltape.conformance.case_judging import Verdict
from calltape.conformance.case_reports import result_document
from calltape.conformance.case_run import Report, Result
from calltape.core import every_level

_TOLD = {Verdict.NON_STRICT, Verdict.INFORMATIONAL}


def junit_of(report: Report) -> str:
    """The report as JUnit XML: what failed is a failure, what could not be played to its end an error.

    A case that is not strict, or informational, passes and says so on its standard output.
    """
    root = ElementTree.Element("testsuites", _counts(report.results), name=_clean(report.implementation.name))
    for level in every_level():
        results = [result for result in report.results if result.case.level == level]
        if results:
            suite = ElementTree.SubElement(root, "testsuite", _counts(results), name=level)
            for result in results:
                _add(suite, result)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _counts(results: Iterable[Result]) -> dict[str, str]:
    every = list(results)
    failed = [result for result in every if result.verdict is Verdict.FAIL]
    errors = sum(bool(result.fault) for result in failed)
    return {
        "tests": str(len(every)),
        "failures": str(len(failed) - errors),
        "errors": str(errors),
        "skipped": str(sum(result.verdict is Verdict.SKIPPED for result in every)),
        "time": f"{sum(result.seconds for result in every):.3f}",
    }


def _add(suite: ElementTree.Element, result: Result) -> None:
    case = result.case
    said = {"classname": f"calltape.{case.level}", "name": case.name, "time": f"{result.seconds:.3f}"}
    element = ElementTree.SubElement(suite, "testcase", said)
    told = result_document(result)
    line = f"step {told['step']} ({told['says']}): expected {told['expected']}; came {told['got']}"
    if result.verdict is Verdict.SKIPPED:
        needs = ", ".join(sorted(case.levels))
        ElementTree.SubElement(element, "skipped", message=f"asks for {needs}, which are not all claimed")
    elif result.verdict is Verdict.FAIL:
        kind = "error" if result.fault else "failure"
        message = _clean(result.fault or line)
        fault = ElementTree.SubElement(element, kind, type=result.verdict.value, message=message)
        fault.text = _clean(
            f"{line}\nrule: {', '.join(case.rule)}\nsource: {case.source}\nbecause: {case.because}"
        )
    elif result.verdict in _TOLD:
        ElementTree.SubElement(element, "system-out").text = _clean(f"{result.verdict.value}: {line}")
    if result.complaints:
        ElementTree.SubElement(element, "system-err").text = _clean(result.complaints)


def _clean(text: str) -> str:
    """`text` with nothing in it that XML cannot hold."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
