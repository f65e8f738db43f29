"""An event log for calltape in a folder of files."""

from .log import FolderLog

__all__ = ["FolderLog"]
