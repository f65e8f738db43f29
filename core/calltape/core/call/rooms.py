"""Where the rooms of the call register what they contribute.

Each capability is one module, a room: its commands, its events, what it decides, what its events change,
what they make the outside do. This module joins the rooms and knows nothing about any of them.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command
from calltape.core.effects import Effect
from calltape.core.events import Event
from calltape.core.lifecycle import Lifecycle
from calltape.core.limits import Limits

C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)
Events = tuple[Event, ...]
Decision = Callable[[Call, C, Limits], Events]
Change = Callable[[Call, Participant, E], None]
WholeChange = Callable[[Call, E], None]
Reaction = Callable[[Call, E], tuple[Effect, ...]]

DECISIONS: dict[type[Command], Callable[[Call, Any, Limits], Events]] = {}
CHANGES: dict[type[Event], Callable[[Call, Participant, Any], None]] = {}
WHOLE_GUARDS: dict[type[Event], Callable[[Call, Any], bool]] = {}
WHOLE_CHANGES: dict[type[Event], Callable[[Call, Any], None]] = {}
WHOLE_PLACES: dict[type[Event], str] = {}
"""Where an event about the whole call may stand, in words."""

REACTIONS: dict[type[Event], Callable[[Call, Any], tuple[Effect, ...]]] = {}
ENTRANCES: set[type[Event]] = set()
"""The events that begin a participant's entry."""

LEG_WORDS: dict[str, str] = {}
"""Why a leg refuses a command wherever it has no row for it, by the command's class name."""


class Machine(NamedTuple):
    """A machine that a room keeps for each participant beside those that every participant has."""

    life: Lifecycle[Any]
    table: Mapping[Any, Any]
    """Where the event leads from each state."""

    read: Callable[[Participant, Any], Any]
    """Where the one is that the event is about, among those of the participant."""


MACHINES: dict[str, Machine] = {}
"""By the class name of the event that moves it; the event's change writes the new state."""


def not_here(kind: type[Command], because: str) -> None:
    """Register what a leg says that has no row for `kind` of command where it is."""
    LEG_WORDS[kind.__name__] = because


def decides(kind: type[C]) -> Callable[[Decision[C]], Decision[C]]:
    """Register what `kind` of command leads to, once the lifecycles have accepted it."""

    def register(decision: Decision[C]) -> Decision[C]:
        DECISIONS[kind] = decision
        return decision

    return register


def changes(kind: type[E], *, enters: bool = False) -> Callable[[Change[E]], Change[E]]:
    """Register what `kind` of event changes beside the states: facets, deadlines, counts.

    Args:
        enters: the event begins the entry of the participant it names.
    """

    def register(change: Change[E]) -> Change[E]:
        CHANGES[kind] = change
        if enters:
            ENTRANCES.add(kind)
        return change

    return register


def moves_machine(life: Lifecycle[Any], read: Callable[[Participant, Any], Any]) -> None:
    """Register a lifecycle of the room's own: its events are legal where its rows say so.

    Args:
        life: moved by events about one participant.
        read: the state of the participant's machine that the event is about.
    """
    for name in life.emitted:
        MACHINES[name] = Machine(life, life.table(name) or {}, read)


def moves_only(*kinds: type[Event]) -> None:
    """Register events about one participant that change nothing beside the states their rows say."""
    for kind in kinds:
        CHANGES[kind] = _nothing


def _nothing(call: Call, participant: Participant, fact: Event) -> None:
    """The rows say it all."""


def changes_whole(
    kind: type[E],
    *,
    when: Callable[[Call], bool],
    place: str,
    fits: Callable[[Call, Any], bool] | None = None,
) -> Callable[[WholeChange[E]], WholeChange[E]]:
    """Register what an event about the whole call, not about one participant, changes.

    Args:
        when: whether the event may stand where the call is now; no table says it, since it is about
            no single leg.
        place: the same for people: words that go after "stands only".
        fits: whether this very event may stand there; None where `when` says it all.
    """

    def register(change: WholeChange[E]) -> WholeChange[E]:
        WHOLE_GUARDS[kind] = lambda call, fact: when(call) and (fits is None or fits(call, fact))
        WHOLE_CHANGES[kind] = change
        WHOLE_PLACES[kind] = place
        return change

    return register


def reacts(kind: type[E]) -> Callable[[Reaction[E]], Reaction[E]]:
    """Register what the outside must do after `kind` of event."""

    def register(reaction: Reaction[E]) -> Reaction[E]:
        REACTIONS[kind] = reaction
        return reaction

    return register
