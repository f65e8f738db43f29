"""Who is up in a call, as signalling has it: kept as it changes, so that nobody counts a call of 350 anew for
each look at one of them.
"""

from collections.abc import Iterable

import attrs

from calltape.core.call.caller_id import is_phone
from calltape.core.call.inviting import CallPromoted
from calltape.core.call.state import Call, CallKind, Participant
from calltape.core.diagnosis import NOT_THERE, Standing
from calltape.core.events import Event
from calltape.core.identity import RawId
from calltape.core.states import CallState

HELD = frozenset({CallState.LOCAL_HOLD, CallState.REMOTE_HOLD})
"""On hold: nothing has to flow."""


def touched(call: Call, event: Event) -> Iterable[RawId]:
    """Whose place in the call `event` may have changed: mostly one's, and the other side's if there is one.

    Args:
        call: the call after the event.
        event: what happened.
    """
    if call.kind is CallKind.ONE_TO_ONE or isinstance(event, CallPromoted):
        return tuple(call.participants)
    who: RawId | None = getattr(event, "participant", None)
    return () if who is None else (who,)


@attrs.define(kw_only=True)
class Presence:
    """Who is up. Changed in place by whoever owns it."""

    up: set[RawId] = attrs.Factory(set[RawId])
    """Who is connected, not on hold, and whose media is not lost; no telephones."""

    telephones: set[RawId] = attrs.Factory(set[RawId])
    """The same of telephones, whose media may run somewhere else."""

    heard: set[RawId] = attrs.Factory(set[RawId])
    """Who is connected and not muted, telephones included."""

    @property
    def count(self) -> int:
        """How many are up, telephones included."""
        return len(self.up) + len(self.telephones)

    def note(self, call: Call, who: RawId) -> None:
        """Take in how `who` stands in `call` now."""
        person = call.participants.get(who)
        is_there = person is not None and person.call_state is CallState.CONNECTED
        _keep(self.heard, who, is_there and person is not None and not person.is_muted)
        ups = self.telephones if is_phone(who) else self.up
        _keep(ups, who, is_there and person is not None and not person.is_media_lost)

    def standing(
        self, call: Call, who: RawId, *, has_flowed: bool, is_given_up: bool, is_measured: bool
    ) -> Standing:
        """How the leg of `who` stands in `call`.

        Args:
            call: the call as it is.
            who: whose leg.
            has_flowed: whether it was measured to send.
            is_given_up: whether they are out of the call because lost media did not come back.
            is_measured: whether media of the call is measured.
        """
        person = call.participants.get(who)
        if person is None or not person.is_present:
            return Standing(is_given_up=is_given_up) if is_given_up else NOT_THERE
        return Standing(
            is_present=True,
            is_connected=person.call_state is CallState.CONNECTED or person.call_state in HELD,
            is_muted=person.is_muted,
            is_held=person.call_state in HELD,
            is_media_lost=person.is_media_lost,
            must_flow=self._must_flow(person, has_flowed=has_flowed),
            is_measured=is_measured,
            hears_somebody=len(self.heard) > (who in self.heard),
        )

    def _must_flow(self, person: Participant, *, has_flowed: bool) -> bool:
        """Whether something is to be measured of what they send: somebody is there to whom it goes.

        To a telephone only once it was: its media may run where nobody measures.
        """
        if person.call_state is not CallState.CONNECTED or person.is_muted or person.is_media_lost:
            return False
        others = len(self.up) - (person.id in self.up) + (len(self.telephones) if has_flowed else 0)
        return others > 0 and not is_phone(person.id)


def _keep(members: set[RawId], who: RawId, is_member: bool) -> None:
    if is_member:
        members.add(who)
    else:
        members.discard(who)
