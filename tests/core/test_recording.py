"""Recording and consent: nobody who has not agreed is heard or seen, whatever else happens."""

from collections.abc import Sequence

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.conformance.strategies import (
    ALICE,
    BOB,
    CALL_IDS,
    GROUP_ID,
    NAMELESS,
    START,
    Step,
    commands,
    take,
)
from calltape.core import (
    Call,
    Command,
    EndpointId,
    Event,
    Join,
    RecordingKind,
    Refused,
    ReportMediaConnected,
    ReportRecordingPaused,
    ReportRecordingStarted,
    ReportRecordingStopped,
    consent_is_missing,
    decide,
    digest,
    evolve,
)
from calltape.core.recordings import is_active, needing_consent, state_of_recording
from calltape.core.states import RecordingState

pytestmark = pytest.mark.property


def give(call: Call, *given: Command) -> list[Event]:
    events: list[Event] = []
    for command in given:
        for event in decide(call, command):
            evolve(call, event)
            events.append(event)
    return events


def join(who: str) -> Join:
    return Join(
        id=NAMELESS,
        at=START,
        call_id=CALL_IDS[0],
        participant=who,  # type: ignore[arg-type]
        endpoint=EndpointId(f"{who}/desk"),
        group_id=GROUP_ID,
    )


def opening() -> Call:
    """Two in a group call: one up, one on the way."""
    call = Call()
    give(call, join(ALICE), ReportMediaConnected(id=NAMELESS, at=START, participant=ALICE), join(BOB))
    return call


def recording(number: int = 1, **fields: object) -> ReportRecordingStarted:
    return ReportRecordingStarted(
        id=NAMELESS,
        at=START,
        recording_id=f"recording-{number}",
        **fields,  # type: ignore[arg-type]
    )


def assert_silent(call: Call) -> None:
    for person in call.participants.values():
        if person.is_present and person.has_accepted and consent_is_missing(call, person):
            assert person.is_muted, person.id
            assert not person.streams, person.id


@given(st.data())
def test_nobody_sends_without_consent(data: st.DataObject) -> None:
    call = opening()
    steps: list[Step] = []
    give(call, recording(needs_consent=True))
    for _ in range(data.draw(st.integers(1, 25))):
        step = take(call, data.draw(commands(call)))
        steps.append(step)
        for event in step.events:
            evolve(call, event)
        if call.is_over:
            return
        assert_silent(call)


def test_a_recording_without_consent_silences_nobody() -> None:
    call = opening()
    assert [event.name for event in give(call, recording())] == ["recording.started"]
    assert not any(person.is_muted for person in call.participants.values())
    assert is_active(call, RecordingKind.RECORDING)
    assert not is_active(call, RecordingKind.TRANSCRIPTION)


def test_what_is_paused_is_not_active_and_still_asks_for_consent() -> None:
    call = opening()
    give(call, recording(needs_consent=True))
    give(call, ReportRecordingPaused(id=NAMELESS, at=START, recording_id="recording-1"))
    assert not is_active(call, RecordingKind.RECORDING)
    assert needing_consent(call.recordings.values())
    give(call, ReportRecordingStopped(id=NAMELESS, at=START, recording_id="recording-1"))
    assert not needing_consent(call.recordings.values())
    assert state_of_recording(call.recordings, "recording-2") is RecordingState.NONE


def test_refused_means_unchanged() -> None:
    call = opening()
    give(call, recording())
    before = digest(call)
    wrong: Sequence[Command] = (
        recording(),
        recording(2, what=RecordingKind.LOCAL_RECORDING),
        recording(2, initiator=ALICE),
        ReportRecordingPaused(id=NAMELESS, at=START, recording_id="recording-2"),
    )
    for command in wrong:
        with pytest.raises(Refused):
            decide(call, command)
        assert digest(call) == before


def test_deciding_a_recording_leaves_the_call_alone() -> None:
    call = opening()
    before = call.copy()
    decide(call, recording(needs_consent=True))
    assert call == before
    assert attrs.asdict(call) == attrs.asdict(before)
