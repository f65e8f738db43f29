"""Where a scenario plays: the cast, the calls, the time; and how its steps become commands."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs

from calltape.conformance.scenario_values import device_of, kind_of, rating_of
from calltape.core import (
    COMMANDS,
    REGISTRY,
    SECOND,
    BadSpec,
    Call,
    CallId,
    ChannelPriority,
    Command,
    CommandId,
    CreateRoom,
    DeleteRoom,
    DeviceAccess,
    DeviceBook,
    DeviceUse,
    DominantSpeakersChanged,
    EffectError,
    Event,
    ExpireToken,
    HandlePush,
    Instant,
    IssueToken,
    Ledger,
    Limits,
    Modality,
    NoticeBook,
    OperatingSystem,
    Platform,
    PushBook,
    RawId,
    Recorded,
    RecordingKind,
    Reliability,
    RemoveRoomParticipants,
    ReportPushDelivered,
    ReportPushFailed,
    RevokeTokens,
    Role,
    Room,
    RoomPass,
    Scope,
    SendPush,
    ShareSurface,
    Source,
    StreamEffect,
    SubmitSurvey,
    Survey,
    SurveyCategory,
    TokenBook,
    Tone,
    Unrecorded,
    UpdateRoom,
    UpsertRoomParticipants,
    Wait,
    Watch,
    call_stream,
    decide_devices,
    decide_notice,
    decide_push,
    decide_room,
    decide_survey,
    decide_tokens,
    digest,
    evolve_devices,
    evolve_notice,
    evolve_push,
    evolve_room,
    evolve_survey,
    evolve_tokens,
    later,
    push_consequences,
    react,
    room_consequences,
    room_pass,
    tones_of,
)
from calltape.core.effects import Effect
from calltape.core.video_constraints import VideoConstraints

START = Instant(1_700_000_000 * SECOND)
"""Second 0 of every scenario."""

CAST: Mapping[str, str] = {
    "alice": "8:acs:resource_alice",
    "bob": "8:acs:resource_bob",
    "carol": "8:acs:resource_carol",
    "dave": "8:acs:resource_dave",
    "teams": "8:orgid:teams-user",
    "echo": "8:echo123",
    "phone": "4:+14255550123",
    "second_phone": "4:+14255550124",
    "guest": "8:acs:resource_guest-{n}",
}
"""Who plays. A guest is one of many: a step done several times counts them."""

GROUP_ID = "29228d3e-040e-4656-a70e-890ab4e173e5"
"""The group that is joined where a step names none."""

ROOM_ID = "room-1"
"""The room of a scenario that has one."""

RoomCommand: TypeAlias = (
    CreateRoom | UpdateRoom | UpsertRoomParticipants | RemoveRoomParticipants | DeleteRoom
)

Step = Mapping[str, Any]
"""One step as the file has it."""


class ScenarioFailed(AssertionError):
    """A call did not go as the scenario says; the message tells where and what was seen instead."""


_OF_NOTICES = SendPush | ReportPushDelivered | ReportPushFailed | HandlePush


class Stage:
    """Where a scenario plays: its calls, one user's push registrations, and the time."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.now_s = 0.0
        self.about = "call-1"
        """Which call the present step is about."""

        self.calls: dict[str, Ledger] = {}
        self.recorded: dict[str, list[Recorded]] = {}
        self.book = PushBook()
        self.devices = DeviceBook()
        self.notices: dict[str, NoticeBook] = {}
        """What was pushed to the one user, by call."""

        self.tokens = TokenBook()
        self.survey = Survey()
        self.rooms: dict[str, Room] = {}
        self.commands_given = 0
        self.before = Call()
        """The call as the present step found it."""

        self.emitted: list[Event] = []
        """What the present step has led to."""

        self.effects: list[Effect] = []
        self.watches: dict[str, Watch] = {}
        self.followed: list[tuple[float, Event]] = []
        """What followed from what was measured during the present step, and when."""

        self.speakers: DominantSpeakersChanged | None = None
        """Who was last said to be most dominant in the call that the present step is about."""

    @property
    def ledger(self) -> Ledger:
        """The ledger of the call that the present step is about."""
        return self.calls.setdefault(self.about, Ledger(limits=self.limits))

    @property
    def call(self) -> Call:
        """The call that the present step is about."""
        return self.ledger.call

    @property
    def watch(self) -> Watch:
        """Whoever watches the media of that call."""
        return self.watches.setdefault(self.about, Watch(CallId(self.about), self.limits))

    @property
    def history(self) -> list[Recorded]:
        """Everything recorded of the call that the present step is about."""
        return self.recorded.setdefault(self.about, [])

    def give(self, command: Command) -> None:
        """Decide and fold one command.

        Raises:
            Refused: see `decide`.
        """
        if isinstance(command, RoomCommand):
            self._give_to_room(command)
            return
        if isinstance(command, SubmitSurvey):
            for answer in decide_survey(self.survey, self.call, command, self.limits):
                evolve_survey(self.survey, answer)
                self.emitted.append(answer)
            return
        if isinstance(command, IssueToken | RevokeTokens | ExpireToken):
            for event in decide_tokens(self.tokens, command, self.limits):
                evolve_tokens(self.tokens, event)
                self.emitted.append(event)
                id_ = CommandId(f"{command.id}-push")
                for each in push_consequences(event, command_id=id_, at=command.at):
                    self.give(each)
            return
        if hasattr(command, "client") or isinstance(command, _OF_NOTICES):
            self._give_to_client(command)
            return
        if hasattr(command, "user"):
            for event in decide_push(self.book, command, self.limits):
                evolve_push(self.book, event)
                self.emitted.append(event)
            return
        ledger = self.ledger
        for unrecorded in ledger.decide(command):
            recorded = _recorded(unrecorded, self.about, ledger.version + 1)
            ledger.absorb(recorded)
            self.history.append(recorded)
            self.emitted.append(unrecorded.event)
            self.effects += react(ledger.call, unrecorded.event)
            self.follow(self.watch.happened(ledger.call, unrecorded.event, command.at), command.at)

    def follow(self, facts: tuple[Event, ...], at: Instant) -> None:
        """Note what followed from what was measured, or from what happened, at `at`."""
        for fact in facts:
            self.followed.append(((at - START) / SECOND, fact))
            if isinstance(fact, DominantSpeakersChanged):
                self.speakers = fact

    def _give_to_client(self, command: Command) -> None:
        """Decide and fold one command about the client's devices, or what was pushed for the present call."""
        if not isinstance(command, _OF_NOTICES):
            for event in decide_devices(self.devices, command):
                evolve_devices(self.devices, event)
                self.emitted.append(event)
            return
        book = self.notices.get(self.about, NoticeBook())
        for event in decide_notice(book, command):
            self.notices[self.about] = evolve_notice(book, event)
            self.emitted.append(event)

    def _give_to_room(self, command: RoomCommand) -> None:
        """Decide and fold one command about a room, and give its call what follows from that."""
        room = self.rooms.get(command.room_id, Room())
        for number, event in enumerate(decide_room(room, command, self.limits), 1):
            self.rooms[command.room_id] = evolve_room(room, event)
            self.emitted.append(event)
            for name, ledger in list(self.calls.items()):
                if ledger.call.room_id == command.room_id:
                    self.about = name
                    id_ = CommandId(f"{command.id}-{number}")
                    for each in room_consequences(ledger.call, event, command_id=id_, at=command.at):
                        self.give(each)

    def fingerprint(self) -> str:
        """Everything there is, in one digest."""
        books = [self.book, self.devices, self.notices, self.tokens, self.survey, self.rooms]
        return digest([*books, self.call, *(ledger.call for ledger in self.calls.values())])


def _recorded(unrecorded: Unrecorded, call: str, version: int) -> Recorded:
    return Recorded(
        position=version,
        stream=call_stream(CallId(call)),
        version=version,
        event=unrecorded.event,
        at=unrecorded.at,
        command_id=unrecorded.command_id,
    )


def command_of(stage: Stage, step: Step, number: int) -> Command:
    """The command that `step` gives for the `number`-th time.

    Raises:
        BadSpec: there is no such command, field or person.
    """
    kind: Any = COMMANDS.get(step["do"])
    if kind is None:
        raise BadSpec(f"there is no command {step['do']!r}")
    stage.commands_given += 1
    given = {
        "id": CommandId(str(step.get("id", f"command-{stage.commands_given}"))),
        "at": later(START, stage.now_s),
        **_defaults(stage.about, step, frozenset(field.name for field in attrs.fields(kind)), number),
        **{name: _value(name, value, number) for name, value in step.get("with", {}).items()},
    }
    if step["do"] == "SendPush":
        given["registered_until"] = stage.book.until(str(given["device"]))
    if "room" in {field.name for field in attrs.fields(kind)} and "participant" in given:
        given["room"] = _pass_of(stage, given)
    try:
        command: Command = kind(**given)
    except TypeError as wrong:
        raise BadSpec(f"{step['do']} cannot be given so: {wrong}") from wrong
    return command


def _pass_of(stage: Stage, given: Mapping[str, Any]) -> RoomPass:
    """What the one room says of who comes."""
    room = stage.rooms.get(ROOM_ID, Room())
    return room_pass(room, ROOM_ID, given["participant"], given["at"])


def _defaults(about: str, step: Step, fields: frozenset[str], number: int) -> Mapping[str, object]:
    """What need not be said: the person from `who`, their desk, the call's name, the one group."""
    found: dict[str, object] = {}
    who = step.get("who")
    for name in ("participant", "user"):
        if name in fields and who is not None:
            found[name] = person(who, number)
    if "endpoint" in fields and who is not None and not person(who, number).startswith("4:"):
        found["endpoint"] = f"{who}/desk".format(n=number)
    if "client" in fields:
        found["client"] = "client-1"
    if "call_id" in fields:
        found["call_id"] = CallId(about)
    if "room_id" in fields:
        found["room_id"] = ROOM_ID
    if "group_id" in fields:
        found["group_id"] = GROUP_ID
    return found


def person(name: str, number: int = 1) -> RawId:
    """Who plays `name`.

    Raises:
        BadSpec: nobody does.
    """
    if name not in CAST:
        raise BadSpec(f"nobody is called {name!r}; the cast is {', '.join(CAST)}")
    return RawId(CAST[name].format(n=number))


def _value(name: str, value: Any, number: int) -> object:
    match name:
        case "to" | "participant" | "by" | "initiator" | "target" | "transferor":
            return person(value, number)
        case "callees" | "participants" | "recipients":
            return tuple(person(each, number) for each in value)
        case "devices":
            return tuple(device_of(each) for each in value)
        case "payload":
            return _payload(value)
        case "valid_from" | "valid_until" | "expires_at" | "used_at":
            return later(START, value)
        case "roles":
            return {person(name, number): Role(role) for name, role in value.items()}
        case "scopes":
            return tuple(Scope(each) for each in value)
        case "kind":
            return kind_of(value)
        case "reason":
            code, _, subcode = value.partition("/")
            return REGISTRY.reason(int(code), int(subcode) if subcode != "-" else None, source=Source.REMOTE)
        case _ if name in _READ:
            return _READ[name](value)
        case _:
            return value


_READ: Mapping[str, Callable[[Any], object]] = {
    "role": Role,
    "wait": Wait,
    "surface": ShareSurface,
    "modality": Modality,
    "what": RecordingKind,
    "ratings": lambda written: {SurveyCategory(name): rating_of(each) for name, each in written.items()},
    "reliability": Reliability,
    "priority": ChannelPriority,
    "use": DeviceUse,
    "access": DeviceAccess,
    "system": OperatingSystem,
    "effect": StreamEffect,
    "error": EffectError,
    "platform": Platform,
    "constraints": lambda maxima: VideoConstraints(**maxima),
    "tone": Tone,
    "tones": tones_of,
}
"""How a field is read, whoever it is about."""


def _payload(written: Mapping[str, Any]) -> Mapping[str, str]:
    """A push as a push service carries it, people and moments being written as everywhere in scenarios."""
    said: dict[str, str] = {}
    for name, value in written.items():
        if name in {"from", "to"} and value in CAST:
            said[name] = person(value)
        else:
            said[name] = value if isinstance(value, str) else str(later(START, value))
    return said


def same(what: str, found: object, wanted: object) -> None:
    """Raise ScenarioFailed unless what was found is what was wanted."""
    if found != wanted:
        raise ScenarioFailed(f"{what}: expected {wanted}, found {found}")


def names_of(events: list[Event]) -> list[str]:
    """The stored names of events."""
    return [event.name for event in events]
