"""A program that is asked over its standard input and output: one JSON object a line, each way in turn.

Whatever it does, the kit goes on: a program that is silent, dies, or says what is no message costs one case
and one clear sentence, and it is always brought to its end.
"""

import contextlib
import json
import os
import signal
import subprocess
from collections import deque
from collections.abc import Mapping, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any, cast

from calltape.conformance.case_messages import BadAnswer, Message
from calltape.core import BadInput

LINE_LIMIT = 1 << 20
"""Most bytes of one line, its end included: as on a tape."""

STDERR_KEPT = 1 << 14
"""How much is kept of what the program says on its standard error: the last 16 KiB."""

GRACE_S = 2.0
"""How long a program may take to end once its input is closed, and again once it was told to."""

_END = b""
"""Stands for the end of what the program says; a line that is too long is None."""


class Program:
    """One run of a program; a context, at whose end the program has ended too."""

    def __init__(self, command: Sequence[str], timeout_s: float) -> None:
        """Start `command`.

        Raises:
            BadInput: it cannot be started.
        """
        self._timeout_s = timeout_s
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise BadInput(f"{command[0]} cannot be started: {why}; check the command after --") from error
        process = self._process
        self._in, self._out, self._errors = (
            cast("IO[bytes]", process.stdin),
            cast("IO[bytes]", process.stdout),
            cast("IO[bytes]", process.stderr),
        )
        self._to_say: SimpleQueue[bytes | None] = SimpleQueue()
        self._said: SimpleQueue[bytes | None] = SimpleQueue()
        self._complaints: deque[bytes] = deque(maxlen=STDERR_KEPT // 256)
        self._threads = [
            Thread(target=work, daemon=True) for work in (self._write, self._read, self._read_errors)
        ]
        for thread in self._threads:
            thread.start()

    def ask(self, message: Message) -> Message:
        """What the program answers.

        Raises:
            BadAnswer: it does not answer in time, ended, or says what is no message; ask it no more.
        """
        line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        self._to_say.put(line)
        try:
            said = self._said.get(timeout=self._timeout_s)
        except Empty:
            raise BadAnswer(f"does not answer within {self._timeout_s:g} s") from None
        if said is None:
            raise BadAnswer(f"says a line of more than {LINE_LIMIT} bytes")
        if said == _END:
            raise BadAnswer(f"ends instead of answering{self._status()}")
        return _read_message(said)

    @property
    def complaints(self) -> str:
        """The last of what the program said on its standard error."""
        return b"".join(self._complaints)[-STDERR_KEPT:].decode("utf-8", "replace")

    def close(self) -> None:
        """Bring the program to its end: by closing its input, then asking, then without asking."""
        self._to_say.put(None)
        for force in (None, signal.SIGTERM, signal.SIGKILL):
            if force is not None:
                self._signal(force)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE_S)
                break
        self._signal(signal.SIGKILL)  # whatever it started itself and left behind
        for thread in self._threads:
            thread.join(GRACE_S)
        for stream in (self._out, self._errors):
            stream.close()

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _status(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = self._process.wait(GRACE_S)
            return f", with exit status {status}" if status >= 0 else f", killed by signal {-status}"
        return ""

    def _write(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while (line := self._to_say.get()) is not None:
                self._in.write(line)
                self._in.flush()
        with contextlib.suppress(OSError, ValueError):
            self._in.close()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while line := self._out.readline(LINE_LIMIT + 1):
                self._said.put(line if len(line) <= LINE_LIMIT else None)
        self._said.put(_END)

    def _read_errors(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while line := self._errors.readline(256):
                self._complaints.append(line)


def _read_message(line: bytes) -> Message:
    try:
        message: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise BadAnswer(f"says what is no JSON: {_shown(line)}") from None
    if not isinstance(message, Mapping):
        raise BadAnswer(f"says what is no object: {_shown(line)}")
    return cast("Message", message)


def _shown(line: bytes) -> str:
    text = line.decode("utf-8", "replace").strip()
    return repr(text if len(text) <= 60 else f"{text[:60]}…")
