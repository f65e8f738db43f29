"""`diagnostics`: what was wrong with each participant's network and devices, one row a participant of a call.

The facts are recorded when they become so, beside the samples that they were read off: none is needed here.
"""

import attrs

from calltape.core import (
    DIAGNOSTICS,
    CallId,
    DiagnosticChanged,
    DiagnosticValue,
    Instant,
    RawId,
    Recorded,
    RemoteDiagnosticSent,
    RemoteDiagnosticsSwitched,
)

from .projection import Projection

HISTORY_KEPT = 1_000
"""Changes of one participant that are remembered, the newest: a line may flicker for 30 hours."""


@attrs.frozen(kw_only=True)
class DiagnosticRecord:
    """One change of one diagnostic."""

    at: Instant
    diagnostic: str
    value: DiagnosticValue


@attrs.define(kw_only=True)
class ParticipantDiagnostics:
    """One participant's diagnostics."""

    call_id: CallId | None = None
    participant: RawId | None = None
    values: dict[str, DiagnosticValue] = attrs.Factory(dict[str, DiagnosticValue])
    """What each diagnostic says now; those that were never raised are not here."""

    changes: int = 0
    """How often any of them changed."""

    history: list[DiagnosticRecord] = attrs.Factory(list[DiagnosticRecord])
    """The changes, the newest last."""

    is_sending: bool = False
    """Whether the others are told of them."""

    told: dict[str, DiagnosticValue] = attrs.Factory(dict[str, DiagnosticValue])
    """What the others were told last of each."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong now, by name."""
        return tuple(name for name, value in self.values.items() if value.is_problem)


def _key(recorded: Recorded) -> str | None:
    fact = recorded.event
    if isinstance(fact, DiagnosticChanged | RemoteDiagnosticsSwitched | RemoteDiagnosticSent):
        return f"{fact.call_id}/{fact.participant}"
    return None


def _fold(row: ParticipantDiagnostics, recorded: Recorded) -> ParticipantDiagnostics:
    match fact := recorded.event:
        case DiagnosticChanged():
            row.values[fact.diagnostic] = fact.value
            row.changes += 1
            row.history.append(DiagnosticRecord(at=recorded.at, diagnostic=fact.diagnostic, value=fact.value))
            del row.history[:-HISTORY_KEPT]
        case RemoteDiagnosticsSwitched():
            row.is_sending = fact.is_sending
        case RemoteDiagnosticSent():
            row.told[fact.diagnostic] = fact.value
        case _:
            return row
    row.call_id, row.participant = fact.call_id, fact.participant
    return row


def group_of(diagnostic: str) -> str:
    """Where the SDK lists a diagnostic: network, media, remote; ours, rosters. Empty for one nobody knows."""
    row = DIAGNOSTICS.get(diagnostic)
    return "" if row is None else row.group.value


DIAGNOSED = Projection(
    name="diagnostics",
    key=_key,
    initial=ParticipantDiagnostics,
    fold=_fold,
    row_type=ParticipantDiagnostics,
)
