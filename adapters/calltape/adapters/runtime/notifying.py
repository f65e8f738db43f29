"""Calls to users who are not connected: pushed to their devices, and taken back when they ring no more.

What is pushed, and what the push service said to it, is recorded before anything depends on it. A
notification goes out at least once; the device tells duplicates.
"""

import asyncio
import logging
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from calltape.adapters.deciding import NOTICES, PUSHES, read, record
from calltape.core import (
    Call,
    CallAccepted,
    CallId,
    Command,
    CommandId,
    EndpointId,
    NoticeState,
    ParticipantDropped,
    ParticipantLeft,
    PushOutcome,
    PushPayload,
    PushSender,
    RawId,
    Recorded,
    Refused,
    ReportPushDelivered,
    ReportPushFailed,
    SendPush,
    incoming_payload,
    notice_stream,
    push_stream,
    say_payload,
    stop_payload,
)

if TYPE_CHECKING:
    from calltape.adapters.runtime.runtime import Runtime

log_ = logging.getLogger(__name__)

_ON_ITS_WAY = {NoticeState.DELIVERED, NoticeState.HANDLED}


class Notifier:
    """Pushes through one sender; without a sender, nobody can be pushed to."""

    def __init__(self, runtime: "Runtime", sender: PushSender | None) -> None:
        self._runtime = runtime
        self._sender = sender
        self._pushed: set[tuple[CallId, RawId]] = set()
        """Who may have devices that ring because of a push, by call."""

        self._turns: defaultdict[tuple[CallId, RawId], asyncio.Lock] = defaultdict(asyncio.Lock)
        """A stop waits for its ring: what stops first stops nothing."""

    async def ring(self, call_id: CallId, effect_id: str, who: RawId) -> bool:
        """Push to every device of `who` that the call rings; False where no push service took it."""
        if self._sender is None:
            return False
        self._pushed.add((call_id, who))
        async with self._turns[call_id, who]:
            call = await self._runtime.call(call_id)
            person = call.participants.get(who)
            if person is None or not person.is_present or person.has_accepted:
                return False
            book, _ = await asyncio.to_thread(read, self._runtime.log, push_stream(who), PUSHES)
            devices = book.reachable(self._runtime.clock.now())
            return await self._push(self._sender, devices, incoming_payload(call, who), effect_id)

    def follow(self, call_id: CallId, recorded: tuple[Recorded, ...]) -> None:
        """Keep up with what was recorded: who answered or left rings nowhere any more."""
        for each in recorded:
            fact = each.event
            if isinstance(fact, CallAccepted | ParticipantLeft | ParticipantDropped):
                if (call_id, fact.participant) not in self._pushed:
                    continue
                at, cause = _answered_at(fact), f"{each.stream}/{each.version}"
                self._pushed.discard((call_id, fact.participant))
                self._runtime.spawn(self._stop(call_id, fact.participant, at, cause))

    async def take_up(self, call_id: CallId, call: Call) -> None:
        """Remember after a restart who was pushed to and has neither answered nor left."""
        for person in call.participants.values():
            if self._sender is None or not person.is_present or person.has_accepted:
                continue
            stream = notice_stream(call_id, person.id)
            if await asyncio.to_thread(self._runtime.log.version, stream):
                self._pushed.add((call_id, person.id))

    async def aclose(self) -> None:
        """Give the sender back."""
        if self._sender is not None:
            await self._sender.aclose()

    async def _stop(self, call_id: CallId, who: RawId, answered_at: EndpointId | None, cause: str) -> None:
        """Tell every device that was pushed to, but the one that answered, to stop ringing."""
        if self._sender is None:
            return
        async with self._turns[call_id, who]:
            book, _ = await asyncio.to_thread(read, self._runtime.log, notice_stream(call_id, who), NOTICES)
            others = tuple(book.ringing(but=answered_at))
            call = await self._runtime.call(call_id)
            if others:
                await self._push(self._sender, others, stop_payload(call, who), cause)
        self._turns.pop((call_id, who), None)

    async def _push(
        self, sender: PushSender, devices: tuple[str, ...], payload: PushPayload, cause: str
    ) -> bool:
        """Record, send, record what was said. True if a push service took one, now or before."""
        book, _ = await asyncio.to_thread(read, self._runtime.log, push_stream(payload.to), PUSHES)
        is_on_its_way, asked = False, list[str]()
        for device in devices:
            try:
                await self._enter(
                    SendPush,
                    payload,
                    device,
                    cause,
                    registered_until=book.until(device),
                    expires_at=payload.expires_at,
                )
            except Refused as refused:
                is_on_its_way |= refused.state in _ON_ITS_WAY
            else:
                asked.append(device)
        outcomes = await asyncio.gather(*(self._send(sender, device, payload) for device in asked))
        for device, outcome in zip(asked, outcomes, strict=True):
            is_on_its_way |= outcome.is_delivered
            if outcome.is_delivered:
                await self._enter(ReportPushDelivered, payload, device, cause)
            else:
                await self._enter(ReportPushFailed, payload, device, cause, words=outcome.words)
        return is_on_its_way

    async def _send(self, sender: PushSender, device: str, payload: PushPayload) -> PushOutcome:
        try:
            return await sender.send(device, say_payload(payload))
        except Exception as error:
            log_.exception("a push sender failed")  # its own mistake; the device counts as not reached
            return PushOutcome(is_delivered=False, words=type(error).__name__)

    async def _enter(
        self, kind: type[Command], payload: PushPayload, device: str, cause: str, **fields: Any
    ) -> None:
        about: dict[str, Any] = {"call_id": payload.call_id, "user": payload.to, "kind": payload.kind}
        fields["device"] = device
        asked = kind(
            id=CommandId(self._runtime.new_id()),
            at=self._runtime.clock.now(),
            causation_id=cause,
            correlation_id=str(payload.call_id),
            **about,
            **fields,
        )
        stream = notice_stream(payload.call_id, payload.to)
        await asyncio.to_thread(record, self._runtime.log, stream, NOTICES, asked, self._runtime.limits)


def _answered_at(fact: CallAccepted | ParticipantLeft | ParticipantDropped) -> EndpointId | None:
    return fact.endpoint if isinstance(fact, CallAccepted) else None
