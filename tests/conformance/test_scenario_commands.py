"""What a step leaves out is filled in, and what it says is read as its field wants it."""

from typing import Any

import pytest

from calltape.conformance.scenario_commands import command_of
from calltape.conformance.scenario_stage import CAST, START, Stage
from calltape.conformance.scenario_values import kind_of
from calltape.core import LIMITS, BadSpec, DeviceKind, PushKind, ReactionKind, later

pytestmark = pytest.mark.example


def test_who_and_when_are_filled_in() -> None:
    stage = Stage(LIMITS)
    stage.now_s = 2.5
    given: Any = command_of(stage, {"do": "Join", "who": "guest"}, 3)
    assert (given.participant, given.endpoint) == ("8:acs:resource_guest-3", "guest/desk")
    assert (given.call_id, given.at) == (stage.about, later(START, 2.5))


def test_every_command_has_its_own_id() -> None:
    stage = Stage(LIMITS)
    ids = {command_of(stage, {"do": "Mute", "who": "alice"}, 1).id for _ in range(3)}
    assert len(ids) == 3


def test_people_are_named_by_the_parts_they_play() -> None:
    step = {"do": "StartCall", "who": "alice", "with": {"callees": ["bob", "phone"]}}
    given: Any = command_of(Stage(LIMITS), step, 1)
    assert given.callees == (CAST["bob"], CAST["phone"])


@pytest.mark.parametrize(
    ("written", "read"), [("camera", DeviceKind.CAMERA), (107, PushKind(107)), ("like", ReactionKind.LIKE)]
)
def test_a_kind_is_of_what_has_it(written: object, read: object) -> None:
    assert kind_of(written) is read


def test_nobody_else_plays() -> None:
    with pytest.raises(BadSpec, match="nobody is called 'mallory'"):
        command_of(Stage(LIMITS), {"do": "Mute", "who": "mallory"}, 1)
