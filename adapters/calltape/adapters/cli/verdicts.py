"""Whether recorded histories are legal: every stream read, decoded, folded; the first fault of each told."""

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from calltape.adapters.stores import Store
from calltape.core import (
    BadInput,
    Call,
    CallStarted,
    CorruptHistory,
    DeviceBook,
    Event,
    NoticeBook,
    PushBook,
    UnknownEvent,
    call_stream,
    evolve,
    evolve_devices,
    evolve_notice,
    evolve_push,
)

CALL, PUSH, NOTICE = "call-", "push-", "notice-"
DEVICES = "devices-"
"""What the names of the streams begin with whose histories have lifecycles."""


@attrs.frozen(kw_only=True)
class Violation:
    """The first thing that is wrong with one stream."""

    stream: str
    version: int
    """Which event of the stream, from 1."""

    event: str | None
    """Its stored name; None where it cannot even be read."""

    state: str | None
    """The state it met."""

    accepted: tuple[str, ...]
    """The stored names of the events that would have been legal there."""

    problem: str
    """All of this in a sentence."""

    @property
    def call_id(self) -> str | None:
        """The call, if it is one's."""
        return self.stream.removeprefix(CALL) if self.stream.startswith(CALL) else None


@attrs.frozen(kw_only=True)
class Verdict:
    """What the reading of a whole store found."""

    calls: int
    events: int
    """Events read, those of streams without a lifecycle included."""

    violations: tuple[Violation, ...]

    @property
    def is_ok(self) -> bool:
        """Every history is legal."""
        return not self.violations


def judge(log: Store, streams: Iterable[str], each: Callable[[], None] = lambda: None) -> Verdict:
    """Read `streams` to their ends or first faults; `each` is called after every one."""
    calls = events = 0
    violations: list[Violation] = []
    for stream in streams:
        read, violation = _judge_stream(log, stream)
        calls += stream.startswith(CALL)
        events += read
        if violation is not None:
            violations.append(violation)
        each()
    return Verdict(calls=calls, events=events, violations=tuple(violations))


def _judge_stream(log: Store, stream: str) -> tuple[int, Violation | None]:
    """How many events were read, and what stopped the reading."""
    step = _step_of(stream)
    version = 0
    name: str | None = None
    try:
        for recorded in log.read(stream):  # with its envelope: that may be damaged as well
            event = recorded.event
            name = event.name
            step(event)
            if version == 0 and (problem := _misfiled(stream, event)):
                return 1, _violation(stream, 1, name, None, (), problem)
            version += 1
            name = None
    except CorruptHistory as found:
        where = found.position or version + 1  # of a gap the log says where, of a step we know it
        told = CorruptHistory(found.lifecycle, found.state, found.event, where, found.accepted)
        state = found.state if name is not None else None
        return version, _violation(stream, where, name, state, found.accepted, str(told))
    except UnknownEvent as found:
        return version, _violation(stream, version + 1, found.name, None, (), str(found))
    except BadInput as found:
        return version, _violation(stream, version + 1, None, None, (), str(found))
    return version, None


def _misfiled(stream: str, first: Event) -> str:
    """What is wrong if a call began under another id than that it is kept by: nobody would find it again."""
    if not isinstance(first, CallStarted) or call_stream(first.call_id) == stream:
        return ""
    return f"the call {first.call_id} is kept as {stream}; the tape or store is damaged or was changed"


def _step_of(stream: str) -> Callable[[Event], Any]:
    """What folds one event of that stream."""
    if stream.startswith(CALL):
        call = Call()
        return lambda event: evolve(call, event)
    if stream.startswith(PUSH):
        book = PushBook()
        return lambda event: evolve_push(book, event)
    if stream.startswith(DEVICES):
        devices = DeviceBook()
        return lambda event: evolve_devices(devices, event)
    if stream.startswith(NOTICE):
        notices = NoticeBook()
        return lambda event: evolve_notice(notices, event)
    return lambda event: event


def _violation(
    stream: str, version: int, name: str | None, state: str | None, accepted: tuple[str, ...], problem: str
) -> Violation:
    return Violation(
        stream=stream, version=version, event=name, state=state, accepted=accepted, problem=problem
    )
