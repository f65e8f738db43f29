"""One writer a tape: an advisory lock on the file, which the system drops however the process ends."""

import sys
from pathlib import Path
from typing import BinaryIO

from calltape.core.errors import BadInput


def lock_for_writing(file: BinaryIO, path: Path) -> None:
    """Keep other writers away until `file` is closed.

    Raises:
        BadInput: another program writes this tape, or the system has no such locks.
    """
    if sys.platform == "win32":
        raise BadInput(
            "this system has no file locks, which a tape needs to be a store; use sqlite:///… instead"
        )
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise BadInput(
            f"{path} is being written by another program; wait for it, or use another store"
        ) from error


def is_being_written(file: BinaryIO) -> bool:
    """Does some program hold the lock at this moment?"""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False
