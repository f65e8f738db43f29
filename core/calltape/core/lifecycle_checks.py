"""What a lifecycle file must satisfy before anything is built from it."""

from collections import defaultdict
from collections.abc import Iterable

from calltape.core.errors import BadSpec
from calltape.core.lifecycle_parts import WHOSE, Parts, Row


def check(parts: Parts, code_states: set[str] | None, known_limits: Iterable[str] | None) -> None:
    """Raise BadSpec, naming the row, unless the table is complete and unambiguous."""
    if code_states is not None and set(parts.states) != code_states:
        raise BadSpec(
            f"{parts.name}: the file has the states {sorted(parts.states)}, the code {sorted(code_states)}"
        )
    _names(parts)
    _outcomes(parts)
    _endings(parts)
    _reachable(parts)
    if known_limits is not None:
        _limits(parts, set(known_limits))


def _names(parts: Parts) -> None:
    for state in (parts.initial, *parts.final):
        if state not in parts.states:
            raise BadSpec(f"{parts.name}: {state} is named as initial or final and is not among the states")
    for row in parts.rows:
        for state in (row.source, row.target):
            if state not in parts.states:
                raise BadSpec(f"{_at(parts, row)}: {state} is not among the states")
        if row.whose not in WHOSE:
            raise BadSpec(f"{_at(parts, row)}: whose = {row.whose!r} is none of {', '.join(WHOSE)}")
        if row.status not in {"documented", "inferred"}:
            raise BadSpec(f"{_at(parts, row)}: is = {row.status!r} is neither documented nor inferred")
        if row.whose != "self" and row.on:
            raise BadSpec(f"{_at(parts, row)}: only self rows take commands")


def _outcomes(parts: Parts) -> None:
    """One event leads to one state; one command to several events only if each says when."""
    leads: dict[tuple[str, str, str], str] = {}
    rows: dict[tuple[str, str, str | None, str], Row] = {}
    choices: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in parts.rows:
        target = leads.setdefault((row.source, row.emits, row.whose), row.target)
        if target != row.target:
            raise BadSpec(
                f"{_at(parts, row)}: {row.emits} leads from {row.source} both to {target} and {row.target}"
            )
        key = (row.source, row.whose, row.on, row.emits)
        if key in rows:
            raise BadSpec(f"{_at(parts, row)}: two rows say the same")
        rows[key] = row
        if row.on:
            choices[row.source, row.on].append(row)
    for several in choices.values():
        if len(several) > 1 and not all(row.when for row in several):
            raise BadSpec(
                f"{_at(parts, several[0])}: two outcomes for one command; say with `when` which is which"
            )


def _endings(parts: Parts) -> None:
    for row in parts.rows:
        if row.source in parts.final and (row.whose == "self" or row.target != row.source):
            raise BadSpec(f"{_at(parts, row)}: {row.source} is final; nothing may leave it")
    moving = {row.source for row in parts.rows if row.target != row.source}
    for state in parts.states:
        if state not in parts.final and state not in moving:
            raise BadSpec(f"{parts.name}: nothing leaves {state}, and it is not final")


def _reachable(parts: Parts) -> None:
    reached = {parts.initial}
    for _ in parts.states:
        reached |= {row.target for row in parts.rows if row.source in reached}
    if missing := [state for state in parts.states if state not in reached]:
        raise BadSpec(f"{parts.name}: nothing leads to {', '.join(missing)}")


def _limits(parts: Parts, known: set[str]) -> None:
    for name, state in parts.states.items():
        for deadline in state.expires:
            for limit in deadline.after:
                if limit not in known:
                    raise BadSpec(
                        f"{parts.name}: {name} expires after {limit}, which limits.toml does not have"
                    )
            if not any(row.source == name and row.on == deadline.on for row in parts.rows):
                # A lifecycle may leave the command to another one (an offer ends with its participant).
                if parts.name == "incoming_call":
                    continue
                raise BadSpec(f"{parts.name}: {name} expires with {deadline.on}, and has no row for it")


def _at(parts: Parts, row: Row) -> str:
    return f"{parts.name}, row {row.row} ({row.source} on {row.on or '-'} emits {row.emits})"
