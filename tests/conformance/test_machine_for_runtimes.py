"""Our runtime goes through the published machine; runtimes that are wrong in one way each do not."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Sequence
from copy import copy
from itertools import count
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import Runtime, SimulatedClock
from calltape.adapters.runtime.desk import Desk
from calltape.conformance import Moment, Outside, runtime_machine
from calltape.conformance.strategies import PEOPLE, START, endpoints
from calltape.core import (
    Append,
    Call,
    CallId,
    Command,
    Conflict,
    EndpointId,
    EndReason,
    MediaEffect,
    RawId,
    Recorded,
    Refused,
    Reports,
    Ringing,
    Unrecorded,
    call_stream,
    decide,
    evolve,
    react,
    replay,
)
from calltape.core.effects import CloseMedia, Effect, OpenMedia, Ring
from calltape.core.outside import TelephoneEffect, TelephoneReports

from .shrunk import KEEN, steps_of

pytestmark = pytest.mark.property

T = TypeVar("T")
Results = tuple[tuple[Recorded, ...] | Conflict, ...]


class Died(Exception):
    """The process is gone, here."""


class MortalLog(MemoryLog):
    """A store as one process has it: that dies with an append, before or after it is written, or when it is
    told to. What a dead process had still under way in some thread is not written any more.
    """

    moment: Moment | None = None
    is_dead = False

    def append_many(self, appends: Sequence[Append]) -> Results:
        with self._lock:
            self.is_dead = self.is_dead or self.moment is Moment.BEFORE_THE_APPEND
            if self.is_dead:
                raise Died
            results = super().append_many(appends)
            self.is_dead = self.moment is not None
        if self.moment is Moment.AFTER_THE_APPEND:
            raise Died
        return results

    def die(self) -> None:
        with self._lock:
            self.is_dead = True

    def of_the_next(self) -> "MortalLog":
        """The same store, as the next process has it."""
        its = copy(self)
        its.moment, its.is_dead = None, False
        return its

    def forget_the_last(self) -> None:
        """Of each stream, as a store does that promises what it has not done."""
        for rows in self._streams.values():
            if len(rows) > 1:
                self._rows.remove(rows.pop())
                self._positions.pop()


class Media:
    """Hands everything to the outside; what comes of it, the machine reports."""

    def __init__(self, rig: "Rig") -> None:
        self._rig = rig
        self._legs: set[tuple[CallId, RawId]] = set()

    def start(self, reports: Reports) -> None: ...

    def equip(self, call_id: CallId, participant: RawId, kit: object) -> None: ...

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        if isinstance(effect, OpenMedia):
            self._legs.add((call_id, effect.participant))
        elif isinstance(effect, CloseMedia):
            self._legs.discard((call_id, effect.participant))
        await self._rig.outside(call_id, effect)

    def carries(self, call_id: CallId, participant: RawId) -> bool:
        return (call_id, participant) in self._legs

    @property
    def measures(self) -> bool:
        return False

    async def aclose(self) -> None: ...


class Telephones:
    """The same for telephones."""

    def __init__(self, rig: "Rig") -> None:
        self._rig = rig

    def start(self, reports: TelephoneReports) -> None: ...

    async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
        await self._rig.outside(call_id, effect)

    def carries(self, call_id: CallId, participant: RawId) -> bool:
        return False

    async def aclose(self) -> None: ...


class Bell:
    """An endpoint that rings."""

    def __init__(self, rig: "Rig", endpoint: EndpointId) -> None:
        self._rig = rig
        self._endpoint = endpoint

    async def ring(self, ringing: Ringing) -> bool:
        ring = Ring(participant=ringing.participant, endpoint=self._endpoint, caller=ringing.caller)
        await self._rig.outside(ringing.call_id, ring)
        return True

    async def stop_ringing(self, call_id: CallId, reason: EndReason) -> None: ...


class Rig:
    """Our runtime on trial."""

    runtime_class: type[Runtime] = Runtime

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._clock = SimulatedClock(START)
        self._log = MortalLog()
        self._ids = count(1)
        self._outside: Outside | None = None
        self._runtime: Runtime | None = None

    async def outside(self, call_id: CallId, effect: Effect) -> None:
        if self._log.moment is not None:
            await asyncio.Event().wait()  # it is dying, and begins nothing any more
        assert self._outside is not None
        self._outside.perform(call_id, effect)

    def now(self) -> Any:
        return self._clock.now()

    def history(self, call_id: CallId) -> Sequence[Recorded]:
        return list(self._log.read(call_stream(call_id)))

    def start(self, outside: Outside) -> None:
        self._outside, self._log = outside, self._log.of_the_next()
        self._run(self._begin())

    async def _begin(self) -> None:
        self._runtime = self.runtime_class(
            self._log,
            media=Media(self),
            telephones=Telephones(self),
            clock=self._clock,
            new_id=lambda: f"id-{next(self._ids)}",
        )
        await self._runtime.__aenter__()
        for who in PEOPLE:
            for endpoint in endpoints(who) or (EndpointId(f"{who}/line"),):
                self._runtime.register(who, endpoint, Bell(self, endpoint))
        await self._runtime.recover()

    @property
    def running(self) -> Runtime:
        assert self._runtime is not None, "the machine asks nothing of a dead process"
        return self._runtime

    def submit(self, call_id: CallId, command: Command) -> Sequence[Recorded]:
        return self._run(self.running.submit(call_id, command))

    def submit_and_die(self, call_id: CallId, command: Command, moment: Moment) -> Sequence[Recorded]:
        self._log.moment = moment
        try:
            recorded = self.submit(call_id, command)
        except Died:
            recorded = ()
        self.die()
        return recorded

    def settle(self) -> None:
        self._run(self.running.settled())

    def advance(self, seconds: float) -> None:
        self._run(self._clock.advance(seconds))

    def call(self, call_id: CallId) -> Call:
        return self._run(self.running.call(call_id))

    def die(self) -> None:
        self._runtime = None
        self._log.die()
        while tasks := asyncio.all_tasks(self._loop):
            for task in tasks:
                task.cancel()
            self._run(asyncio.wait(tasks, timeout=1))

    def close(self) -> None:
        self.die()
        self._run(self._loop.shutdown_default_executor())
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(settings(max_examples=25, stateful_step_count=20), id="short"),
        pytest.param(settings(stateful_step_count=40), marks=pytest.mark.slow, id="at-length"),
    ],
)
def test_our_runtime(how: settings) -> None:
    run_state_machine_as_test(runtime_machine(Rig), settings=how)


# ── wrong in one way each ──


def found(wrong: Callable[[], Rig], says: str, steps: int) -> list[str]:
    """The steps that show what is wrong."""
    with pytest.raises(AssertionError, match=says) as caught:
        run_state_machine_as_test(runtime_machine(wrong), settings=settings(KEEN, stateful_step_count=steps))
    return steps_of(caught.value)


class Hasty(Rig):
    """Does what is wanted outside, and then records it."""

    def submit(self, call_id: CallId, command: Command) -> Sequence[Recorded]:
        call = replay(self._log.events(call_stream(call_id)))
        with contextlib.suppress(Refused):
            for event in decide(call, command):
                for effect in react(evolve(call, event), event):
                    if self._outside is not None:
                        self._outside.perform(call_id, effect)
        return super().submit(call_id, command)


class Timeless(Runtime):
    def arm_all(self, desk: Desk) -> None: ...


class Idle(Runtime):
    def perform(self, call_id: CallId, effect_id: str, effect: Any) -> None: ...


class WithoutTimers(Rig):
    """Forgets at a restart what was waited for."""

    runtime_class = Timeless


class WithoutRecovery(Rig):
    """Does not do at a restart what was left undone."""

    runtime_class = Idle


class WriteBehind(Rig):
    """What was recorded last dies with the process."""

    def die(self) -> None:
        super().die()
        self._log.forget_the_last()


class Chatty(Rig):
    """Records something about who is refused."""

    def submit(self, call_id: CallId, command: Command) -> Sequence[Recorded]:
        before = self.history(call_id)
        try:
            return super().submit(call_id, command)
        except Refused:
            if before:
                last = before[-1]
                again = Unrecorded(event=last.event, at=last.at, command_id=last.command_id)
                self._log.append(call_stream(call_id), len(before), [again])
            raise


@pytest.mark.parametrize(
    ("wrong", "says", "steps_max"),
    [
        (Hasty, "before it was durable", 1),
        (WithoutTimers, "passed, and nothing came of it|silence does not end", 6),
        (WithoutRecovery, "the outside was not asked for it", 5),
        (WriteBehind, "which was acknowledged", 5),
        (Chatty, "was refused, and recorded", 8),
    ],
)
def test_a_wrong_runtime_is_found_in_few_steps(wrong: type[Rig], says: str, steps_max: int) -> None:
    steps = found(wrong, says, steps_max)
    assert len(steps) <= steps_max, steps
