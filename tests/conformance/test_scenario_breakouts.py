"""Looking at breakout rooms: what is not so is found."""

import pytest

from calltape.conformance.scenario_breakouts import breakout_of, look_at_breakout_rooms, look_at_what_follows
from calltape.conformance.scenario_commands import command_of
from calltape.conformance.scenario_stage import ScenarioFailed, Stage, person
from calltape.core import LIMITS

pytestmark = pytest.mark.example


def meeting() -> Stage:
    """Alice leads a meeting with one room, which is open."""
    stage = Stage(LIMITS)
    for step in (
        {"do": "Join", "who": "alice", "with": {"has_lobby": True}},
        {"do": "ReportMediaConnected", "who": "alice"},
        {"do": "SetBreakoutRoom", "with": {"by": "alice", "room_id": "r1", "title": "One"}},
        {"do": "OpenBreakoutRooms", "with": {"by": "alice"}},
    ):
        stage.give(command_of(stage, step, 1))
    return stage


def test_rooms_that_are_seen_are_told() -> None:
    stage = meeting()
    assert breakout_of(stage.call, person("alice")) == "Main"
    look_at_breakout_rooms(stage, {"alice": ["r1 open"], "bob": []})
    with pytest.raises(ScenarioFailed, match="the breakout rooms"):
        look_at_breakout_rooms(stage, {"alice": ["r1 closed"]})


def test_what_follows_is_told_exactly() -> None:
    stage = meeting()
    look_at_what_follows(stage, [])
    with pytest.raises(ScenarioFailed, match="what follows"):
        look_at_what_follows(stage, ["JoinBreakoutRoom alice r1"])
