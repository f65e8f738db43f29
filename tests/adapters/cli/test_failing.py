"""Every mistake is one sentence and an exit status."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from calltape.adapters.cli.failing import Program
from calltape.adapters.cli.options import shown, store_file
from calltape.adapters.cli.program import program

pytestmark = pytest.mark.example

READS = [
    "calls",
    "replay one",
    "timeline one",
    "roster one",
    "history one",
    "tape export one -o one.jsonl",
    "check",
]


@pytest.mark.parametrize("command", READS)
@pytest.mark.parametrize(
    ("store", "words"),
    [
        ("sqlite:///absent.db", "there is no store at absent.db"),
        ("sqlite:///no/such/folder.db", "there is no store"),
        ("absent.jsonl", "there is no tape absent.jsonl"),
        ("sqlite:///letter.txt", "is not a calltape store"),
        ("letter.jsonl", "is not a calltape tape"),
        ("sqlite:///other.db", "another program's"),
        ("mysql://there", "is not the name of a store"),
        ("sqlite:///", "the path of a file"),
    ],
)
def test_a_store_that_cannot_be_read(
    command: str,
    store: str,
    words: str,
    run: Callable[..., Any],
    files: Callable[[], dict[str, bytes]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter.txt").write_text("dear diary" * 100)
    (tmp_path / "letter.jsonl").write_text("dear diary\n")
    (tmp_path / "other.db").touch()
    before = files()
    option = [] if command == "check" else ["--store"]
    assert words in run(*command.split(), *option, store).complaint
    assert files() == before


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("replay nope", "there is no call nope"),
        ("timeline nope", "there is no call nope"),
        ("roster nope", "there is no call nope"),
        ("history nope", "there is no call nope"),
        ("tape export nope -o nope.jsonl", "there is no call nope"),
        ("replay one --upto 20", "call one has 19 events"),
        ("replay one --upto -1", "-1 is not in the range"),
        ("replay one --upto many", "'many' is not a valid"),
        ("replay one --as nobody", "'nobody' is not a participant id"),
        ("replay one --as 4:+1x", "country code first"),
        ("replay one --as 8:acs:zoe", "8:acs:zoe is not in call one after event 19; in it: 8:acs:alice"),
        ("replay one --upto 0 --as 8:acs:alice", "in it: nobody"),
        ("replay one --colour", "No such option"),
        ("replay", "Missing argument 'CALL_ID'"),
        ("replays", "No such command 'replays'"),
        ("tape export one", "Missing option"),
        ("calls extra", "unexpected extra argument"),
        ("tape import absent.jsonl", "there is no tape absent.jsonl"),
    ],
)
def test_what_cannot_be_done_as_asked(
    command: str,
    words: str,
    run: Callable[..., Any],
    url: str,
    files: Callable[[], dict[str, bytes]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLTAPE_STORE", url)
    before = files()
    assert words in run(*command.split()).complaint
    assert files() == before


@pytest.mark.parametrize("call_id", ["", "two words", "bell\x07", "x" * 201])
def test_a_malformed_call_id(call_id: str, run: Callable[..., Any], url: str) -> None:
    assert "is not a call id" in run("replay", call_id, "--store", url).complaint


def test_alone_it_shows_its_help(run: Callable[..., Any]) -> None:
    ran = run()
    assert ran.status == 0
    for name in program.commands:
        assert name in ran.out
    assert run("--version").out.startswith("calltape ")


def test_every_command_is_called_what_it_says() -> None:
    assert [each.name for each in program.commands.values()] == list(program.commands)
    assert len(program.commands) == len(set(program.commands))


def test_a_command_that_is_run_loads_no_others() -> None:
    program_text = (
        "import sys; from calltape.adapters.cli.program import program; program.commands['check'];"
        "print([name for name in sys.modules if name.startswith('calltape.adapters.runtime')])"
    )
    ran = subprocess.run([sys.executable, "-c", program_text], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_a_misspelt_command_is_answered_with_what_was_meant(run: Callable[..., Any]) -> None:
    complaint = run("timelnie").complaint
    assert complaint.startswith("calltape: No such command 'timelnie'. Did you mean 'timeline'? See `")


@pytest.fixture
def broken() -> Program:
    @click.group(cls=Program)
    def group() -> None: ...

    @group.command()
    @click.argument("what")
    def fail(what: str) -> None:
        raise {
            "fault": TypeError("none of\nthis"),
            "interrupt": KeyboardInterrupt(),
            "disk": OSError(28, "No space left on device", "calls.db"),
        }[what]

    assert isinstance(group, Program)
    return group


def test_our_own_fault_asks_for_a_report(broken: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALLTAPE_DEBUG", raising=False)
    ran = CliRunner().invoke(broken, ["fail", "fault"])
    assert ran.exit_code == 70
    (sentence,) = ran.stderr.splitlines()
    assert "please report it" in sentence
    assert "TypeError: none of this" in sentence


def test_a_traceback_is_shown_to_who_asks_for_it(broken: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLTAPE_DEBUG", "1")
    assert "Traceback" in CliRunner().invoke(broken, ["fail", "fault"]).stderr


def test_other_ends(broken: Program) -> None:
    assert CliRunner().invoke(broken, ["fail", "interrupt"]).exit_code == 130
    full = CliRunner().invoke(broken, ["fail", "disk"])
    assert (full.exit_code, full.stderr) == (2, "calltape: No space left on device: calls.db\n")


def test_stores_are_named_without_passwords() -> None:
    assert shown("postgresql://me:secret@host:5432/calls") == "postgresql://me:…@host:5432/calls"
    assert shown("postgresql://me@host/calls") == "postgresql://me@host/calls"
    assert shown("postgresql://me:@/calls?host=here&password=secret") == "postgresql://me@/calls"
    assert shown("sqlite:///calls.db") == "sqlite:///calls.db"
    assert store_file("sqlite:///calls.db") == Path("calls.db")
    assert store_file("one.jsonl") == Path("one.jsonl")
    assert store_file("postgresql://host/calls") is None
