"""The states that a call can be in, by lifecycle: which there are, and in which of them a call is.

A call has many machines: each participant's leg, how the others see them, every offer, video, share, effect
and data channel. A state is met by a call in which any of its machines is there.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from calltape.core import LIFECYCLES
from calltape.core.call import Call, Participant
from calltape.core.call.captioning import captions_state
from calltape.core.call.transferring import transfer_state
from calltape.core.errors import BadInput
from calltape.core.states import DataChannelState, OfferState, RecordingState
from calltape.core.stream_effects import EffectState
from calltape.core.streams import StreamKind, state_in


class StateName(NamedTuple):
    """One state of one lifecycle."""

    lifecycle: str
    state: str

    def __str__(self) -> str:
        return f"{self.lifecycle}.{self.state}"


class NoSuchState(BadInput, ValueError):
    """No call can be brought to the state that was asked for; the sentence says what there is."""


def _each(read: Callable[[Participant], Iterable[str]]) -> Callable[[Call], frozenset[str]]:
    return lambda call: frozenset(str(s) for person in call.participants.values() for s in read(person))


_MACHINES: Mapping[str, Callable[[Call], frozenset[str]]] = MappingProxyType(
    {
        "call": _each(lambda person: (person.call_state,)),
        "participant": _each(lambda person: (person.state,)),
        "incoming_call": _each(lambda person: tuple(person.offers.values()) or (OfferState.NONE,)),
        "video_stream": _each(lambda person: (state_in(person.streams, StreamKind.VIDEO),)),
        "share_stream": _each(lambda person: (state_in(person.streams, StreamKind.SCREEN_SHARING),)),
        "stream_effect": _each(
            lambda person: [u.state for u in person.effects.values()] or [EffectState.OFF]
        ),
        "data_channel": _each(
            lambda person: [each.state for each in person.channels.values()] or [DataChannelState.CLOSED]
        ),
        "captions": _each(lambda person: (captions_state(person),)),
        "transfer": _each(lambda person: (transfer_state(person),)),
        "breakout_stay": _each(lambda person: (person.breakout.state,)),
        "recording": lambda call: frozenset(
            [str(each.state) for each in call.recordings.values()] or [str(RecordingState.NONE)]
        ),
    }
)
"""By lifecycle: the states of its machines in a call. One that is not there is in its initial state."""

CALL_LIFECYCLES: tuple[str, ...] = tuple(_MACHINES)
"""The lifecycles whose machines a call has."""


def is_met(name: StateName, call: Call) -> bool:
    """Whether any machine of `call` is in that state."""
    return name.state in _MACHINES[name.lifecycle](call)


def every_state() -> tuple[StateName, ...]:
    """Every state of every lifecycle that a call has."""
    return tuple(StateName(life, str(state)) for life in _MACHINES for state in LIFECYCLES[life].states)


def state_named(text: str) -> StateName:
    """The state called `text`: its name, with its lifecycle and a point before it where several have one.

    Raises:
        NoSuchState: there is none, or there are several; says which there are.
    """
    life, point, state = text.rpartition(".")
    found = [each for each in every_state() if each.state == state and (not point or each.lifecycle == life)]
    if len(found) > 1:
        raise NoSuchState(f"{text} is ambiguous: say {' or '.join(map(str, found))}")
    if found:
        return found[0]
    if life in _MACHINES:
        raise NoSuchState(f"{life} has no state {state!r}; it has {', '.join(LIFECYCLES[life].states)}")
    if point:
        raise NoSuchState(f"a call has no lifecycle {life!r}; it has {', '.join(_MACHINES)}")
    raise NoSuchState(f"a call has no state {text!r}; there are {', '.join(map(str, every_state()))}")
