"""Whether the call is recorded or written down, as one agent's user sees it, and their consent to it."""

from typing import TYPE_CHECKING

from calltape.adapters.agent.changes import Changes
from calltape.core import Call as CallModel
from calltape.core import CallId, GrantConsent, Recording, RecordingKind, consent_is_missing, is_active

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent


class RecordingFeature:
    """Recordings and transcriptions of one call, for one agent: `call.recording`. Nobody here starts one."""

    def __init__(self, agent: "CallAgent", call_id: CallId, model: CallModel) -> None:
        self.recordings_updated: Changes[tuple[Recording, ...]] = Changes()
        """All recordings and transcriptions there were, whenever one starts, pauses, goes on or ends."""

        self.consent_required_changed: Changes[bool] = Changes()
        self._agent = agent
        self._call_id = call_id
        self._model = model
        self._told = (self.recordings, self.is_consent_required)

    @property
    def recordings(self) -> tuple[Recording, ...]:
        """All recordings and transcriptions of the call, those that ended included."""
        return tuple(self._model.recordings.values())

    @property
    def is_recording_active(self) -> bool:
        """Whether a service records at this moment: the user has to be told."""
        return is_active(self._model, RecordingKind.RECORDING)

    @property
    def is_transcription_active(self) -> bool:
        """Whether a service writes down what is said at this moment."""
        return is_active(self._model, RecordingKind.TRANSCRIPTION)

    @property
    def is_local_recording_active(self) -> bool:
        """Whether a participant records at this moment."""
        return is_active(self._model, RecordingKind.LOCAL_RECORDING)

    @property
    def is_consent_required(self) -> bool:
        """Whether this side is neither heard nor seen until it consents."""
        me = self._model.participants.get(self._agent.raw_id)
        return me is not None and consent_is_missing(self._model, me)

    async def grant_consent(self) -> None:
        """Agree to be recorded and written down, for as long as this side is in the call. Unmutes nobody.

        Raises:
            Refused: nothing asks for consent, or this side is not in the call.
        """
        await self._agent.runtime.give(self._call_id, GrantConsent, participant=self._agent.raw_id)

    def follow(self, model: CallModel) -> None:
        """Tell what changed. For the call."""
        self._model = model
        recordings, needed = self._told
        self._told = (self.recordings, self.is_consent_required)
        if self._told[0] != recordings:
            self.recordings_updated.tell(self._told[0])
        if self._told[1] != needed:
            self.consent_required_changed.tell(self._told[1])

    def end(self) -> None:
        """The call is over. For the call."""
        self.recordings_updated.end()
        self.consent_required_changed.end()
