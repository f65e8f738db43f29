"""What scenarios look at of breakout rooms."""

from collections.abc import Mapping

from calltape.conformance.scenario_stage import CAST, START, Stage, person, same
from calltape.core import (
    Call,
    CommandId,
    JoinBreakoutRoom,
    RawId,
    breakout_consequences,
    later,
    visible_breakout_rooms,
)

_NAMES = {raw: name for name, raw in CAST.items()}


def breakout_of(call: Call, who: RawId) -> str:
    """As `Away r1`."""
    stay = call.participants[who].breakout
    return f"{stay.state} {stay.room_id}".strip()


def look_at_breakout_rooms(stage: Stage, wanted: Mapping[str, list[str]]) -> None:
    """The breakout rooms that each sees, as `r1 open`."""
    found = {
        name: [f"{room.id} {room.state}" for room in visible_breakout_rooms(stage.call, person(name))]
        for name in wanted
    }
    same("the breakout rooms", found, dict(wanted))


def look_at_what_follows(stage: Stage, wanted: list[str]) -> None:
    """What the meeting has to be given because of the step: a command, a person, and a room."""
    id_, at = CommandId("follows"), later(START, stage.now_s)
    found = [
        f"{type(each).__name__} {_NAMES[each.participant]} {each.room_id}"
        for event in stage.emitted
        for each in breakout_consequences(stage.call, event, command_id=id_, at=at)
        if isinstance(each, JoinBreakoutRoom)
    ]
    same("what follows", found, wanted)
