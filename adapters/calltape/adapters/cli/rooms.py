"""`calltape room`: rooms of a store, made, shown and changed. A call that is on in one hears of it."""

import time
from typing import Any
from uuid import uuid4

import click

from calltape.adapters.cli.options import RAW_ID, json_option, opened, shown, store_option
from calltape.adapters.cli.printing import clock, moment, print_json, say
from calltape.adapters.deciding import ROOMS, read, record
from calltape.adapters.stores import Store
from calltape.core import (
    BadInput,
    Command,
    CommandId,
    CreateRoom,
    DeleteRoom,
    Instant,
    RawId,
    Refused,
    RemoveRoomParticipants,
    Role,
    Room,
    RoomState,
    UpsertRoomParticipants,
    decide_room,
    later,
    room_stream,
)
from calltape.core.roles import ROLES, RoleScheme

DAY_S = 86_400
ROOM_ID_MAX = 200
"""Characters a room id may have on the command line."""


class _RoomIdType(click.ParamType[str]):
    name = "room_id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        text = str(value)
        if not text or len(text) > ROOM_ID_MAX or not text.isprintable() or any(map(str.isspace, text)):
            raise BadInput(f"{text[:60]!r} is not a room id: give 1 to {ROOM_ID_MAX} visible characters")
        return text


ROOM_ID = _RoomIdType()
room_argument = click.argument("room_id", type=ROOM_ID)
people_argument = click.argument("people", metavar="RAW_ID…", type=RAW_ID, nargs=-1, required=True)
role_option = click.option(
    "--role",
    type=click.Choice([str(role) for role in ROLES.kinds[RoleScheme.ROOM].roles]),
    default=str(Role.ATTENDEE),
    show_default=True,
    help="What they are in the room.",
)


@click.group()
def room() -> None:
    """Keep rooms: who may come to their calls, in which role, until when."""


@room.command()
@room_argument
@click.option("--days", type=click.FloatRange(min=0, min_open=True), default=30.0, show_default=True)
@click.option("--dial-out", is_flag=True, help="Let presenters dial out to telephones.")
@store_option
@json_option
def create(room_id: str, days: float, dial_out: bool, store: str, as_json: bool) -> None:
    """Make the room ROOM_ID, open from now on."""
    asked = CreateRoom(
        id=_new_id(),
        at=(now := _now()),
        room_id=room_id,
        valid_until=later(now, days * DAY_S),
        is_pstn_dial_out_enabled=dial_out,
    )
    _in_words(lambda: decide_room(Room(), asked))  # refused before a store is touched
    _change(asked, room_id, store, as_json=as_json, create=True)


@room.command()
@room_argument
@people_argument
@role_option
@store_option
@json_option
def invite(room_id: str, people: tuple[RawId, ...], role: str, store: str, as_json: bool) -> None:
    """Invite people into the room, or give them another role; it holds in the room's call at once."""
    roles = {who: Role(role) for who in people}
    asked = UpsertRoomParticipants(id=_new_id(), at=_now(), room_id=room_id, roles=roles)
    _change(asked, room_id, store, as_json=as_json)


@room.command()
@room_argument
@people_argument
@store_option
@json_option
def remove(room_id: str, people: tuple[RawId, ...], store: str, as_json: bool) -> None:
    """Take invitations back; who is in the room's call is out of it."""
    asked = RemoveRoomParticipants(id=_new_id(), at=_now(), room_id=room_id, participants=people)
    _change(asked, room_id, store, as_json=as_json)


@room.command()
@room_argument
@store_option
@json_option
def delete(room_id: str, store: str, as_json: bool) -> None:
    """Delete the room; everybody whom it invited is out of its call."""
    _change(DeleteRoom(id=_new_id(), at=_now(), room_id=room_id), room_id, store, as_json=as_json)


@room.command()
@room_argument
@store_option
@json_option
def show(room_id: str, store: str, as_json: bool) -> None:
    """Show a room: its window, and whom it invites."""
    with opened(store) as log:
        found = _room(log, room_id)
    if found.state is RoomState.NONE:
        raise BadInput(f"there is no room {room_id} in {shown(store)}; `calltape room create` makes one")
    _print(found, room_id, as_json=as_json)


def _change(asked: Command, room_id: str, store: str, *, as_json: bool, create: bool = False) -> None:
    with opened(store, create=create) as log:
        _in_words(lambda: record(log, room_stream(room_id), ROOMS, asked))
        found = _room(log, room_id)
    _print(found, room_id, as_json=as_json)


def _in_words(work: Any) -> None:
    """Run `work`; a refusal becomes its reason."""
    try:
        work()
    except Refused as refused:
        raise BadInput(refused.reason or _nowhere(refused)) from refused


def _nowhere(refused: Refused) -> str:
    """What the table alone refuses: the room is not there, not there any more, or there already."""
    match refused.state:
        case RoomState.NONE:
            return "there is no such room; `calltape room create` makes one"
        case RoomState.DELETED:
            return "the room was deleted; make one by another name"
        case _:
            return "there is a room of that name already; `calltape room show` shows it"


def _room(log: Store, room_id: str) -> Room:
    return read(log, room_stream(room_id), ROOMS)[0]


def _print(found: Room, room_id: str, *, as_json: bool) -> None:
    if as_json:
        print_json(document(found, room_id))
        return
    if found.state is RoomState.DELETED:
        say(f"{room_id}: deleted")
        return
    window = f"open from {clock(found.valid_from)} until {clock(found.valid_until)} UTC"
    say(f"{room_id}: {window}, {'with' if found.is_pstn_dial_out_enabled else 'without'} dialling out")
    for who, role in found.roles.items():
        say(f"  {who} {role}")


def document(found: Room, room_id: str) -> dict[str, Any]:
    """What `--json` prints for one room."""
    return {
        "room_id": room_id,
        "state": found.state,
        "valid_from": moment(found.valid_from),
        "valid_until": moment(found.valid_until),
        "is_open": found.is_valid(_now()),
        "is_pstn_dial_out_enabled": found.is_pstn_dial_out_enabled,
        "participants": [{"id": who, "role": role} for who, role in found.roles.items()],
    }


def _new_id() -> CommandId:
    return CommandId(str(uuid4()))


def _now() -> Instant:
    return Instant(time.time_ns() // 1_000)
