"""Runs cases: asks an implementation, judges what it answers, and adds up the verdicts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from time import monotonic
from typing import Any, Protocol

import attrs

from calltape.conformance.case_form import Case
from calltape.conformance.case_judging import Finding, Verdict, judge
from calltape.conformance.case_looks import LOOKS, States
from calltape.conformance.case_messages import (
    BadAnswer,
    Implementation,
    Message,
    Questions,
    begin,
    end,
    hello,
    read_answer,
    read_done,
    read_hello,
)
from calltape.conformance.case_program import Program
from calltape.conformance.scenario_stage import Step
from calltape.core import BadInput, claimed_levels


class Asked(Protocol):
    """Whatever can be asked: a program, or something in this process."""

    def ask(self, message: Message) -> Message:
        """The answer to one message.

        Raises:
            BadAnswer: there is none; it must not be asked again.
        """
        ...


@attrs.frozen(kw_only=True)
class Judged:
    """One step of a case, and what was found of it."""

    number: int
    """Counted from 1, the steps of the opening included."""

    step: Step
    is_opening: bool
    findings: tuple[Finding, ...] = ()

    @property
    def says(self) -> str:
        """The step in a line."""
        return line_of(self.step)


@attrs.frozen(kw_only=True)
class Result:
    """What one case came to."""

    case: Case
    verdict: Verdict
    steps: tuple[Judged, ...] = ()
    """The steps that were played."""

    fault: str = ""
    """Why the case could not be played to its end, as a sentence; empty where it was."""

    complaints: str = ""
    """What the program said on its standard error, where the case was not passed."""

    seconds: float = 0.0
    """How long it took."""

    @property
    def worst(self) -> tuple[Judged, Finding] | None:
        """The first finding that made the verdict; None where nothing was found."""
        found = [(step, each) for step in self.steps for each in step.findings]
        return next((pair for pair in found if pair[1].is_failure), found[0] if found else None)


@attrs.frozen(kw_only=True)
class Report:
    """What an implementation came to."""

    implementation: Implementation
    results: tuple[Result, ...]

    def count(self, verdict: Verdict) -> int:
        """How many cases came to `verdict`."""
        return sum(result.verdict is verdict for result in self.results)

    @property
    def asked(self) -> int:
        """How many cases were not skipped."""
        return len(self.results) - self.count(Verdict.SKIPPED)

    @property
    def is_ok(self) -> bool:
        """Whether no case failed."""
        return self.count(Verdict.FAIL) == 0


def run_cases(
    cases: Iterable[Case],
    command: Sequence[str],
    *,
    timeout_s: float = 10.0,
    advance: Callable[[Result], None] = lambda _: None,
) -> Report:
    """Start `command`, and ask it every one of `cases` that it claims the levels of.

    Args:
        cases: what to ask.
        command: the program and its arguments.
        timeout_s: how long it may take for each answer.
        advance: is told each result as it comes.

    Raises:
        BadInput: the program cannot be started, does not greet as the protocol says, or claims a level that
            does not exist.
    """
    desk = _Desk(command, timeout_s)
    try:
        implementation = desk.greet()
        claims = frozenset(level.name for level in claimed_levels(implementation.levels))
        results: list[Result] = []
        for case in cases:
            began = monotonic()
            result = desk.play(case) if case.levels <= claims else Result(case=case, verdict=Verdict.SKIPPED)
            result = attrs.evolve(result, seconds=monotonic() - began)
            results.append(result)
            advance(result)
        return Report(implementation=implementation, results=tuple(results))
    finally:
        desk.close()


class _Desk:
    """Keeps a program that answers: one that failed to is ended, and the next case starts another."""

    def __init__(self, command: Sequence[str], timeout_s: float) -> None:
        self._command, self._timeout_s = command, timeout_s
        self._program: Program | None = None
        self._lost = ""
        """Why the program cannot be started any more."""

    def greet(self) -> Implementation:
        """Start the program and greet it."""
        program = Program(self._command, self._timeout_s)
        self._program = program
        try:
            return read_hello(program.ask(hello()))
        except BadAnswer as bad:
            self.close()
            said = _last_line(program.complaints)
            raise BadInput(f"{self._command[0]} {bad}{f' (it says: {said})' if said else ''}") from bad

    def play(self, case: Case) -> Result:
        """Ask one case."""
        if self._program is None and not self._lost:
            try:
                self.greet()
            except BadInput as gone:
                self._lost = f"it could not be started again: {gone}"
        if self._program is None:
            return Result(case=case, verdict=Verdict.FAIL, fault=self._lost)
        program = self._program
        result = play(case, program)
        if result.fault:
            self.close()
        if result.verdict in {Verdict.PASS, Verdict.SKIPPED}:
            return result
        return attrs.evolve(result, complaints=program.complaints)

    def close(self) -> None:
        """End the program, if there is one."""
        if self._program is not None:
            self._program.close()
            self._program = None


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip()[:200] if lines else ""


def play(case: Case, asked: Asked) -> Result:
    """Ask one case and judge it. The first step that fails is the last one played.

    Raises:
        BadSpec: the case itself cannot be understood.
    """
    steps: list[Judged] = []
    opening = len(case.opening.steps) if case.opening else 0
    try:
        read_done(asked.ask(begin(case)), "ready")
        questions, before = Questions(case), dict[str, States]()
        for number, step in enumerate(case.every_step, 1):
            call = step.get("call", "call-1")
            steps.append(Judged(number=number, step=step, is_opening=number <= opening))
            answers = [read_answer(asked.ask(message)) for message in questions.of(step)]
            findings = judge(step, answers, before.get(call))
            steps[-1] = attrs.evolve(steps[-1], findings=findings)
            before[call] = answers[-1].states
            if any(each.is_failure for each in findings):
                break
        read_done(asked.ask(end()), "ended")
    except BadAnswer as bad:
        return Result(case=case, verdict=Verdict.FAIL, steps=tuple(steps), fault=f"the program {bad}")
    return Result(case=case, verdict=_verdict(case, steps), steps=tuple(steps))


def _verdict(case: Case, steps: Iterable[Judged]) -> Verdict:
    findings = [finding for step in steps for finding in step.findings]
    if not findings:
        return Verdict.PASS
    if case.is_informational:
        return Verdict.INFORMATIONAL
    return Verdict.FAIL if any(finding.is_failure for finding in findings) else Verdict.NON_STRICT


def line_of(step: Step) -> str:
    """What a step does, in a line."""
    if "silence_until" in step:
        return f"silence until {step['silence_until']} s"
    at = f" at {step['at']} s" if "at" in step else ""
    who = f" by {step['who']}" if "who" in step else ""
    times = f", {step['times']} times" if "times" in step else ""
    return f"{step['do']}{who}{at}{times}"


def expectations(step: Step) -> Mapping[str, Any]:
    """What a step says is to be seen."""
    return {key: step[key] for key in ("refused", "emits", "unchanged", *LOOKS) if key in step}
