"""The program itself: plain text in a pipe, colours on request, and quiet when nobody reads."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.example


def calltape(url: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "NO_COLOR"}}
    return subprocess.run(
        [sys.executable, "-c", "from calltape.adapters.cli import main; main()", *arguments],
        env={**plain, "CALLTAPE_STORE": url, "COLUMNS": "40", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", ["timeline one", "calls", "check", "replay one", "spec call"])
def test_a_pipe_gets_plain_text(command: str, url: str) -> None:
    arguments = command.split()
    done = calltape(url, *arguments, *([url] if command == "check" else []))
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert done.stdout.strip()
    if command == "timeline one":
        assert len(done.stdout.splitlines()) == 20, "nothing is wrapped, however narrow the window"


def test_a_terminal_gets_colours(url: str) -> None:
    assert "\x1b[" in calltape(url, "timeline", "one", FORCE_COLOR="1", TERM="xterm").stdout


def test_a_mistake_is_one_line_on_stderr(url: str) -> None:
    done = calltape(url, "replay", "nope", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_the_module_runs_as_the_program_does(url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "calltape.adapters.cli", "calls", "--store", url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == calltape(url, "calls").stdout


@pytest.mark.parametrize("command", ["calls", "calls --json", "project roster", "timeline one", "--help"])
@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-"])
def test_closed_streams_are_no_fault(command: str, closed: str, url: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m calltape.adapters.cli "$@" {closed}', sys.executable, *command.split()],
        env={**os.environ, "CALLTAPE_STORE": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


INTERRUPTED_WHILE_LOADING = """
import sys

class Impatient:
    def find_spec(self, name, path=None, target=None):
        if name == "calltape.adapters.cli.program":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Impatient())
from calltape.adapters.cli import main
main()
"""


def test_ctrl_c_while_the_program_loads_shows_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_WHILE_LOADING, "calls"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_reader_that_has_read_enough_is_no_fault(url: str) -> None:
    """`calltape timeline one | head -1`, as text."""
    done = subprocess.run(
        ["sh", "-c", '"$0" -m calltape.adapters.cli timeline one | head -1', sys.executable],
        env={**os.environ, "CALLTAPE_STORE": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("call one")


def test_a_reader_that_goes_away_is_no_fault(url: str) -> None:
    program = "from calltape.adapters.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "timeline", "one", "--store", url, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 1
