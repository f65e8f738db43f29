"""What is said between the kit and an implementation: the questions of a case, and reading the answers.

Every message is one JSON object with a `type`. The protocol is written down in
`docs/reference/conformance-protocol.md`; this module is all that knows its keys on the kit's side.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import attrs
import msgspec

from calltape.conformance.case_form import Case
from calltape.conformance.case_looks import States
from calltape.conformance.command_codec import encode_command
from calltape.conformance.scenario_commands import command_of
from calltape.conformance.scenario_stage import START, Stage, Step
from calltape.core import (
    LIMITS,
    BadInput,
    Command,
    CreateRoom,
    DeleteRoom,
    ExpirePush,
    ExpireToken,
    IssueToken,
    Refused,
    RegisterPush,
    RemoveRoomParticipants,
    RevokePush,
    RevokeTokens,
    UnregisterPush,
    UpdateRoom,
    UpsertRoomParticipants,
    later,
)

PROTOCOL = 1
"""The version of the protocol. An implementation of another one is not asked."""

Message = Mapping[str, Any]
_OF_ROOMS = (CreateRoom, UpdateRoom, UpsertRoomParticipants, RemoveRoomParticipants, DeleteRoom)
_OF_PUSH = (RegisterPush, UnregisterPush, RevokePush, ExpirePush, IssueToken, RevokeTokens, ExpireToken)
_FOLLOWED = (*_OF_ROOMS, *_OF_PUSH)


class BadAnswer(BadInput):
    """An implementation answered what the protocol does not have; the message is a clause about it."""


@attrs.frozen(kw_only=True)
class Told:
    """One event as an implementation tells it."""

    name: str
    data: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Answer:
    """What came of one command, or of a silence."""

    events: tuple[Told, ...] = ()
    states: States
    refusal: Mapping[str, str] | None = None
    """`lifecycle` and `state` where it was refused; None where it was not."""


@attrs.frozen(kw_only=True)
class Implementation:
    """Whom the kit talks to, as it says itself."""

    name: str
    version: str
    levels: tuple[str, ...]


def hello() -> Message:
    """What the kit says first."""
    return {"type": "hello", "protocol": PROTOCOL}


def begin(case: Case) -> Message:
    """What begins a case: nothing of the one before counts any more."""
    limits = attrs.asdict(LIMITS.with_(**case.limits))
    in_force = {name: value for name, value in limits.items() if value is not None}
    return {"type": "begin", "case": case.name, "level": case.level, "epoch": START, "limits": in_force}


def end() -> Message:
    """What ends a case."""
    return {"type": "end"}


class Questions:
    """Makes the steps of one case into messages.

    It follows rooms and push registrations on the core, because some commands carry what those say.
    """

    def __init__(self, case: Case) -> None:
        self._stage = Stage(LIMITS.with_(**case.limits))

    def of(self, step: Step) -> Iterator[Message]:
        """The messages of one step: more than one where it is done several times.

        Raises:
            BadSpec: the step names no command, or not its fields.
        """
        stage = self._stage
        stage.about = step.get("call", "call-1")
        if "silence_until" in step:
            stage.now_s = step["silence_until"]
            yield {"type": "silence", "call": stage.about, "until": later(START, stage.now_s)}
            return
        stage.now_s = step.get("at", stage.now_s)
        for number in range(1, step.get("times", 1) + 1):
            command = command_of(stage, step, number)
            yield {"type": "command", "call": stage.about, "command": encode_command(command)}
            self._follow(command)

    def _follow(self, command: Command) -> None:
        if isinstance(command, _FOLLOWED):
            try:
                self._stage.give(command)
            except Refused:
                return


class _Hello(msgspec.Struct):
    protocol: Any
    implementation: str
    version: str
    levels: list[str]


class _Refused(msgspec.Struct):
    lifecycle: str
    state: str
    states: "_States"


class _Outcome(msgspec.Struct):
    events: list["_Event"]
    states: "_States"


class _Event(msgspec.Struct):
    event: str
    data: dict[str, Any] = {}


class _States(msgspec.Struct):
    call: dict[str, Any]
    participants: dict[str, dict[str, Any]]


_M = TypeVar("_M")


def read_hello(answer: Message) -> Implementation:
    """Who answers.

    Raises:
        BadAnswer: it is no greeting, or of another version of the protocol.
    """
    _require_type(answer, "hello")
    said = _read(answer, _Hello)
    if said.protocol != PROTOCOL:
        raise BadAnswer(f"speaks version {said.protocol!r} of the protocol, and this kit speaks {PROTOCOL}")
    return Implementation(name=said.implementation, version=said.version, levels=tuple(said.levels))


def read_done(answer: Message, expected: str) -> None:
    """Raise BadAnswer unless the answer is nothing but `expected`."""
    _require_type(answer, expected)


def read_answer(answer: Message) -> Answer:
    """What came of a command or a silence.

    Raises:
        BadAnswer: the answer lacks a part, or is another's.
    """
    if answer.get("type") == "refused":
        refused = _read(answer, _Refused)
        refusal = {"lifecycle": refused.lifecycle, "state": refused.state}
        return Answer(states=answer["states"], refusal=refusal)
    _require_type(answer, "outcome")
    events = tuple(Told(name=each.event, data=each.data) for each in _read(answer, _Outcome).events)
    return Answer(events=events, states=answer["states"])


def _require_type(answer: Message, wanted: str) -> None:
    kind = answer.get("type")
    if kind == "error":
        raise BadAnswer(f"gives up: {answer.get('because', 'it does not say why')}")
    if kind != wanted:
        raise BadAnswer(f"answers with the type {kind!r} where {wanted} belongs")


def _read(answer: Message, kind: type[_M]) -> _M:
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as wrong:
        raise BadAnswer(f"answers what is no {answer['type']}: {wrong}") from None
