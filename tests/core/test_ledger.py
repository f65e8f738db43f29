"""The owner of a call applies a command at most once, also after it was rebuilt from the log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.conformance.strategies import ALICE, BOB, CALL_IDS, START, Step, endpoints, walks
from calltape.core import (
    Command,
    CommandId,
    CorruptHistory,
    HangUp,
    Ledger,
    Mute,
    Recorded,
    Refused,
    StartCall,
    Unrecorded,
    call_stream,
)

pytestmark = pytest.mark.property

STREAM = call_stream(CALL_IDS[0])


def record(ledger: Ledger, unrecorded: tuple[Unrecorded, ...]) -> list[Recorded]:
    """What a log would hand back, absorbed."""
    recorded = [
        each.recorded(position=version, stream=STREAM, version=version)
        for version, each in enumerate(unrecorded, ledger.version + 1)
    ]
    for each in recorded:
        ledger.absorb(each)
    return recorded


def attempt(ledger: Ledger, command: Command) -> tuple[Unrecorded, ...]:
    try:
        return ledger.decide(command)
    except Refused:
        return ()


@given(walks(max_size=30), st.data())
def test_a_command_is_applied_at_most_once_across_restarts(
    steps: tuple[Step, ...], data: st.DataObject
) -> None:
    ledger, log = Ledger(), list[Recorded]()
    for step in steps:
        log += record(ledger, attempt(ledger, step.command))
        applied = {each.command_id for each in log}
        if data.draw(st.booleans(), "restart"):
            ledger = Ledger(log)
        again = data.draw(st.sampled_from(steps)).command
        if again.id in applied:
            assert ledger.decide(again) == ()
    assert [each.event for each in log] == [event for step in steps for event in step.events]
    rebuilt = Ledger(log)
    assert (rebuilt.call, rebuilt.version) == (ledger.call, ledger.version)


def start(number: int = 1) -> StartCall:
    return StartCall(
        id=CommandId(f"start-{number}"),
        at=START,
        causation_id="cause",
        correlation_id="purpose",
        call_id=CALL_IDS[0],
        participant=ALICE,
        endpoint=endpoints(ALICE)[0],
        callees=(BOB,),
    )


def test_the_envelope_tells_when_and_why() -> None:
    first, *_ = Ledger().decide(start())
    assert (first.at, first.command_id) == (START, "start-1")
    assert (first.causation_id, first.correlation_id) == ("cause", "purpose")


def test_another_id_is_another_command() -> None:
    ledger = Ledger()
    record(ledger, ledger.decide(start(1)))
    assert ledger.decide(start(1)) == ()
    with pytest.raises(Refused, match="refuses StartCall"):
        ledger.decide(start(2))


def test_a_command_that_recorded_nothing_is_decided_again() -> None:
    ledger = Ledger()
    record(ledger, ledger.decide(start()))
    mute, hang_up = (
        Mute(id=CommandId("mute"), at=START, participant=BOB),
        HangUp(id=CommandId("bye"), at=START, participant=ALICE),
    )
    with pytest.raises(Refused):
        ledger.decide(mute)
    with pytest.raises(Refused):
        ledger.decide(mute)
    assert len(ledger.decide(hang_up)) == 2


def test_a_gap_in_the_versions_is_found() -> None:
    ledger = Ledger()
    first, second, *_ = record(Ledger(), ledger.decide(start()))
    with pytest.raises(CorruptHistory) as found:
        ledger.absorb(second)
    assert found.value.position == 2
    assert ledger.version == 0
    ledger.absorb(first)
    with pytest.raises(CorruptHistory):
        ledger.absorb(first)
