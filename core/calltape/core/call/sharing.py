"""Sharing a screen, a window or a tab: as with video, the wish and its outcome are separate facts.

One share is seen in a call at a time: who comes later takes over, once theirs can be seen. A share needs a
connected call and does not go on under a hold; the tape says so before it says that the call is held.
"""

import attrs

from calltape.core.call.authority import require_capability, require_unhindered
from calltape.core.call.rooms import Events, changes, decides, not_here, reacts
from calltape.core.call.state import Call, Participant
from calltape.core.call.streaming import (
    cause_reported,
    follow,
    make_sure,
    require_screen,
    require_stream,
    stop_sending,
)
from calltape.core.commands import Command, command
from calltape.core.effects import Effect, StartMediaStream
from calltape.core.events import Event, event, personal
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import StreamState
from calltape.core.streams import ShareSurface, StopCause, StreamKind, changed, state_in
from calltape.core.values import Instant, later

_SHARE = StreamKind.SCREEN_SHARING


@command
class StartShare(Command):
    """`participant` asks for a screen, window or tab of theirs to be seen."""

    participant: RawId
    surface: ShareSurface = ShareSurface.SCREEN
    with_audio: bool = False
    """The system's sound too."""

    source: str | None = attrs.field(default=None, metadata=personal())
    """Which one, as the endpoint calls it; None leaves the choice to it."""


@command
class StopShare(Command):
    """`participant` asks for their share to be seen no more."""

    participant: RawId


@command
class ReportShareStarted(Command):
    """Observed: the others can see the share."""

    participant: RawId


@command
class ReportShareFailed(Command):
    """Observed: what was asked of the share, starting or stopping, did not happen."""

    participant: RawId
    words: str | None = None


@command
class ReportShareStopped(Command):
    """Observed: nothing of the share is sent any more, whether asked for or not."""

    participant: RawId


@event("share.requested")
class ShareRequested(Event):
    """Somebody asked for their share to be seen."""

    participant: RawId
    surface: ShareSurface
    with_audio: bool = False
    source: str | None = attrs.field(default=None, metadata=personal())
    until: Instant
    """When silence means that it failed."""


@event("share.started")
class ShareStarted(Event):
    """Somebody's share can be seen, and nobody else's."""

    participant: RawId


@event("share.stop_requested")
class ShareStopRequested(Event):
    """Somebody's share is to be seen no more."""

    participant: RawId
    until: Instant


@event("share.stopped")
class ShareStopped(Event):
    """Somebody's share cannot be seen any more, or was given up before it could be."""

    participant: RawId
    cause: StopCause
    by: RawId | None = None
    """Who took over."""


@event("share.failed")
class ShareFailed(Event):
    """What was asked of a share did not happen: it did not start, or it did not stop."""

    participant: RawId
    words: str | None = None


_ALREADY = "the share is already started, or about to be (400/41035)"
_NOT_RUNNING = "the share is already stopped, or about to be (400/41041)"
not_here(StartShare, "a share needs a connected call (412/41071)")


@decides(StartShare)
def _start(call: Call, asked: StartShare, limits: Limits) -> Events:
    me = require_screen(call, asked.participant, asked)
    require_capability(call, me.id, "shareScreen", asked)
    require_unhindered(call, me.id, "shareScreen", asked)
    require_stream(me, _SHARE, asked, _ALREADY)
    requested = ShareRequested(
        participant=me.id,
        surface=asked.surface,
        with_audio=asked.with_audio,
        source=asked.source,
        until=later(asked.at, limits.modality_s),
    )
    return (requested,)


@decides(StopShare)
def _stop(call: Call, asked: StopShare, limits: Limits) -> Events:
    me = call.participants[asked.participant]
    require_stream(me, _SHARE, asked, _NOT_RUNNING)
    return stopping(me, StopCause.WITHDRAWN, later(asked.at, limits.modality_s))


def stopping(me: Participant, given_up: StopCause, until: Instant) -> Events:
    """A share that is seen is asked to stop; one that only starts stops at once, because of `given_up`."""
    match state_in(me.streams, _SHARE):
        case StreamState.STARTED:
            return (ShareStopRequested(participant=me.id, until=until),)
        case StreamState.STARTING:
            return (ShareStopped(participant=me.id, cause=given_up),)
        case _:
            return ()


def stopped_by_hold(me: Participant) -> Events:
    """What is left of a share when its sender's hold is done: nothing."""
    if _SHARE not in me.streams:
        return ()
    return (ShareStopped(participant=me.id, cause=StopCause.HELD),)


@decides(ReportShareStarted)
def _has_started(call: Call, seen: ReportShareStarted, limits: Limits) -> Events:
    me = call.participants[seen.participant]
    require_stream(me, _SHARE, seen)
    started = ShareStarted(participant=me.id)
    if call.sharer is None:
        return (started,)
    return (ShareStopped(participant=call.sharer, cause=StopCause.TAKEN_OVER, by=me.id), started)


@decides(ReportShareFailed)
def _has_failed(call: Call, seen: ReportShareFailed, limits: Limits) -> Events:
    require_stream(call.participants[seen.participant], _SHARE, seen)
    return (ShareFailed(participant=seen.participant, words=seen.words),)


@decides(ReportShareStopped)
def _has_stopped(call: Call, seen: ReportShareStopped, limits: Limits) -> Events:
    state = require_stream(call.participants[seen.participant], _SHARE, seen)
    return (ShareStopped(participant=seen.participant, cause=cause_reported(state)),)


@changes(ShareRequested)
def _requested(call: Call, participant: Participant, fact: ShareRequested) -> None:
    follow(participant, _SHARE, fact)
    participant.streams = changed(
        participant.streams, _SHARE, source=fact.source, surface=fact.surface, with_audio=fact.with_audio
    )
    participant.share_until = fact.until


@changes(ShareStarted)
def _seen(call: Call, participant: Participant, fact: ShareStarted) -> None:
    follow(participant, _SHARE, fact)
    participant.share_until = None
    call.sharer = participant.id


@changes(ShareStopRequested)
def _stop_requested(call: Call, participant: Participant, fact: ShareStopRequested) -> None:
    follow(participant, _SHARE, fact)
    participant.share_until = fact.until


@changes(ShareStopped)
def _stopped(call: Call, participant: Participant, fact: ShareStopped) -> None:
    follow(participant, _SHARE, fact)
    participant.share_until = None
    if call.sharer == participant.id:
        call.sharer = None


@changes(ShareFailed)
def _failed(call: Call, participant: Participant, fact: ShareFailed) -> None:
    follow(participant, _SHARE, fact)
    participant.share_until = None


@reacts(ShareRequested)
def _do_start(call: Call, fact: ShareRequested) -> tuple[Effect, ...]:
    effect = StartMediaStream(
        participant=fact.participant,
        endpoint=call.participants[fact.participant].endpoint,
        kind=_SHARE,
        source=fact.source,
        surface=fact.surface,
        with_audio=fact.with_audio,
    )
    return (effect,)


@reacts(ShareStopRequested)
def _do_stop(call: Call, fact: ShareStopRequested) -> tuple[Effect, ...]:
    return stop_sending(call, fact.participant, _SHARE)


@reacts(ShareStopped)
def _make_sure(call: Call, fact: ShareStopped) -> tuple[Effect, ...]:
    return make_sure(call, fact.participant, _SHARE, fact.cause)
