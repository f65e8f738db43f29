"""Media access of a meeting, as one agent's user has it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs

from calltape.core import Call as CallModel
from calltape.core import (
    CallId,
    ForbidMedia,
    ForbidOthersMedia,
    Modality,
    PermitMedia,
    PermitOthersMedia,
    RawId,
    is_permitted,
    raw_id,
)

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent


@attrs.frozen(kw_only=True)
class MediaAccess:
    """What somebody may send."""

    participant: RawId
    is_audio_permitted: bool
    is_video_permitted: bool


@attrs.frozen(kw_only=True)
class MeetingMediaAccess:
    """What the attendees of whom nothing else was said may send."""

    is_audio_permitted: bool
    is_video_permitted: bool


class MediaAccessFeature:
    """Who may be heard and seen: `call.media_access`. For the organizers and presenters of a meeting.

    Every method returns when what it asks for is recorded. It raises `Refused` outside meetings, to who has
    not the role, and about who is no attendee; and `BadInput` where an identifier is no raw id.
    """

    def __init__(self, agent: "CallAgent", call_id: CallId, model: CallModel) -> None:
        self._agent = agent
        self._call_id = call_id
        self._model = model

    async def permit_audio(self, identifiers: Sequence[str]) -> None:
        """Let these be heard again; unmutes nobody."""
        await self._say(PermitMedia, Modality.AUDIO, identifiers)

    async def forbid_audio(self, identifiers: Sequence[str]) -> None:
        """Mute these, and keep them so."""
        await self._say(ForbidMedia, Modality.AUDIO, identifiers)

    async def permit_video(self, identifiers: Sequence[str]) -> None:
        """Let these be seen again; starts no camera."""
        await self._say(PermitMedia, Modality.VIDEO, identifiers)

    async def forbid_video(self, identifiers: Sequence[str]) -> None:
        """Stop the videos of these, and keep them so."""
        await self._say(ForbidMedia, Modality.VIDEO, identifiers)

    async def permit_others_audio(self) -> None:
        """Let attendees be heard, but for those of whom something else was said."""
        await self._say_of_others(PermitOthersMedia, Modality.AUDIO)

    async def forbid_others_audio(self) -> None:
        """Mute attendees, and keep them so, but for those of whom something else was said."""
        await self._say_of_others(ForbidOthersMedia, Modality.AUDIO)

    async def permit_others_video(self) -> None:
        """Let attendees be seen, but for those of whom something else was said."""
        await self._say_of_others(PermitOthersMedia, Modality.VIDEO)

    async def forbid_others_video(self) -> None:
        """Stop the videos of attendees, and keep them so, but for those of whom something else was said."""
        await self._say_of_others(ForbidOthersMedia, Modality.VIDEO)

    def all_others(self) -> tuple[MediaAccess, ...]:
        """What everybody else may send. Reads every participant."""
        return tuple(
            MediaAccess(
                participant=person.id,
                is_audio_permitted=is_permitted(self._model, person, Modality.AUDIO),
                is_video_permitted=is_permitted(self._model, person, Modality.VIDEO),
            )
            for person in self._model.participants.values()
            if person.is_present and person.id != self._agent.raw_id
        )

    @property
    def meeting(self) -> MeetingMediaAccess:
        """The meeting's own setting."""
        return MeetingMediaAccess(
            is_audio_permitted=self._model.audio_permitted, is_video_permitted=self._model.video_permitted
        )

    def follow(self, model: CallModel) -> None:
        """The call went on. For the call."""
        self._model = model

    async def _say(
        self, kind: type[PermitMedia | ForbidMedia], modality: Modality, identifiers: Sequence[str]
    ) -> None:
        people = tuple(raw_id(each) for each in identifiers)
        await self._agent.runtime.give(
            self._call_id, kind, participants=people, modality=modality, by=self._agent.raw_id
        )

    async def _say_of_others(
        self, kind: type[PermitOthersMedia | ForbidOthersMedia], modality: Modality
    ) -> None:
        await self._agent.runtime.give(self._call_id, kind, modality=modality, by=self._agent.raw_id)
