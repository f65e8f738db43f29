"""One active call for each agent: the others are held."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from calltape.adapters.agent.failing import OperationFailed
from calltape.core import CALL, CallState, Refused

if TYPE_CHECKING:
    from calltape.adapters.agent.call import Call

_IN_SET_UP = frozenset({CallState.CONNECTING, CallState.RINGING, CallState.EARLY_MEDIA, CallState.IN_LOBBY})
_ACTIVE = frozenset({CallState.CONNECTED, CallState.REMOTE_HOLD})


async def hold_others(others: "Sequence[Call]", operation: str) -> None:
    """See `CallAgent.make_room`."""
    for call in others:
        if call.state in _IN_SET_UP:
            reason = f"call {call.id} is being set up and cannot be held; wait for it or hang it up"
            raise Refused(CALL.name, call.state, operation, reason, CALL.accepted(call.state))
    for call in others:
        if call.state in _ACTIVE:
            await _hold_if_still_up(call)


async def _hold_if_still_up(call: "Call") -> None:
    """Hold `call`; that it is over meanwhile is as good."""
    try:
        await call.hold()
    except (Refused, OperationFailed):
        if call.state in _ACTIVE:
            raise
