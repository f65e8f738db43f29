"""What was wrong with whom, by hand."""

import pytest

from calltape.core import (
    SECOND,
    CallId,
    DiagnosticChanged,
    DiagnosticValue,
    Event,
    Instant,
    RawId,
    Recorded,
    RemoteDiagnosticSent,
    RemoteDiagnosticsSwitched,
)
from calltape.projections import View
from calltape.projections.diagnostics import DIAGNOSED, HISTORY_KEPT, ParticipantDiagnostics, group_of

pytestmark = pytest.mark.example

ALICE, CALL = RawId("8:acs:alice"), CallId("c")


def changed(diagnostic: str, value: DiagnosticValue) -> Event:
    return DiagnosticChanged(call_id=CALL, participant=ALICE, diagnostic=diagnostic, value=value)


def row(*facts: Event) -> ParticipantDiagnostics:
    view = View(DIAGNOSED)
    view.advance(
        Recorded(position=n, stream="media", version=n, event=fact, at=Instant(n * SECOND))
        for n, fact in enumerate(facts, 1)
    )
    return view.rows[f"{CALL}/{ALICE}"]


def test_what_is_wrong_now_and_what_was() -> None:
    found = row(
        changed("cameraFreeze", DiagnosticValue.TRUE),
        changed("networkReceiveQuality", DiagnosticValue.POOR),
        changed("cameraFreeze", DiagnosticValue.FALSE),
    )
    assert found.problems == ("networkReceiveQuality",)
    assert found.values == {"cameraFreeze": "false", "networkReceiveQuality": "Poor"}
    assert [(each.at // SECOND, each.diagnostic, each.value) for each in found.history] == [
        (1, "cameraFreeze", "true"),
        (2, "networkReceiveQuality", "Poor"),
        (3, "cameraFreeze", "false"),
    ]
    assert (found.call_id, found.participant, found.is_sending) == (CALL, ALICE, False)


def test_what_the_others_are_told() -> None:
    sent = RemoteDiagnosticSent(
        call_id=CALL, participant=ALICE, diagnostic="noNetwork", value=DiagnosticValue.TRUE
    )
    found = row(RemoteDiagnosticsSwitched(call_id=CALL, participant=ALICE, is_sending=True), sent)
    assert (found.is_sending, found.told, found.values, found.changes) == (
        True,
        {"noNetwork": "true"},
        {},
        0,
    )


def test_a_row_does_not_grow_for_ever() -> None:
    flicker = (DiagnosticValue.TRUE, DiagnosticValue.FALSE)
    found = row(*(changed("cameraFreeze", flicker[n % 2]) for n in range(HISTORY_KEPT + 5)))
    assert (found.changes, len(found.history)) == (HISTORY_KEPT + 5, HISTORY_KEPT)
    assert found.history[-1].at == Instant((HISTORY_KEPT + 5) * SECOND)


def test_groups() -> None:
    assert (group_of("noNetwork"), group_of("cameraFreeze"), group_of("nonsense")) == ("network", "media", "")
