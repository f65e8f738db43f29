"""What the shell needs around it, as Protocols: endpoints that ring, media that flows, telephones.

Adapters implement them; whoever does needs no more of calltape than its core.
"""

from collections.abc import Mapping
from typing import Protocol

import attrs

from calltape.core.commands import Command
from calltape.core.custom_context import CustomContext
from calltape.core.device_book import Device, DeviceAccess, DeviceUse
from calltape.core.devices import DeviceKind
from calltape.core.effects import (
    ChangeCaptionLanguage,
    ChangeSpokenLanguage,
    CloseMedia,
    ConstrainMediaStream,
    Dial,
    HoldMedia,
    OpenMedia,
    ResumeMedia,
    SendTones,
    SetIncomingAudioMuted,
    SetMuted,
    StartCaptioning,
    StartMediaEffect,
    StartMediaStream,
    StopCaptioning,
    StopDialling,
    StopMediaEffect,
    StopMediaStream,
    SwitchMediaSource,
)
from calltape.core.end_reasons import EndReason
from calltape.core.events import Event
from calltape.core.identity import RawId
from calltape.core.passing import Caption
from calltape.core.stream_effects import StreamEffect
from calltape.core.values import CallId, Instant

MediaEffect = (
    OpenMedia
    | HoldMedia
    | ResumeMedia
    | SetMuted
    | SetIncomingAudioMuted
    | StartMediaStream
    | StopMediaStream
    | SwitchMediaSource
    | ConstrainMediaStream
    | StartMediaEffect
    | StopMediaEffect
    | CloseMedia
)
"""What a `MediaPort` is asked to do."""


CaptionEffect = StartCaptioning | StopCaptioning | ChangeSpokenLanguage | ChangeCaptionLanguage | CloseMedia
"""What a `Captioner` is asked to do; a leg whose media is closed has no captions any more."""


@attrs.frozen(kw_only=True)
class Ringing:
    """What an endpoint is told when a call is offered to it."""

    call_id: CallId
    participant: RawId
    caller: RawId
    caller_display_name: str | None = None
    transferor: RawId | None = None
    """Who handed the caller over, where a transfer makes the call."""

    redirected_by: tuple[RawId, ...] = ()
    """Who sent the call on instead of answering, the last one last."""

    replaces: CallId | None = None
    """The call of the user's own that this one takes the place of; it is to be accepted without asking."""

    custom_context: CustomContext | None = None
    """What the caller, or who invited or transferred, wants the user to know; opaque."""


class Wake(Protocol):
    """What ends a wait before its time: an `asyncio.Event` is one."""

    async def wait(self) -> object:
        """Return once it is set."""
        ...


class Clock(Protocol):
    """Where the shell gets its time from. Contract: `calltape.conformance.ClockContract`."""

    def now(self) -> Instant:
        """The present moment; never before one already given."""
        ...

    async def wait(self, wake: Wake, until: Instant | None) -> None:
        """Return when `wake` is set or `until` has come; None waits for `wake` alone."""
        ...


class Endpoint(Protocol):
    """A place where a user can be rung. Contract: `calltape.conformance.EndpointContract`."""

    async def ring(self, ringing: Ringing) -> bool:
        """Alert the user. False: busy."""
        ...

    async def stop_ringing(self, call_id: CallId, reason: EndReason) -> None:
        """The offer is over. May come for a call that never rang, or twice."""
        ...


class Reports(Protocol):
    """Where a media adapter says what it sees. Both may be called from the event loop at any time."""

    def observed(
        self,
        call_id: CallId,
        kind: type[Command],
        participant: RawId,
        words: str | None = None,
        *,
        effect: StreamEffect | None = None,
    ) -> None:
        """A `Report…` command's worth of news about a leg; about which effect, where it is about one."""
        ...

    def measured(self, call_id: CallId, participant: RawId, fact: Event) -> None:
        """An event for the leg's media stream."""
        ...


class MediaPort(Protocol):
    """Carries out what the core wants of media. Outcomes come back through `Reports`, never as return values.

    Contract: `calltape.conformance.MediaPortContract`.

    Effects are at-least-once: opening what is open, closing what is closed must do no harm.
    """

    @property
    def measures(self) -> bool:
        """Whether every leg that it carries is measured about once a second.

        Then a leg of which no sample comes is found to be without media.
        """
        ...

    def start(self, reports: Reports) -> None:
        """Begin to work; `reports` is told everything."""
        ...

    def equip(self, call_id: CallId, participant: RawId, kit: object) -> None:
        """What the leg will talk, listen and look with, before its media opens: a kit of the adapter's."""
        ...

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        """Begin to carry out `effect`."""
        ...

    def carries(self, call_id: CallId, participant: RawId) -> bool:
        """Whether the leg's media lives here."""
        ...

    async def aclose(self) -> None:
        """Stop all media."""
        ...


@attrs.frozen(kw_only=True)
class PushOutcome:
    """What a push service said to a notification."""

    is_delivered: bool
    """Whether it took it; that it arrives, none promises."""

    words: str | None = None
    """Why not, in its own words."""


class PushSender(Protocol):
    """Hands notifications to a push service. Contract: `calltape.conformance.PushSenderContract`.

    At least once: the same notification may come twice.
    """

    async def send(self, device: str, payload: Mapping[str, str]) -> PushOutcome:
        """Push `payload` to the device that the service knows as `device`.

        What goes wrong is an outcome, not an error; whoever cannot reach the service says so in time.
        """
        ...

    async def aclose(self) -> None:
        """Give back connections. Closing twice is harmless."""


class CaptionReports(Protocol):
    """Where a captioner says what it does and hears. Both may be called from the event loop at any time."""

    def observed(
        self, call_id: CallId, kind: type[Command], participant: RawId, words: str | None = None
    ) -> None:
        """`ReportCaptionsStarted`, `ReportCaptionsFailed` or `ReportCaptionsStopped`, about one reader."""
        ...

    def captioned(self, call_id: CallId, caption: Caption) -> None:
        """Somebody said something. Once for the whole call, however many read it."""
        ...


class Captioner(Protocol):
    """Makes captions out of what is said. Outcomes come back through `CaptionReports`.

    Contract: `calltape.conformance.CaptionerContract`.

    Effects are at-least-once: starting what runs, stopping what does not must do no harm. Captions come only
    while somebody in the call has asked for them and has not been refused.
    """

    @property
    def spoken_languages(self) -> tuple[str, ...]:
        """What it understands, as BCP 47 tags."""
        ...

    @property
    def caption_languages(self) -> tuple[str, ...]:
        """What it translates into, as ISO 639-1 codes."""
        ...

    def start(self, reports: CaptionReports) -> None:
        """Begin to work; `reports` is told everything."""
        ...

    async def perform(self, call_id: CallId, effect: CaptionEffect) -> None:
        """Begin to carry out `effect`."""
        ...

    async def aclose(self) -> None:
        """Stop all captions; nothing is reported any more."""
        ...


TelephoneEffect = Dial | StopDialling | SendTones | CloseMedia
"""What a `TelephoneGateway` is asked to do."""


class TelephoneReports(Protocol):
    """Where a gateway says what it hears of telephones. May be called from the event loop at any time."""

    def told(self, call_id: CallId, kind: type[Command], participant: RawId, **facts: object) -> None:
        """A `Report…` command's worth of news about a telephone.

        Args:
            call_id: the call.
            kind: `ReportAlerted`, `ReportEarlyMedia`, `ReportForwarded`, `ReportAnswered`,
                `ReportPhoneFailed`, `ReportPhoneEnded`, `ReportTonesSent`, `ReportTonesFailed` or
                `ReportToneReceived`.
            participant: the telephone.
            facts: the other fields of the command, `sip_status` for example.
        """
        ...


class TelephoneGateway(Protocol):
    """Calls telephones. Outcomes come back through `TelephoneReports`, never as return values.

    Effects are at-least-once: a telephone that is being dialled is not dialled a second time, tones that were
    sent are not sent again, and ending what is over does no harm. A telephone that is never heard of is left
    to the call's own deadlines. Contract: `calltape.conformance.TelephoneGatewayContract`.

    The media of a telephone that has answered is opened, held and closed like anybody's, by a `MediaPort`.
    """

    def start(self, reports: TelephoneReports) -> None:
        """Begin to work; `reports` is told everything."""
        ...

    async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
        """Begin to carry out `effect`; `CloseMedia` is the end of the call to a telephone that answered.

        Nothing is reported of a telephone whose call was ended from here.
        """
        ...

    def carries(self, call_id: CallId, participant: RawId) -> bool:
        """Whether a call to that telephone is under way here, answered or not."""
        ...

    async def aclose(self) -> None:
        """End every call; nothing is reported any more."""


class DeviceReports(Protocol):
    """Where a device source says what it sees. Both are called from the event loop."""

    def permission_seen(self, use: DeviceUse, access: DeviceAccess) -> None:
        """Whether microphones or cameras may be used now."""
        ...

    def devices_seen(self, devices: tuple[Device, ...]) -> None:
        """What is plugged in now, all of it."""
        ...


class DeviceSource(Protocol):
    """The devices of one client. Contract: `calltape.conformance.DeviceSourceContract`.

    Outcomes come back through `DeviceReports`, never as return values.
    """

    def start(self, reports: DeviceReports) -> None:
        """Begin to watch; what is there now is reported before this returns, what changes as it does."""
        ...

    async def ask(self, use: DeviceUse) -> None:
        """Ask the user, if nobody has said; reports what may be done, when the user has said.

        May be asked again: what was said is reported again.
        """
        ...

    async def use(self, kind: DeviceKind, device: str) -> None:
        """Use that device from now on. Nothing comes back; one that is gone meanwhile does no harm."""
        ...

    async def preheat(self, is_on: bool) -> None:
        """Keep the devices in use ready, or let them rest. Twice does no harm."""
        ...

    async def aclose(self) -> None:
        """Let all devices go and report nothing any more. Closing twice is harmless."""
        ...
