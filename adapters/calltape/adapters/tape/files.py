"""Files that are there completely or not at all."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from calltape.core.errors import BadInput


def write_new(path: Path, content: bytes) -> None:
    """Make the file `path`, unless another process was first."""
    _write(path, content, replace=False)


def write_whole(path: Path, content: bytes) -> None:
    """Make the file `path`, or put this one in its place in one step.

    Raises:
        BadInput: it cannot be written there.
    """
    _write(path, content, replace=True)


def _write(path: Path, content: bytes, *, replace: bool) -> None:
    if not path.parent.is_dir():
        raise BadInput(f"there is no folder {path.parent} for {path.name}; make it first")
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            draft = Path(file.name)
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                draft.chmod(0o666 & ~_umask())
                if replace:
                    draft.replace(path)
                else:
                    _link(draft, path)
            finally:
                draft.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}") from error


def _link(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
