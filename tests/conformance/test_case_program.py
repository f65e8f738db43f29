"""A program that is asked: whatever it does, the answer is a clear sentence, and it is brought to its end."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from calltape.conformance import case_program
from calltape.conformance.case_messages import BadAnswer
from calltape.conformance.case_program import LINE_LIMIT, Program
from calltape.core import BadInput

pytestmark = pytest.mark.example

ECHO = "import sys\nfor line in sys.stdin:\n    print(line.strip(), flush=True)\n"


@contextmanager
def program(text: str, timeout_s: float = 20.0) -> Generator[Program]:
    with Program([sys.executable, "-c", text], timeout_s) as running:
        yield running
    assert running._process.returncode is not None  # pyright: ignore[reportPrivateUsage]
    assert not any(thread.is_alive() for thread in running._threads)  # pyright: ignore[reportPrivateUsage]


def test_a_program_answers_line_by_line() -> None:
    with program(ECHO) as running:
        assert running.ask({"type": "one"}) == {"type": "one"}
        assert running.ask({"type": "two", "text": "Grüße"}) == {"type": "two", "text": "Grüße"}


SAYS = {
    "no JSON": ('print("hello", flush=True); input()', "says what is no JSON: 'hello'"),
    "no text": (
        "import sys; sys.stdout.buffer.write(b'\\xff\\n'); sys.stdout.flush()",
        "says what is no JSON",
    ),
    "no object": ("print([1], flush=True); input()", r"says what is no object: '\[1\]'"),
    "nesting": ("print('[' * 500000, flush=True); input()", "says what is no JSON"),
    "half a line": ("import sys; sys.stdout.write('{')", "says what is no JSON: '{'"),
    "nothing": ("", "ends instead of answering, with exit status 0"),
    "a fault": ("import sys; sys.exit(3)", "ends instead of answering, with exit status 3"),
    "too much": (
        f"print('x' * {LINE_LIMIT}, flush=True); input(); input()",
        f"says a line of more than {LINE_LIMIT} bytes",
    ),
    "a signal": ("import os; os.kill(os.getpid(), 9)", "ends instead of answering, killed by signal 9"),
}


@pytest.mark.parametrize("what", SAYS)
def test_what_is_no_answer_is_told_in_a_sentence(what: str) -> None:
    text, sentence = SAYS[what]
    with program(text) as running, pytest.raises(BadAnswer, match=sentence):
        running.ask({"type": "hello"})


def test_a_silent_program_is_not_waited_for() -> None:
    silent = program("import time\ntime.sleep(60)", 0.1)
    with silent as running, pytest.raises(BadAnswer, match=r"does not answer within 0\.1 s"):
        running.ask({"type": "hello"})


def test_a_program_that_reads_nothing_is_not_waited_for_either() -> None:
    deaf = program("import time\ntime.sleep(60)", 0.1)
    with deaf as running, pytest.raises(BadAnswer, match="does not answer"):
        running.ask({"type": "hello", "much": "x" * 1_000_000})


def test_a_program_that_will_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_program, "GRACE_S", 0.2)
    stubborn = (
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + ECHO + "while True: signal.pause()"
    )
    with program(stubborn) as running:
        running.ask({"type": "hello"})
    assert running._process.returncode == -9  # pyright: ignore[reportPrivateUsage]


def test_what_a_program_has_started_ends_with_it() -> None:
    child = (
        "import subprocess, sys\n"
        "one = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print('{\"pid\": %d}' % one.pid, flush=True)\n"
    )
    with program(child) as running:
        pid = int(running.ask({"type": "hello"})["pid"])
    while Path(f"/proc/{pid}").exists() and "zombie" not in Path(f"/proc/{pid}/status").read_text("utf-8"):
        os.sched_yield()  # it is gone once whoever inherited it has noticed


def test_what_a_program_complains_of_is_kept() -> None:
    with program("import sys\nsys.stderr.write('no such codec\\n')\n" + ECHO) as running:
        running.ask({"type": "hello"})
    assert running.complaints == "no such codec\n"


def test_a_flood_of_complaints_stops_nobody() -> None:
    with program("import sys\nsys.stderr.write('x' * 1000000)\n" + ECHO) as running:
        running.ask({"type": "hello"})
    assert set(running.complaints) == {"x"}
    assert len(running.complaints) <= case_program.STDERR_KEPT


def test_what_cannot_be_started_is_told() -> None:
    with pytest.raises(BadInput, match=r"/no/such/phone cannot be started: No such file or directory; check"):
        Program(["/no/such/phone"], 1.0)
