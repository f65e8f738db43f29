"""Where a scenario plays: the cast, the calls, the time."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from calltape.conformance.row_use import RowWitness, moved_beside, moved_in_call
from calltape.conformance.scenario_passing import PassingCommand, PassingSignals
from calltape.core import (
    SECOND,
    BadSpec,
    Call,
    CallId,
    Command,
    CommandId,
    CreateRoom,
    DeleteRoom,
    DeviceBook,
    DominantSpeakersChanged,
    Event,
    ExpireToken,
    HandlePush,
    Instant,
    IssueToken,
    Ledger,
    Limits,
    NoticeBook,
    PushBook,
    RawId,
    Recorded,
    RemoveRoomParticipants,
    ReportPushDelivered,
    ReportPushFailed,
    RevokeTokens,
    Room,
    SendPush,
    SubmitSurvey,
    Survey,
    TokenBook,
    UpdateRoom,
    UpsertRoomParticipants,
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
    push_consequences,
    react,
    room_consequences,
    speakers_stream,
    stream_of,
)
from calltape.core.effects import Effect

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
    """Where a scenario plays: its calls, what is kept beside them, each for its owner, and the time."""

    def __init__(self, limits: Limits, after_event: "Callable[[Stage], None] | None" = None) -> None:
        self.limits = limits
        self.after_event = after_event
        """Told after each event of a call, a push registration, a token."""

        self.now_s = 0.0
        self.about = "call-1"
        """Which call the present step is about."""

        self.calls: dict[str, Ledger] = {}
        self.recorded: dict[str, list[Recorded]] = {}
        self.heard: dict[str, list[Recorded]] = {}
        """Who speaks, as it was recorded beside each call."""

        self.pushes: dict[RawId, PushBook] = {}
        """Each user's push registrations."""

        self.clients: dict[str, DeviceBook] = {}
        """Each client's devices."""

        self.notices: dict[str, NoticeBook] = {}
        """What was pushed to the one user, by call."""

        self.tokens: dict[RawId, TokenBook] = {}
        """What each user's tokens are; nobody's are anybody else's."""

        self.survey = Survey()
        self.rooms: dict[str, Room] = {}
        self.signals = PassingSignals()
        self.witness = RowWitness()
        """Which rows the scenario has used so far."""

        self.commands_given = 0
        self.before = Call()
        """The call as the present step found it."""

        self.emitted: list[Event] = []
        """What the present step has led to."""

        self.effects: list[Effect] = []
        self.watches: dict[str, Watch] = {}
        self.kept: dict[str, list[Recorded]] = {}
        """What is recorded of the media of each call."""

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
            tokens = self.tokens.get(command.user, TokenBook())
            for event in decide_tokens(tokens, command, self.limits):
                with self.witness.watching(command, event, moved_beside(tokens, event)):
                    self.tokens[command.user] = evolve_tokens(tokens, event)
                self._tell()
                self.emitted.append(event)
                id_ = CommandId(f"{command.id}-push")
                for each in push_consequences(event, command_id=id_, at=command.at):
                    self.give(each)
            return
        if isinstance(command, _OF_NOTICES):
            self._give_to_notices(command)
            return
        if (client := getattr(command, "client", None)) is not None:
            self._give_to_client(client, command)
            return
        if isinstance(command, PassingCommand):
            self.emitted += self.signals.give(self.call, command, self.limits)
            return
        if (user := getattr(command, "user", None)) is not None:
            book = self.pushes.get(user, PushBook())
            for event in decide_push(book, command, self.limits):
                with self.witness.watching(command, event, moved_beside(book, event)):
                    self.pushes[user] = evolve_push(book, event)
                self._tell()
                self.emitted.append(event)
            return
        self._give_to_call(command)

    def _give_to_call(self, command: Command) -> None:
        """Decide and fold one command about the present call."""
        ledger = self.ledger
        for unrecorded in ledger.decide(command):
            recorded = unrecorded.recorded(
                position=self._position(), stream=call_stream(CallId(self.about)), version=ledger.version + 1
            )
            event = unrecorded.event
            with self.witness.watching(command, event, moved_in_call(ledger.call, event)):
                ledger.absorb(recorded)
            self._tell()
            self.history.append(recorded)
            self.emitted.append(event)
            self.effects += react(ledger.call, event)
            self.follow(self.watch.happened(ledger.call, event, command.at), command.at)

    def tick(self, until: Instant) -> None:
        """Let whoever watches the call look whenever it is time to, until then."""
        while (at := self.watch.next_at) is not None and at <= until:
            self.follow(self.watch.tick(self.call, at), at)

    def keep(self, fact: Event, at: Instant) -> None:
        """Record a fact about the call's media at `at`."""
        kept = self.kept.setdefault(self.about, [])
        place = len(kept) + 1
        kept.append(Recorded(position=place, stream=stream_of(fact), version=place, event=fact, at=at))

    def _tell(self) -> None:
        if self.after_event is not None:
            self.after_event(self)

    def follow(self, facts: tuple[Event, ...], at: Instant) -> None:
        """Note what followed from what was measured, or from what happened, at `at`."""
        for fact in facts:
            self.keep(fact, at)
            self.followed.append(((at - START) / SECOND, fact))
            if isinstance(fact, DominantSpeakersChanged):
                self.speakers = fact
                heard = self.heard.setdefault(fact.call_id, [])
                heard.append(
                    Recorded(
                        position=self._position(),
                        stream=speakers_stream(fact.call_id),
                        version=len(heard) + 1,
                        event=fact,
                        at=at,
                    )
                )

    def _position(self) -> int:
        """The next place among all that is recorded of the present call."""
        return len(self.history) + len(self.heard.get(self.about, ())) + 1

    def _give_to_client(self, client: str, command: Command) -> None:
        """Decide and fold one command about the devices of `client`."""
        devices = self.clients.get(client, DeviceBook())
        for event in decide_devices(devices, command):
            with self.witness.watching(command, event, moved_beside(devices, event)):
                self.clients[client] = evolve_devices(devices, event)
            self.emitted.append(event)

    def _give_to_notices(self, command: Command) -> None:
        """Decide and fold one command about what was pushed for the present call."""
        book = self.notices.get(self.about, NoticeBook())
        for event in decide_notice(book, command):
            with self.witness.watching(command, event, moved_beside(book, event)):
                self.notices[self.about] = evolve_notice(book, event)
            self.emitted.append(event)

    def _give_to_room(self, command: RoomCommand) -> None:
        """Decide and fold one command about a room, and give its call what follows from that."""
        room = self.rooms.get(command.room_id, Room())
        for number, event in enumerate(decide_room(room, command, self.limits), 1):
            with self.witness.watching(command, event, moved_beside(room, event)):
                self.rooms[command.room_id] = evolve_room(room, event)
            self.emitted.append(event)
            for name, ledger in list(self.calls.items()):
                if ledger.call.room_id == command.room_id:
                    self.about = name
                    id_ = CommandId(f"{command.id}-{number}")
                    for each in room_consequences(ledger.call, event, command_id=id_, at=command.at):
                        self.give(each)

    @property
    def book(self) -> PushBook:
        """The registrations of the one user whom a scenario is about."""
        return next(iter(self.pushes.values()), PushBook())

    @property
    def devices(self) -> DeviceBook:
        """The devices of the one client that a scenario is about."""
        return next(iter(self.clients.values()), DeviceBook())

    def fingerprint(self) -> str:
        """Everything there is, in one digest."""
        calls = [ledger.call for ledger in self.calls.values()]
        books = [self.pushes, self.clients, self.notices, self.tokens, self.survey, self.rooms, self.signals]
        return digest([*books, self.call, *calls])


def person(name: str, number: int = 1) -> RawId:
    """Who plays `name`.

    Raises:
        BadSpec: nobody does.
    """
    if name not in CAST:
        raise BadSpec(f"nobody is called {name!r}; the cast is {', '.join(CAST)}")
    return RawId(CAST[name].format(n=number))


def same(what: str, found: object, wanted: object) -> None:
    """Raise ScenarioFailed unless what was found is what was wanted."""
    if found != wanted:
        raise ScenarioFailed(f"{what}: expected {wanted}, found {found}")


def names_of(events: list[Event]) -> list[str]:
    """The stored names of events."""
    return [event.name for event in events]
