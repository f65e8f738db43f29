"""Hypothesis strategies for the streams beside the calls: registrations, notices, devices, rooms, tokens,
surveys.

Needs the extra ``calltape[testing]``.
"""

from typing import Any

from hypothesis import strategies as st

from calltape.conformance.alphabet import NAMELESS, START
from calltape.conformance.stream_alphabet import BESIDE, PAUSES_S, Beside, after, beside, stamped
from calltape.core.commands import Command
from calltape.core.errors import Refused
from calltape.core.events import Event, Recorded
from calltape.core.ledger import envelope
from calltape.core.values import CommandId, Instant


def commands_beside(
    state: object,
    *,
    at: Instant = START,
    id: CommandId = NAMELESS,  # noqa: A002 - as the field is called
    owner: str | None = None,
) -> st.SearchStrategy[Command]:
    """A command for a stream of the kind that adds up to `state`, likely to be accepted or not.

    Args:
        state: tells the kind: a `PushBook`, `NoticeBook`, `DeviceBook`, `Room`, `TokenBook` or `Survey`.
        at: the time on the command.
        id: the command's id.
        owner: whose stream it is; None for the first of the alphabet.
    """
    kind = beside(state)
    return st.sampled_from(kind.alphabet(owner or kind.owners[0], stamped(id, at)))


@st.composite
def stream_tapes(draw: st.DrawFn, lifecycle: str, *, max_size: int = 10) -> tuple[Recorded, ...]:
    """What a log holds of the streams of one kind, of at most `max_size` commands that were accepted.

    Args:
        lifecycle: a name in `calltape.conformance.stream_alphabet.BESIDE`.
        max_size: the most commands.
    """
    kind = BESIDE[lifecycle]
    states = {owner: kind.empty() for owner in kind.owners}
    versions = dict.fromkeys(kind.owners, 0)
    found: list[Recorded] = []
    at = START
    # Steps are dice that were thrown before: a list shrinks by leaving some out.
    dice = st.tuples(st.sampled_from(PAUSES_S), st.sampled_from(kind.owners), st.integers(0, 23))
    for number, (pause_s, owner, roll) in enumerate(draw(st.lists(dice, max_size=max_size))):
        at = after(at, pause_s)
        stamp = stamped(CommandId(f"{lifecycle}-{number}"), at)
        legal = _legal(kind, states[owner], owner, stamp)
        if not legal:
            continue
        command, events = legal[roll % len(legal)]
        for event in events:
            kind.evolve(states[owner], event)
            versions[owner] += 1
            found.append(
                envelope(event, command).recorded(
                    position=len(found) + 1, stream=kind.stream(owner), version=versions[owner]
                )
            )
    return tuple(found)


def stream_histories(lifecycle: str, *, max_size: int = 10) -> st.SearchStrategy[tuple[Event, ...]]:
    """The events of one stream of that kind, the one of the alphabet's first owner."""
    kind = BESIDE[lifecycle]
    stream = kind.stream(kind.owners[0])
    return stream_tapes(lifecycle, max_size=max_size).map(
        lambda tape: tuple(each.event for each in tape if each.stream == stream)
    )


def _legal(kind: Beside[Any], state: Any, owner: str, stamp: Any) -> list[tuple[Command, tuple[Event, ...]]]:
    """The commands that lead to something, with what they lead to."""
    found: list[tuple[Command, tuple[Event, ...]]] = []
    for command in kind.alphabet(owner, stamp):
        try:
            events = kind.decide(state, command)
        except Refused:
            continue
        if events:
            found.append((command, events))
    return found
