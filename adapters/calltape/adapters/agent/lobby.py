"""The lobby of a meeting, as one agent's user has it."""

from typing import TYPE_CHECKING

from calltape.adapters.agent.changes import Changes
from calltape.core import Admit, AdmitAll, CallId, RawId, RejectFromLobby, raw_id
from calltape.core import Call as CallModel
from calltape.core.call.lobby import in_lobby

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent


class LobbyFeature:
    """Who waits to be let in: `call.lobby`. For those whose role manages the lobby.

    Every method returns when what it asks for is recorded. It raises `Refused` to who may not, and about who
    does not wait; and `BadInput` where an identifier is no raw id.
    """

    def __init__(self, agent: "CallAgent", call_id: CallId, model: CallModel) -> None:
        self.participants_updated: Changes[tuple[RawId, ...]] = Changes()
        """`lobbyParticipantsUpdated`: everybody who waits, whenever that is somebody else."""

        self._agent = agent
        self._call_id = call_id
        self._model = model
        self._told = self.participants

    @property
    def participants(self) -> tuple[RawId, ...]:
        """Who waits. Reads every participant."""
        return in_lobby(self._model)

    async def admit(self, *identifiers: str) -> None:
        """Let these in, one after the other; the first who does not wait ends it."""
        for who in [raw_id(each) for each in identifiers]:
            await self._agent.runtime.give(self._call_id, Admit, participant=who, by=self._agent.raw_id)

    async def admit_all(self) -> None:
        """Let everybody in who waits."""
        await self._agent.runtime.give(self._call_id, AdmitAll, by=self._agent.raw_id)

    async def reject(self, identifier: str) -> None:
        """Turn somebody away."""
        who = raw_id(identifier)
        await self._agent.runtime.give(self._call_id, RejectFromLobby, participant=who, by=self._agent.raw_id)

    def follow(self, model: CallModel) -> None:
        """Tell what changed. For the call."""
        self._model = model
        if not model.has_lobby and not self._told:
            return
        before, self._told = self._told, self.participants
        if before != self._told:
            self.participants_updated.tell(self._told)

    def end(self) -> None:
        """The call is over. For the call."""
        self.participants_updated.end()
