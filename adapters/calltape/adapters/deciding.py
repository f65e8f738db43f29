"""Streams beside the calls: read, decide, append; and decide anew when another program was first.

A call has a desk, which keeps its state in memory. A room, the tokens of a user and the push registrations
of a user change seldom, so they are read whenever somebody asks.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

import attrs

from calltape.core import (
    LIMITS,
    Command,
    Conflict,
    DeviceBook,
    Event,
    EventLog,
    Limits,
    NoticeBook,
    PushBook,
    Recorded,
    Room,
    TokenBook,
    decide_devices,
    decide_notice,
    decide_push,
    decide_room,
    decide_tokens,
    evolve_devices,
    evolve_notice,
    evolve_push,
    evolve_room,
    evolve_tokens,
)
from calltape.core.ledger import envelope

ATTEMPTS_MAX = 10
"""How often a command is decided anew because another writer was first, before that is an error."""

S = TypeVar("S")


@attrs.frozen
class Decider(Generic[S]):
    """How the streams of one kind are decided upon."""

    empty: Callable[[], S]
    decide: Callable[[S, Command, Limits], tuple[Event, ...]]
    evolve: Callable[[S, Event], S]


ROOMS: Decider[Room] = Decider(Room, decide_room, evolve_room)
TOKENS: Decider[TokenBook] = Decider(TokenBook, decide_tokens, evolve_tokens)
PUSHES: Decider[PushBook] = Decider(PushBook, decide_push, evolve_push)
DEVICES: Decider[DeviceBook] = Decider(
    DeviceBook, lambda book, asked, _: decide_devices(book, asked), evolve_devices
)
NOTICES: Decider[NoticeBook] = Decider(
    NoticeBook, lambda book, asked, _: decide_notice(book, asked), evolve_notice
)


def read(log: EventLog, stream: str, decider: Decider[S]) -> tuple[S, int]:
    """What `stream` adds up to, and its version; empty and 0 where there is none.

    Raises:
        CorruptHistory, UnknownEvent: the history cannot be used.
    """
    state, version = decider.empty(), 0
    for version, event in enumerate(log.events(stream), 1):  # noqa: B007 - the last one is returned
        state = decider.evolve(state, event)
    return state, version


def record(
    log: EventLog, stream: str, decider: Decider[S], command: Command, limits: Limits = LIMITS
) -> tuple[Recorded, ...]:
    """Decide `command` on what `stream` says now and append what follows; blocks until that is durable.

    Returns:
        What was recorded; nothing when all is so already.

    Raises:
        Refused: it may not happen; nothing was recorded.
        Conflict: other writers kept being first.
    """
    for attempt in range(1, ATTEMPTS_MAX + 1):
        state, version = read(log, stream, decider)
        drafts = [envelope(event, command) for event in decider.decide(state, command, limits)]
        if not drafts:
            return ()
        try:
            return log.append(stream, version, drafts)
        except Conflict:
            if attempt == ATTEMPTS_MAX:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")
