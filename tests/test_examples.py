"""The programs in examples/ run, and the demo can tell a good call from a bad one."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from .programs import program

pytestmark = pytest.mark.media

EXAMPLES = Path(__file__).parents[1] / "examples"
GOOD: dict[str, Any] = {
    "audio": {"correlation": 0.9, "delay_ms": 3_000.0},
    "video": {"frames_sent": 200, "frames_received": 190},
    "final_state": "Disconnected",
    "duration_s": 8.0,
    "events": 12,
}


@pytest.fixture(scope="module")
def demo() -> ModuleType:
    return program("examples/demo.py")


def test_demo_accepts_a_good_call(demo: ModuleType) -> None:
    assert demo.verdict(GOOD) is None
    assert "correlation 0.90" in demo.summary(GOOD)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"audio": {"correlation": 0.2, "delay_ms": 1.0}}, "correlation 0.2"),
        ({"audio": {"correlation": None, "delay_ms": None}}, "not what was sent"),
        ({"video": {"frames_sent": 9, "frames_received": 0}}, "no video"),
        ({"final_state": "Connected"}, "ended in Connected"),
    ],
)
def test_demo_complains_of_a_bad_call(demo: ModuleType, wrong: dict[str, Any], complaint: str) -> None:
    assert complaint in demo.verdict({**GOOD, **wrong})


@pytest.mark.timeout(120)
def test_demo_places_a_real_call() -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / "demo.py", "--seconds", "6"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "video frames for" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (
            "embed",
            ["both sides of the hold", "call in RemoteHold refuses Resume", "the call is the same: True"],
        ),
        ("replay", ["call-left-shape-1", "after 6 events it was Ringing", "legal at event 14"]),
        ("agent", ["Bob sees RemoteHold", "8:acs:bob Connected, 8:acs:carol Connected", "subcode=4097"]),
    ],
)
def test_example_shows_what_it_says(name: str, shown: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / f"{name}.py"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    for words in shown:
        assert words in done.stdout
    assert not list(tmp_path.iterdir()), "an example leaves nothing behind"
