"""The adapter of somebody outside proves itself as the guide says; a mistake is found and explained."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.contract

REPOSITORY = Path(__file__).parents[1]
EXAMPLE = REPOSITORY / "examples" / "own_adapter"
GUIDE = REPOSITORY / "docs" / "how-to" / "write-and-prove-your-own-adapter.md"
SHOWN = [
    text.splitlines()[1:] for text in re.findall(r"```console\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
]
"""What the guide shows below its commands: the run that passes, the run that does not."""

MISTAKES = {
    "believes every writer": (
        ("if version != append.expected:", "if append.expected < 0:"),
        "test_stale_writer_is_refused",
        "Who is behind learns where the stream is, and nothing of what it brought is kept.",
    ),
    "forgets who asked": (
        ("ids = (each.command_id,", "ids = (None,"),
        "test_gives_back_what_was_appended",
        "At index 1 diff: None != 'command-0'",
    ),
    "stops at what is newer": (
        (
            "except UnknownEvent:  # newer than this program: others can still be read",
            "except StopIteration:",
        ),
        "test_newer_events",
        "UnknownEvent",
    ),
    "is deaf": (
        ("while not (self._is_closed or self._log.is_closed):", "while self._is_closed:"),
        "test_subscription_begins_after_its_position",
        "A subscriber from a position gets what is past it, old and new, and silence is an empty batch.",
    ),
}


def proved(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of a package as its author would: in its folder, with nothing of ours around."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider", *options]
    without = ["-p", "no:asyncio", "-p", "no:xdist"]  # ours, and no business of theirs
    return subprocess.run(
        [*command, *without],
        cwd=folder,
        env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the example, outside the checkout."""
    return shutil.copytree(EXAMPLE, tmp_path / "folder-log", ignore=shutil.ignore_patterns("__pycache__"))


def as_shown(lines: list[str], output: str) -> bool:
    """Whether the lines occur in the output in that order, an ellipsis standing for anything."""
    pattern = ".*".join(".*?".join(map(re.escape, line.strip().split("…"))) for line in lines)
    return re.search(pattern, output, re.DOTALL) is not None


def test_it_passes_as_the_guide_shows(package: Path) -> None:
    ran = proved(package)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert as_shown(SHOWN[0], ran.stdout), ran.stdout


@pytest.mark.parametrize(("mistake", "test", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_found_and_explained(
    mistake: tuple[str, str], test: str, words: str, package: Path
) -> None:
    module = package / "folder_log" / "log.py"
    sound = module.read_text("utf-8")
    assert sound.count(mistake[0]) == 1
    module.write_text(sound.replace(*mistake), "utf-8")
    ran = proved(package, "-k", test)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert f"::TestFolderLog::{test}" in ran.stdout
    assert words in ran.stdout
    assert "the contract says" in ran.stdout


def test_the_guide_shows_the_first_mistake(package: Path) -> None:
    mistake = next(iter(MISTAKES.values()))[0]
    assert str(mistake) in GUIDE.read_text("utf-8").replace('"', "'")
    module = package / "folder_log" / "log.py"
    module.write_text(module.read_text("utf-8").replace(*mistake), "utf-8")
    ran = proved(package, "-k", "stale or claim")
    assert as_shown(SHOWN[1], ran.stdout), ran.stdout
