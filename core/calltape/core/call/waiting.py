"""What silence will mean: the deadlines that are running, read off the state."""

from collections.abc import Mapping
from operator import attrgetter
from types import MappingProxyType

from calltape.core.call.state import Call, DeadlineKey, Participant, Wait
from calltape.core.identity import RawId
from calltape.core.values import Instant


def deadline(call: Call, key: DeadlineKey) -> Instant | None:
    """When the deadline `key` passes, or None when it is not running. Costs the same in every call."""
    if key.participant is None:
        return _duration(call) if key.wait is Wait.DURATION else None
    return deadlines_of(call, key.participant).get(key.wait)


def deadlines_of(call: Call, who: RawId) -> Mapping[Wait, Instant]:
    """The deadlines of one participant that are running. Costs the same in every call."""
    participant = call.participants.get(who)
    return {} if participant is None else _of_participant(participant)


def deadlines(call: Call) -> Mapping[DeadlineKey, Instant]:
    """Every deadline that is running, and when it passes. Reads every participant."""
    running: dict[DeadlineKey, Instant] = {}
    if (ends_by := _duration(call)) is not None:
        running[DeadlineKey(Wait.DURATION)] = ends_by
    for participant in call.participants.values():
        for wait, at in _of_participant(participant).items():
            running[DeadlineKey(wait, participant.id)] = at
    return MappingProxyType(running)


def _duration(call: Call) -> Instant | None:
    """Runs while somebody is there whom the end of the longest call could disconnect."""
    return call.ends_by if call.present else None


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
    Wait.LOBBY: attrgetter("lobby_until"),
    Wait.TEARDOWN: attrgetter("teardown_until"),
}


def _of_participant(participant: Participant) -> dict[Wait, Instant]:
    return {wait: at for wait, read in _FIELDS.items() if (at := read(participant)) is not None}
