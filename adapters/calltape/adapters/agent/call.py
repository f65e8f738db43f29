"""A call and its participants, as one agent's user sees them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import attrs

from calltape.adapters.agent.changes import Changes
from calltape.adapters.agent.dialling import send_keys
from calltape.adapters.agent.features import FeaturedCall
from calltape.adapters.agent.muting import MutingCall
from calltape.adapters.agent.passing import Passing
from calltape.adapters.agent.seeing import (
    Receptions,
    RemoteVideoStream,
    remote_streams,
    seen_by,
    still_available,
    videos_to_show,
)
from calltape.adapters.agent.sending import SendingCall
from calltape.adapters.agent.signals import Signals
from calltape.adapters.agent.transferring import hand_over, hand_over_to_voicemail
from calltape.core import Call as CallModel
from calltape.core import (
    CallId,
    CallState,
    CustomContext,
    DiagnosticChanged,
    DominantSpeakersChanged,
    EndReason,
    HangUp,
    Hold,
    HoldFailed,
    Invite,
    MediaSampled,
    Participant,
    ParticipantState,
    Platform,
    RawId,
    ReceptionChanged,
    Recorded,
    Refused,
    RemoteDiagnosticSent,
    Remove,
    Resume,
    ResumeFailed,
    Role,
    RoomPass,
    raw_id,
)

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent

Direction = Literal["Incoming", "Outgoing"]


@attrs.frozen
class RosterDelta:
    """Who came, who went and who changed."""

    added: tuple["RemoteParticipant", ...]
    removed: tuple["RemoteParticipant", ...]
    changed: tuple["RemoteParticipant", ...] = ()


@attrs.frozen(kw_only=True)
class RemoteParticipant:
    """Another participant, at one moment."""

    identifier: RawId
    state: ParticipantState
    display_name: str | None
    is_muted: bool
    end_reason: EndReason | None
    role: Role = Role.UNKNOWN
    is_speaking: bool = False
    video_streams: tuple[RemoteVideoStream, ...] = ()
    """What they send: a video and a share at most."""


class Call(MutingCall, SendingCall, Signals, Passing, FeaturedCall):
    """One call of one agent. Made by `CallAgent.start_call`, `CallAgent.join` and `IncomingCall.accept`.

    What it shows is always what has been recorded; every method returns when its outcome is recorded, and
    raises `Refused`, with what would be accepted, when the call does not allow it now.
    """

    def __init__(self, agent: "CallAgent", call_id: CallId, model: CallModel, direction: Direction) -> None:
        super().__init__(agent, call_id, model)
        self.direction: Direction = direction
        self.state_changed: Changes[CallState] = Changes()
        """The new state of the call as this side sees it."""

        self.remote_participants_updated: Changes[RosterDelta] = Changes()
        self.is_local_video_started_changed: Changes[bool] = Changes()
        self.is_screen_sharing_on_changed: Changes[bool] = Changes()
        self._receptions: Receptions = {}
        self._shown = self._view()

    # --- what it shows
    # --------------------------------------------------------------------------------------------

    @property
    def end_reason(self) -> EndReason | None:
        """Why this side is out of the call; None while it is not."""
        return self.me.end_reason

    @property
    def remote_participants(self) -> tuple[RemoteParticipant, ...]:
        """Everybody else who is in the call or on the way into it."""
        people = self._model.participants.values()
        return tuple(self._remote(p) for p in people if p.id != self._agent.raw_id and p.is_present)

    def _remote(self, person: Participant) -> RemoteParticipant:
        return RemoteParticipant(
            identifier=person.id,
            state=person.state,
            display_name=person.display_name,
            is_muted=person.is_muted,
            end_reason=person.end_reason,
            role=person.role,
            is_speaking=self.dominant_speakers.is_speaking(person.id),
            video_streams=remote_streams(person, self._receptions),
        )

    def visible_videos(
        self, platform: Platform = Platform.DESKTOP_WEB, *, dominance: Sequence[RawId] = ()
    ) -> tuple[RawId, ...]:
        """Whose video this side can see on `platform`, the most dominant first.

        Args:
            platform: where this side is.
            dominance: who speaks, the most dominant first. In a call of 100 and more nobody else is seen.
        """
        return seen_by(self._model, self._agent.raw_id, platform, dominance, self._agent.runtime.limits)

    def optimal_video_count(self, platform: Platform = Platform.DESKTOP_WEB) -> int:
        """How many videos had best be shown on `platform` at most, as long as nothing else was measured."""
        return videos_to_show(self._model, platform, self._agent.runtime.limits)

    # --- what can be done
    # -----------------------------------------------------------------------------------------

    async def hold(self) -> None:
        """Put the call on hold; returns when it is.

        Raises:
            OperationFailed: the hold did not happen.
        """
        await self.ask(Hold, (HoldFailed,), lambda: self.state is CallState.LOCAL_HOLD)

    async def resume(self) -> None:
        """End this side's hold; returns when it is over, even if the other side still holds.

        Raises:
            OperationFailed: the resume did not happen.
        """
        if self.state is CallState.LOCAL_HOLD:
            await self._agent.make_room("Resume", but={self.id})
        await self.ask(Resume, (ResumeFailed,), lambda: self.state is not CallState.LOCAL_HOLD)

    async def transfer(
        self,
        target: "str | Call",
        *,
        disable_forwarding_and_unanswered: bool = False,
        custom_context: CustomContext | None = None,
    ) -> None:
        """Hand the other side over; returns when the target has answered, and this call is over then.

        Args:
            target: whom the other side is to talk to, a raw id; or another call of this agent, between two,
                whose other side it is to talk to: then that call is over as well.
            disable_forwarding_and_unanswered: the attempt ends where the target's own rules would send it
                on to somebody else.
            custom_context: what the target is to know.

        Raises:
            BadInput: `target` is no raw id, or a call that is not between two.
            Refused: this call cannot be transferred now.
            OperationFailed: the target was not reached; this call goes on as it was.
        """
        await hand_over(
            self,
            self._agent,
            target,
            is_forwarding_disabled=disable_forwarding_and_unanswered,
            custom_context=custom_context,
        )

    async def transfer_to_voicemail(self, target: str) -> None:
        """Hand the other side over to the voicemail of `target`, a Microsoft 365 user.

        Raises:
            BadInput, Refused, OperationFailed: see `transfer`.
        """
        await hand_over_to_voicemail(self, self._agent, target)

    async def hang_up(self, *, for_everyone: bool = False) -> None:
        """Leave the call, or end it for everyone. Hanging up what is already over is no mistake."""
        try:
            await self._agent.runtime.give(
                self.id, HangUp, participant=self._agent.raw_id, for_everyone=for_everyone
            )
        except Refused as refused:
            if refused.state not in {CallState.DISCONNECTING, CallState.DISCONNECTED}:
                raise

    async def add_participant(
        self,
        identifier: str,
        *,
        alternate_caller_id: str | None = None,
        custom_context: CustomContext | None = None,
    ) -> RemoteParticipant:
        """Invite somebody into the call; a one-to-one call becomes a group call by it.

        Args:
            identifier: a raw id; a telephone's is `4:` and its number.
            alternate_caller_id: the number that a telephone is shown, in E.164; None for the gateway's own.
            custom_context: what they are to know; None for what the call carries.

        Raises:
            BadInput: `identifier` is no raw id.
            Refused: this side is not up or may not invite them, or the call cannot carry that.
        """
        who, runtime = raw_id(identifier), self._agent.runtime

        async def invite(room: RoomPass | None = None) -> None:
            await runtime.give(
                self.id,
                Invite,
                participant=who,
                by=self._agent.raw_id,
                alternate_caller_id=alternate_caller_id,
                custom_context=custom_context,
                room=room,
            )

        if (room_id := self._model.room_id) is None:
            await invite()
        else:

            async def invite_into_room() -> None:
                await invite(await runtime.rooms.pass_for(room_id, who))

            await runtime.rooms.in_turn(room_id, invite_into_room)
        return self._remote(self._model.participants[who])

    async def send_dtmf(self, keys: str, *, to: str | None = None) -> None:
        """Press keys for a telephone in the call; returns when their tones have been sent.

        Args:
            keys: `0` to `9`, `A` to `D`, `*`, `#`, and `!` for flash.
            to: the telephone's raw id; None for the only one in the call.

        Raises:
            BadInput: a character is no key, or it is not clear which telephone is meant.
            Refused: the telephone cannot be sent tones now.
            OperationFailed: they were not sent.
        """
        await send_keys(self, self._agent, keys, to)

    async def remove_participant(self, identifier: str) -> None:
        """Remove somebody from the call.

        Raises:
            BadInput: `identifier` is no raw id.
        """
        await self._agent.runtime.give(self.id, Remove, participant=raw_id(identifier), by=self._agent.raw_id)

    # --- keeping up
    # -----------------------------------------------------------------------------------------------

    def follow(self, model: CallModel, recorded: tuple[Recorded, ...]) -> None:
        """Take in what was recorded and tell whoever listens. For the agent."""
        self._model = model
        self._receptions = still_available(model, self._receptions)
        before, self._shown = self._shown, self._view()
        for each in recorded:
            self.events.tell(each)
        self._tell_differences(before, self._shown)
        self.follow_muting(recorded)
        self.follow_features(model, recorded)
        self.follow_signals()
        self.follow_captions()
        if model.is_over:
            self.end_signals()
            self.end_features()
            self.end_muting()
            self.end_passing()
            for source in (
                self.state_changed,
                self.remote_participants_updated,
                self.is_local_video_started_changed,
                self.is_screen_sharing_on_changed,
                self.events,
            ):
                source.end()

    def receive(self, recorded: Recorded) -> None:
        """Take in what was recorded beside the call of anybody's media, if it is news here. For the agent."""
        match fact := recorded.event:
            case ReceptionChanged(participant=self._agent.raw_id):
                self._receptions[fact.sender, fact.kind] = fact
            case DominantSpeakersChanged():
                self.dominant_speakers.hear(fact)
            case DiagnosticChanged() | RemoteDiagnosticSent():
                self.diagnostics.receive(fact)
                return
            case MediaSampled():
                self.media_stats.receive(fact, recorded)
                return
            case _:
                return
        before, self._shown = self._shown, self._view()
        self._tell_differences(before, self._shown)

    def _view(self) -> "_Shown":
        others = {p.identifier: p for p in self.remote_participants}
        return _Shown(self.state, others, self.is_local_video_started, self.is_screen_sharing_on)

    def _tell_differences(self, before: "_Shown", after: "_Shown") -> None:
        if before.is_video_started != after.is_video_started:
            self.is_local_video_started_changed.tell(after.is_video_started)
        if before.is_sharing != after.is_sharing:
            self.is_screen_sharing_on_changed.tell(after.is_sharing)
        added = tuple(p for who, p in after.others.items() if who not in before.others)
        removed = tuple(p for who, p in before.others.items() if who not in after.others)
        changed = tuple(p for who, p in after.others.items() if before.others.get(who, p) != p)
        if added or removed or changed:
            self.remote_participants_updated.tell(RosterDelta(added, removed, changed))
        if before.state != after.state:
            self.state_changed.tell(after.state)


@attrs.frozen
class _Shown:
    state: CallState
    others: dict[RawId, RemoteParticipant]
    is_video_started: bool
    is_sharing: bool
