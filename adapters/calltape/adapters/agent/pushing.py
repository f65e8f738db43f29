"""What an agent does about pushes: registers a device, takes all back, and reads what arrives."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from calltape.adapters.deciding import NOTICES, PUSHES, Decider, record
from calltape.core import (
    BadPayload,
    Command,
    CommandId,
    HandlePush,
    NoticeBook,
    Offer,
    PushHandled,
    PushKind,
    Recorded,
    RegisterPush,
    UnregisterPush,
    decide_notice,
    notice_stream,
    push_stream,
    read_payload,
)

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent


async def register(agent: "CallAgent", device: str, ttl_s: int | None) -> None:
    """See `CallAgent.register_push_notification`."""
    asked = _stamped(agent, RegisterPush, device=device, ttl_s=ttl_s)
    await _enter(agent, push_stream(agent.raw_id), PUSHES, asked)


async def unregister(agent: "CallAgent") -> None:
    """See `CallAgent.unregister_push_notification`."""
    await _enter(agent, push_stream(agent.raw_id), PUSHES, _stamped(agent, UnregisterPush))


async def handle(agent: "CallAgent", payload: Mapping[str, str], device: str) -> bool:
    """See `CallAgent.handle_push_notification`."""
    asked = _stamped(agent, HandlePush, device=device, payload=payload, endpoint=agent.endpoint)
    try:
        call_id = read_payload(payload).call_id
    except BadPayload:
        decide_notice(NoticeBook(), asked)  # refuses, with the vendor's flag
        raise
    recorded = await _enter(agent, notice_stream(call_id, agent.raw_id), NOTICES, asked)
    if not recorded:
        return False
    fact = recorded[0].event
    assert isinstance(fact, PushHandled), "nothing else follows from reading a push"
    if fact.kind is PushKind.STOP_RINGING:
        return True  # the offer, if there is one, ends by what the call itself records
    return await agent.runtime.report(
        call_id, Offer, participant=agent.raw_id, endpoint=agent.endpoint, cause=str(asked.id)
    )


def _stamped(agent: "CallAgent", kind: type[Command], **fields: Any) -> Command:
    runtime = agent.runtime
    return kind(id=CommandId(runtime.new_id()), at=runtime.clock.now(), user=agent.raw_id, **fields)  # type: ignore[call-arg]


async def _enter(agent: "CallAgent", stream: str, kind: Decider[Any], asked: Command) -> tuple[Recorded, ...]:
    return await asyncio.to_thread(record, agent.runtime.log, stream, kind, asked, agent.runtime.limits)
