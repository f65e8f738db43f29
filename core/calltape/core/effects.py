"""What the core wants done outside. Effects are values; the shell performs them, at least once each.

How an effect went comes back as a command: `Locate` as `Offer` or `ReportUnreachable`, `Ring` as
`ReportAlerted` or `ReportBusy`, `OpenMedia` as `ReportMediaConnected` or `ReportMediaFailed`, and so on.
"""

import attrs

from calltape.core.custom_context import CustomContext
from calltape.core.data_channels import DataChannel
from calltape.core.end_reasons import EndReason
from calltape.core.identity import RawId
from calltape.core.stream_effects import StreamEffect
from calltape.core.streams import ShareSurface, StreamKind
from calltape.core.tones import Tone
from calltape.core.values import CallId, EndpointId
from calltape.core.video_constraints import VideoConstraints


@attrs.frozen(kw_only=True)
class Effect:
    """Something to be done for one participant."""

    participant: RawId


@attrs.frozen(kw_only=True)
class Locate(Effect):
    """Find the endpoints where `participant` can be rung.

    Comes back as `Offer` for each, or `ReportUnreachable`.
    """


@attrs.frozen(kw_only=True)
class Dial(Effect):
    """Call the telephone `participant` through a gateway.

    Comes back as `ReportAlerted`, `ReportEarlyMedia`, `ReportForwarded`, `ReportAnswered`, or else as
    `ReportPhoneFailed`, or `ReportUnreachable` where there is no gateway.
    """

    caller_id: str | None
    """The number to show; None for the gateway's own."""

    custom_context: CustomContext | None = None
    """What to send along, as `context_to_sip` gives it."""


@attrs.frozen(kw_only=True)
class StopDialling(Effect):
    """Give up the call to the telephone `participant`, which has not answered, for `reason`.

    Nothing comes back. May come for a telephone that has given up by itself.
    """

    reason: EndReason


@attrs.frozen(kw_only=True)
class SendTones(Effect):
    """Press keys for the telephone `participant`, after those of the requests before.

    Comes back as `ReportTonesSent` or `ReportTonesFailed` with the same `sequence`. What was sent once is not
    sent again.
    """

    sequence: int
    tones: tuple[Tone, ...]


@attrs.frozen(kw_only=True)
class Ring(Effect):
    """Offer the call at `endpoint`.

    Comes back as `ReportAlerted`, then `Accept`, `Reject` or `ReportBusy`.
    """

    endpoint: EndpointId
    caller: RawId


@attrs.frozen(kw_only=True)
class StopRinging(Effect):
    """The offer at `endpoint` is over, for `reason`. Nothing comes back."""

    endpoint: EndpointId
    reason: EndReason


@attrs.frozen(kw_only=True)
class OpenMedia(Effect):
    """Connect the leg's media. Comes back as `ReportMediaConnected` or `ReportMediaFailed`."""

    endpoint: EndpointId | None
    is_alone: bool = False
    """Nobody else has media to connect to, so the leg is up as soon as it is ready to be."""


@attrs.frozen(kw_only=True)
class HoldMedia(Effect):
    """Stop media both ways between this leg and the others.

    Comes back as `ReportHeld` or `ReportHoldFailed`.
    """

    endpoint: EndpointId | None


@attrs.frozen(kw_only=True)
class ResumeMedia(Effect):
    """Let media flow again. Comes back as `ReportResumed` or `ReportResumeFailed`."""

    endpoint: EndpointId | None


@attrs.frozen(kw_only=True)
class SetMuted(Effect):
    """Send silence, or sound again. Nothing comes back."""

    endpoint: EndpointId | None
    is_muted: bool


@attrs.frozen(kw_only=True)
class SetIncomingAudioMuted(Effect):
    """Play nothing of what arrives, or play it again. Nothing comes back."""

    endpoint: EndpointId | None
    is_muted: bool


@attrs.frozen(kw_only=True)
class StartMediaStream(Effect):
    """Let the others see a video or a share; for a share, with the system's sound if asked.

    Comes back as `ReportVideoStarted` or `ReportVideoFailed`, or the same of the share.
    """

    endpoint: EndpointId | None
    kind: StreamKind
    source: str | None = None
    surface: ShareSurface | None = None
    with_audio: bool = False


@attrs.frozen(kw_only=True)
class StopMediaStream(Effect):
    """Let nobody see the video or the share any more.

    Comes back as `ReportVideoStopped` or `ReportVideoFailed`, or the same of the share. Stopping what does
    not run does no harm.
    """

    endpoint: EndpointId | None
    kind: StreamKind


@attrs.frozen(kw_only=True)
class SwitchMediaSource(Effect):
    """Send another camera's picture on the video that runs. Nothing comes back."""

    endpoint: EndpointId | None
    source: str


@attrs.frozen(kw_only=True)
class ConstrainMediaStream(Effect):
    """Send the leg's video, if one runs or once it does, within these constraints. Nothing comes back."""

    endpoint: EndpointId | None
    constraints: VideoConstraints


@attrs.frozen(kw_only=True)
class OpenChannel(Effect):
    """Let `participant` send on this data channel, in place of one of its number. Nothing comes back."""

    endpoint: EndpointId | None
    channel: DataChannel


@attrs.frozen(kw_only=True)
class DirectChannel(Effect):
    """What is sent on the data channel is for `recipients` from now on. Nothing comes back."""

    endpoint: EndpointId | None
    channel_id: int
    recipients: tuple[RawId, ...]


@attrs.frozen(kw_only=True)
class CloseReceivers(Effect):
    """Close the data channel where it is received; the next message opens it again. Nothing comes back."""

    endpoint: EndpointId | None
    channel_id: int


@attrs.frozen(kw_only=True)
class CloseChannel(Effect):
    """Close the data channel on both sides. Nothing comes back."""

    endpoint: EndpointId | None
    channel_id: int
    session: int
    """Which one is over; a newer one of the number goes on."""


@attrs.frozen(kw_only=True)
class StartMediaEffect(Effect):
    """Do something to the picture or the sound before it is sent.

    Comes back as `ReportStreamEffectStarted` or `ReportStreamEffectFailed`. Starting what is on does no harm.
    """

    endpoint: EndpointId | None
    effect: StreamEffect
    image_url: str | None = None
    """What the background is replaced by."""


@attrs.frozen(kw_only=True)
class StopMediaEffect(Effect):
    """Send the picture or the sound without that again. Nothing comes back. May come for what is not on."""

    endpoint: EndpointId | None
    effect: StreamEffect


@attrs.frozen(kw_only=True)
class StartCaptioning(Effect):
    """Let captions come to the endpoint, in the language of the leg where it has chosen one.

    Comes back as `ReportCaptionsStarted` or `ReportCaptionsFailed`. A leg whose media is closed has none.
    """

    endpoint: EndpointId | None
    spoken_language: str
    """Of the whole call: what was taken to be spoken until now is void."""


@attrs.frozen(kw_only=True)
class StopCaptioning(Effect):
    """Let captions come to the endpoint no more. Nothing comes back; stopping none does no harm."""

    endpoint: EndpointId | None


@attrs.frozen(kw_only=True)
class ChangeSpokenLanguage(Effect):
    """Take `language` to be spoken in the call from now on, for everybody's captions. Nothing comes back."""

    endpoint: EndpointId | None
    language: str


@attrs.frozen(kw_only=True)
class ChangeCaptionLanguage(Effect):
    """Translate the leg's captions into `language`. Nothing comes back."""

    endpoint: EndpointId | None
    language: str


@attrs.frozen(kw_only=True)
class CloseMedia(Effect):
    """Tear the leg's media down. Comes back as `ReportMediaClosed`."""

    endpoint: EndpointId | None


@attrs.frozen(kw_only=True)
class PlaceTransferredCall(Effect):
    """Let `endpoint` of `participant`, who is handed over, call `target`; nobody is asked.

    Comes back to the old call as `ReportTransferred` or `ReportTransferFailed`.
    """

    endpoint: EndpointId | None
    transferor: RawId
    target: RawId
    new_call: CallId
    """The id that the call to `target` is to have."""

    replaces: CallId | None = None
    """The call of `target` whose place it takes; `target` answers by itself."""

    is_to_voicemail: bool = False
    is_forwarding_disabled: bool = False
    custom_context: CustomContext | None = None


@attrs.frozen(kw_only=True)
class EnterBreakoutCall(Effect):
    """Let `participant` join the call of a breakout room from `endpoint`, starting it if nobody is there.

    Comes back to the meeting as `ReportBreakoutJoined` or `ReportBreakoutFailed`.
    """

    endpoint: EndpointId | None
    room_id: str
    locator: str
    """The group id by which the room's call is found."""


@attrs.frozen(kw_only=True)
class LeaveBreakoutCall(Effect):
    """Let `participant` hang up the call of a breakout room. Comes back as `ReportBreakoutLeft`."""

    endpoint: EndpointId | None
    room_id: str
    locator: str


@attrs.frozen(kw_only=True)
class AbandonTransferredCall(Effect):
    """Give up the call that `participant`, who was to be handed over, may still be placing.

    Nothing comes back.
    """

    new_call: CallId
