"""A run of cases as files: JUnit XML and a page, whatever the program says."""

import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from attrs import evolve

from calltape.conformance import case_page
from calltape.conformance.case_form import load_cases
from calltape.conformance.case_judging import Verdict
from calltape.conformance.case_junit import junit_of
from calltape.conformance.case_page import page_of
from calltape.conformance.case_run import Report, run_cases
from calltape.core import BadInput

pytestmark = pytest.mark.example

NAIVE = Path(__file__).parents[2] / "examples" / "conformance" / "naive_client.py"


@cache
def report() -> Report:
    """The naive client's: every verdict is in it, and one case could not be played to its end."""
    chosen = [case for case in load_cases() if case.file in {"calls.toml", "endpoints.toml", "hold.toml"}]
    found = run_cases(chosen, [sys.executable, str(NAIVE)], timeout_s=60.0)
    first, *rest = found.results
    broken = evolve(
        first, verdict=Verdict.FAIL, fault="the program <ends> & says \x00", complaints="\x1b[31mno\x07 <b>"
    )
    mild = next(number for number, result in enumerate(rest) if result.verdict is Verdict.PASS)
    rest[mild] = evolve(rest[mild], verdict=Verdict.NON_STRICT)
    return evolve(found, results=(broken, *rest))


def test_junit_counts_what_it_holds() -> None:
    root = ElementTree.fromstring(junit_of(report()))
    cases = list(root.iter("testcase"))
    assert len(cases) == len(report().results) == int(root.attrib["tests"])
    assert [suite.get("name") for suite in root] == ["calls", "endpoints", "hold"]
    for kind, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert len(list(root.iter(kind))) == int(root.attrib[attribute]) > 0
        assert sum(int(suite.attrib[attribute]) for suite in root) == int(root.attrib[attribute])
    (said,) = (out.text for out in root.iter("system-out") if out.text and out.text.startswith("NON-STRICT"))
    assert "expected" in said


def test_junit_holds_whatever_a_program_says() -> None:
    root = ElementTree.fromstring(junit_of(report()))
    (error,) = root.iter("error")
    assert error.attrib["message"] == "the program <ends> & says \N{REPLACEMENT CHARACTER}"
    complaint = next(root.iter("system-err")).text
    assert complaint == "\N{REPLACEMENT CHARACTER}[31mno\N{REPLACEMENT CHARACTER} <b>"


class Reader(HTMLParser):
    """What a page holds."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.verdicts: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag not in {"meta", "input", "br"}:
            self.open.append(tag)
        if tag == "details":
            self.verdicts.append(said["data-verdict"] or "")
        self.loads += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_has_every_case_and_loads_nothing() -> None:
    text = page_of(report())
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    assert reader.loads == []
    assert sorted(reader.verdicts) == sorted(result.verdict.value for result in report().results)
    assert reader.verdicts[0] == "FAIL"
    for case in load_cases():
        if case.file == "hold.toml":
            assert case.name.replace("'", "&#39;") in text


def test_the_page_shows_whatever_a_program_says_as_text() -> None:
    text = page_of(report())
    assert "the program &lt;ends&gt; &amp; says" in text
    assert "no\x07 &lt;b&gt;" in text


def test_a_page_without_what_renders_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_page, "find_spec", dict[str, object]().get)
    with pytest.raises(BadInput, match="pip install 'calltape\\[testing\\]'"):
        page_of(report())
