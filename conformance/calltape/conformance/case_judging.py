"""What an answer is worth: the judging rule of `docs/reference/conformance-protocol.md`, exactly."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, cast

import attrs

from calltape.conformance.case_looks import LOOKS, NAMES, States, seen
from calltape.conformance.case_messages import Answer, Told
from calltape.conformance.scenario_stage import START, Step
from calltape.core import EVENTS, SECOND


class Verdict(StrEnum):
    """What a case came to."""

    PASS = "PASS"
    """Events, states and refusals are exactly those of the case."""

    NON_STRICT = "NON-STRICT"
    """The states are right, and something is told otherwise."""

    FAIL = "FAIL"
    INFORMATIONAL = "INFORMATIONAL"
    """It is done otherwise, and the case rests on a choice."""

    SKIPPED = "SKIPPED"
    """The implementation does not claim what the case asks."""


@attrs.frozen(kw_only=True)
class Finding:
    """One thing that was not as a step says."""

    is_failure: bool
    """Whether it makes the case fail; otherwise it is only told otherwise."""

    what: str
    expected: str
    got: str


def judge(step: Step, answers: Sequence[Answer], before: States | None) -> tuple[Finding, ...]:
    """What is not as `step` says in the answers to it; `before` is what was shown before, if anything was."""
    last = answers[-1]
    if "refused" in step:
        return (*_refusal(step["refused"], last, before), *_states(step, last.states))
    if refused := next((answer for answer in answers if answer.refusal is not None), None):
        return (_refused_instead(step, refused, before),)
    told = [event for answer in answers for event in answer.events]
    found = [*_states(step, last.states), *_unchanged(step, last.states, before)]
    if "emits" in step:
        is_shown = any(look in step for look in LOOKS) and last.states != before
        found += _events(step["emits"], told, is_shown=is_shown)
    return tuple(found)


def _refusal(wanted: Mapping[str, str], answer: Answer, before: States | None) -> Iterator[Finding]:
    expected = f"refused by {wanted['lifecycle']} in {wanted['state']}"
    changed = before is not None and answer.states != before
    if answer.refusal is None:
        is_ignored = not answer.events and not changed
        got = "it was ignored" if is_ignored else f"it was done: {_names(answer.events)}"
        yield Finding(is_failure=not is_ignored, what="the refusal", expected=expected, got=got)
    elif changed:
        got = "refused, and yet the states changed"
        yield Finding(
            is_failure=True, what="the refusal", expected=f"{expected}, and nothing changed", got=got
        )
    elif dict(answer.refusal) != {key: wanted[key] for key in ("lifecycle", "state")}:
        got = f"refused by {answer.refusal['lifecycle']} in {answer.refusal['state']}"
        yield Finding(is_failure=False, what="the refusal", expected=expected, got=got)


def _refused_instead(step: Step, answer: Answer, before: States | None) -> Finding:
    """It was refused where it should not have been; mild where nothing was to happen, and nothing did."""
    refusal = cast("Mapping[str, str]", answer.refusal)
    unchanged = before is None or answer.states == before
    is_mild = step.get("emits") == [] and unchanged and not tuple(_states(step, answer.states))
    return Finding(
        is_failure=not is_mild,
        what="the command",
        expected="accepted, and nothing to do" if step.get("emits") == [] else "accepted",
        got=f"refused by {refusal['lifecycle']} in {refusal['state']}",
    )


def _states(step: Step, states: States) -> Iterator[Finding]:
    for look in LOOKS:
        if look in step:
            found = seen(states, look, step[look])
            wrong = {key: value for key, value in step[look].items() if found[key] != value}
            if wrong:
                got = {key: found[key] for key in wrong}
                yield Finding(is_failure=True, what=look, expected=said(wrong), got=said(got))


def _unchanged(step: Step, states: States, before: States | None) -> Iterator[Finding]:
    if step.get("unchanged") and before is not None and states != before:
        yield Finding(is_failure=True, what="the states", expected="unchanged", got="changed")


def _events(wanted: Sequence[Any], told: Sequence[Told], *, is_shown: bool) -> Iterator[Finding]:
    """`is_shown`: whether the step looks at states and they changed, so that what is not told is yet done."""
    expected = [_wanted(each) for each in wanted]
    if len(expected) == len(told) and all(map(_fits, expected, told)):
        return
    left, missing = list(told), list[tuple[str, Mapping[str, Any]]]()
    for each in expected:
        match = next((event for event in left if _fits(each, event)), None)
        if match is None:
            missing.append(each)
        else:
            left.remove(match)
    names = said([_shown(each) for each in expected])
    for name, fields in missing:
        other = next((event for event in left if _is_about(name, fields, event)), None)
        if other is not None:
            left.remove(other)
            got = {key: _read(name, key, other.data.get(key)) for key in fields}
            yield Finding(is_failure=True, what=f"the event {name}", expected=said(fields), got=said(got))
            continue
        yield Finding(is_failure=not is_shown, what="the events", expected=names, got=_names(told))
        return
    if left or not missing:
        yield Finding(is_failure=False, what="the events", expected=names, got=_names(told))


def _wanted(written: Any) -> tuple[str, Mapping[str, Any]]:
    """An event as a case writes it: `"participant.left bob"`, or a table with the fields that matter."""
    if isinstance(written, str):
        name, _, who = written.partition(" ")
        return name, {"participant": who} if who else {}
    fields: Mapping[str, Any] = written
    return fields["event"], {key: value for key, value in fields.items() if key != "event"}


def _fits(wanted: tuple[str, Mapping[str, Any]], event: Told) -> bool:
    name, fields = wanted
    return event.name == name and all(
        _read(name, key, event.data.get(key)) == value for key, value in fields.items()
    )


def _is_about(name: str, fields: Mapping[str, Any], event: Told) -> bool:
    """Whether it is this event of this person, with other fields."""
    if event.name != name or not fields.keys() - {"participant"}:
        return False
    told = _read(name, "participant", event.data.get("participant"))
    return bool(fields.get("participant", told) == told)


def _read(event: str, field: str, value: object) -> object:
    """A field that was told, as a case writes it: people by name, moments in seconds, reasons as pairs."""
    fields = attrs.fields_dict(EVENTS[event])
    kind = str(fields[field].type) if field in fields else ""
    if isinstance(value, int) and "Instant" in kind:
        return (value - START) / SECOND
    if "EndReason" in kind:
        return _reason(value)
    if "RawId" in kind:
        return _named(value)
    return value


def _reason(value: object) -> object:
    """An end reason as a pair."""
    if not isinstance(value, Mapping):
        return value
    reason = cast("Mapping[str, object]", value)
    return pair_text(reason.get("code"), reason.get("subcode"))


def _named(value: object) -> object:
    """Raw ids as the cast is called."""
    if isinstance(value, str):
        return NAMES.get(value, value)
    if isinstance(value, Sequence):
        return [_named(each) for each in cast("Sequence[object]", value)]
    return value


def pair_text(code: object, subcode: object) -> str:
    """An end reason as cases write it: `487/10004`, `487/-`."""
    return f"{code}/{'-' if subcode is None else subcode}"


def _names(told: Sequence[Told]) -> str:
    return said([_shown((event.name, _who(event))) for event in told])


def _who(event: Told) -> Mapping[str, Any]:
    who = event.data.get("participant")
    return {"participant": NAMES.get(who, who)} if isinstance(who, str) else {}


def _shown(event: tuple[str, Mapping[str, Any]]) -> str:
    name, fields = event
    return " ".join((name, *(str(value) for value in fields.values())))


def said(value: object) -> str:
    """A value in a line for people."""
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return ", ".join(f"{key} {said(each) or 'nothing'}" for key, each in items)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(said, cast("Sequence[object]", value))) or "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)
