"""A state machine that plays with a `decide` and an `evolve`, beside those of calltape.

Yours may be another implementation over a state of its own, or ours with something around it. What both
answer must be the same, event for event; and whatever they answer, deciding reads, what was refused changed
nothing, the fold adds up, an event out of place is found, and silence ends every call::

    TestMyCore = core_machine(decide=decide, evolve=evolve, empty=MyCall, shown=repr).TestCase

Needs the extra ``calltape[testing]``.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from calltape.conformance.strategies import (
    PEOPLE,
    START,
    any_command,
    commands,
    earliest,
    next_commands,
)
from calltape.core.call import Call
from calltape.core.call import decide as our_decide
from calltape.core.call import evolve as our_evolve
from calltape.core.call.expiring import Expire
from calltape.core.call.waiting import deadlines
from calltape.core.commands import Command
from calltape.core.digest import canonical
from calltape.core.errors import CorruptHistory, Refused
from calltape.core.events import Event
from calltape.core.values import SECOND, CommandId, Instant

S = TypeVar("S")


def core_machine(
    *,
    decide: Callable[[Any, Command], Iterable[Event]] = our_decide,
    evolve: Callable[[Any, Event], Any] = our_evolve,
    empty: Callable[[], Any] = Call,
    shown: Callable[[Any], object] = canonical,
) -> type[RuleBasedStateMachine]:
    """A state machine for one core; its `TestCase` is a test.

    Args:
        decide: what a command leads to in a state; raises `Refused` where it may not happen.
        evolve: the state after an event, in place or not; raises `CorruptHistory` for one that is not legal
            there, and leaves the state as it was.
        empty: the state that nothing has happened to.
        shown: what tells two states apart; two that are equal are shown equal.
    """
    trial = _Given(decide=decide, evolve=evolve, empty=empty, shown=shown)

    class CoreMachine(_CoreMachine):
        given = trial

    return CoreMachine


@attrs.frozen(kw_only=True)
class _Given:
    """What one machine was made with."""

    decide: Callable[[Any, Command], Iterable[Event]]
    evolve: Callable[[Any, Event], Any]
    empty: Callable[[], Any]
    shown: Callable[[Any], object]


def _likely(machine: "_CoreMachine") -> st.SearchStrategy[Command]:
    return next_commands(machine.call, at=machine.now, id=machine.next_id())


def _legal(machine: "_CoreMachine") -> st.SearchStrategy[Command]:
    return commands(machine.call, at=machine.now, id=machine.next_id())


def _anything(machine: "_CoreMachine") -> st.SearchStrategy[Command]:
    return any_command(at=machine.now, id=machine.next_id())


class _CoreMachine(RuleBasedStateMachine):
    """`self.state` is what is tried, `self.call` our own."""

    given: ClassVar[_Given]

    def __init__(self) -> None:
        super().__init__()
        self.call = Call()
        self.state: Any = self.given.empty()
        self.history: list[Event] = []
        self.now = START
        self.is_judged = True
        """Not in the middle of a command that was found wrong."""

    def next_id(self) -> CommandId:
        """An id that no command had before."""
        return CommandId(f"command-{len(self.history)}")

    # ── what happens ──

    @rule(command=st.runner().flatmap(_likely))
    def go_on(self, command: Command) -> None:
        """Somebody asks for what makes sense, or a deadline falls due."""
        self._give(command)

    @rule(command=st.runner().flatmap(_legal))
    def wander(self, command: Command) -> None:
        """Somebody asks for what there is a row for."""
        self._give(command)

    @rule(command=st.runner().flatmap(_anything))
    def ask_anything(self, command: Command) -> None:
        """Somebody asks for what may make no sense at all."""
        self._give(command)

    @rule(seconds=st.sampled_from((1, 39, 61, 90, 301)))
    def wait(self, seconds: int) -> None:
        """Time passes; nobody says what that means."""
        self.now = Instant(self.now + seconds * SECOND)

    @precondition(lambda self: self.history)
    @rule(place=st.integers(0, 50))
    def repeat_an_event(self, place: int) -> None:
        """An event of the history comes again, where it may be out of place: both find that, or neither."""
        event = self.history[place % len(self.history)]
        ours = _folds(our_evolve, self.call.copy(), event)
        state = self._folded()
        before = self.given.shown(state)
        theirs = _folds(self.given.evolve, state, event)
        assert theirs == ours, f"{_verdict(theirs)} {event} after {_names(self.history)}: not so calltape"
        assert theirs or self.given.shown(state) == before, f"{event} was out of place, and changed the state"

    @rule()
    def fold_anew(self) -> None:
        """The state is what its history adds up to."""
        assert self.given.shown(self._folded()) == self.given.shown(self.state), (
            f"folded anew, {_names(self.history)} is another state"
        )

    def teardown(self) -> None:
        """Silence, whatever has happened, is the end of every call."""
        if self.is_judged:
            self._fall_silent()

    def _fall_silent(self) -> None:
        for _ in range(len(PEOPLE) * 8):
            if self.call.is_over or self.call.kind is None or not deadlines(self.call):
                break
            key, due = earliest(self.call)
            self.now = max(self.now, due)
            self._give(Expire(id=self.next_id(), at=self.now, wait=key.wait, participant=key.participant))
        assert self.call.is_over or self.call.kind is None, "silence did not end the call"
        self.fold_anew()

    # ── what must hold ──

    def _give(self, command: Command) -> None:
        """Ask both; then fold what they answered."""
        self.is_judged = False
        self.now = max(self.now, command.at)
        before = self.given.shown(self.state)
        theirs = self._answer(command)
        assert self.given.shown(self.state) == before, f"deciding {command} changed the state"
        assert self._answer(command) == theirs, f"asked again, {command} is answered otherwise"
        ours = _answered(our_decide, self.call, command)
        assert theirs == ours, f"{command} is answered by {_said(theirs)}, by calltape with {_said(ours)}"
        for event in ours or ():
            our_evolve(self.call, event)
            self.state = self.given.evolve(self.state, event)
            self.history.append(event)
        self.is_judged = True

    def _answer(self, command: Command) -> tuple[Event, ...] | None:
        return _answered(self.given.decide, self.state, command)

    def _folded(self) -> Any:
        state = self.given.empty()
        for event in self.history:
            state = self.given.evolve(state, event)
        return state


def _answered(
    decide: Callable[[S, Command], Iterable[Event]], state: S, command: Command
) -> tuple[Event, ...] | None:
    """What `command` leads to; None where it is refused."""
    try:
        return tuple(decide(state, command))
    except Refused:
        return None


def _folds(evolve: Callable[[S, Event], S], state: S, event: Event) -> bool:
    """Whether `event` may stand there."""
    try:
        evolve(state, event)
    except CorruptHistory:
        return False
    return True


def _verdict(folds: bool) -> str:
    return "evolve takes" if folds else "evolve does not take"


def _said(answer: tuple[Event, ...] | None) -> str:
    return "a refusal" if answer is None else _names(answer)


def _names(events: Iterable[Event]) -> str:
    return ", ".join(event.name for event in events) or "nothing"
