"""`calltape stats`, `diagnostics` and `speakers`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calltape.adapters.stores import open_store
from calltape.core import (
    CallId,
    DiagnosticChanged,
    DiagnosticValue,
    DominantSpeakersChanged,
    Event,
    Instant,
    RawId,
    Unrecorded,
    media_stream,
    speakers_stream,
)

pytestmark = pytest.mark.example

LIVE, BOB = CallId("live"), RawId("8:acs:bob")
AT = Instant(1_795_341_620_000_000)


@pytest.fixture
def told(url: str) -> str:
    """The store, in whose call `live` Bob speaks and his camera froze for a second."""

    def drafts(*facts: Event) -> list[Unrecorded]:
        return [Unrecorded(event=fact, at=Instant(AT + n * 1_000_000)) for n, fact in enumerate(facts)]

    log = open_store(url, create=False)
    frozen, clear = (
        DiagnosticChanged(call_id=LIVE, participant=BOB, diagnostic="cameraFreeze", value=value)
        for value in (DiagnosticValue.TRUE, DiagnosticValue.FALSE)
    )
    poor = DiagnosticChanged(
        call_id=LIVE, participant=BOB, diagnostic="networkSendQuality", value=DiagnosticValue.POOR
    )
    log.append(media_stream(LIVE, BOB), 0, drafts(frozen, poor, clear))
    spoken = DominantSpeakersChanged(call_id=LIVE, speakers=(BOB,), speaking=(BOB,))
    log.append(speakers_stream(LIVE), 0, drafts(spoken))
    log.close()
    return url


def test_diagnostics(run: Callable[..., Any], told: str) -> None:
    document = run("diagnostics", "live", "--store", told, "--json").document
    (bob,) = document["participants"]
    assert (document["call_id"], bob["participant"], bob["problems"]) == (
        "live",
        BOB,
        ["networkSendQuality"],
    )
    assert bob["current"] == [
        {"diagnostic": "cameraFreeze", "group": "media", "value": False, "means": "false"},
        {"diagnostic": "networkSendQuality", "group": "network", "value": 2, "means": "Poor"},
    ]
    assert [each["value"] for each in bob["history"]] == [True, 2, False]
    assert bob["history"][0]["at"] == "2026-11-22T10:00:20.000000Z"
    assert "networkSendQuality" in run("diagnostics", "live", "--store", told).out


def test_speakers(run: Callable[..., Any], told: str) -> None:
    document = run("speakers", "live", "--store", told, "--json").document
    assert (document["dominant"], document["speaking"], document["spoken_s"]) == ([BOB], [BOB], {})
    assert BOB in run("speakers", "live", "--store", told).out


def test_who_spoke_and_left_is_still_shown(run: Callable[..., Any], told: str) -> None:
    log = open_store(told, create=False)
    nobody = DominantSpeakersChanged(call_id=LIVE, speakers=(), speaking=())
    log.append(speakers_stream(LIVE), 1, [Unrecorded(event=nobody, at=Instant(AT + 7_000_000))])
    log.close()
    (line,) = (line for line in run("speakers", "live", "--store", told).out.splitlines() if BOB in line)
    assert line.endswith("7 s")


def test_replay_says_who_speaks(run: Callable[..., Any], told: str) -> None:
    def speaking(*options: str) -> dict[str, bool]:
        document = run("replay", "live", "--store", told, "--json", *options).document
        return {each["id"]: each["is_speaking"] for each in document["participants"]}

    assert speaking() == {BOB: True, "8:echo123": False}
    assert speaking("--upto", "5") == {BOB: False, "8:echo123": False}


def test_the_roster_says_who_speaks(run: Callable[..., Any], told: str) -> None:
    document = run("roster", "live", "--store", told, "--json").document
    assert {each["id"]: each["is_speaking"] for each in document["participants"]} == {
        BOB: True,
        "8:echo123": False,
    }
    (bob,) = (line for line in run("roster", "live", "--store", told).out.splitlines() if BOB in line)
    assert "speaks" in bob
    assert run("project", "roster", "--store", told).status == 0
    row = run("project", "roster", "--store", told, "--json").document["view"][LIVE]
    assert (row["participants"][BOB]["is_speaking"], row["speaking"]) == (True, [BOB])
    assert "heard_version" not in row


def test_stats(run: Callable[..., Any], url: str) -> None:
    document = run("stats", "one", "--store", url, "--json").document
    assert document["participants"][0]["participant"] == "8:acs:alice"
    assert document["streams"]["audio/send"]["samples"] == 1
    assert "audio/send" in run("stats", "one", "--store", url).out


def test_a_pruned_tape_shows_the_same(run: Callable[..., Any], url: str, tmp_path: Path) -> None:
    small = tmp_path / "small.jsonl"
    assert run("tape", "export", "one", "-o", small, "--prune", "--store", url).status == 0
    names = [json.loads(line).get("event") for line in small.read_text(encoding="utf-8").splitlines()]
    assert "media.sampled" not in names
    assert names.count("media.summarised") == 1
    for command in ("stats", "diagnostics", "speakers", "replay", "roster"):
        whole = run(command, "one", "--store", url, "--json").document
        assert run(command, "one", "--store", small, "--json").document == whole


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("stats", "nothing was measured in call live"),
        ("diagnostics", "nothing was found wrong in call live"),
        ("speakers", "nobody was heard to speak in call live"),
    ],
)
def test_nothing_to_show(run: Callable[..., Any], url: str, command: str, sentence: str) -> None:
    assert sentence in run(command, "live", "--store", url).out
    assert run(command, "live", "--store", url, "--json").document["call_id"] == "live"


@pytest.mark.parametrize("command", ["stats", "diagnostics", "speakers"])
def test_a_call_that_is_not_there(run: Callable[..., Any], url: str, command: str) -> None:
    assert "there is no call" in run(command, "unknown", "--store", url).complaint
