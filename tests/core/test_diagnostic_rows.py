"""The diagnostics are those of the SDK, typed here by hand, and a wrong file is refused in one sentence."""

import json
from importlib.resources import files
from typing import Any

import pytest

from calltape.core.diagnosing_rules import RULES
from calltape.core.diagnostic_rows import (
    DIAGNOSTICS,
    DiagnosticGroup,
    DiagnosticKind,
    DiagnosticValue,
    read_diagnostics,
)
from calltape.core.errors import BadSpec
from calltape.core.media import Condition

pytestmark = pytest.mark.example

NETWORK = {
    "noNetwork": "flag",
    "networkRelaysNotReachable": "flag",
    "networkReconnect": "quality",
    "networkReceiveQuality": "quality",
    "networkSendQuality": "quality",
}
MEDIA = {
    "speakingWhileMicrophoneIsMuted",
    "noSpeakerDevicesEnumerated",
    "noMicrophoneDevicesEnumerated",
    "microphoneNotFunctioning",
    "microphoneMuteUnexpectedly",
    "microphonePermissionDenied",
    "microphoneNotMuteButSilent",
    "cameraFreeze",
    "cameraStartFailed",
    "cameraStartTimedOut",
    "cameraPermissionDenied",
    "cameraStoppedUnexpectedly",
    "capturerStartFailed",
    "capturerStoppedUnexpectedly",
    "screenshareRecordingDisabled",
}
NATIVE_ONLY = {
    "speakerVolumeIsZero",
    "speakerMuted",
    "speakerBusy",
    "speakerNotFunctioning",
    "microphoneBusy",
}
NATIVE_NAMES = {
    "noNetwork": "networkUnavailable",
    "networkRelaysNotReachable": "networkRelaysUnreachable",
    "networkReconnect": "networkReconnectionQuality",
    "noSpeakerDevicesEnumerated": "noSpeakerDevicesAvailable",
    "noMicrophoneDevicesEnumerated": "noMicrophoneDevicesAvailable",
    "cameraFreeze": "cameraFrozen",
}


def of(group: DiagnosticGroup, *, web: bool) -> set[str]:
    return {row.name for row in DIAGNOSTICS.values() if row.group is group and row.web is web}


def test_every_diagnostic_of_the_sdk_is_there() -> None:
    assert of(DiagnosticGroup.NETWORK, web=True) == set(NETWORK)
    assert of(DiagnosticGroup.MEDIA, web=True) == MEDIA
    assert of(DiagnosticGroup.MEDIA, web=False) == NATIVE_ONLY
    assert of(DiagnosticGroup.REMOTE, web=True) == {"serverConnection"}
    assert {name: DIAGNOSTICS[name].kind for name in NETWORK} == NETWORK
    assert all(DIAGNOSTICS[name].kind is DiagnosticKind.FLAG for name in MEDIA | NATIVE_ONLY)


def test_native_names() -> None:
    other = {row.name: row.native for row in DIAGNOSTICS.values() if row.native != row.name}
    assert other == NATIVE_NAMES


def test_who_talks_while_muted_is_never_told_to_others() -> None:
    ours = {"connectedWithoutMedia", "mediaWithoutSignalling"}
    kept = {row.name for row in DIAGNOSTICS.values() if not row.is_sent}
    assert kept == {"speakingWhileMicrophoneIsMuted"} | ours


def test_every_rule_and_every_condition_is_used() -> None:
    assert {row.rule for row in DIAGNOSTICS.values() if row.rule} == set(RULES)
    assert {condition for row in DIAGNOSTICS.values() for condition in row.on} == set(Condition)


def test_every_diagnostic_can_be_raised_and_cleared_or_says_why_not() -> None:
    for row in DIAGNOSTICS.values():
        if not row.rule and row.name != "networkRelaysNotReachable":
            assert {DiagnosticValue.TRUE, DiagnosticValue.FALSE} == set(row.on.values()), row.name
        assert row.status == "documented" or row.note or "ours" in row.source or "our" in row.source


def test_values_as_the_sdk_has_them() -> None:
    assert [value.as_sdk for value in DiagnosticValue] == [True, False, 1, 2, 3]
    assert [value for value in DiagnosticValue if value.is_problem] == ["true", "Poor", "Bad"]


ROW: dict[str, Any] = {
    "name": "noise",
    "group": "media",
    "kind": "flag",
    "means": "Noise.",
    "on": {"true": ["camera.stopped"]},
    "is": "inferred",
    "source": "none",
}


def toml_of(row: dict[str, Any]) -> str:
    lines = [f"{key} = {json.dumps(value)}" for key, value in row.items() if key not in {"on", "after"}]
    for key, value in row.items():
        if key in {"on", "after"}:
            inner = ", ".join(f"{name} = {json.dumps(each)}" for name, each in value.items())
            lines.append(f"{key} = {{ {inner} }}")
    return "\n".join(["[[diagnostic]]", *lines])


def test_a_sound_row_is_read() -> None:
    row = read_diagnostics(toml_of(ROW))["noise"]
    assert (row.native, row.web, row.is_sent, row.fine) == ("noise", True, True, DiagnosticValue.FALSE)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[diagnostic", "is not TOML"),
        ("", "each whole"),
        (toml_of({**ROW, "kind": "colour"}), "each whole"),
        (toml_of({**ROW, "on": {"true": ["camera.exploded"]}}), "camera.exploded"),
        (toml_of({**ROW, "colour": "red"}), "each whole"),
        (toml_of({key: value for key, value in ROW.items() if key != "source"}), "each whole"),
        (toml_of({**ROW, "on": {"Poor": ["camera.stopped"]}}), "is a flag and cannot be Poor"),
        (toml_of({**ROW, "rule": "noisy"}), "say in `found` for what it finds each value"),
        (toml_of({**ROW, "after": {"true": "noise_s"}}), "names the limit 'noise_s'"),
        (toml_of({key: value for key, value in ROW.items() if key != "on"}), "nothing leads to noise"),
        (toml_of(ROW) + "\n" + toml_of(ROW), "two diagnostics of one name"),
    ],
)
def test_a_wrong_file_is_refused(text: str, words: str) -> None:
    with pytest.raises(BadSpec, match=words) as refused:
        read_diagnostics(text)
    assert "\n" not in str(refused.value)


def test_the_file_is_the_one_that_is_shipped() -> None:
    text = files("calltape.specs").joinpath("diagnostics.toml").read_text(encoding="utf-8")
    assert read_diagnostics(text) == DIAGNOSTICS
