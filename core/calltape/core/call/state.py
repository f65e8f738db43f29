"""The call: what its events add up to.

A `Call` and its participants are changed in place, by `evolve` alone, and only by whoever owns the fold:
350 participants must not be copied for each event. `decide`, `react` and `deadlines` read. What is handed
to others is a `copy()`.
"""

from enum import StrEnum
from typing import NamedTuple, TypeVar

import attrs

from calltape.core.breakout import IN_MAIN, NO_BREAKOUTS, Breakouts, BreakoutStay
from calltape.core.call.transfer_facts import Transfer, TransferOrigin
from calltape.core.custom_context import CustomContext
from calltape.core.data_channels import Channels
from calltape.core.devices import UNSAID, Devices
from calltape.core.end_reasons import EndReason
from calltape.core.identity import RawId
from calltape.core.recordings import Recordings
from calltape.core.roles import Role, RoleScheme
from calltape.core.states import (
    CALL,
    INCOMING_CALL,
    PARTICIPANT,
    CallState,
    CaptionsState,
    OfferState,
    ParticipantState,
    furthest,
)
from calltape.core.stream_effects import EffectUses
from calltape.core.streams import Streams
from calltape.core.tones import TonesOnTheirWay
from calltape.core.values import CallId, EndpointId, Instant
from calltape.core.video_constraints import UNCONSTRAINED, VideoConstraints


class CallKind(StrEnum):
    """What shape of call it is."""

    ONE_TO_ONE = "one_to_one"
    """Two people; it ends when either hangs up, and a hold by one is seen by the other."""

    GROUP = "group"
    """Any number; it ends when the last one leaves, and a hold is its holder's own affair."""

    ROOM = "room"
    """As a group, of those whom a room invites, each in a role of the room's."""


class Wait(StrEnum):
    """What silence may be about."""

    ESTABLISH = "establish"
    """Being reached, answering and setting up."""

    RECONNECT = "reconnect"
    """Lost media coming back."""

    MODALITY = "modality"
    """A hold or resume that was asked for and must be reported done or failed."""

    TRANSFER = "transfer"
    """A transfer that was asked for: the target answering."""

    VIDEO = "video"
    """A video that was asked to start or stop and must be reported to have done so or failed."""

    EFFECT = "effect"
    """An effect that was asked for: being on, or failing."""

    SHARE = "share"
    """The same of a share."""

    TONES = "tones"
    """Tones that a telephone was to be sent and that must be reported sent or failed."""

    DATA_CHANNEL = "data_channel"
    """The next message on a data channel."""
    CAPTIONS = "captions"
    """Captions that were asked for coming."""

    BREAKOUT = "breakout"
    """Coming into a breakout room, or being out of it again."""

    BREAKOUT_END = "breakout_end"
    """The end of the breakout rooms that are open: the whole call's."""

    LOBBY = "lobby"
    """Being admitted, where somebody set a limit to it."""

    TEARDOWN = "teardown"
    """A leg that is over and must be reported closed."""

    DURATION = "duration"
    """The whole call."""


class DeadlineKey(NamedTuple):
    """Names one deadline of a call."""

    wait: Wait
    participant: RawId | None = None
    """Whose silence; None for the whole call's."""


class Asked(StrEnum):
    """What a leg was asked to do and has not reported."""

    HOLD = "hold"
    RESUME = "resume"


@attrs.define(kw_only=True)
class Participant:
    """One person's part in the call."""

    id: RawId
    state: ParticipantState = PARTICIPANT.initial
    """How the others see them."""

    call_state: CallState = CALL.initial
    """How their own endpoint sees the call."""

    offers: dict[EndpointId, OfferState] = attrs.Factory(dict[EndpointId, OfferState])
    """Every endpoint the call was offered to, and what became of that."""

    endpoint: EndpointId | None = None
    """Where they talk; None until they joined or accepted, and for a telephone."""

    display_name: str | None = None
    other: RawId | None = None
    """The other side, in a one-to-one call."""

    has_accepted: bool = False
    """Whether they answered; who came in by themselves has."""

    has_declined: bool = False
    """Whether they turned the call down at some endpoint."""

    waits_in_lobby: bool = False
    """Whether they have to wait to be admitted, once their media is up."""

    role: Role = Role.UNKNOWN
    """What they are in a room or a meeting; Unknown in calls without roles, and for telephones."""

    is_muted: bool = False
    audio_permitted: bool | None = None
    """Whether a meeting's organizers let them be heard; None while nothing was said of them alone."""

    video_permitted: bool | None = None
    """The same of their video."""

    has_consented: bool = False
    """Whether they agreed to be recorded and written down."""

    is_incoming_audio_muted: bool = False
    """Whether they chose to hear nothing."""

    hand: int | None = None
    """The place of their raised hand in the order of the call; None while it is not raised."""

    captions: CaptionsState = CaptionsState.OFF
    caption_language: str | None = None
    """Into what their captions are translated; None while they come as it is spoken."""

    captions_until: Instant | None = None
    """By when it must be reported what became of captions that were asked for."""

    devices: Devices = UNSAID
    video_constraints: VideoConstraints = UNCONSTRAINED
    """What their video may be at most."""

    alternate_caller_id: str | None = None
    """The number that their telephone is shown when it is dialled."""

    forwarded_to: RawId | None = None
    """Where the call to them rings instead of with them."""

    redirected_by: tuple[RawId, ...] = ()
    """Through whose hands the call came to them: who sent it on last stands last."""

    custom_context: CustomContext | None = None
    """What they alone were to know; see `inviting.context_for`."""

    tones: tuple[TonesOnTheirWay, ...] = ()
    """What their telephone is to be sent, in the order in which it was asked for."""

    tones_received: int = 0
    """The number of the key that their telephone pressed last; 0 for none."""

    streams: Streams = attrs.Factory(Streams)
    """The video and the share that they send or are about to; never changed in place."""

    effects: EffectUses = attrs.Factory(EffectUses)
    """The effects on what they send that are on or about to be; never changed in place."""

    asked: Asked | None = None
    establish_until: Instant | None = None
    """By when they must be reached, have answered and be set up; None when nobody waits for that."""

    reconnect_until: Instant | None = None
    """By when lost media must be back."""

    modality_until: Instant | None = None
    """By when what was asked for must be reported done or failed."""

    transfer: Transfer | None = None
    """The transfer they asked for last, if it was in this call and they are still in it."""

    transfer_until: Instant | None = None
    """By when the target must have answered."""

    video_until: Instant | None = None
    """By when it must be reported what became of a video that starts or stops."""

    effect_until: Instant | None = None
    """When the silence of an effect that starts means something next."""

    share_until: Instant | None = None
    """By when it must be reported what became of a share that starts or stops."""

    tones_until: Instant | None = None
    """By when it must be reported what became of the tones that have been on their way longest."""

    channels: Channels = attrs.Factory(Channels)
    """The data channels on which they send; never changed in place."""

    channel_until: Instant | None = None
    """When the first of those that are open has been silent for too long."""

    breakout: BreakoutStay = IN_MAIN
    """Where they are among the breakout rooms; never changed in place."""

    breakout_until: Instant | None = None
    """By when they must be in a breakout room, or out of it again."""

    lobby_until: Instant | None = None
    """By when they must be admitted, where that has a limit."""

    teardown_until: Instant | None = None
    """By when the leg, which is over, must be reported closed."""

    end_reason: EndReason | None = None

    @property
    def is_media_lost(self) -> bool:
        """Whether nothing arrives from their leg at the moment."""
        return self.reconnect_until is not None

    @property
    def is_present(self) -> bool:
        """Whether they are in the call or on their way into it."""
        return self.state is not ParticipantState.DISCONNECTED

    @property
    def ringing_endpoints(self) -> tuple[EndpointId, ...]:
        """The endpoints that still offer the call."""
        return tuple(endpoint for endpoint, state in self.offers.items() if state is OfferState.OFFERED)

    def offer(self, endpoint: EndpointId) -> OfferState:
        """What became of the offer to `endpoint`."""
        return self.offers.get(endpoint, INCOMING_CALL.initial)

    def copy(self) -> "Participant":
        """The same, apart."""
        twin = _twin(self, _OF_PARTICIPANT)
        twin.offers = dict(self.offers)
        return twin


@attrs.define(kw_only=True)
class Call:
    """One call. `Call()` is a call of which nothing is known yet."""

    id: CallId | None = None
    kind: CallKind | None = None
    """None until it started."""

    group_id: str | None = None
    """The locator by which a group call is joined."""

    room_id: str | None = None
    """The room that the call takes place in."""

    has_lobby: bool = False
    """Whether who comes in by themselves and has no role that passes must be admitted."""

    is_pstn_dial_out_enabled: bool = False
    """Whether the room allows to dial out to telephones."""

    audio_permitted: bool = True
    """Whether the attendees of a meeting may be heard."""

    video_permitted: bool = True
    """The same of their video."""

    recordings: Recordings = attrs.Factory(Recordings)
    """The recordings and transcriptions that were made of it; never changed in place."""

    starter: RawId | None = None
    ends_by: Instant | None = None
    """When everybody still there is disconnected."""

    participants: dict[RawId, Participant] = attrs.Factory(dict[RawId, Participant])
    """By raw id, in order of their first appearance.

    Who left stays listed; who comes back takes their old place.
    """

    origin: TransferOrigin | None = None
    """What it came from, for a call that a transfer made."""

    custom_context: CustomContext | None = None
    """What everybody is to know who is called and was given nothing of their own."""

    is_answered: bool = False
    """Whether anybody whom the starter called has accepted; true at once where there is nobody to wait for.
    """

    sharer: RawId | None = None
    """Whose share can be seen: one at a time."""

    tones_requested: int = 0
    """How often tones were asked for, for any telephone."""

    spoken_language: str | None = None
    """What is spoken in the call, as somebody who wanted captions said; None while nobody has."""

    hands_raised: int = 0
    """How often a hand was raised: the order of the last one, and no order is given twice."""

    spotlighted: tuple[RawId, ...] = ()
    """On whom the spotlight is, in the order in which it came to them."""

    breakouts: Breakouts = NO_BREAKOUTS
    """Its breakout rooms; never changed in place."""

    channel_sessions: int = 0
    """How many sessions data channels have had; the number of the last."""

    present: int = 0
    """How many participants are in the call or on their way into it."""

    open_legs: int = 0
    """How many legs are not over."""

    is_over: bool = False
    end_reason: EndReason | None = None
    """Why the call ended, once it is over; until then why somebody left who would be its end: in a one-to-one
    call the first, in a group the last.
    """

    @property
    def role_scheme(self) -> RoleScheme:
        """Which roles the call has."""
        if self.room_id is not None:
            return RoleScheme.ROOM
        return RoleScheme.MEETING if self.has_lobby else RoleScheme.NONE

    @property
    def state(self) -> CallState:
        """The call as a whole: the state of the leg that is furthest in. Reads every participant."""
        if self.is_over:
            return CallState.DISCONNECTED
        legs = {participant.call_state for participant in self.participants.values()}
        return furthest(legs)

    def is_alone(self, who: RawId) -> bool:
        """Whether nobody but `who` has answered or come in by themselves. Stops at the first who has."""
        people = self.participants.values()
        return not any(person.has_accepted and person.is_present and person.id != who for person in people)

    def copy(self) -> "Call":
        """The same, apart: what happens to one no longer shows in the other."""
        twin = _twin(self, _OF_CALL)
        twin.participants = {id_: participant.copy() for id_, participant in self.participants.items()}
        return twin


_Copied = TypeVar("_Copied", Participant, Call)
_OF_PARTICIPANT = tuple(field.name for field in attrs.fields(Participant))
_OF_CALL = tuple(field.name for field in attrs.fields(Call))


def _twin(value: _Copied, names: tuple[str, ...]) -> _Copied:
    """What `attrs.evolve` makes, which looks every field up anew and takes three times as long."""
    twin = object.__new__(type(value))
    for name in names:
        setattr(twin, name, getattr(value, name))
    return twin
