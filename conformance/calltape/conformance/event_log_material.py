"""What the contract of the `EventLog` port is tried with:

events to append, events from the future, a follower.
"""

from time import monotonic

import attrs

from calltape.core.events import Event, Recorded, Unrecorded
from calltape.core.identity import RawId
from calltape.core.ports import EventLog
from calltape.core.push import PushExpired, PushRegistered
from calltape.core.values import CommandId, Instant

PATIENCE_S = 20.0
"""How long a subscriber may take to be told of what was appended."""


@attrs.frozen(kw_only=True)
class _FromTheFuture(Event):
    """An event that this code can write and, since it is not declared, not read."""

    words: str


_FromTheFuture.name = "contract.from_the_future"


@attrs.frozen(kw_only=True)
class _NewerShape(Event):
    """The next shape of an event that this code knows in an older one."""

    user: RawId


_NewerShape.name = PushExpired.name
_NewerShape.shape = PushExpired.shape + 1

NEWER = (_FromTheFuture(words="later"), _NewerShape(user=RawId("8:acs:r_u")))
"""What a newer program may have written."""


def noted(number: int) -> Unrecorded:
    """An event to append; equal numbers make equal events. Some have every id, some none."""
    event = PushRegistered(
        user=RawId("8:acs:r_ü"), device=f"device {number}", ttl_s=number, expires_at=Instant(number + 1)
    )
    if number % 2:
        return Unrecorded(event=event, at=Instant(1_700_000_000_000_000 + number))
    return Unrecorded(
        event=event,
        at=Instant(1_700_000_000_000_000 + number),
        command_id=CommandId(f"command-{number}"),
        causation_id=f"effect-{number}",
        correlation_id="purpose",
    )


def newer(event: Event) -> Unrecorded:
    """The same for an event that cannot be read back."""
    return Unrecorded(event=event, at=Instant(1))


def follow(log: EventLog, after: int, wanted: int) -> list[Recorded]:
    """What a subscriber is told, until it has `wanted` events."""
    subscription = log.subscribe(after)
    told: list[Recorded] = []
    until = monotonic() + PATIENCE_S
    try:
        while len(told) < wanted and monotonic() < until:
            told += subscription.next_batch(0.2)
    finally:
        subscription.close()
    return told


def settled(log: EventLog, wanted: int, after: int = 0) -> list[Recorded]:
    """`read_all`, once readers see as many events as were written: they may be a moment behind."""
    until = monotonic() + PATIENCE_S
    found = list(log.read_all(after))
    while len(found) < wanted and monotonic() < until:
        found = list(log.read_all(after))
    return found
