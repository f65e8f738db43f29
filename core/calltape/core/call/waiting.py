"""What silence will mean: the deadlines that are running, read off the state."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from types import MappingProxyType

from calltape.core.call.state import Call, DeadlineKey, Participant, Wait
from calltape.core.identity import RawId
from calltape.core.values import Instant


def deadline(call: Call, key: DeadlineKey) -> Instant | None:
    """When the deadline `key` passes, or None when it is not running. Costs the same in every call."""
    if key.participant is None:
        of_whole = _OF_WHOLE.get(key.wait)
        return None if of_whole is None else of_whole(call)
    return deadlines_of(call, key.participant).get(key.wait)


def deadlines_of(call: Call, who: RawId | None) -> Mapping[Wait, Instant]:
    """The deadlines of one participant that are running; None: of the whole call. As cheap in every call."""
    if who is None:
        return {wait: at for wait, of_whole in _OF_WHOLE.items() if (at := of_whole(call)) is not None}
    participant = call.participants.get(who)
    return {} if participant is None else _of_participant(participant)


def deadlines(call: Call) -> Mapping[DeadlineKey, Instant]:
    """Every deadline that is running, and when it passes. Reads every participant."""
    running: dict[DeadlineKey, Instant] = {}
    for wait, at in deadlines_of(call, None).items():
        running[DeadlineKey(wait)] = at
    for participant in call.participants.values():
        for wait, at in _of_participant(participant).items():
            running[DeadlineKey(wait, participant.id)] = at
    return MappingProxyType(running)


def _duration(call: Call) -> Instant | None:
    """Runs while somebody is there whom the end of the longest call could disconnect."""
    return call.ends_by if call.present else None


def _breakout_end(call: Call) -> Instant | None:
    """Runs while a breakout room is open that it could close."""
    ends_at = call.breakouts.ends_at
    return ends_at if ends_at is not None and call.present and call.breakouts.opened() else None


_OF_WHOLE: Mapping[Wait, Callable[[Call], Instant | None]] = {
    Wait.DURATION: _duration,
    Wait.BREAKOUT_END: _breakout_end,
}


_FIELDS = {
    Wait.ESTABLISH: attrgetter("establish_until"),
    Wait.RECONNECT: attrgetter("reconnect_until"),
    Wait.MODALITY: attrgetter("modality_until"),
    Wait.TRANSFER: attrgetter("transfer_until"),
    Wait.VIDEO: attrgetter("video_until"),
    Wait.EFFECT: attrgetter("effect_until"),
    Wait.SHARE: attrgetter("share_until"),
    Wait.TONES: attrgetter("tones_until"),
    Wait.DATA_CHANNEL: attrgetter("channel_until"),
    Wait.CAPTIONS: attrgetter("captions_until"),
    Wait.BREAKOUT: attrgetter("breakout_until"),
    Wait.LOBBY: attrgetter("lobby_until"),
    Wait.TEARDOWN: attrgetter("teardown_until"),
}


def _of_participant(participant: Participant) -> dict[Wait, Instant]:
    return {wait: at for wait, read in _FIELDS.items() if (at := read(participant)) is not None}
