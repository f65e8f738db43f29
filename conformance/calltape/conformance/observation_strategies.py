"""Hypothesis strategies for what the outside says of what was asked of it.

Needs the extra ``calltape[testing]``.
"""

from collections.abc import Iterable, Sequence

import attrs
from hypothesis import strategies as st

from calltape.conformance.effect_outcomes import outcomes
from calltape.core.call import Call, evolve, react
from calltape.core.commands import Command
from calltape.core.effects import Effect
from calltape.core.events import Recorded
from calltape.core.values import SECOND, CommandId, Instant


@attrs.frozen
class Wanted:
    """An effect that was asked of the outside."""

    id: str
    """Made of its event's place on the tape; goes along as the cause of what is reported."""

    effect: Effect
    at: Instant
    """When it was asked."""


def wanted(history: Iterable[Recorded]) -> tuple[Wanted, ...]:
    """All that the events of one call have asked of the outside, in order.

    Raises:
        CorruptHistory: the history is not legal.
    """
    call, found = Call(), list[Wanted]()
    for each in history:
        evolve(call, each.event)
        found += [
            Wanted(f"{each.stream}/{each.version}/{number}", effect, each.at)
            for number, effect in enumerate(react(call, each.event))
        ]
    return tuple(found)


_PROMPT, _LATE, _TWICE, _LOST = range(4)
_FATES = st.sampled_from((_PROMPT, _PROMPT, _PROMPT, _LATE, _TWICE, _LOST))
_DELAYS_S = st.sampled_from((1, 5, 41, 61, 90, 301))


@st.composite
def observations(draw: st.DrawFn, asked: Sequence[Wanted]) -> tuple[Command, ...]:
    """What the outside reports of `asked`, as the commands that a shell makes of it, in order of arrival.

    The contract, which is that of the ports (`calltape.core.outside`); whatever keeps to it may happen:

    * An effect goes in one of the ways that `calltape.conformance.outcomes` names, as hoped or not, and
      nothing of another way is reported of it. Effects of which nothing comes back are silent.
    * A report never comes before its effect was asked for.
    * Each report by itself may be **late**, by up to five minutes, so after any deadline of the call; come
      **twice**, the second time late, as a command with an id of its own; or be **lost**. A lost
      report is silence: a lost `ReportHeld`, for one, means that the modality's deadline fires (40 s).
    * Reports of different effects come in **any order**, and since each is late by itself, so do several of
      one effect: that a telephone was answered may come before that it rings.
    * Every command bears the effect's id as its cause, and the moment of its arrival. Arrivals at the same
      moment stand in the order in which the effects were asked.

    So a call must take any of it: each command is accepted or refused, and silence ends what stays open. Most
    reports are prompt and as hoped, which is also what shrinking leads to.

    Args:
        asked: the effects, in the order in which they were asked; `wanted` gives those of a history.
    """
    arriving: list[tuple[Instant, int, Command]] = []
    for each in asked:
        ways = outcomes(each.effect)
        if not ways:
            continue
        way = draw(st.sampled_from(ways))
        for report in way:
            for at in draw(_arrivals(each.at)):
                id_ = CommandId(f"observed-{len(arriving)}")
                arriving.append((at, len(arriving), report.command(id=id_, at=at, effect_id=each.id)))
    return tuple(command for _, _, command in sorted(arriving, key=lambda each: each[:2]))


@st.composite
def _arrivals(draw: st.DrawFn, asked_at: Instant) -> tuple[Instant, ...]:
    """When a report comes in: not at all, once or twice."""
    fate = draw(_FATES)
    if fate == _LOST:
        return ()
    late = Instant(asked_at + SECOND * draw(_DELAYS_S)) if fate != _PROMPT else asked_at
    return (asked_at, late) if fate == _TWICE else (late,)
