"""What small calls are made of: the people, their endpoints, and every command over small alphabets.

The alphabets are small on purpose. A few people with two endpoints each meet the same places again and
again, which is where the mistakes are. The strategies draw from them, the searches try all of them; nothing
here draws, so it needs no extra.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from itertools import product
from typing import Any

import attrs

from calltape.conformance.drawn_values import ROOM_ID, VALUES
from calltape.core.call import Call, DeadlineKey, Participant, Wait, deadlines, decide
from calltape.core.call.captioning import captions_state
from calltape.core.call.expiring import Expire
from calltape.core.call.hindrances import Modality
from calltape.core.call.rooms import DECISIONS
from calltape.core.call.starting import Join, StartCall
from calltape.core.commands import COMMANDS, Command
from calltape.core.custom_context import CustomContext
from calltape.core.devices import DeviceKind
from calltape.core.end_reasons import REGISTRY, Source
from calltape.core.errors import Refused
from calltape.core.events import Event, Recorded
from calltape.core.identity import ECHO, RawId
from calltape.core.ledger import envelope
from calltape.core.roles import Role
from calltape.core.room import RoomPass
from calltape.core.states import CALL, CAPTIONS, PARTICIPANT, CallState
from calltape.core.stream_effects import StreamEffect
from calltape.core.streams import STREAM_LIFECYCLES, state_in
from calltape.core.values import SECOND, CallId, CommandId, EndpointId, Instant, call_stream
from calltape.core.video_constraints import VideoConstraints
from calltape.core.video_platforms import Platform

START = Instant(1_700_000_000 * SECOND)
"""When every drawn call begins."""

ALICE = RawId("8:acs:resource_alice")
BOB = RawId("8:acs:resource_bob")
CAROL = RawId("8:orgid:carol")
PHONE = RawId("4:+14255550123")
PEOPLE: tuple[RawId, ...] = (ALICE, BOB, CAROL, PHONE, ECHO)
"""Who may be in a drawn call: two users, one Microsoft 365 user, a telephone, the echo service."""

DAVE = RawId("8:acs:resource_dave")
CROWD: tuple[RawId, ...] = (ALICE, BOB, CAROL, DAVE, PHONE, ECHO)
"""The most people that a drawn call has."""

CALL_IDS: tuple[CallId, ...] = (CallId("call-1"), CallId("call-2"))
GROUP_ID = "29228d3e-040e-4656-a70e-890ab4e173e5"
NAMELESS = CommandId("command")
STRANGE_GROUP_ID = "00000000-0000-4000-8000-000000000000"


def endpoints(who: RawId) -> tuple[EndpointId, ...]:
    """The places where `who` can be rung; a telephone has none of ours."""
    return () if who.startswith("4:") else (EndpointId(f"{who}/desk"), EndpointId(f"{who}/mobile"))


def placed(*callees: RawId, **origin: Any) -> Command:
    """ALICE calls `callees` from her desk; `origin` holds other fields of `StartCall`."""
    start: Any = StartCall  # the declaring decorator hides from type checkers that it is an attrs class
    started: Command = start(**_FROM_HER_DESK, callees=callees, **origin)
    return started


def joined(*, has_lobby: bool = False) -> Command:
    """ALICE joins the one group from her desk."""
    join: Any = Join
    entered: Command = join(**_FROM_HER_DESK, group_id=GROUP_ID, has_lobby=has_lobby)
    return entered


_FROM_HER_DESK: Mapping[str, Any] = {
    "id": NAMELESS,
    "at": START,
    "call_id": CALL_IDS[0],
    "participant": ALICE,
    "endpoint": endpoints(ALICE)[0],
}


@attrs.frozen
class Step:
    """One command of a walk and what came of it."""

    command: Command
    events: tuple[Event, ...]
    refusal: Refused | None = None


def candidates(
    call: Call,
    *,
    at: Instant = START,
    id: CommandId = NAMELESS,  # noqa: A002 - as the field is called
    people: Sequence[RawId] = PEOPLE,
) -> Sequence[Command]:
    """Every command over the alphabets that the present states of `call` have a row for; never empty.

    Deadlines are left out while one is in the future: firing those that fall due is the walk's business.
    """
    found = [
        command
        for name in fitting(call, people, at=at)
        for command in candidates_named(call, name, at=at, id=id, people=people)
    ]
    return found or every_command()


def fitting(call: Call, people: Sequence[RawId] = PEOPLE, *, at: Instant = START) -> Sequence[str]:
    """The names of the candidates, each once: cheaper than all of them where one is to be picked."""
    names = set[str]().union(*(_names_about(call, who) for who in people)) - {"Expire"}
    if not _known(call)["by"]:
        names -= _names_a_doer()
    due = ["Expire"] if any(due <= at for due in deadlines(call).values()) else []
    return sorted(names) + due


def candidates_named(
    call: Call,
    name: str,
    *,
    at: Instant = START,
    id: CommandId = NAMELESS,  # noqa: A002 - as the field is called
    people: Sequence[RawId] = PEOPLE,
) -> Sequence[Command]:
    """The candidates called `name`, which is one of those that fit."""
    if name == "Expire":
        return [
            Expire(id=id, at=at, wait=key.wait, participant=key.participant)
            for key, due in deadlines(call).items()
            if due <= at
        ]
    known = _known(call)
    whose = [who for who in people if name in _names_about(call, who)]
    return [command for who in whose for command in _built(name, who, known, at, id)]


@cache
def _names_a_doer() -> frozenset[str]:
    """The commands that somebody who is up in the call must give."""
    kinds: Sequence[Any] = list(COMMANDS.values())
    return frozenset(
        kind.__name__
        for kind in kinds
        for field in attrs.fields(kind)
        if field.name == "by" and field.default is attrs.NOTHING
    )


def _names_about(call: Call, who: RawId) -> Set[str]:
    """The commands about `who` that make sense now."""
    return {"StartCall", "Join", "JoinRoom"} if call.kind is None else _accepted(call, who)


def _accepted(call: Call, who: RawId) -> set[str]:
    """The commands about `who` that no lifecycle rules out."""
    person = call.participants.get(who)
    if person is None or person.call_state is CallState.DISCONNECTED:
        return {"Join", "JoinRoom", "Invite"}
    seen, leg = set(PARTICIPANT.accepted(person.state)), set(CALL.accepted(person.call_state))
    return {
        name
        for name in seen | leg
        if (name not in PARTICIPANT.commands or name in seen) and (name not in CALL.commands or name in leg)
    } - _closed_to(person)


def _closed_to(person: Participant) -> set[str]:
    """The commands about a video, a share or captions that are not where they are accepted."""
    closed = {
        name
        for kind, life in STREAM_LIFECYCLES.items()
        for name in _OF_STREAMS & life.commands - set(life.accepted(state_in(person.streams, kind)))
    }
    return closed | (CAPTIONS.commands - {"Expire"} - set(CAPTIONS.accepted(captions_state(person))))


_OF_STREAMS = frozenset(
    {
        *("StartVideo", "StopVideo", "SwitchSource", "StartShare", "StopShare"),
        *(f"Report{of}{what}" for of in ("Video", "Share") for what in ("Started", "Failed", "Stopped")),
    }
)
"""Commands about nothing but a stream; a hold, or silence, is about more."""


def _known(call: Call) -> Mapping[str, Sequence[object]]:
    """What the fields of a command may name in this call."""
    up = {CallState.CONNECTED, CallState.LOCAL_HOLD, CallState.REMOTE_HOLD}
    return {
        "by": [p.id for p in call.participants.values() if p.call_state in up],
        "call_id": [call.id] if call.id is not None else CALL_IDS,
        "group_id": [call.group_id or GROUP_ID],
    }


@cache
def every_command() -> tuple[Command, ...]:
    """Every command a call knows, over the whole alphabets, at the start of time."""
    commands = (
        command
        for name in sorted(kind.__name__ for kind in DECISIONS)
        for who in PEOPLE
        for command in _built(name, who, _ANYTHING, START, NAMELESS)
    )
    return tuple(dict.fromkeys(commands))  # one that names no participant is built for everybody


_ANYTHING: Mapping[str, Sequence[object]] = {
    "by": PEOPLE[:2],
    "call_id": CALL_IDS,
    "group_id": (GROUP_ID, STRANGE_GROUP_ID),
}


def _built(
    name: str, who: RawId, known: Mapping[str, Sequence[object]], at: Instant, id_: CommandId
) -> Iterator[Command]:
    """Every command called `name` about `who` whose fields the alphabets can fill."""
    kind: Any = COMMANDS[name]
    fields = [field for field in attrs.fields(kind) if field.name in _FILLED or field.name in known]
    values = [_known_choices(known, f) if f.name in known else _choices(who, f) for f in fields]
    names = [field.name for field in fields]
    for chosen in product(*values):
        yield kind(id=id_, at=at, **dict(zip(names, chosen, strict=True)))


def _known_choices(known: Mapping[str, Sequence[object]], field: "attrs.Attribute[Any]") -> Sequence[object]:
    """What `field` may name in this call, and nothing where it may be left out."""
    return (*known[field.name], None) if field.default is None else known[field.name]


def _choices(who: RawId, field: "attrs.Attribute[Any]") -> Sequence[object]:
    """What `field` of a command about `who` may hold."""
    others = tuple(person for person in PEOPLE if person != who)
    match field.name:
        case "participant":
            return (who,)
        case "endpoint":
            optional = () if field.default is attrs.NOTHING else (None,)
            return (*endpoints(who), *optional) or (EndpointId(f"{who}/line"),)
        case "kind" if field.type is DeviceKind:
            return (DeviceKind.CAMERA, DeviceKind.SPEAKER)
        case "callees":
            return (*((other,) for other in others), others[:2], others[1:3], others[:3])
        case "participants" | "invitees":
            return ((who,), PEOPLE[:2])
        case _:
            return _VALUES[field.name]


_VALUES: Mapping[str, Sequence[object]] = {
    "for_everyone": (False, True),
    "winner": (CallId("call-0"), CallId("call-9")),
    "wait": tuple(Wait),
    "role": (Role.PRESENTER, Role.CONSUMER),
    "has_lobby": (False, True),
    "room": tuple(RoomPass(room_id=ROOM_ID, role=role) for role in (Role.PRESENTER, Role.CONSUMER)),
    "device": ("back camera",),
    "constraints": (VideoConstraints(frame_height_max_px=720), VideoConstraints(frame_height_max_px=0)),
    "spoken_language": (None, "de-de"),
    "language": ("de-de", "en-us"),
    "supported": (("de-de", "en-us"),),
    "source": ("front camera", "back camera"),
    "target": PEOPLE[2:4],
    "target_call": (CallId("call-0"),),
    "new_call": (CallId("call-8"),),
    "custom_context": (None, CustomContext(user_to_user="order 7")),
    "reason": (REGISTRY.named("no_answer", source=Source.REMOTE),),
    "sip_status": (486, 200),
    "effect": tuple(StreamEffect)[:3],
    "image_url": (None, "https://example.org/beach.png"),
    "platform": (None, Platform.DESKTOP_WEB),
    "to": (CAROL,),
    "recording_id": ("recording-1", "recording-2"),
    "needs_consent": (False, True),
    "modality": tuple(Modality),
    "channel_id": (0, 1),
    "recipients": ((), (BOB,)),
    "session": (1, 2),
    **VALUES,
    "ends_at": (None, Instant(START + 60 * SECOND)),
    "used_at": (START, Instant(START + 150 * SECOND)),
}
_FILLED = {"participant", "invitees", "endpoint", "callees", "participants", "kind", *_VALUES}
"""The fields that are filled; all others keep their defaults."""


def take(call: Call, command: Command) -> Step:
    """What `command` leads to; reads `call` only."""
    try:
        return Step(command, decide(call, command))
    except Refused as refusal:
        return Step(command, (), refusal)


def earliest(call: Call) -> tuple[DeadlineKey, Instant]:
    """The deadline that falls due next; of several at once the first by name.

    Raises:
        ValueError: none is running.
    """
    return min(deadlines(call).items(), key=lambda item: (item[1], item[0].wait, item[0].participant or ""))


def firing(call: Call) -> Sequence[Expire]:
    """Every deadline that is running, as if it had just passed."""
    return [
        Expire(id=NAMELESS, at=max(due, START), wait=key.wait, participant=key.participant)
        for key, due in deadlines(call).items()
    ]


def recorded(call_id: CallId, version: int, position: int, event: Event, command: Command) -> Recorded:
    """`event` as a log holds it, with what is to be known of the `command` that led to it."""
    return envelope(event, command).recorded(position=position, stream=call_stream(call_id), version=version)
