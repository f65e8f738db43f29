"""Handing the other side of a call over, from the transferor's end."""

from typing import TYPE_CHECKING

from calltape.adapters.agent.failing import OperationFailed
from calltape.core import (
    BadInput,
    CallId,
    CallKind,
    CustomContext,
    RawId,
    Transfer,
    TransferState,
    TransferToCall,
    TransferToParticipant,
    TransferToVoicemail,
    raw_id,
)

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent
    from calltape.adapters.agent.call import Call


async def hand_over(
    call: "Call",
    agent: "CallAgent",
    target: "str | Call",
    *,
    is_forwarding_disabled: bool,
    custom_context: CustomContext | None,
) -> None:
    """See `Call.transfer`."""
    new_call = CallId(agent.runtime.new_id())
    if isinstance(target, str):
        await agent.runtime.give(
            call.id,
            TransferToParticipant,
            participant=agent.raw_id,
            target=raw_id(target),
            new_call=new_call,
            is_forwarding_disabled=is_forwarding_disabled,
            custom_context=custom_context,
        )
    else:
        await agent.runtime.give(
            call.id,
            TransferToCall,
            participant=agent.raw_id,
            target=_other_side(target, agent.raw_id),
            target_call=target.id,
            new_call=new_call,
            custom_context=custom_context,
        )
    await _outcome(call, agent.raw_id, new_call)


async def hand_over_to_voicemail(call: "Call", agent: "CallAgent", target: str) -> None:
    """See `Call.transfer_to_voicemail`."""
    new_call = CallId(agent.runtime.new_id())
    await agent.runtime.give(
        call.id, TransferToVoicemail, participant=agent.raw_id, target=raw_id(target), new_call=new_call
    )
    await _outcome(call, agent.raw_id, new_call)


def _other_side(call: "Call", me: RawId) -> RawId:
    mine = call.model.participants.get(me)
    if call.model.kind is not CallKind.ONE_TO_ONE or mine is None or mine.other is None:
        raise BadInput(
            f"call {call.id} is not between two; name the call with whom the other side is to talk"
        )
    return mine.other


async def _outcome(call: "Call", me: RawId, new_call: CallId) -> None:
    """Return when the transfer to `new_call` is done.

    Raises:
        OperationFailed: it failed, or the call was over before.
    """

    def mine() -> Transfer | None:
        return call.model.participants[me].transfer

    def is_settled() -> bool:
        transfer = mine()
        return (
            transfer is None
            or transfer.new_call != new_call
            or transfer.state is not TransferState.TRANSFERRING
        )

    await call.until(is_settled)
    transfer = mine()
    if transfer is None or transfer.new_call != new_call:
        raise OperationFailed("Transfer", "the call was over before the target answered")
    if transfer.state is not TransferState.TRANSFERRED:
        reason = transfer.reason
        pair = f"{reason.code}/{reason.subcode}" if reason is not None else "no outcome was reported"
        raise OperationFailed("Transfer", (reason.words if reason is not None else None) or pair)
