"""A deadline that runs is one that the lifecycles declare, each machine that waits in its own file.

The law that every wait has a deadline reads the legs' states. This one reads the other way round, from the
deadlines that run to every file that must say so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from calltape.core import (
    BREAKOUT_STAY,
    CALL,
    CAPTIONS,
    DATA_CHANNEL,
    INCOMING_CALL,
    LIFECYCLES,
    PARTICIPANT,
    SHARE_STREAM,
    STREAM_EFFECT,
    TRANSFER,
    VIDEO_STREAM,
    Call,
    CallState,
    DataChannelState,
    EffectState,
    Lifecycle,
    OfferState,
    Participant,
    PushBook,
    StreamKind,
    TokenBook,
    Wait,
    deadlines,
    push_deadlines,
    token_deadlines,
    transfer_state,
)
from calltape.core.call.captioning import captions_state
from calltape.core.streams import state_in

Declared = tuple[str, str, str, str]
"""A lifecycle's name, a state, how the limit's name begins, how the deadline's `when` begins."""


def undeclared(call: Call) -> str | None:
    """A deadline of `call` that runs and that a file does not declare; None when all are declared."""
    for key in deadlines(call):
        person = call.participants.get(key.participant) if key.participant is not None else None
        if person is not None:
            for declared in _DECLARED[key.wait](person):
                if not _says(*declared):
                    return f"{declared[0]}: {declared[1]} does not declare {key.wait}, which runs"
    return None


def undeclared_beside(pushes: Iterable[PushBook], tokens: Iterable[TokenBook]) -> str | None:
    """The same of the books that are kept beside calls."""
    if any(push_deadlines(book) for book in pushes) and not _says(
        "push_registration", "Registered", "push_ttl", ""
    ):
        return "push_registration: Registered does not declare a deadline"
    if any(token_deadlines(book) for book in tokens) and not _says("token", "Valid", "", ""):
        return "token: Valid does not declare a deadline"
    return None


def _says(lifecycle: str, state: str, limit: str, when: str) -> bool:
    life: Lifecycle[Any] = LIFECYCLES[lifecycle]
    return any(
        any(each.startswith(limit) for each in deadline.after) and deadline.when.startswith(when)
        for deadline in life.states[state].expires
    )


def _leg(person: Participant, limit: str, when: str) -> Declared:
    return CALL.name, person.call_state, limit, when


def _seen(person: Participant, limit: str) -> Declared:
    return PARTICIPANT.name, person.state, limit, ""


def _set_up(person: Participant) -> Iterator[Declared]:
    yield _leg(person, "establish_", "")
    yield _seen(person, "establish_")
    if OfferState.OFFERED in person.offers.values():
        yield INCOMING_CALL.name, OfferState.OFFERED, "establish_", ""


def _stream(lifecycle: str, kind: StreamKind, when: str) -> Callable[[Participant], Iterator[Declared]]:
    def declared(person: Participant) -> Iterator[Declared]:
        yield _leg(person, "modality_s", when)
        yield lifecycle, state_in(person.streams, kind), "modality_s", ""

    return declared


def _asked(person: Participant) -> str:
    return "a resume" if person.call_state is CallState.LOCAL_HOLD else "a hold"


def _lost(person: Participant) -> Iterator[Declared]:
    yield _leg(person, "reconnect_s", "media is lost")
    yield _seen(person, "reconnect_s")


def _lobby(person: Participant) -> Iterator[Declared]:
    yield _leg(person, "lobby_s", "")
    yield _seen(person, "lobby_s")


def _transfer(person: Participant) -> Iterator[Declared]:
    yield _leg(person, "transfer_s", "")
    yield TRANSFER.name, transfer_state(person), "transfer_s", ""


def _captions(person: Participant) -> Iterator[Declared]:
    yield _leg(person, "modality_s", "captions")
    yield CAPTIONS.name, captions_state(person), "modality_s", ""


def _channel(person: Participant) -> Iterator[Declared]:
    yield _leg(person, "data_channel", "")
    if any(each.state is DataChannelState.OPEN for each in person.channels.values()):
        yield DATA_CHANNEL.name, DataChannelState.OPEN, "data_channel", ""


def _effect(person: Participant) -> Iterator[Declared]:
    yield _leg(person, "video_effect", "")
    for use in person.effects.values():
        if use.state is EffectState.STARTING:
            is_warned = use.warn_at is None
            yield STREAM_EFFECT.name, use.state, "modality_s" if is_warned else "video_effect", ""


def _breakout(person: Participant) -> Iterator[Declared]:
    yield BREAKOUT_STAY.name, person.breakout.state, "", ""


_DECLARED: Mapping[Wait, Callable[[Participant], Iterator[Declared]]] = {
    Wait.ESTABLISH: _set_up,
    Wait.RECONNECT: _lost,
    Wait.TEARDOWN: lambda person: iter([_leg(person, "reconnect_s", "teardown")]),
    Wait.MODALITY: lambda person: iter([_leg(person, "modality_s", _asked(person))]),
    Wait.VIDEO: _stream(VIDEO_STREAM.name, StreamKind.VIDEO, "a video"),
    Wait.SHARE: _stream(SHARE_STREAM.name, StreamKind.SCREEN_SHARING, "a share"),
    Wait.LOBBY: _lobby,
    Wait.TRANSFER: _transfer,
    Wait.CAPTIONS: _captions,
    Wait.TONES: lambda person: iter([_leg(person, "dtmf_", "")]),
    Wait.DATA_CHANNEL: _channel,
    Wait.EFFECT: _effect,
    Wait.BREAKOUT: _breakout,
}
"""Where a running deadline of a participant must be declared."""
