"""Cases: what any implementation is asked and must show, written by hand as data (`specs/cases/*.toml`).

A case is a scenario for strangers: it looks only at what an implementation can show from outside, the events
it tells and the states of each participant. `docs/how-to/write-a-case.md` is the page for who writes one.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import attrs

from calltape.conformance.case_checks import require_rule, require_step, require_time
from calltape.conformance.scenario_stage import Step
from calltape.core import BadSpec, every_level, level_of

_OPENINGS = "openings.toml"


@attrs.frozen(kw_only=True)
class Opening:
    """How a case begins, under a name that many cases share."""

    name: str
    says: str
    """Where everybody is when it is over."""

    steps: tuple[Step, ...]


@attrs.frozen(kw_only=True)
class Case:
    """One expectation of any implementation, with its reason."""

    name: str
    level: str
    rule: tuple[str, ...]
    """What it rests on: `call/C12` (a row or a law of a lifecycle), `limit/reconnect_s`, `code/487/10004`."""

    source: str
    because: str
    """The rule in a sentence, or the fault that real products had."""

    is_informational: bool
    """Whether it rests on a choice of ours, so that another answer is no mistake."""

    opening: Opening | None
    steps: tuple[Step, ...]
    """Its own steps, which follow those of the opening."""

    limits: Mapping[str, float]
    """Limits that are other than usual."""

    file: str

    @property
    def every_step(self) -> tuple[Step, ...]:
        """The steps of the opening, and its own."""
        return (*(self.opening.steps if self.opening else ()), *self.steps)

    @property
    def levels(self) -> frozenset[str]:
        """The levels that one must claim to be asked: its own, and those of every command in it."""
        return frozenset((self.level, *(name for step in self.every_step for name in _levels_of(step))))


def _levels_of(step: Step) -> Iterator[str]:
    if "do" in step:
        yield level_of(step["do"]).name
        given: Mapping[str, Any] = step.get("with", {})
        people = (step.get("who"), given.get("target"), *given.get("callees", ()))
        if any(str(who).endswith("phone") for who in people):
            yield "telephones"
        if len(given.get("callees", ())) > 1:
            yield "groups"
        if "endpoint" in given and not str(given["endpoint"]).endswith("/desk"):
            yield "endpoints"


@cache
def load_cases() -> tuple[Case, ...]:
    """Every case of the specs, file by file.

    Raises:
        BadSpec: a file is malformed, or two cases have one name; the sentence names the file and the case.
    """
    folder = files("calltape.specs").joinpath("cases")
    texts = {f.name: f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".toml")}
    openings = read_openings(texts.pop(_OPENINGS))
    found = [case for name in sorted(texts) for case in read_cases(texts[name], name, openings)]
    names = [case.name for case in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        where = " and ".join(case.file for case in found if case.name == twice[0])
        raise BadSpec(f"two cases are called {twice[0]!r}, in {where}; rename one")
    return tuple(found)


@cache
def load_openings() -> Mapping[str, Opening]:
    """Every opening of the specs by name.

    Raises:
        BadSpec: the file is malformed.
    """
    return read_openings(files("calltape.specs").joinpath("cases").joinpath(_OPENINGS).read_text("utf-8"))


def read_openings(text: str) -> Mapping[str, Opening]:
    """The openings of a file given as TOML text; one may go on from another that stands before it.

    Raises:
        BadSpec: the file is malformed.
    """
    found: dict[str, Opening] = {}
    try:
        for each in _parsed(text, _OPENINGS)["opening"]:
            name = each["name"]
            before = found[each["from"]].steps if "from" in each else ()
            if name in found:
                raise BadSpec(f"{_OPENINGS}: two openings are called {name!r}; rename one")
            steps = (*before, *each["steps"])
            _require_steps(steps, f"{_OPENINGS}: the opening {name!r}")
            found[name] = Opening(name=name, says=each["says"], steps=steps)
    except (KeyError, TypeError, AttributeError) as broken:
        raise BadSpec(f"{_OPENINGS} is malformed at {broken}; see schemas/case.schema.json") from broken
    return found


def read_cases(text: str, where: str, openings: Mapping[str, Opening]) -> Iterator[Case]:
    """The cases of one file.

    Raises:
        BadSpec: see `load_cases`.
    """
    name = "the first case"
    try:
        for each in _parsed(text, where)["case"]:
            name = repr(each["name"])
            yield _case(each, where, openings)
    except (KeyError, TypeError, AttributeError) as broken:
        raise BadSpec(f"{where}: {name} is malformed at {broken}; see schemas/case.schema.json") from broken


def _parsed(text: str, where: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise BadSpec(f"{where} is not TOML: {broken}; mend that line") from broken


def _case(each: Mapping[str, Any], where: str, openings: Mapping[str, Opening]) -> Case:
    place = f"{where}: the case {each['name']!r}"
    if each["level"] not in every_level():
        raise BadSpec(f"{place} is of no level: {each['level']!r}; there are {', '.join(every_level())}")
    opening = each.get("opening")
    if opening is not None and opening not in openings:
        raise BadSpec(
            f"{place} begins with {opening!r}, which is no opening; there are {', '.join(openings)}"
        )
    verdict = each.get("verdict", "strict")
    if verdict not in {"strict", "informational"}:
        raise BadSpec(f"{place} has the verdict {verdict!r}; write strict or informational")
    for rule in each["rule"]:
        require_rule(rule, place)
    case = Case(
        name=each["name"],
        level=each["level"],
        rule=tuple(each["rule"]),
        source=each["source"],
        because=each["because"],
        is_informational=verdict == "informational",
        opening=None if opening is None else openings[opening],
        steps=tuple(each["steps"]),
        limits=each.get("limits", {}),
        file=where,
    )
    _require_steps(case.every_step, place)
    return case


def _require_steps(steps: Iterable[Step], place: str) -> None:
    now_s = 0.0
    for number, step in enumerate(steps, 1):
        here = f"{place}, step {number}"
        now_s = require_time(step, now_s, here)
        require_step(step, here)
