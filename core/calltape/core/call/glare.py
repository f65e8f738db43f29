"""Glare: two people call each other at the same time.

The rule: of the two calls the one with the smaller id goes on, compared as text. Both sides know both ids,
so both come to the same answer without asking anybody. The other call yields: it ends for both with the
pair of a cancelled call, and its starter, who was calling the very person now ringing them, is taken to
have accepted the call that goes on.
"""

from calltape.core.call.leaving import leave
from calltape.core.call.rooms import Events, changes_whole, decides
from calltape.core.call.state import Call, CallKind
from calltape.core.commands import Command, command
from calltape.core.end_reasons import REGISTRY, Source
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CALL
from calltape.core.values import CallId


@command
class YieldToGlare(Command):
    """This call crossed with `winner`, which goes on in its place; `participant` is this call's starter."""

    participant: RawId
    winner: CallId


@event("call.yielded")
class CallYielded(Event):
    """The call made way for another between the same two people."""

    winner: CallId


def glare_winner(one: CallId, other: CallId) -> CallId:
    """Which of two crossing calls goes on."""
    return min(one, other)


def crosses(mine: Call, caller: RawId, callee: RawId) -> bool:
    """Whether `mine` is an unanswered one-to-one call by `callee` to `caller`:

    the mirror image of a call between them.
    """
    return (
        mine.kind is CallKind.ONE_TO_ONE
        and not mine.is_answered
        and not mine.is_over
        and mine.starter == callee
        and mine.participants[callee].is_present
        and mine.participants[callee].other == caller
    )


@decides(YieldToGlare)
def _yield(call: Call, asked: YieldToGlare, limits: Limits) -> Events:
    fault = _fault(call, asked)
    if fault:
        state = call.participants[asked.participant].call_state
        raise Refused(CALL.name, state, "YieldToGlare", fault, CALL.accepted(state))
    reason = REGISTRY.named("cancelled", source=Source.SERVICE, words=f"glare: {asked.winner} goes on")
    return (CallYielded(winner=asked.winner), *leave(call, asked.participant, reason, asked.at, limits))


def _fault(call: Call, asked: YieldToGlare) -> str:
    if call.kind is not CallKind.ONE_TO_ONE or asked.participant != call.starter:
        return "only the starter of a one-to-one call yields"
    if call.is_answered:
        return "the call has been answered, so nothing crosses it"
    if call.id is None or glare_winner(call.id, asked.winner) == call.id:
        return "of the two calls this one goes on"
    return ""


@changes_whole(
    CallYielded,
    when=lambda call: call.kind is CallKind.ONE_TO_ONE and not call.is_answered,
    place="in a one-to-one call that nobody has answered",
)
def _yielded(call: Call, fact: CallYielded) -> None:
    """A note for the reader of the tape; the leaving that follows says what changes."""
