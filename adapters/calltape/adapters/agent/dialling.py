"""Pressing keys for a telephone, from the end of whoever presses them."""

from typing import TYPE_CHECKING

from calltape.adapters.agent.failing import OperationFailed
from calltape.core import (
    BadInput,
    RawId,
    SendDtmf,
    TonesFailed,
    TonesRequested,
    is_phone,
    raw_id,
    tones_of,
)

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent
    from calltape.adapters.agent.call import Call


async def send_keys(call: "Call", agent: "CallAgent", keys: str, to: str | None) -> None:
    """See `Call.send_dtmf`."""
    telephone = _only_telephone(call) if to is None else raw_id(to)
    failures: dict[int, str | None] = {}

    def watch(event: object) -> None:
        if isinstance(event, TonesFailed) and event.participant == telephone:
            failures[event.sequence] = event.words

    stop = call.events.subscribe(lambda recorded: watch(recorded.event))
    try:
        recorded = await agent.runtime.give(
            call.id, SendDtmf, participant=telephone, by=agent.raw_id, tones=tones_of(keys)
        )
        (sequence,) = (each.event.sequence for each in recorded if isinstance(each.event, TonesRequested))
        await call.until(lambda: not _are_on_their_way(call, telephone, sequence))
    finally:
        stop()
    person = call.model.participants[telephone]
    if sequence in failures:
        raise OperationFailed("SendDtmf", failures[sequence] or "the tones were not sent")
    if not person.is_present:
        raise OperationFailed("SendDtmf", "the telephone may have left before the tones were sent")


def _are_on_their_way(call: "Call", telephone: RawId, sequence: int) -> bool:
    return any(each.sequence == sequence for each in call.model.participants[telephone].tones)


def _only_telephone(call: "Call") -> RawId:
    telephones = [each.identifier for each in call.remote_participants if is_phone(each.identifier)]
    if len(telephones) != 1:
        raise BadInput(f"call {call.id} has {len(telephones)} telephones; say which one the keys are for")
    return telephones[0]
