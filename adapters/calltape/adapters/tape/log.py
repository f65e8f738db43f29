"""A tape file as a store: for recordings that people want to read, mail and keep beside a bug report."""

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from calltape.adapters.following import POLL_S
from calltape.adapters.memory import MemoryLog
from calltape.adapters.rows import Row
from calltape.adapters.tape.files import write_new
from calltape.adapters.tape.lines import FILE_LIMIT, write_header, write_row
from calltape.adapters.tape.locking import is_being_written, lock_for_writing
from calltape.adapters.tape.scanning import Scanner
from calltape.core.errors import BadInput


class TapeLog(MemoryLog):
    """An `EventLog` in a JSON Lines file: the log in memory, with every append written down first.

    One program writes at a time, any number read meanwhile. What an append returned is on the disk (fsync).
    What a crash left unfinished was never returned to anybody: readers stop before it (`torn` says so), and
    the next writer cuts it off. The whole tape is held in memory.

    Args:
        path: the file, by custom `….jsonl`.
        create: open for writing, and make the file if there is none. Otherwise it is opened for reading, a
            missing file is refused, and the first append makes this the writer.
        source: what the header says about who recorded; only for a new file.

    Raises:
        BadInput: the file is missing, not a tape, of another format, cut short, changed, or being written.
    """

    poll_s = POLL_S

    def __init__(self, path: str | Path, *, create: bool = True, source: str = "calltape") -> None:
        super().__init__()
        self._path = Path(path)
        self._writer: BinaryIO | None = None
        self._scanner = Scanner(self._path)
        self.torn: str | None = None
        """That the tape ends in the middle of an append, as a sentence; None when it does not, or when
        somebody is writing it.
        """

        if create and not self._path.exists():
            write_new(self._path, write_header(source))
        if create:
            self._prepare()
        else:
            self._open_for_reading()

    def claim(self) -> bool:
        """Ours if we may write: a tape's writer runs its calls."""
        with self._lock:
            try:
                self._prepare()
            except BadInput:
                return False
            return True

    def close(self) -> None:
        """Let followers go, and others write. Closing twice is harmless."""
        super().close()
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    def _open_for_reading(self) -> None:
        with self._explained(), self._path.open("rb") as file:
            self._keep(self._scanner.scan(file))
            if self._scanner.is_torn and not is_being_written(file):
                self.torn = str(
                    self._scanner.fault(
                        1,
                        "the tape ends in the middle of an append: it was cut short, or its writer was; "
                        "what comes before is read",
                    )
                )
        if self._scanner.lacks_end:
            raise self._scanner.fault(1, "the end of the tape is missing: it was cut short")
        if self._scanner.lines == 0:
            raise BadInput(f"{self._path} is empty; it is not a calltape tape")

    def _prepare(self) -> None:
        """Become the writer, once: take the lock, take in what others wrote, cut off what nobody finished."""
        if self._writer is None:
            with self._explained():
                self._writer = self._path.open("r+b", buffering=0)
                try:
                    self._become_writer(self._writer)
                except BaseException:
                    self._writer.close()
                    self._writer = None
                    raise

    def _become_writer(self, file: BinaryIO) -> None:
        lock_for_writing(file, self._path)
        self._keep(self._scanner.scan(file))
        if self._scanner.lines == 0:
            raise BadInput(f"{self._path} is not a calltape tape; name another file, or remove this one")
        if self._scanner.is_ended or self._scanner.lacks_end:
            raise BadInput(f"{self._path} is a finished tape; import it into a store to go on from there")
        if self._scanner.is_torn:
            file.truncate(self._scanner.offset)
            os.fsync(file.fileno())

    def _refresh(self) -> None:
        if self._writer is None:
            with self._explained(), self._path.open("rb") as file:
                if os.fstat(file.fileno()).st_size > self._scanner.offset:
                    self._keep(self._scanner.scan(file))

    def _write(self, rows: Sequence[Row]) -> None:
        assert self._writer is not None, "append_many prepares first"
        last = len(rows) - 1
        texts = [write_row(row, more=index < last) for index, row in enumerate(rows)]
        text = b"".join(texts)
        if self._scanner.offset + len(text) > FILE_LIMIT:
            raise BadInput(f"{self._path} is full: a tape takes {FILE_LIMIT} bytes; use a database")
        with self._explained():
            try:
                self._writer.seek(self._scanner.offset)
                _write_all(self._writer, text)
                os.fsync(self._writer.fileno())
            except OSError:
                self._writer.truncate(self._scanner.offset)
                raise
        self._scanner.wrote(texts, list(rows))

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise BadInput(
                f"there is no tape {self._path}; check the path, or record a call into it first"
            ) from error
        except OSError as error:
            raise BadInput(f"the tape {self._path} cannot be used: {error.strerror or error}") from error


def _write_all(file: BinaryIO, text: bytes) -> None:
    """An unbuffered write may take less than it was given, for example when the disk fills up."""
    rest = memoryview(text)
    while rest:
        rest = rest[file.write(rest) :]
