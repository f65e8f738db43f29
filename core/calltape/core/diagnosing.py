"""Diagnosing one leg: a fold over what its endpoint reports and measures, and how it stands in the call.

Which diagnostics there are, and what raises and clears each, is data (`diagnostics.toml`); the rules that
read samples are in `diagnosing_rules.py`. A value that has changed, and lasted as long as its row asks, is a
fact: `diagnostic.changed`, recorded beside the samples and kept when those are pruned.
"""

from collections.abc import Iterator

from calltape.core.diagnosing_rules import BY_SILENCE, RULED
from calltape.core.diagnosis import Change, Diagnosis, Finding, Lasting, Standing
from calltape.core.diagnostic_rows import DIAGNOSTICS, VALUES, DiagnosticRow, DiagnosticValue
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


def falls_due(diagnosis: Diagnosis, limits: Limits = LIMITS, *, is_measured: bool) -> Instant | None:
    """When something changes though nothing more is seen of the leg; None while nothing does.

    Args:
        diagnosis: what is known of the leg.
        limits: the numbers to go by.
        is_measured: whether media of the call is measured.
    """
    return min(_moments(diagnosis, limits, is_measured=is_measured), default=None)


def _moments(diagnosis: Diagnosis, limits: Limits, *, is_measured: bool) -> Iterator[Instant]:
    for row, at_of, value in _BY_SILENCE:
        is_so = diagnosis.values.get(row.name, row.fine) is value and row.name not in diagnosis.lasting
        if not is_so and is_measured and (at := at_of(diagnosis, limits)) is not None:
            yield at
    for name, lasting in diagnosis.lasting.items():
        row = DIAGNOSTICS[name]
        if not row.rule:  # what a rule found must be found again
            yield later(lasting.since, _wait_s(row, diagnosis.said[name], limits))


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
    lasting = _note_lasting(diagnosis, row, found.value, at)
    if lasting is None:
        return False
    if not found.at_once and later(lasting.since, _wait_s(row, found.value, limits)) > at:
        return False
    recall_value(diagnosis, row, found.value)
    return True


def _note_lasting(
    diagnosis: Diagnosis, row: DiagnosticRow, value: DiagnosticValue, at: Instant
) -> Lasting | None:
    """Since when `value`, found at `at`, is another than what the diagnostic says; None if it is not."""
    order = VALUES[row.kind]
    now, then = order.index(value), order.index(diagnosis.values.get(row.name, row.fine))
    if now == then:
        diagnosis.lasting.pop(row.name, None)
        return None
    lasting = diagnosis.lasting.get(row.name)
    if lasting is None or lasting.is_worse is not (now > then):
        lasting = diagnosis.lasting[row.name] = Lasting(now > then, at)
    return lasting


def _wait_s(row: DiagnosticRow, value: DiagnosticValue, limits: Limits) -> float:
    """How long a value must last before it counts."""
    limit = row.after.get(value)
    wait_s: float = 0 if limit is None else getattr(limits, limit)
    return wait_s


_BY_SILENCE = tuple((row, *BY_SILENCE[row.rule]) for row, _ in RULED if row.rule in BY_SILENCE)


# ── after a restart ──


def recall_condition(diagnosis: Diagnosis, condition: Condition, at: Instant) -> None:
    """An endpoint reported a condition at `at`, before the process that kept the diagnosis began.

    What it said of the path is forgotten: that died with the process before.
    """
    for row in DIAGNOSTICS.values():
        if condition in row.on and not row.rule:
            value = diagnosis.said[row.name] = row.on[condition]
            _note_lasting(diagnosis, row, value, at)


def recall_value(diagnosis: Diagnosis, row: DiagnosticRow, value: DiagnosticValue) -> None:
    """A diagnostic was recorded to have another value."""
    diagnosis.values[row.name] = value
    diagnosis.lasting.pop(row.name, None)
