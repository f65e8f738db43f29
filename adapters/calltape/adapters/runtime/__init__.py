"""The asyncio shell around the pure core."""

from calltape.adapters.runtime.clock import SimulatedClock, SystemClock
from calltape.adapters.runtime.desk import Desk
from calltape.adapters.runtime.instant_data import InstantData
from calltape.adapters.runtime.instant_media import InstantMedia
from calltape.adapters.runtime.rooms import Rooms
from calltape.adapters.runtime.runtime import Runtime
from calltape.adapters.runtime.tokens import Tokens

__all__ = [
    "Desk",
    "InstantData",
    "InstantMedia",
    "Rooms",
    "Runtime",
    "SimulatedClock",
    "SystemClock",
    "Tokens",
]
