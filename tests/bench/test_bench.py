"""The benchmarks run, at sizes that measure nothing, and say what they promise. Speed is never asserted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.example

REPOSITORY = Path(__file__).parents[2]
PROGRAM = REPOSITORY / "bench" / "run.py"
EVERY_LINE_HAS = {"name", "rate", "unit", "peer", "peer_rate", "ratio"}
PROMISED = {
    *(
        "replay_one_call",
        "replay_many_calls",
        "replay_vs_limit",
        "group_commit_sqlite",
        "postgres_four_writers",
    ),
    *("participants_350", "memory_per_live_call_2", "memory_per_live_call_350"),
}


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROGRAM), *options], capture_output=True, text=True, check=False, timeout=100
    )


def test_every_benchmark_runs_and_prints_a_json_line() -> None:
    done = run("--quick", "--json")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["name"] for line in lines} >= PROMISED
    assert len({line["name"] for line in lines}) == len(lines)
    for line in lines:
        assert line.keys() >= EVERY_LINE_HAS
        assert line["rate"] > 0
        assert line["peer_rate"] > 0
        assert line["ratio"] > 0
        assert line["unit"]
        assert line["peer"]
    assert done.stderr == "", "nothing but results when nobody watches"


def test_only_one_for_people() -> None:
    done = run("--quick", "--only", "participants_350_live")
    assert done.returncode == 0, done.stderr
    assert "participants_350_live" in done.stdout
    assert "replay" not in done.stdout
    assert "\x1b" not in done.stdout, "no colours in a pipe"


def test_a_name_that_is_none_is_one_sentence() -> None:
    done = run("--only", "teleport")
    assert done.returncode == 2
    assert "teleport" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
