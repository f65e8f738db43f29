"""What silence will mean: the deadlines that are running, read off the state."""

from collections.abc import Mapping
from types import MappingProxyType

from calltape.core.call.state import Call, DeadlineKey, Participant, Wait
from calltape.core.values import Instant


def deadline(call: Call, key: DeadlineKey) -> Instant | None:
    """When the deadline `key` passes, or None when it is not running. Costs the same in every call."""
    if key.participant is None:
        return _duration(call) if key.wait is Wait.DURATION else None
    participant = call.participants.get(key.participant)
    return None if participant is None else _of_participant(participant).get(key.wait)


def deadlines(call: Call) -> Mapping[DeadlineKey, Instant]:
    """Every deadline that is running, and when it passes. Reads every participant."""
    running: dict[DeadlineKey, Instant] = {}
    if (ends_by := _duration(call)) is not None:
        running[DeadlineKey(Wait.DURATION)] = ends_by
    for participant in call.participants.values():
        for wait, at in _of_participant(participant).items():
            running[DeadlineKey(wait, participant.id)] = at
    return MappingProxyType(running)


def _duration(call: Call) -> Instant | None:
    """Runs while somebody is there whom the end of the longest call could disconnect."""
    return call.ends_by if call.present else None


def _of_participant(participant: Participant) -> dict[Wait, Instant]:
    found = {
        Wait.ESTABLISH: participant.establish_until,
        Wait.RECONNECT: participant.reconnect_until,
        Wait.MODALITY: participant.modality_until,
        Wait.TEARDOWN: participant.teardown_until,
    }
    return {wait: at for wait, at in found.items() if at is not None}
