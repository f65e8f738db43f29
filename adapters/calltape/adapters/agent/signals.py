"""What is signalled in a call, from one agent's side: raised hands and the spotlight."""

from typing import TYPE_CHECKING

import attrs

from calltape.adapters.agent.asking import AskedCall
from calltape.adapters.agent.changes import Changes
from calltape.adapters.agent.surveying import submit_survey
from calltape.core import (
    Call as CallModel,
)
from calltape.core import (
    CallId,
    LowerAllHands,
    LowerHand,
    LowerHands,
    RaiseHand,
    Rating,
    RawId,
    StartSpotlight,
    StopAllSpotlight,
    StopSpotlight,
    SurveyCategory,
    SurveySubmitted,
    raw_id,
)

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent


@attrs.frozen
class RaisedHand:
    """Somebody's hand is up."""

    identifier: RawId
    order: int
    """Sorts the hands; given once in a call."""


class Signals(AskedCall):
    """The part of `Call` that signals: every method returns when what it asks for is recorded.

    Raises `Refused`, with what would be accepted, when the call does not allow it now, and `BadInput` where
    an identifier is no raw id.
    """

    def __init__(self, agent: "CallAgent", call_id: CallId, model: CallModel) -> None:
        super().__init__(agent, call_id, model)
        self.raised_hands_changed: Changes[tuple[RaisedHand, ...]] = Changes()
        """All raised hands, whenever one goes up or down."""

        self.spotlight_changed: Changes[tuple[RawId, ...]] = Changes()
        """Everybody in the spotlight, whenever that is somebody else."""

        self._signalled: tuple[tuple[RaisedHand, ...], tuple[RawId, ...]] = ((), ())

    async def submit_survey(self, ratings: dict[SurveyCategory, Rating]) -> SurveySubmitted:
        """Say what this side thought of the call, once, during it or after.

        Raises:
            Refused: a rating makes no sense, nothing is rated, or this side has answered already.
        """
        return await submit_survey(self._agent, self.id, ratings)

    @property
    def raised_hands(self) -> tuple[RaisedHand, ...]:
        """The raised hands, the first first. Reads every participant."""
        people = self._model.participants.values()
        hands = (RaisedHand(person.id, person.hand) for person in people if person.hand is not None)
        return tuple(sorted(hands, key=lambda hand: hand.order))

    @property
    def spotlighted(self) -> tuple[RawId, ...]:
        """Who is in the spotlight, in the order in which it came to them."""
        return self._model.spotlighted

    async def raise_hand(self) -> None:
        """Raise this side's hand; it keeps its place if it is up."""
        await self._agent.runtime.give(self.id, RaiseHand, participant=self._agent.raw_id)

    async def lower_hand(self) -> None:
        """Lower this side's hand."""
        await self._agent.runtime.give(self.id, LowerHand, participant=self._agent.raw_id)

    async def lower_hands(self, *identifiers: str) -> None:
        """Lower the hands of others; takes a role that may."""
        await self._agent.runtime.give(
            self.id, LowerHands, by=self._agent.raw_id, participants=_people(identifiers)
        )

    async def lower_all_hands(self) -> None:
        """Lower every hand; takes a role that may."""
        await self._agent.runtime.give(self.id, LowerAllHands, by=self._agent.raw_id)

    async def start_spotlight(self, *identifiers: str) -> None:
        """Put people into the spotlight; nobody named means this side."""
        await self._agent.runtime.give(
            self.id, StartSpotlight, by=self._agent.raw_id, participants=_people(identifiers)
        )

    async def stop_spotlight(self, *identifiers: str) -> None:
        """Take people out of the spotlight; nobody named means this side."""
        await self._agent.runtime.give(
            self.id, StopSpotlight, by=self._agent.raw_id, participants=_people(identifiers)
        )

    async def stop_all_spotlight(self) -> None:
        """Take everybody out of the spotlight."""
        await self._agent.runtime.give(self.id, StopAllSpotlight, by=self._agent.raw_id)

    def follow_signals(self) -> None:
        """Tell what has changed since the last time. For the call."""
        was, now = self._signalled, (self.raised_hands, self.spotlighted)
        self._signalled = now
        if was[0] != now[0]:
            self.raised_hands_changed.tell(now[0])
        if was[1] != now[1]:
            self.spotlight_changed.tell(now[1])

    def end_signals(self) -> None:
        """The call is over. For the call."""
        self.raised_hands_changed.end()
        self.spotlight_changed.end()


def _people(identifiers: tuple[str, ...]) -> tuple[RawId, ...]:
    return tuple(raw_id(each) for each in identifiers)
