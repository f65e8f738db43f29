"""One's own video: asked for, seen, failed and stopped are separate facts.

A video survives a hold, although nobody sees it meanwhile. One that fails does not fail the call.
"""

import attrs

from calltape.core.call.authority import require_capability, require_unhindered
from calltape.core.call.rooms import Events, changes, decides, reacts
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
from calltape.core.devices import DeviceKind
from calltape.core.effects import Effect, StartMediaStream, SwitchMediaSource
from calltape.core.events import Event, event, personal
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import StreamState
from calltape.core.streams import StopCause, StreamKind, changed
from calltape.core.values import Instant, later

_VIDEO = StreamKind.VIDEO


@command
class StartVideo(Command):
    """`participant` asks for their video to be seen."""

    participant: RawId
    source: str | None = attrs.field(default=None, metadata=personal())
    """The camera, as the endpoint calls it; None for the one that was chosen last, or else the usual one."""


@command
class StopVideo(Command):
    """`participant` asks for their video to be seen no more."""

    participant: RawId


@command
class SwitchSource(Command):
    """`participant` sends another camera's picture on the video that runs."""

    participant: RawId
    source: str = attrs.field(metadata=personal())


@command
class ReportVideoStarted(Command):
    """Observed: the others can see the video."""

    participant: RawId


@command
class ReportVideoFailed(Command):
    """Observed: what was asked of the video, starting or stopping, did not happen."""

    participant: RawId
    words: str | None = None


@command
class ReportVideoStopped(Command):
    """Observed: nothing of the video is sent any more, whether asked for or not."""

    participant: RawId


@event("video.requested")
class VideoRequested(Event):
    """Somebody asked for their video to be seen."""

    participant: RawId
    source: str | None = attrs.field(default=None, metadata=personal())
    until: Instant
    """When silence means that it failed."""


@event("video.started")
class VideoStarted(Event):
    """Somebody's video can be seen."""

    participant: RawId


@event("video.stop_requested")
class VideoStopRequested(Event):
    """Somebody asked for their video to be seen no more."""

    participant: RawId
    until: Instant


@event("video.stopped")
class VideoStopped(Event):
    """Somebody's video cannot be seen any more, or was given up before it could be."""

    participant: RawId
    cause: StopCause


@event("video.failed")
class VideoFailed(Event):
    """What was asked of a video did not happen: it did not start, or it did not stop."""

    participant: RawId
    words: str | None = None


@event("video.source_switched")
class VideoSourceSwitched(Event):
    """A video that runs shows another camera's picture."""

    participant: RawId
    source: str = attrs.field(metadata=personal())


_ALREADY = "the video is already started, or about to be (400/41027)"
_NOT_RUNNING = "the video is already stopped, or about to be (400/41030)"


@decides(StartVideo)
def _start(call: Call, asked: StartVideo, limits: Limits) -> Events:
    me = require_screen(call, asked.participant, asked)
    require_capability(call, me.id, "turnVideoOn", asked)
    require_unhindered(call, me.id, "turnVideoOn", asked)
    require_stream(me, _VIDEO, asked, _ALREADY)
    until = later(asked.at, limits.modality_s)
    return (VideoRequested(participant=me.id, source=asked.source or me.devices.camera, until=until),)


@decides(StopVideo)
def _stop(call: Call, asked: StopVideo, limits: Limits) -> Events:
    me = call.participants[asked.participant]
    if require_stream(me, _VIDEO, asked, _NOT_RUNNING) is StreamState.STARTING:
        return (VideoStopped(participant=me.id, cause=StopCause.WITHDRAWN),)
    return (VideoStopRequested(participant=me.id, until=later(asked.at, limits.modality_s)),)


@decides(SwitchSource)
def _switch(call: Call, asked: SwitchSource, limits: Limits) -> Events:
    me = call.participants[asked.participant]
    require_stream(me, _VIDEO, asked, "no video runs on which a camera could be switched")
    if me.streams[_VIDEO].source == asked.source:
        return ()
    return (VideoSourceSwitched(participant=me.id, source=asked.source),)


@decides(ReportVideoStarted)
def _has_started(call: Call, seen: ReportVideoStarted, limits: Limits) -> Events:
    require_stream(call.participants[seen.participant], _VIDEO, seen)
    return (VideoStarted(participant=seen.participant),)


@decides(ReportVideoFailed)
def _has_failed(call: Call, seen: ReportVideoFailed, limits: Limits) -> Events:
    require_stream(call.participants[seen.participant], _VIDEO, seen)
    return (VideoFailed(participant=seen.participant, words=seen.words),)


@decides(ReportVideoStopped)
def _has_stopped(call: Call, seen: ReportVideoStopped, limits: Limits) -> Events:
    state = require_stream(call.participants[seen.participant], _VIDEO, seen)
    return (VideoStopped(participant=seen.participant, cause=cause_reported(state)),)


@changes(VideoRequested)
def _requested(call: Call, participant: Participant, fact: VideoRequested) -> None:
    follow(participant, _VIDEO, fact)
    _show_from(participant, fact.source)
    participant.video_until = fact.until


@changes(VideoStopRequested)
def _stop_requested(call: Call, participant: Participant, fact: VideoStopRequested) -> None:
    follow(participant, _VIDEO, fact)
    participant.video_until = fact.until


@changes(VideoStarted)
def _seen(call: Call, participant: Participant, fact: VideoStarted) -> None:
    follow(participant, _VIDEO, fact)
    participant.video_until = None


@changes(VideoFailed)
def _failed(call: Call, participant: Participant, fact: VideoFailed) -> None:
    follow(participant, _VIDEO, fact)
    participant.video_until = None


@changes(VideoStopped)
def _stopped(call: Call, participant: Participant, fact: VideoStopped) -> None:
    follow(participant, _VIDEO, fact)
    participant.video_until = None


@changes(VideoSourceSwitched)
def _switched(call: Call, participant: Participant, fact: VideoSourceSwitched) -> None:
    _show_from(participant, fact.source)


def _show_from(participant: Participant, source: str | None) -> None:
    """The video shows what that camera sees, and so that is the camera that is used."""
    participant.streams = changed(participant.streams, _VIDEO, source=source)
    if source is not None:
        participant.devices = participant.devices.with_(DeviceKind.CAMERA, source)


def switched_to(me: Participant, camera: str) -> Events:
    """What follows for the video of `me` from their using `camera`: it shows what that one sees."""
    stream = me.streams.get(_VIDEO)
    if stream is None or stream.state is StreamState.STOPPING or stream.source == camera:
        return ()
    return (VideoSourceSwitched(participant=me.id, source=camera),)


@reacts(VideoRequested)
def _do_start(call: Call, fact: VideoRequested) -> tuple[Effect, ...]:
    endpoint = call.participants[fact.participant].endpoint
    return (
        StartMediaStream(participant=fact.participant, endpoint=endpoint, kind=_VIDEO, source=fact.source),
    )


@reacts(VideoStopRequested)
def _do_stop(call: Call, fact: VideoStopRequested) -> tuple[Effect, ...]:
    return stop_sending(call, fact.participant, _VIDEO)


@reacts(VideoStopped)
def _make_sure(call: Call, fact: VideoStopped) -> tuple[Effect, ...]:
    return make_sure(call, fact.participant, _VIDEO, fact.cause)


@reacts(VideoSourceSwitched)
def _do_switch(call: Call, fact: VideoSourceSwitched) -> tuple[Effect, ...]:
    endpoint = call.participants[fact.participant].endpoint
    return (SwitchMediaSource(participant=fact.participant, endpoint=endpoint, source=fact.source),)
