"""Whether a case can be understood at all: found when its file is read, before anybody is asked."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import attrs

from calltape.conformance.case_looks import LOOKS, OF_THE_CALL
from calltape.conformance.scenario_stage import CAST, Step
from calltape.core import (
    COMMANDS,
    EVENTS,
    LIFECYCLES,
    LIMITS,
    REGISTRY,
    BadSpec,
    CallState,
    OfferState,
    ParticipantState,
    every_limit,
)

_STATES: Mapping[str, type[StrEnum]] = {"legs": CallState, "roster": ParticipantState, "offers": OfferState}
_DOING = frozenset({"call", "at", "do", "who", "with", "id", "times", "silence_until"})
_SEEN = frozenset({"refused", "emits", "unchanged", *LOOKS})


def require_rule(rule: str, place: str) -> None:
    """Raise BadSpec unless there is such a rule."""
    if not rule_says(rule):
        raise BadSpec(
            f"{place} rests on {rule!r}, which is no rule: write lifecycle/row, lifecycle/law, "
            "limit/name or code/code/subcode"
        )


def rule_says(rule: str) -> str:
    """What a rule says, in a line; empty where there is no such rule."""
    book, _, name = rule.partition("/")
    if book == "limit":
        limit = every_limit().get(name)
        if limit is not None:
            return f"{limit.value} {limit.unit}: {limit.source}"
        return f"{name} of our own" if name in {each.name for each in attrs.fields(type(LIMITS))} else ""
    if book == "code":
        code, _, subcode = name.partition("/")
        return (
            REGISTRY.meaning(int(code), None if subcode in {"", "-"} else int(subcode))
            if code.isdecimal()
            else ""
        )
    if book not in LIFECYCLES:
        return ""
    life = LIFECYCLES[book]
    for law in life.laws:
        if law.name == name:
            return law.says
    steps = [
        f"{row.source} on {row.on or 'what another does'}: {row.emits}, to {row.target}"
        for row in life.rows
        if row.row == name
    ]
    return "; ".join(steps[:3]) + (" …" if len(steps) > 3 else "")


def require_time(step: Step, now_s: float, place: str) -> float:
    """When the step is; raise BadSpec where that is before the one before it."""
    until: float = step.get("silence_until", step.get("at", now_s))
    if until < now_s:
        raise BadSpec(f"{place} is at {until} s, and {now_s} s have passed already; time does not go back")
    return until


def require_step(step: Step, place: str) -> None:
    """Raise BadSpec unless the step can be understood."""
    if unknown := step.keys() - _DOING - _SEEN:
        raise BadSpec(f"{place} has {min(unknown)!r}, which no case may say; see docs/how-to/write-a-case.md")
    if ("do" in step) == ("silence_until" in step):
        raise BadSpec(f"{place} must have either do or silence_until")
    _require_command(step, place)
    if "refused" in step and step.keys() & {"emits", "unchanged", "times"}:
        raise BadSpec(f"{place} is refused: that is all there is to say of its events and states")
    for wanted in step.get("emits", ()):
        _require_event(wanted, place)
    for look in LOOKS:
        if look in step:
            _require_look(look, step[look], place)


def _require_command(step: Step, place: str) -> None:
    name = step.get("do")
    if name is not None and (name not in COMMANDS or name == "Expire"):
        instead = "; say silence_until instead" if name == "Expire" else ""
        raise BadSpec(f"{place}: no implementation can be given {name!r}{instead}")
    if "who" in step:
        require_people([step["who"]], place)
    if "refused" in step and step["refused"].keys() - {"lifecycle", "state"}:
        raise BadSpec(f"{place}: a refusal says lifecycle and state, and nothing more is judged")


def _require_event(wanted: Any, place: str) -> None:
    name = wanted.split()[0] if isinstance(wanted, str) else wanted["event"]
    kind = EVENTS.get(name)
    if kind is None:
        raise BadSpec(f"{place}: there is no event {name!r}")
    if isinstance(wanted, str):
        require_people(wanted.split()[1:], place)
        return
    if unknown := wanted.keys() - {"event"} - {field.name for field in attrs.fields(kind)}:
        raise BadSpec(f"{place}: {name} has no field {min(unknown)!r}")


def _require_look(look: str, wanted: Mapping[str, Any], place: str) -> None:
    if look not in OF_THE_CALL:
        require_people((name.split("/")[0] for name in wanted), place)
    states = _STATES.get(look)
    if states is None:
        return
    if strangers := sorted(set(wanted.values()) - set(states)):
        raise BadSpec(f"{place}: {look} knows no state {strangers[0]!r}; there are {', '.join(states)}")


def require_people(names: Iterable[str], place: str) -> None:
    """Raise BadSpec where somebody is not of the cast; one of many guests is guest-2."""
    for name in names:
        who, _, number = name.partition("-")
        if who not in CAST or (number and not (who == "guest" and number.isdecimal())):
            raise BadSpec(f"{place}: nobody is called {name!r}; the cast is {', '.join(CAST)}")
