"""Who speaks in a call, as one agent's user hears it."""

from typing import TYPE_CHECKING

from calltape.adapters.agent.changes import Changes
from calltape.core import CallId, DominantSpeakersChanged, RawId

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent


class DominantSpeakersFeature:
    """Who speaks and who is most dominant: `call.dominant_speakers`. This side is among them.

    It comes from what is measured of everybody's sound, so where no media is measured nobody speaks.
    """

    def __init__(self, agent: "CallAgent", call_id: CallId) -> None:
        self.speakers_changed: Changes[tuple[RawId, ...]] = Changes()
        """The most dominant speakers, whenever they are others or in another order."""

        self._agent = agent
        self._said = agent.runtime.watches.speakers(call_id)
        self._told = self.speakers

    @property
    def speakers(self) -> tuple[RawId, ...]:
        """Who speaks or spoke, the most dominant first; four at most."""
        ranking = () if self._said is None else self._said.speakers
        return ranking[: self._agent.runtime.limits.dominant_speakers_max]

    def is_speaking(self, who: RawId) -> bool:
        """Whether `who` speaks now."""
        return self._said is not None and who in self._said.speaking

    def hear(self, fact: DominantSpeakersChanged) -> None:
        """Take in who speaks, and tell. For the call."""
        self._said = fact
        before, self._told = self._told, self.speakers
        if before != self._told:
            self.speakers_changed.tell(self._told)

    def end(self) -> None:
        """The call is over. For the call."""
        self.speakers_changed.end()
