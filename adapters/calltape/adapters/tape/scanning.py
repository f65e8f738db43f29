"""Reading a tape file from where one was, and noticing what was cut off or changed."""

from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from calltape.adapters.rows import Row
from calltape.adapters.tape.lines import (
    FILE_LIMIT,
    LINE_LIMIT,
    TRAILER_START,
    read_header,
    read_line,
    read_trailer,
)
from calltape.core.errors import BadInput


class Scanner:
    """Gives the rows of a tape that have come since the last look.

    It stops before whatever is not complete: a line without its end, or lines of one append of which the last
    is missing. Whether that is a crash, a writer at work or a tape cut short is for others to decide
    (`is_torn`).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hash = sha256()
        self._versions: dict[str, int] = {}
        self._position = 0
        self._events = 0
        self._must_end = False
        self.offset = 0
        """Bytes that are complete and were given."""

        self.lines = 0
        """Complete lines."""

        self.is_torn = False
        """There are bytes past `offset`."""

        self.is_ended = False
        """The tape has its trailer: nothing may follow."""

    @property
    def lacks_end(self) -> bool:
        """The header promised a trailer, and what was read so far has none."""
        return self._must_end and not self.is_ended

    def scan(self, file: BinaryIO) -> list[Row]:
        """Everything complete past `offset`.

        Raises:
            BadInput: a line is damaged, out of order or too long; the sentence names it.
        """
        file.seek(self.offset)
        given: list[Row] = []
        group: list[bytes] = []
        rows: list[Row] = []
        while text := file.readline(LINE_LIMIT + 1):
            group.append(text)
            if not text.endswith(b"\n"):
                if len(text) > LINE_LIMIT:
                    raise self.fault(len(group), f"it is longer than {LINE_LIMIT} bytes; the tape is damaged")
                break
            row, more = self._read(text, len(group))
            if row is not None:
                rows.append(row)
            if more:
                continue
            given += self._accept(group, rows)
            group, rows = [], []
        self.is_torn = bool(group)
        return given

    def wrote(self, texts: list[bytes], rows: list[Row]) -> None:
        """Count what this process has written itself."""
        self._accept(texts, rows)

    def fault(self, ahead: int, what: str) -> BadInput:
        """The error for the line that is `ahead` of the complete ones."""
        return BadInput(f"{self._path} line {self.lines + ahead}: {what}")

    def _read(self, text: bytes, ahead: int) -> tuple[Row | None, bool]:
        if self.offset + len(text) > FILE_LIMIT:
            raise BadInput(
                f"{self._path} is larger than {FILE_LIMIT} bytes; keep so many calls in a database instead"
            )
        try:
            if self.lines == 0:
                self._must_end = read_header(text).ends
                return None, False
            if text.startswith(TRAILER_START):
                self._end(text)
                return None, False
            self._check_not_ended()
            return read_line(text)
        except BadInput as error:
            raise self.fault(ahead, str(error)) from error

    def _check_not_ended(self) -> None:
        if self.is_ended:
            raise BadInput("there is something after the end of the tape")

    def _end(self, text: bytes) -> None:
        self._check_not_ended()
        trailer = read_trailer(text)
        if (trailer.events, trailer.sha256) != (self._events, self._hash.hexdigest()):
            raise BadInput(
                f"the tape was cut short or changed: its end speaks of {trailer.events} events and another "
                f"checksum than that of the {self._events} events before it"
            )
        self.is_ended = True

    def _accept(self, texts: list[bytes], rows: list[Row]) -> list[Row]:
        for ahead, row in enumerate(rows, 1):
            version = self._versions.get(row.stream, 0)
            if row.version != version + 1:
                raise self.fault(
                    ahead,
                    f"version {row.version} of {row.stream} follows version {version}; "
                    "lines are missing or doubled",
                )
            if row.position <= self._position:
                raise self.fault(ahead, f"position {row.position} follows {self._position}; lines were moved")
            self._versions[row.stream] = row.version
            self._position = row.position
        for text in texts:
            self._hash.update(text)
            self.offset += len(text)
        self.lines += len(texts)
        self._events += len(rows)
        return rows
