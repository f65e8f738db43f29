"""Work beside everything else: what goes wrong in it is logged and stops nothing."""

import logging
from collections.abc import Coroutine
from typing import Any

from calltape.core import CalltapeError

log_ = logging.getLogger(__name__)


async def logged(work: Coroutine[Any, Any, None]) -> None:
    """Do `work`, for which nobody waits: its errors go to the log."""
    try:
        await work
    except CalltapeError as error:
        log_.warning("a background step was given up", extra={"error": type(error).__name__})
    except Exception:
        log_.exception("a background step failed")
