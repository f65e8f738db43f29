"""One owner a store: an advisory lock beside the file, which the system drops however the process ends."""

import sys
from pathlib import Path
from typing import BinaryIO


class FileClaim:
    """The claim to run the calls of one store file. The lock file holds nothing and is left behind."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(f"{store.name}.owner")
        self._file: BinaryIO | None = None

    def take(self) -> bool:
        """Whether the claim is ours, from now until `release`. Taking it twice is harmless.

        Raises:
            OSError: the lock file cannot be made.
        """
        if self._file is not None:
            return True
        if sys.platform == "win32":
            return False  # nobody can tell there; whoever needs it calls `Runtime.recover` by hand
        import fcntl

        file = self._path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Let another process take it. Releasing twice is harmless."""
        if self._file is not None:
            self._file.close()
            self._file = None
