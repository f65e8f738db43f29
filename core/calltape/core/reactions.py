"""Reactions: decided over the call, recorded beside it. See `calltape.core.passing`."""

import attrs

from calltape.core.call.authority import require_capability
from calltape.core.call.leaving import require_connected
from calltape.core.call.state import Call, CallKind
from calltape.core.commands import Command, command
from calltape.core.errors import Refused
from calltape.core.identity import RawId
from calltape.core.limits import LIMITS, Limits
from calltape.core.passing import ReactionKind, ReactionSent
from calltape.core.states import CALL
from calltape.core.values import CallId, Instant, later


@command
class SendReaction(Command):
    """`participant` reacts."""

    participant: RawId
    kind: ReactionKind


_SPAN_S = 3
"""Of `reactions_per_3_s_max`."""

_NEVER = Instant(0)


@attrs.frozen
class ReactionBatch:
    """How many reactions one call has had in the present span of three seconds. `ReactionBatch()` is none."""

    since: Instant = _NEVER
    count: int = 0

    def at(self, now: Instant) -> "ReactionBatch":
        """The batch that a reaction at `now` falls into."""
        return self if now < later(self.since, _SPAN_S) else ReactionBatch(now)


def decide_reaction(
    call: Call, batch: ReactionBatch, asked: SendReaction, limits: Limits = LIMITS
) -> tuple[ReactionSent, ...]:
    """The reaction that `asked` leads to. Reads only.

    Raises:
        Refused: who asks is not up in the call or has not the role, the call is one between two, or too
            many react at once.
    """
    require_connected(call, asked.participant, asked)
    reason = ""
    if call.kind is CallKind.ONE_TO_ONE:
        reason = "there are no reactions in a call between two"
    elif batch.at(asked.at).count >= limits.reactions_per_3_s_max:
        reason = f"more than {limits.reactions_per_3_s_max} reactions in {_SPAN_S} s; wait a moment"
    if reason:
        state = call.participants[asked.participant].call_state
        raise Refused(CALL.name, state, "SendReaction", reason, CALL.accepted(state))
    require_capability(call, asked.participant, "useReactions", asked)
    return (ReactionSent(call_id=call.id or CallId(""), participant=asked.participant, kind=asked.kind),)


def evolve_reactions(batch: ReactionBatch, at: Instant) -> ReactionBatch:
    """The batch after a reaction that was sent at `at`."""
    current = batch.at(at)
    return ReactionBatch(current.since, current.count + 1)
