"""Looks at a client's devices and pushes tell what they found instead."""

from collections.abc import Callable
from typing import Any

import pytest

from calltape.conformance.scenario_devices import (
    look_at_chosen,
    look_at_listed,
    look_at_notices,
    look_at_permissions,
)
from calltape.conformance.scenario_stage import ScenarioFailed, Stage
from calltape.conformance.scenario_values import device_of, kind_of
from calltape.core import LIMITS, DeviceKind, PushKind

pytestmark = pytest.mark.example

LOOKS: dict[Callable[[Stage, Any], None], tuple[object, object, str]] = {
    look_at_permissions: ({"audio": "Prompt"}, {"audio": "Granted"}, "the permissions: expected"),
    look_at_listed: ({"camera": []}, {"camera": ["webcam"]}, "the lists of devices: expected"),
    look_at_chosen: ({"camera": ""}, {"camera": "webcam"}, "the devices in use: expected"),
    look_at_notices: ({"phone": "None"}, {"phone stop": "Sent"}, "the notifications: expected"),
}


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.__name__)
def test_what_is_not_as_expected_is_told(look: Callable[[Stage, Any], None]) -> None:
    right, wrong, words = LOOKS[look]
    look(Stage(LIMITS), right)
    with pytest.raises(ScenarioFailed, match=words):
        look(Stage(LIMITS), wrong)


def test_values_are_read_as_they_are_written() -> None:
    assert device_of({"id": "tv", "kind": "speaker"}).kind is DeviceKind.SPEAKER
    assert device_of({"id": "tv", "kind": "speaker", "is_system_default": True}).is_system_default
    assert kind_of(110) is PushKind.STOP_RINGING
    assert kind_of("camera") is DeviceKind.CAMERA
    assert kind_of("Video") == "Video"
