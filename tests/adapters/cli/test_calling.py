"""`calltape call`: real calls."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calltape.adapters.cli import equipment, placing
from calltape.adapters.webrtc import voice_source, write_wav

pytestmark = pytest.mark.media

AUDIO_KEYS = {"sent_s", "received_s", "correlation", "delay_ms"}


def test_a_call_to_the_echo(run: Callable[..., Any], tmp_path: Path) -> None:
    url, voice = f"sqlite:///{tmp_path}/calls.db", tmp_path / "voice.wav"
    write_wav(voice, voice_source(seed=3).read(3 * 48_000, 0.0))
    ran = run("call", "8:echo123", "--seconds", "5", "--audio", voice, "--store", url, "--json")
    document = ran.document
    assert (ran.status, ran.result.stderr) == (0, "")
    assert document["audio"].keys() >= AUDIO_KEYS
    assert document["audio"]["correlation"] >= 0.6
    assert 4 < document["audio"]["sent_s"] < 6
    assert 4 < document["audio"]["received_s"] < 6
    assert document["audio"]["delay_ms"] > document["audio"]["path_delay_ms"]
    assert document["video"]["frames_sent"] >= document["video"]["frames_received"] > 0
    assert 5 < document["duration_s"] < 10
    assert (document["end_reason"]["code"], document["end_reason"]["subcode"]) == (0, 0)
    assert document["final_state"] == "Disconnected"
    call_id = document["call_id"]
    (listed,) = run("calls", "--store", url, "--json").lines
    assert (listed["call_id"], listed["events"]) == (call_id, document["events"])
    assert len(run("timeline", call_id, "--store", url, "--json").lines) == document["events"]
    assert run("replay", call_id, "--store", url, "--json").document["call_state"] == "Disconnected"
    assert run("check", url, "--json").document["ok"]
    streams = run("project", "stats", "--store", url, "--json").document["view"]
    assert len(streams) == 2, "both sides were measured"


def test_a_call_too_short_to_hear_itself_compares_nothing(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("call", "8:echo123", "--seconds", "1.5", "--store", f"sqlite:///{tmp_path}/calls.db", "--json")
    assert ran.document["audio"]["received_s"] > 1, "the greeting"
    assert ran.document["audio"]["correlation"] is None
    assert ran.document["audio"]["delay_ms"] is None


def test_in_a_pipe_every_event_is_a_line(run: Callable[..., Any], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/calls.db"
    ran = run("call", "8:echo123", "--seconds", "0.5", "--store", url)
    assert ran.status == 0
    numbers = [line.split()[0] for line in ran.out.splitlines() if line[:5].strip().isdigit()]
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert "ended   0/0" in ran.out
    assert "pictures sent" in ran.out


def test_who_cannot_be_reached(run: Callable[..., Any], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/calls.db"
    ran = run("call", "4:+14255550123", "--store", url, "--json")
    assert ran.status == 1
    assert ran.document["end_reason"]["code"] == 480
    assert ran.document["end_reason"]["subcode"] == 10037
    assert ran.document["audio"]["correlation"] is None
    shown = run("call", "4:+14255550123", "--store", url)
    assert "480/10037 no gateway to telephones is connected" in shown.out
    assert "480/10037 no endpoint" in run("call", "8:acs:nobody", "--store", url).out
    assert "pictures" not in shown.out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_call_is_hung_up(
    number: signal.Signals, run: Callable[..., Any], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/calls.db"
    # Where the tests run under `nohup`, a lost terminal is ignored, as it should be: here it is not.
    heeded = f"import signal; signal.signal({int(number)}, signal.SIG_DFL)"
    program = f"{heeded}; from calltape.adapters.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "call", "8:echo123", "--seconds", "600", "--store", url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        for line in running.stdout:
            if "participant.connected" in line:
                running.send_signal(number)
                break
        rest = running.stdout.read()
        assert running.stderr.read() == ""
    assert running.returncode == 130
    assert "call.ended" in rest
    assert "ended   0/0" in rest
    (listed,) = run("calls", "--store", url, "--json").lines
    assert listed["ended_at"] is not None


def test_a_reader_who_goes_does_not_stop_the_call(run: Callable[..., Any], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/calls.db"
    program = "from calltape.adapters.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "call", "8:echo123", "--seconds", "1", "--store", url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert "call.started" in running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == ""
    assert running.returncode == 1
    (listed,) = run("calls", "--store", url, "--json").lines
    assert listed["end_reason"]["code"] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nobody"], "'nobody' is not a participant id"),
        (["8:echo123", "--audio", "absent.wav"], "absent.wav cannot be read"),
        (["8:echo123", "--audio", "letter.txt"], "letter.txt cannot be read"),
        (["8:echo123", "--video", "absent.mp4"], "absent.mp4 cannot be read"),
        (["8:echo123", "--video", "voice.wav"], "no picture in voice.wav"),
        (["8:echo123", "--seconds", "0"], "0.0 is not in the range"),
        (["8:echo123", "--seconds", "nan"], "it is not a number"),
        (["8:echo123", "--seconds", "ages"], "'ages' is not a valid"),
        ([placing.CALLER], "nobody can call themselves"),
        (["8:echo123", "--store", "letter.txt"], "not the name of a store"),
        (["8:echo123", "--store", "sqlite:///letter.txt"], "not a calltape store"),
    ],
)
def test_what_cannot_be_placed_records_nothing(
    arguments: list[str],
    words: str,
    run: Callable[..., Any],
    tmp_path: Path,
    files: Callable[[], dict[str, bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter.txt").write_text("dear diary")
    write_wav("voice.wav", voice_source().read(4_800, 0.0))
    before = files()
    assert words in run("call", *arguments).complaint
    assert files() == before


@pytest.mark.parametrize("part", ["aiortc", "av", "numpy"])
def test_without_its_extra_it_says_what_to_install(part: str, tmp_path: Path) -> None:
    program = f"import sys; sys.modules[{part!r}] = None; from calltape.adapters.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "call", "8:echo123"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith(f"calltape: Real media needs {part}")
    assert "pip install 'calltape[webrtc]'" in sentence
    assert list(tmp_path.iterdir()) == []


def test_equipment_without_a_call_has_nothing_to_compare(tmp_path: Path) -> None:
    kit = equipment.Equipment(None, None)
    assert kit.levels == (0, 0)
    assert kit.pictures == (0, 0)
    assert kit.audio_figures(())["correlation"] is None
    assert kit.video_figures() == {"frames_sent": 0, "frames_received": 0, "delay_ms": None}
    kit.camera.close()


def _found(document: Any, who: str = "8:acs:calltape_caller") -> list[str]:
    """What was found wrong with one participant, in order."""
    (row,) = (each for each in document["diagnostics"] if each["participant"] == who)
    return [each["diagnostic"] for each in row["history"] if each["value"] is True]


def test_who_talks_into_a_muted_microphone_is_told(run: Callable[..., Any], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/calls.db"
    ran = run("call", "8:echo123", "--seconds", "4", "--mute", "--store", url, "--json")
    assert "speakingWhileMicrophoneIsMuted" in _found(ran.document)
    shown = run("diagnostics", ran.document["call_id"], "--store", url, "--json").document
    assert shown["participants"] == ran.document["diagnostics"]


def test_a_camera_that_is_taken_away_is_told(run: Callable[..., Any], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/calls.db"
    ran = run("call", "8:echo123", "--seconds", "9", "--drop-video-after", "1", "--store", url)
    found = [line for line in ran.out.splitlines() if line.startswith("found")]
    assert any("cameraStoppedUnexpectedly true" in line for line in found)
    assert any("cameraFreeze true" in line for line in found)


def test_seconds_that_are_no_number_are_refused(run: Callable[..., Any], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/calls.db"
    ran = run("call", "8:echo123", "--drop-video-after", "nan", "--store", url)
    assert "not a number" in ran.complaint
    assert not (tmp_path / "calls.db").exists()
