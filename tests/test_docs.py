"""What the documents show is run, what they link to is there, and every law has its test.

In README.md and below docs/, the blocks of one file run in order, in an empty folder of their own:

* a `python` block is executed; the blocks of a file share their names;
* in a `console` or `sh` block, every `$ calltape …` command (also `NAME=$(calltape …)`) runs in a real shell
  and must succeed. Each line shown below a command must occur in what it prints, `…` standing for anything.
  `$ make …` must name a verb of the Makefile; other commands (installing things) are not run;
* a block behind `<!-- not executed: reason -->` is left alone.
"""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple
from urllib.parse import unquote

import pytest

pytestmark = pytest.mark.example

REPOSITORY = Path(__file__).parents[1]
ROOTS = ("core", "projections", "specs", "conformance", "adapters")
RUN = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
READ = [*sorted(REPOSITORY.glob("*.md")), *sorted((REPOSITORY / "docs").rglob("*.md"))]
COMMAND_S_MAX = 60
OUR_COMMAND = re.compile(r"^(?:export\s+)?(?:\w+=\S*\s+|\w+=\$\()*calltape\b")


class Block(NamedTuple):
    language: str
    line: int  # of the opening fence, from 1
    text: str
    excuse: str | None  # why it is not executed; None: it is


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a Markdown text, in order."""
    before, opening, body = "", None, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        fence = re.match(r"^\s*(`{3,})\s*([^\s`]*)", line)
        if opening is None and fence:
            excuse = re.match(r"^\s*<!--\s*not executed:(.*)-->\s*$", before)
            opening = (fence[1], Block(fence[2], number, "", excuse[1].strip() if excuse else None))
            body = []
        elif opening and line.strip() == opening[0]:
            yield opening[1]._replace(text=dedent("\n".join(body)))
            opening = None
        elif opening:
            body.append(line)
        elif line.strip():
            before = line
        if opening is None and fence:
            before = ""


def _ids(paths: list[Path]) -> list[str]:
    return [path.relative_to(REPOSITORY).as_posix() for path in paths]


def _executed(path: Path) -> object:
    """The parameter for one document; one that places calls runs with the other real calls."""
    calls = "8:echo123" in path.read_text(encoding="utf-8")
    return pytest.param(path, id=_ids([path])[0], marks=[pytest.mark.media] if calls else [])


# ── what is shown is run ──


class Shell:
    """A reader's shell: an empty folder, `calltape` on the path, variables that last as long as the page."""

    def __init__(self, folder: Path) -> None:
        tools = folder / ".tools"
        tools.mkdir()
        program = tools / "calltape"
        program.write_text(
            f'#!/bin/sh\nexec "{sys.executable}" -c "from calltape.adapters.cli import main; main()" "$@"\n'
        )
        program.chmod(0o755)
        self._folder = folder
        self._saved = tools / "environment"
        self._environment = {
            name: value for name, value in os.environ.items() if name != "CALLTAPE_STORE"
        } | {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(str(REPOSITORY / root) for root in ROOTS),
            "COLUMNS": "120",
            "NO_COLOR": "1",
        }

    def run(self, command: str) -> str:
        """Run one command and give back what it printed, on both streams. Fails the test if it fails."""
        script = f'set -eao pipefail\n{command}\nenv -0 > "{self._saved}"\n'
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_S_MAX,
            check=False,
        )
        assert done.returncode == 0, f"$ {command}\nexited {done.returncode} and printed:\n{done.stdout}"
        entries = self._saved.read_text(encoding="utf-8").split("\0")
        self._environment = dict(entry.split("=", 1) for entry in entries if entry)
        return done.stdout


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """The `$ …` commands of a console block, each with the lines shown below it."""
    command, shown = "", list[str]()
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:].strip(), []
        elif command and line.strip():
            shown.append(line.strip())
    if command:
        yield command, shown


def occurs(shown: str, printed: str) -> bool:
    """Does a line like the one shown occur, up to the width of spaces, `…` standing for anything?"""
    pattern = ".*".join(r"\s+".join(map(re.escape, part.split())) for part in shown.split("…"))
    return any(re.search(pattern, " ".join(line.split())) for line in printed.splitlines())


def _run_console(block: Block, where: str, shell: Shell) -> None:
    for command, shown in commands(block.text):
        if command.startswith("make "):
            verb = command.split()[1]
            assert re.search(rf"(?m)^{re.escape(verb)}:", (REPOSITORY / "Makefile").read_text()), (
                f"{where}: the Makefile has no verb {verb!r}"
            )
        if OUR_COMMAND.match(command):
            printed = shell.run(command)
            for line in shown:
                assert occurs(line, printed), (
                    f"{where}: {command!r} no longer prints {line!r}, but:\n{printed}"
                )


def _run_python(block: Block, path: Path, names: dict[str, object]) -> None:
    padded = "\n" * block.line + block.text  # so that a traceback shows the document's own line
    exec(compile(padded, str(path), "exec"), names)


@pytest.mark.parametrize("path", [_executed(path) for path in RUN if path.exists()])
def test_document_executes(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CALLTAPE_STORE", raising=False)
    shell = Shell(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(path.read_text(encoding="utf-8")):
        where = f"{path.relative_to(REPOSITORY)}:{block.line}"
        if block.excuse is not None:
            assert block.excuse, f"{where}: say why the block is not executed"
        elif block.language == "python":
            _run_python(block, path, names)
        elif block.language in {"console", "sh"}:
            _run_console(block, where, shell)


def test_readme_shows_running_code() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert [b for b in blocks(readme) if b.language == "python" and b.excuse is None]


# ── what is linked is there ──


def _prose(text: str) -> str:
    """The text without fenced blocks, which may hold brackets and hashes of their own."""
    return re.sub(r"(?ms)^\s*(`{3,}).*?^\s*\1\s*$", "", text)


def _anchors(text: str) -> set[str]:
    """The anchors that the headings of a Markdown text get, as GitHub and MyST make them."""
    headings = re.findall(r"(?m)^#{1,6}\s+(.+?)\s*#*$", _prose(text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", READ, ids=_ids(READ))
def test_links_resolve(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    prose = re.sub(r"`[^`\n]*`", "code", _prose(text))
    for target in re.findall(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)", prose):
        if re.match(r"[a-z][a-z+.-]*:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        linked = (path.parent / name) if name else path
        assert linked.exists(), f"{path.name} links to {target}, which is not there"
        if anchor and linked.suffix == ".md":
            assert anchor in _anchors(linked.read_text(encoding="utf-8")), (
                f"{path.name} links to {target}, and {linked.name} has no such heading"
            )


# ── every law has its test ──


def _laws() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for spec in sorted((REPOSITORY / "specs").rglob("*.toml")):
        laws: dict[str, dict[str, str]] = tomllib.loads(spec.read_text(encoding="utf-8")).get("laws", {})
        found += [(f"{spec.name}: {name}", law["test"]) for name, law in laws.items()]
    return found


@pytest.mark.parametrize(("law", "test"), _laws(), ids=lambda value: value.split("::")[-1])
def test_laws_name_a_test_that_exists(law: str, test: str) -> None:
    file, _, name = test.partition("::")
    path = REPOSITORY / file
    assert path.is_file(), f"{law} names {test}: there is no such file"
    pattern = rf"(?m)^\s*(?:async )?def {re.escape(name.split('::')[-1])}\("
    assert re.search(pattern, path.read_text(encoding="utf-8")), f"{law} names {test}: there is no such test"


# ── the reader of documents itself ──


def test_blocks_are_read_with_their_excuses() -> None:
    shown = "```python\nx = 1\n```\n"
    excused = "<!-- not executed: needs a phone -->\n```console\n$ calltape call 4:+1\n```\n"
    text = f"a\n{shown}\n{excused}"
    assert list(blocks(text)) == [
        Block("python", 2, "x = 1", None),
        Block("console", 7, "$ calltape call 4:+1", "needs a phone"),
    ]


def test_a_shown_line_is_found_in_what_was_printed() -> None:
    assert list(commands("$ calltape a \\\n  b\none\n\n$ calltape c\n")) == [
        ("calltape a    b", ["one"]),
        ("calltape c", []),
    ]
    assert occurs("Connected … 8:echo123", "x\n 3  Connected   after 0.2 s  8:echo123\n")
    assert not occurs("Connected … 8:echo123", "Connected\n8:echo123\n")


def test_a_shell_keeps_variables_and_reports_failure(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.run("NAME=$(echo tape)")
    assert shell.run("echo $NAME") == "tape\n"
    with pytest.raises(AssertionError, match=r"exited 3"):
        shell.run("exit 3")
