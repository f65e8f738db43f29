"""What video and sharing have in common: who may send a stream, why it stopped, who is told to stop."""

from calltape.core.call.rooms import moves_machine
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command
from calltape.core.effects import Effect, StopMediaStream
from calltape.core.errors import Refused
from calltape.core.events import Event
from calltape.core.identity import RawId
from calltape.core.states import CALL, SHARE_STREAM, VIDEO_STREAM, StreamState
from calltape.core.stream_effects import next_due, without_picture
from calltape.core.streams import STREAM_LIFECYCLES, StopCause, StreamKind, moved, state_in


def require_stream(me: Participant, kind: StreamKind, asked: Command, because: str = "") -> StreamState:
    """The state of that stream of `me`, whose lifecycle has a row for `asked`.

    Raises:
        Refused: it has none; `because` says so in the words of the vendor's code.
    """
    life, state, name = STREAM_LIFECYCLES[kind], state_in(me.streams, kind), type(asked).__name__
    if not life.accepts(state, name):
        raise Refused(life.name, state, name, because, life.accepted(state))
    return state


def require_screen(call: Call, who: RawId, asked: Command) -> Participant:
    """The participant `who`, who is at an endpoint that can send pictures.

    Raises:
        Refused: they are at a telephone.
    """
    me = call.participants[who]
    if me.endpoint is None:
        reason = "a telephone sends no pictures"
        raise Refused(CALL.name, me.call_state, type(asked).__name__, reason, CALL.accepted(me.call_state))
    return me


def cause_reported(state: StreamState) -> StopCause:
    """Why a stream that is reported stopped in `state` did so."""
    return StopCause.APP_REQUESTED if state is StreamState.STOPPING else StopCause.TRACK_ENDED


def stop_sending(call: Call, who: RawId, kind: StreamKind) -> tuple[Effect, ...]:
    """Let the endpoint of `who` send that stream no more."""
    return (StopMediaStream(participant=who, endpoint=call.participants[who].endpoint, kind=kind),)


def make_sure(call: Call, who: RawId, kind: StreamKind, cause: StopCause) -> tuple[Effect, ...]:
    """After a stop: whoever was not asked, or had only begun to start, may still send."""
    return () if cause.is_reported else stop_sending(call, who, kind)


def follow(participant: Participant, kind: StreamKind, fact: Event) -> None:
    """Take the stream to where `fact`, which is legal there, leads it."""
    state = STREAM_LIFECYCLES[kind].after(state_in(participant.streams, kind), type(fact).__name__)
    participant.streams = moved(participant.streams, kind, state)
    if kind is StreamKind.VIDEO and state is StreamState.STOPPED and participant.effects:
        participant.effects = without_picture(participant.effects)
        participant.effect_until = next_due(participant.effects)


moves_machine(VIDEO_STREAM, lambda participant, _: state_in(participant.streams, StreamKind.VIDEO))
moves_machine(SHARE_STREAM, lambda participant, _: state_in(participant.streams, StreamKind.SCREEN_SHARING))
