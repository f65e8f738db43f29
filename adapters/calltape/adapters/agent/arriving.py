"""Calls that an agent comes into without asking for them: where its user is handed over, or moved to."""

import attrs

from calltape.core import Call, CallId, EndpointId, ParticipantJoined, RawId, Recorded, read_breakout_locator


@attrs.frozen
class Arrival:
    """An agent's user has come into a call."""

    origin: CallId
    """The call that led there, whose equipment is used again."""

    is_transfer: bool
    """They were handed over; else they are in a breakout room of `origin`."""


def arrival(call: Call, recorded: tuple[Recorded, ...], who: RawId, endpoint: EndpointId) -> Arrival | None:
    """Whether `recorded`, events of a call which is now as `call`, brings `who` into it from another call.

    Args:
        call: the call after the events; read only.
        recorded: what happened in it.
        who, endpoint: whom it would bring, and where they are.
    """
    me = call.participants.get(who)
    if me is None or me.endpoint != endpoint:
        return None
    if call.origin is not None:
        is_placed = recorded[0].version == 1 and call.starter == who
        return Arrival(call.origin.call_id, is_transfer=True) if is_placed else None
    room = read_breakout_locator(call.group_id)
    if room is None or not any(_joins(each, who) for each in recorded):
        return None
    return Arrival(room[0], is_transfer=False)


def _joins(recorded: Recorded, who: RawId) -> bool:
    return isinstance(recorded.event, ParticipantJoined) and recorded.event.participant == who
