"""`calltape conform`: does any program, in any language, do what the cases of the specs ask?"""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from calltape.adapters.cli.options import json_option
from calltape.adapters.cli.printing import headline, print_json, progress, screen, table
from calltape.adapters.tape.files import write_whole
from calltape.core import BadInput, claimed_levels

if TYPE_CHECKING:
    from calltape.conformance.case_form import Case
    from calltape.conformance.case_run import Report, Result

FAILED = 1
"""The exit status when a case failed."""


@click.command()
@click.argument("command", metavar="-- CMD ARGS…", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--level", "levels", multiple=True, metavar="L", help="Ask only cases of this level; may be repeated."
)
@click.option("--case", "names", multiple=True, metavar="NAME", help="Ask only this case; may be repeated.")
@click.option("--list", "as_list", is_flag=True, help="List the cases, and ask nobody.")
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(0.01, 3600),
    default=10.0,
    show_default=True,
    help="Seconds for each answer.",
)
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write JUnit XML here.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page for a browser.")
@json_option
@click.pass_context
def conform(
    ctx: click.Context,
    command: Sequence[str],
    levels: Sequence[str],
    names: Sequence[str],
    as_list: bool,
    timeout_s: float,
    junit: Path | None,
    html: Path | None,
    as_json: bool,
) -> None:
    """Start the program CMD, ask it the cases of the levels that it claims, and judge its answers.

    The program reads JSON Lines on its standard input and answers on its standard output, as
    docs/reference/conformance-protocol.md says.

    Exit status: 0 when no case failed, 1 when one did, 2 when the program cannot be asked at all.
    """
    cases = chosen(levels, names)
    if as_list:
        _list(cases, as_json=as_json)
        return
    if not command:
        raise BadInput(
            "there is no program to ask; give its command after --, as in `calltape conform -- ./phone`"
        )
    _require_places(junit, html)
    report = _ask(cases, command, timeout_s)
    _write(report, junit, html)
    if as_json:
        print_json(document(report))
    else:
        _show(report)
    if not report.is_ok:
        ctx.exit(FAILED)


def chosen(levels: Sequence[str], names: Sequence[str]) -> "list[Case]":
    """The cases of these levels and names; all of them where there are none.

    Raises:
        BadInput: there is no such level, or no such case.
    """
    from calltape.conformance.case_form import load_cases

    every = load_cases()
    claimed_levels(levels)
    known = [case.name for case in every]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            instead = f"; did you mean {near[0]!r}?" if near else "; `calltape conform --list` lists them"
            raise BadInput(f"there is no case {name!r}{instead}")
    return [
        case for case in every if (not levels or case.level in levels) and (not names or case.name in names)
    ]


def _ask(cases: "list[Case]", command: Sequence[str], timeout_s: float) -> "Report":
    from calltape.conformance.case_run import run_cases

    with progress("asking") as bar:
        task = bar.add_task("asking", total=len(cases))
        report = run_cases(cases, command, timeout_s=timeout_s, advance=lambda _: bar.advance(task))
    if report.asked == 0:
        claims = ", ".join(report.implementation.levels) or "no level"
        raise BadInput(
            f"{report.implementation.name} claims {claims}, and none of these cases asks for that alone"
        )
    return report


def _require_places(*paths: Path | None) -> None:
    """Find before anybody is asked whether there is a folder for what is to be written."""
    for path in paths:
        if path is not None and not path.absolute().parent.is_dir():
            raise BadInput(
                f"{path} cannot be written: there is no folder {path.absolute().parent}; make it first"
            )


def _write(report: "Report", junit: Path | None, html: Path | None) -> None:
    """Write the files that were asked for, each whole."""
    from calltape.conformance.case_junit import junit_of
    from calltape.conformance.case_page import page_of

    if html is not None:
        write_whole(html, page_of(report).encode())
    if junit is not None:
        write_whole(junit, junit_of(report).encode())


def document(report: "Report") -> dict[str, Any]:
    """What `--json` prints."""
    from calltape.conformance.case_reports import report_document

    return report_document(report)


def _list(cases: "list[Case]", *, as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {
                    "name": case.name,
                    "level": case.level,
                    "needs": sorted(case.levels),
                    "because": case.because,
                }
                for case in cases
            ]
        )
        return
    table(
        screen(), "case", "level", "because", rows=[(case.name, case.level, case.because) for case in cases]
    )


def _show(report: "Report") -> None:
    from calltape.conformance.case_judging import Verdict
    from calltape.conformance.case_reports import counts_by_level

    out, who = screen(), report.implementation
    words = ", ".join(
        f"{report.count(verdict)} {word}"
        for verdict, word in (
            (Verdict.PASS, "passed"),
            (Verdict.FAIL, "failed"),
            (Verdict.NON_STRICT, "non-strict"),
            (Verdict.INFORMATIONAL, "informational"),
            (Verdict.SKIPPED, "skipped"),
        )
    )
    headline(out, "conforms" if report.is_ok else "does not conform", f"{who.name} {who.version}", words)
    out.print()
    rows = [
        (name, *(str(number) if number else "" for number in counts.values()))
        for name, counts in counts_by_level(report).items()
    ]
    table(out, "level", *(verdict.value for verdict in Verdict), rows=rows)
    for verdict in (Verdict.FAIL, Verdict.NON_STRICT, Verdict.INFORMATIONAL):
        found = [result for result in report.results if result.verdict is verdict]
        if found:
            out.print()
            table(out, verdict.value, "step", "expected", "came", "rule", "source", rows=map(_row, found))


def _row(result: "Result") -> tuple[str, ...]:
    from calltape.conformance.case_reports import result_document

    told = result_document(result)
    step = f"{told['step']}: {told['says']}" if told["step"] else ""
    return (
        result.case.name,
        step,
        told["expected"],
        told["got"],
        ", ".join(result.case.rule),
        result.case.source,
    )


@click.command("conform-client")
def conform_client() -> None:
    """Answer the cases with our own core: `calltape conform -- calltape conform-client`."""
    import json
    import sys

    from calltape.conformance.case_client import CoreClient

    client = CoreClient()
    for line in sys.stdin.buffer:
        try:
            message: dict[str, Any] = json.loads(line)
        except ValueError:
            message = {}
        sys.stdout.write(json.dumps(client.answer(message), separators=(",", ":")) + "\n")
        sys.stdout.flush()
