"""After a restart: which calls are not over, and what each still needs.

Endpoints and media of the process that died are gone. What is owed is derived from the state; a leg whose
media nobody carries any more is reported lost, so that its own deadline decides; and who waits to be found
waits for an endpoint to register or for the deadline.
"""

import asyncio
from typing import TYPE_CHECKING

from calltape.adapters.runtime.performing import end_telephone_call
from calltape.core import (
    LIMITS,
    WATCHED,
    BadInput,
    Call,
    CallEnded,
    CallId,
    CallStarted,
    CallState,
    Command,
    EventLog,
    Limits,
    RawId,
    ReportHoldFailed,
    ReportMediaClosed,
    ReportMediaLost,
    ReportResumeFailed,
    ReportShareFailed,
    ReportShareStopped,
    ReportStreamEffectFailed,
    ReportTonesFailed,
    ReportVideoFailed,
    ReportVideoStopped,
    StreamKind,
    Unreadable,
    Watch,
    call_stream,
    captions_running,
    owed,
)
from calltape.core.effects import (
    CloseMedia,
    Effect,
    HoldMedia,
    Locate,
    OpenMedia,
    ResumeMedia,
    SendTones,
    StartMediaEffect,
    StartMediaStream,
    StopMediaStream,
)

if TYPE_CHECKING:
    from calltape.adapters.runtime.runtime import Runtime

_FAILED: dict[type[Effect], type[Command]] = {
    CloseMedia: ReportMediaClosed,
    HoldMedia: ReportHoldFailed,
    ResumeMedia: ReportResumeFailed,
}
_OF_STREAMS: dict[tuple[type[Effect], StreamKind], type[Command]] = {
    (StartMediaStream, StreamKind.VIDEO): ReportVideoFailed,
    (StopMediaStream, StreamKind.VIDEO): ReportVideoStopped,
    (StartMediaStream, StreamKind.SCREEN_SHARING): ReportShareFailed,
    (StopMediaStream, StreamKind.SCREEN_SHARING): ReportShareStopped,
}
"""What was sent by the process that died is sent no more."""


def _failed(effect: Effect) -> type[Command] | None:
    """What became of `effect` when the media that it is about died with its process."""
    if isinstance(effect, StartMediaStream | StopMediaStream):
        return _OF_STREAMS[type(effect), effect.kind]
    return _FAILED.get(type(effect))


_CALLS = call_stream(CallId(""))
_WITH_MEDIA = {CallState.IN_LOBBY, CallState.CONNECTED, CallState.LOCAL_HOLD, CallState.REMOTE_HOLD}


def live_calls(log: EventLog, limits: Limits = LIMITS) -> dict[CallId, Watch]:
    """The calls in `log` that started and did not end, oldest first, each with what is known of its media.

    Raises:
        BadInput: an event of a call cannot be read: whether that call lasts nobody knows.
    """
    live: dict[str, Watch] = {}
    for recorded in log.read_all():
        event = recorded.event
        if isinstance(event, CallStarted):
            live[recorded.stream] = Watch(event.call_id, limits)
        elif isinstance(event, CallEnded):
            live.pop(recorded.stream, None)
        elif isinstance(event, Unreadable) and recorded.stream.startswith(_CALLS):
            raise BadInput(event.problem)
        elif isinstance(event, WATCHED) and (watch := live.get(call_stream(event.call_id))) is not None:
            watch.remember(recorded)
    return {watch.call_id: watch for watch in live.values()}


async def recover_calls(runtime: "Runtime") -> tuple[CallId, ...]:
    """Take up every call that is not over; returns their ids."""
    found = await asyncio.to_thread(live_calls, runtime.log, runtime.limits)
    for call_id in found:
        await know_call(runtime, call_id)  # first all of them: what one owes may be about another
    for call_id, watch in found.items():
        await resume_call(runtime, call_id, watch)
    return tuple(found)


async def know_call(runtime: "Runtime", call_id: CallId) -> None:
    """Read one call, and let others find it."""
    desk = runtime.desk(call_id)
    await desk.load()
    call = desk.call
    if call.starter is not None:
        runtime.directory.note_call(call_id, call.starter, group_id=call.group_id, room_id=call.room_id)


async def resume_call(runtime: "Runtime", call_id: CallId, watch: Watch) -> None:
    """Take up one call, which is known, where the tape ends, and its diagnostics where `watch` says."""
    desk = runtime.desk(call_id)
    await desk.load()
    call = desk.call
    runtime.watches.take_up(call_id, watch)
    await runtime.notifier.take_up(call_id, call)
    runtime.arm_all(desk)
    if call.room_id is not None:
        await runtime.rooms.take_up(call.room_id, call_id)
    await runtime.breakouts.take_up(call_id, call)
    effects = (*owed(call), *captions_running(call))
    legs = [
        person.id
        for person in call.participants.values()
        if person.call_state in _WITH_MEDIA and not runtime.media.carries(call_id, person.id)
    ]
    for number, effect in enumerate(effects):
        await _redo(runtime, call_id, f"owed/{desk.version}/{number}", effect)
    for who in legs:
        await runtime.report(call_id, ReportMediaLost, participant=who)
    _open_again(runtime, call_id, call, legs)
    runtime.watches.go_on(call_id, call)


def _open_again(runtime: "Runtime", call_id: CallId, call: Call, lost: list[RawId]) -> None:
    """Open the lost media of who waits in the lobby: whoever is let in is connected with what they have."""
    for person in map(call.participants.__getitem__, lost):
        if person.call_state is CallState.IN_LOBBY:
            again = OpenMedia(
                participant=person.id, endpoint=person.endpoint, is_alone=call.is_alone(person.id)
            )
            runtime.perform(call_id, f"lobby/{person.id}", again)


def _is_gone(runtime: "Runtime", call_id: CallId, telephone: RawId) -> bool:
    """Whether the gateway's call to `telephone` died with its process."""
    return runtime.telephones is not None and not runtime.telephones.carries(call_id, telephone)


async def _redo(runtime: "Runtime", call_id: CallId, effect_id: str, effect: Effect) -> None:
    """Perform an owed effect, or say what became of it when the media it is about died with its process."""
    if isinstance(effect, SendTones) and _is_gone(runtime, call_id, effect.participant):
        await runtime.report(
            call_id,
            ReportTonesFailed,
            cause=effect_id,
            participant=effect.participant,
            sequence=effect.sequence,
            words="the gateway has lost the telephone",
        )
        return
    await end_telephone_call(runtime, call_id, effect)
    carried = runtime.media.carries(call_id, effect.participant)
    if isinstance(effect, StartMediaEffect) and not carried:
        kind = ReportStreamEffectFailed
        about = {"participant": effect.participant, "effect": effect.effect}
        await runtime.report(call_id, kind, cause=effect_id, **about)
        return
    failed = _failed(effect)
    if not carried and failed is not None:
        await runtime.report(call_id, failed, cause=effect_id, participant=effect.participant)
    elif isinstance(effect, Locate) and not runtime.directory.endpoints(effect.participant):
        await runtime.notifier.ring(call_id, effect_id, effect.participant)
    else:
        runtime.perform(call_id, effect_id, effect)
