"""Which events are about a call, and which call that is."""

from calltape.core import Event, Recorded, Unreadable, call_stream
from calltape.core.call.rooms import CHANGES, WHOLE_CHANGES
from calltape.core.values import CallId

KINDS: frozenset[type[Event]] = frozenset((*CHANGES, *WHOLE_CHANGES))
"""Every kind of event that a call's own stream may hold."""

_TOLD = KINDS | {Unreadable}
_PREFIX = call_stream(CallId(""))


def call_of(recorded: Recorded) -> str | None:
    """The id of the call that a known event of a call's own stream is about, or one that cannot be read; None
    for every other event.
    """
    if recorded.event.__class__ in _TOLD and recorded.stream.startswith(_PREFIX):
        return recorded.stream[len(_PREFIX) :]
    return None
