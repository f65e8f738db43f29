"""A state machine that runs a shell, kills it at any point, starts it again, and looks at what is left.

A shell is what gives commands to calls, records what follows, does what is wanted outside, and lets deadlines
fall due: calltape's `Runtime`, or yours. Say how it is started and killed (`RuntimeOnTrial`)::

    TestMyRuntime = runtime_machine(MyRuntimeOnTrial).TestCase

What must hold after every step: what was acknowledged is in the store; what the store holds is legal, and
each command was applied once; the call that the shell shows is what the store adds up to; a refusal changed
nothing; nothing is asked of the outside before it is durable, and what the outside owes was asked of it at
least once in the life of this process; no deadline that has passed is still running. In the end silence ends
every call. Needs the extra ``calltape[testing]``.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import Any, ClassVar, Protocol

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from calltape.conformance.effect_outcomes import Report, outcomes
from calltape.conformance.strategies import CALL_IDS, PEOPLE, earliest, next_commands
from calltape.core.call import Call, evolve, react
from calltape.core.call.owed import owed
from calltape.core.call.waiting import deadlines
from calltape.core.commands import Command
from calltape.core.digest import digest
from calltape.core.effects import (
    CloseMedia,
    Dial,
    Effect,
    HoldMedia,
    OpenMedia,
    ResumeMedia,
    Ring,
    SendTones,
    StartMediaStream,
    StopMediaStream,
)
from calltape.core.errors import Refused
from calltape.core.events import Recorded
from calltape.core.values import SECOND, CallId, CommandId, Instant

SEEN_OUTSIDE = (
    *(Ring, Dial, SendTones, OpenMedia, HoldMedia, ResumeMedia),
    *(StartMediaStream, StopMediaStream, CloseMedia),
)
"""The effects that the outside is to be asked for; all others a shell may see to by itself."""


class Moment(Enum):
    """How far a shell gets with a command before it dies."""

    BEFORE_THE_APPEND = "nothing is written"
    AFTER_THE_APPEND = "it is durable, and nobody has been told"
    AFTER_THE_ANSWER = "whoever asked has been told, and nothing was begun outside"


class Outside(Protocol):
    """The endpoints, media and telephones of a shell; everybody of the drawn calls can be reached there."""

    def perform(self, call_id: CallId, effect: Effect) -> None:
        """Take note of what is wanted. What comes of it is reported later, or never."""
        ...


class RuntimeOnTrial(Protocol):
    """A store, a clock that moves only when told, and at most one process at a time that runs on them.

    Made without a process. Nothing here blocks for good, and nothing happens between two methods.
    """

    def now(self) -> Instant:
        """The clock's time."""
        ...

    def history(self, call_id: CallId) -> Sequence[Recorded]:
        """What the store holds of the call, whether a process runs or not."""
        ...

    def start(self, outside: Outside) -> None:
        """Start a process, which takes up what the one before has left."""
        ...

    def submit(self, call_id: CallId, command: Command) -> Sequence[Recorded]:
        """Give `command` to the call.

        Returns:
            What was recorded, durable; nothing where its id was applied before, or all was so already.

        Raises:
            Refused: it may not happen.
        """
        ...

    def submit_and_die(self, call_id: CallId, command: Command, moment: Moment) -> Sequence[Recorded]:
        """The same, and die at `moment`, or after all of it where it records nothing.

        Returns:
            What whoever asked was told of as recorded, which is nothing but for `Moment.AFTER_THE_ANSWER`.
        """
        ...

    def settle(self) -> None:
        """Return when nothing is under way and nothing due."""
        ...

    def advance(self, seconds: float) -> None:
        """Move the clock, whether a process runs or not."""
        ...

    def call(self, call_id: CallId) -> Call:
        """The call as the process shows it."""
        ...

    def die(self) -> None:
        """Kill the process: whatever is under way is not finished."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


def runtime_machine(make: Callable[[], RuntimeOnTrial]) -> type[RuleBasedStateMachine]:
    """A state machine for the shells that `make` gives, one with an empty store for each example; its
    `TestCase` is a test.
    """
    trial = _Given(make)

    class RuntimeMachine(_RuntimeMachine):
        given = trial

    return RuntimeMachine


@attrs.frozen
class _Given:
    """What one machine was made with."""

    make: Callable[[], RuntimeOnTrial]


_CALLS = st.sampled_from(CALL_IDS)
_PAUSES_S = st.sampled_from((1, 41, 61, 86, 301))
_DEAD_S = st.sampled_from((0, 0, 41, 86))
_Key = tuple[object, ...]


def _about_a_call(machine: "_RuntimeMachine") -> st.SearchStrategy[tuple[CallId, Command]]:
    """A command for one of the calls, mostly one that makes sense there."""
    return _CALLS.flatmap(lambda call_id: st.tuples(st.just(call_id), machine.likely(call_id)))


class _RuntimeMachine(RuleBasedStateMachine):
    """Every rule leaves the shell alive and at rest."""

    given: ClassVar[_Given]

    def __init__(self) -> None:
        super().__init__()
        self.shell = self.given.make()
        self.acknowledged: dict[CallId, list[Recorded]] = {call_id: [] for call_id in CALL_IDS}
        self.asked: list[tuple[CallId, Command]] = []
        self.reports: list[tuple[CallId, Report]] = []
        self.performed: set[_Key] = set()
        """In the life of this process."""

        self.premature: list[Effect] = []
        """What was wanted before it was durable; judged later, for a shell may swallow errors."""

        self.commands = 0
        self.is_judged = True
        """Not in the middle of a step that was found wrong."""

        self.shell.start(self)

    # ── what the shell sees of the outside ──

    def perform(self, call_id: CallId, effect: Effect) -> None:
        """See `Outside`. Whatever is wanted of the outside must have been recorded by then."""
        if not isinstance(effect, SEEN_OUTSIDE) or call_id not in self.acknowledged:
            return
        key = _key(call_id, effect)
        if key not in _wanted(call_id, self.shell.history(call_id)):
            self.premature.append(effect)
        self.performed.add(key)
        self.reports += [(call_id, report) for way in outcomes(effect) for report in way]

    # ── what is done to it ──

    @rule(what=st.runner().flatmap(_about_a_call))
    def ask(self, what: tuple[CallId, Command]) -> None:
        """Somebody asks for something, or something is observed."""
        self._submit(*what)

    @precondition(lambda self: self.asked)
    @rule(back=st.integers(1, 5))
    def ask_again(self, back: int) -> None:
        """Whoever has had no answer asks again, with the same id: it is not done twice."""
        self._submit(*self.asked[-min(back, len(self.asked))])

    @precondition(lambda self: self.reports)
    @rule(back=st.integers(1, 6))
    def report(self, back: int) -> None:
        """The outside says what became of something, late, again, or otherwise than before."""
        call_id, report = self.reports[-min(back, len(self.reports))]
        self._submit(call_id, report.command(id=self._next_id(), at=self.shell.now()))

    @rule(seconds=_PAUSES_S)
    def let_time_pass(self, seconds: int) -> None:
        """Time passes; what falls due meanwhile has its consequences."""
        self.shell.advance(seconds)
        self._at_rest()

    @rule(dead_s=_DEAD_S)
    def restart(self, dead_s: int) -> None:
        """The process is killed: what it asked of the outside never comes back. Another one goes on, at once
        or later.
        """
        self.shell.die()
        self._begin_again(dead_s)

    @rule(what=st.runner().flatmap(_about_a_call), moment=st.sampled_from(Moment), dead_s=_DEAD_S)
    def die_over(self, what: tuple[CallId, Command], moment: Moment, dead_s: int) -> None:
        """The process is killed in the middle of a command."""
        self.is_judged = False
        self.asked.append(what)
        try:
            self.acknowledged[what[0]] += self.shell.submit_and_die(*what, moment)
        except Refused:
            self.shell.die()
        self._begin_again(dead_s)

    def _begin_again(self, dead_s: int) -> None:
        """A new process takes up what there is, and what fell due meanwhile falls due."""
        self.is_judged = False
        self._judge_stores()
        self.shell.advance(dead_s)
        self.performed.clear()
        self.reports.clear()
        self.shell.start(self)
        self._at_rest()

    def teardown(self) -> None:
        """Silence, whatever was killed when, ends every call."""
        try:
            if self.is_judged:
                self._fall_silent()
        finally:
            self.shell.close()

    def _fall_silent(self) -> None:
        for _ in range(len(CALL_IDS) * len(PEOPLE) * 8):
            running = [each for each in self._calls() if deadlines(each) and not each.is_over]
            if not running:
                break
            due = min(earliest(each)[1] for each in running)
            self.shell.advance(max(0, due - self.shell.now()) / SECOND)
            self._at_rest()
        lasting = [each.id for each in self._calls() if each.kind is not None and not each.is_over]
        assert not lasting, f"silence does not end {lasting}"

    # ── what must hold ──

    def likely(self, call_id: CallId) -> st.SearchStrategy[Command]:
        """What may be asked of the call as the store has it, now."""
        now, id_ = self.shell.now(), self._next_id()
        call = _folded(self.shell.history(call_id))
        drawn = next_commands(call, at=now, id=id_, call_id=call_id)
        return drawn.map(lambda command: _at(command, now))

    def _submit(self, call_id: CallId, command: Command) -> None:
        """Ask, and judge the answer."""
        self.is_judged = False
        self.asked.append((call_id, command))
        before = list(self.shell.history(call_id))
        try:
            recorded = self.shell.submit(call_id, command)
        except Refused:
            assert list(self.shell.history(call_id)) == before, f"{command} was refused, and recorded"
        else:
            self.acknowledged[call_id] += recorded
            was_applied = any(each.command_id == command.id for each in before)
            assert not (was_applied and recorded), f"{command} was applied a second time"
        self._at_rest()

    def _at_rest(self) -> None:
        """Let the shell come to rest, then look at it."""
        self.is_judged = False
        self.shell.settle()
        self._judge_stores()
        for call_id in CALL_IDS:
            self._judge_shell(call_id, _folded(self.shell.history(call_id)))
        self.is_judged = True

    def _judge_stores(self) -> None:
        for call_id in CALL_IDS:
            self._judge_store(call_id, self.shell.history(call_id))

    def _judge_store(self, call_id: CallId, history: Sequence[Recorded]) -> None:
        kept = set(history)
        lost = [each.event.name for each in self.acknowledged[call_id] if each not in kept]
        assert not lost, f"{call_id} has lost {lost}, which was acknowledged"
        runs = list(_runs(history))
        assert len(runs) == len(set(runs)), f"a command of {call_id} was applied twice: {runs}"
        early, self.premature[:] = list(self.premature), []
        assert not early, f"{early[0]} was wanted of the outside before it was durable"

    def _judge_shell(self, call_id: CallId, call: Call) -> None:
        assert digest(self.shell.call(call_id)) == digest(call), f"{call_id} is not what the store says"
        if call.is_over or call.kind is None:
            return
        now = self.shell.now()
        late = [(key.wait.value, key.participant) for key, due in deadlines(call).items() if due <= now]
        assert not late, f"{call_id}: {late} passed, and nothing came of it"
        wanted = [effect for effect in owed(call) if isinstance(effect, SEEN_OUTSIDE)]
        missing = [effect for effect in wanted if _key(call_id, effect) not in self.performed]
        assert not missing, f"{call_id} is owed {missing[0]}, and the outside was not asked for it"

    # ── bookkeeping ──

    def _next_id(self) -> CommandId:
        self.commands += 1
        return CommandId(f"asked-{self.commands}")

    def _calls(self) -> list[Call]:
        return [_folded(self.shell.history(call_id)) for call_id in CALL_IDS]


def _folded(history: Sequence[Recorded]) -> Call:
    call = Call()
    for each in history:
        evolve(call, each.event)
    return call


def _wanted(call_id: CallId, history: Sequence[Recorded]) -> set[_Key]:
    """What the events of `history` have wanted of the outside."""
    call, wanted = Call(), set[_Key]()
    for each in history:
        evolve(call, each.event)
        wanted.update(_key(call_id, effect) for effect in (*react(call, each.event), *owed(call)))
    return wanted


def _key(call_id: CallId, effect: Effect) -> _Key:
    """What tells one effect from another, as far as the outside can see."""
    about = (getattr(effect, name, None) for name in ("endpoint", "kind", "sequence"))
    return (call_id, type(effect), effect.participant, *about)


def _runs(history: Sequence[Recorded]) -> Iterator[CommandId | None]:
    """The commands that led to `history`, one after the other."""
    last: CommandId | None = None
    for number, each in enumerate(history):
        if number == 0 or each.command_id != last:
            last = each.command_id
            yield last


def _at(command: Command, now: Instant) -> Command:
    asked: Any = command  # the declaring decorator hides from type checkers that it is an attrs class
    changed: Command = attrs.evolve(asked, at=now)
    return changed
