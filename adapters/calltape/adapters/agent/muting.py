"""Microphones and loudspeakers of a call, from one agent's side: one's own, and muting others."""

from typing import TYPE_CHECKING

from calltape.adapters.agent.asking import AskedCall
from calltape.adapters.agent.changes import Changes
from calltape.core import Call as CallModel
from calltape.core import (
    CallId,
    Mute,
    MuteAll,
    MuteIncomingAudio,
    MuteParticipant,
    ParticipantMuted,
    RawId,
    Recorded,
    Unmute,
    UnmuteIncomingAudio,
    raw_id,
)

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent


class MutingCall(AskedCall):
    """The part of `Call` that mutes: every method returns when what it asks for is recorded.

    Raises `Refused`, with what would be accepted, when the call does not allow it now.
    """

    def __init__(self, agent: "CallAgent", call_id: CallId, model: CallModel) -> None:
        super().__init__(agent, call_id, model)
        self.is_muted_changed: Changes[bool] = Changes()
        self.is_incoming_audio_muted_changed: Changes[bool] = Changes()
        self.muted_by_others: Changes[RawId] = Changes()
        """Who muted this side; it may unmute itself. `is_muted_changed` is told as well."""

        self._silence = (self.is_muted, self.is_incoming_audio_muted)

    @property
    def is_muted(self) -> bool:
        """Whether this side's microphone is muted, by whomever."""
        return self.me.is_muted

    @property
    def is_incoming_audio_muted(self) -> bool:
        """Whether this side has chosen to hear nothing."""
        return self.me.is_incoming_audio_muted

    async def mute(self) -> None:
        """Mute this side's microphone."""
        await self._give(Mute)

    async def unmute(self) -> None:
        """Unmute this side's microphone."""
        await self._give(Unmute)

    async def mute_incoming_audio(self) -> None:
        """Hear nothing from now on."""
        await self._give(MuteIncomingAudio)

    async def unmute_incoming_audio(self) -> None:
        """Hear the others again."""
        await self._give(UnmuteIncomingAudio)

    async def mute_participant(self, identifier: str) -> None:
        """Mute somebody else, who may unmute themselves. Not between two, and where roles allow it.

        Raises:
            BadInput: `identifier` is no raw id.
        """
        who, me = raw_id(identifier), self._agent.raw_id
        await self._agent.runtime.give(self.id, MuteParticipant, participant=who, by=me)

    async def mute_all_remote_participants(self) -> None:
        """Mute everybody else who is up in the call."""
        await self._agent.runtime.give(self.id, MuteAll, by=self._agent.raw_id)

    def follow_muting(self, recorded: tuple[Recorded, ...]) -> None:
        """Tell what has changed since the last time. For the call."""
        (was_muted, was_deaf), self._silence = self._silence, (self.is_muted, self.is_incoming_audio_muted)
        if was_muted != self.is_muted:
            self.is_muted_changed.tell(self.is_muted)
        if was_deaf != self.is_incoming_audio_muted:
            self.is_incoming_audio_muted_changed.tell(self.is_incoming_audio_muted)
        for each in recorded:
            fact, me = each.event, self._agent.raw_id
            if not isinstance(fact, ParticipantMuted) or fact.participant != me:
                continue
            if fact.by is not None and fact.by != me:
                self.muted_by_others.tell(fact.by)

    def end_muting(self) -> None:
        """The call is over. For the call."""
        self.is_muted_changed.end()
        self.is_incoming_audio_muted_changed.end()
        self.muted_by_others.end()
