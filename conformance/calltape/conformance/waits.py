"""Which deadlines should run: read off the states as the files' `expires` and their `when` say.

Independent of `calltape.core.call.waiting`, which reads the deadlines that do run off the participants'
facets; the law that every wait has a deadline holds the two against each other.
"""

from collections.abc import Callable, Container, Iterator

from calltape.core.call import Call, DeadlineKey, Participant, Wait
from calltape.core.call.transferring import transfer_state
from calltape.core.identity import RawId
from calltape.core.lifecycle_parts import Deadline
from calltape.core.states import (
    CALL,
    BreakoutStayState,
    CallState,
    CaptionsState,
    DataChannelState,
    StreamState,
    TransferState,
)
from calltape.core.stream_effects import EffectState
from calltape.core.streams import StreamKind


def expected_waits(call: Call, lost: Container[RawId]) -> set[DeadlineKey]:
    """Which deadlines should run in `call`.

    Args:
        call: read only.
        lost: whose media is lost, which the call itself knows only by the deadline.
    """
    if call.is_over:
        return set()
    found = {DeadlineKey(Wait.DURATION)} if call.present else set[DeadlineKey]()
    rooms = call.breakouts
    if call.present and rooms.ends_at and any(room.state == "open" for room in rooms.rooms.values()):
        found.add(DeadlineKey(Wait.BREAKOUT_END))
    for person in call.participants.values():
        found |= {DeadlineKey(wait, person.id) for wait in _of_one(person, is_lost=person.id in lost)}
    return found


def _of_one(person: Participant, *, is_lost: bool) -> Iterator[Wait]:
    yield from _told_apart(person)
    for deadline in _declared(person):
        facet = next(filter(deadline.when.startswith, _OF_FACETS), None)
        if "reconnect_s" in deadline.after:
            if person.call_state is CallState.DISCONNECTING:
                yield Wait.TEARDOWN
            elif is_lost:
                yield Wait.RECONNECT
        elif facet is not None:
            wait, is_waiting = _OF_FACETS[facet]
            if is_waiting(person):
                yield wait
        elif "modality_s" in deadline.after:
            if person.asked is not None:
                yield Wait.MODALITY
        else:
            yield Wait.ESTABLISH


_APART = frozenset(
    {
        *("lobby_s", "transfer_s", "dtmf_inter_tone_max_s", "data_channel_idle_close_s"),
        "video_effect_start_warning_ms",
    }
)
"""Limits of deadlines that the leg's state does not tell: those of transfers, tones, effects and data
channels are told by what they are about, and the lobby has no limit unless somebody sets one.
"""


def _declared(person: Participant) -> list[Deadline]:
    """The deadlines that the file gives their state, but for those told apart."""
    return [each for each in CALL.states[person.call_state].expires if not _APART & set(each.after)]


def _told_apart(person: Participant) -> Iterator[Wait]:
    """The deadlines of what a participant has under way beside the call."""
    if person.call_state is CallState.IN_LOBBY and person.lobby_until is not None:
        yield Wait.LOBBY
    if transfer_state(person) is TransferState.TRANSFERRING:
        yield Wait.TRANSFER
    if any(use.state is EffectState.STARTING for use in person.effects.values()):
        yield Wait.EFFECT
    if person.tones:
        yield Wait.TONES
    if person.breakout.state in {BreakoutStayState.JOINING, BreakoutStayState.RETURNING}:
        yield Wait.BREAKOUT
    if any(each.state is DataChannelState.OPEN for each in person.channels.values()):
        yield Wait.DATA_CHANNEL


def _is_changing(person: Participant, kind: StreamKind) -> bool:
    stream = person.streams.get(kind)
    return stream is not None and stream.state in {StreamState.STARTING, StreamState.STOPPING}


_OF_FACETS: dict[str, tuple[Wait, Callable[[Participant], bool]]] = {
    "a video": (Wait.VIDEO, lambda person: _is_changing(person, StreamKind.VIDEO)),
    "a share": (Wait.SHARE, lambda person: _is_changing(person, StreamKind.SCREEN_SHARING)),
    "captions": (Wait.CAPTIONS, lambda person: person.captions is CaptionsState.STARTING),
}
"""By the first words of the deadline's `when`."""
