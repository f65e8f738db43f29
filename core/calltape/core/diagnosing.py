"""Diagnosing one leg: a fold over what its endpoint reports and measures, and how it stands in the call.

Which diagnostics there are, and what raises and clears each, is data (`diagnostics.toml`); the rules that
read samples are in `diagnosing_rules.py`. A value that has changed, and lasted as long as its row asks, is a
fact: `diagnostic.changed`, recorded beside the samples and kept when those are pruned.
"""

from collections.abc import Iterator

from calltape.core.diagnosing_rules import RULED
from calltape.core.diagnosis import Change, Diagnosis, Finding, Lasting, Standing
from calltape.core.diagnostic_rows import DIAGNOSTICS, VALUES, DiagnosticRow
from calltape.core.limits import LIMITS, Limits
from calltape.core.media import Condition, MediaSampled, MediaStatesObserved
from calltape.core.values import Instant, later


def note_condition(diagnosis: Diagnosis, condition: Condition) -> None:
    """An endpoint reports a condition of its network or of a device."""
    for row in DIAGNOSTICS.values():
        if condition in row.on:
            diagnosis.said[row.name] = row.on[condition]


def note_states(diagnosis: Diagnosis, seen: MediaStatesObserved) -> None:
    """A path has other states; one that is closed in order counts no more."""
    state = "failed" if "failed" in (seen.ice, seen.dtls, seen.connection) else seen.connection
    if state == "closed":
        diagnosis.links.pop(seen.peer, None)
    else:
        diagnosis.links[seen.peer] = state


def note_sample(diagnosis: Diagnosis, sample: MediaSampled, at: Instant) -> None:
    """The leg was measured."""
    if any(each.direction == "send" and each.packets_per_second for each in sample.streams):
        diagnosis.flowed_at = at


def look(
    diagnosis: Diagnosis,
    standing: Standing,
    at: Instant,
    sample: MediaSampled | None = None,
    limits: Limits = LIMITS,
) -> tuple[Change, ...]:
    """What changes now that time has come to `at`.

    Args:
        diagnosis: what is known of the leg; changed in place.
        standing: how the leg stands in the call.
        at: now.
        sample: what was measured just now, when that is why one looks.
        limits: the numbers to go by.
    """
    if not standing.must_flow:
        diagnosis.due_since = None
    elif diagnosis.due_since is None:
        diagnosis.due_since = at
    return tuple(_changes(diagnosis, standing, at, sample, limits))


def _changes(
    diagnosis: Diagnosis, standing: Standing, at: Instant, sample: MediaSampled | None, limits: Limits
) -> Iterator[Change]:
    findings = [(row, rule(diagnosis, standing, at, sample, limits)) for row, rule in RULED]
    findings += [
        (row, Finding(value)) for name, value in diagnosis.said.items() if not (row := DIAGNOSTICS[name]).rule
    ]
    for row, found in findings:
        if found is not None and _settles(diagnosis, row, found, at, limits):
            yield Change(row, found.value)


def _settles(diagnosis: Diagnosis, row: DiagnosticRow, found: Finding, at: Instant, limits: Limits) -> bool:
    """Whether what is found counts from now on; then it is the diagnostic's value."""
    order = VALUES[row.kind]
    now, then = order.index(found.value), order.index(diagnosis.values.get(row.name, row.fine))
    if now == then:
        diagnosis.lasting.pop(row.name, None)
        return False
    lasting = diagnosis.lasting.get(row.name)
    if lasting is None or lasting.is_worse is not (now > then):
        lasting = Lasting(now > then, at)
    limit = row.after.get(found.value)
    wait_s = 0 if found.at_once or limit is None else getattr(limits, limit)
    if later(lasting.since, wait_s) > at:
        diagnosis.lasting[row.name] = lasting
        return False
    diagnosis.lasting.pop(row.name, None)
    diagnosis.values[row.name] = found.value
    return True
