"""What a client tells the others of its own diagnostics: off until asked for, few, and not in a large call.

A value that may not be sent yet waits, and what is sent then is the newest one: nobody is left with an old
one.
"""

import attrs

from calltape.core.diagnosis import Change
from calltape.core.diagnostic_rows import DiagnosticGroup, DiagnosticValue
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import LIMITS, Limits
from calltape.core.values import CallId, Instant, later

MINUTE_S = 60


@event("remote_diagnostics.switched")
class RemoteDiagnosticsSwitched(Event):
    """A client sends its diagnostics to the others from now on, or no longer does."""

    call_id: CallId
    participant: RawId
    is_sending: bool


@event("remote_diagnostic.sent")
class RemoteDiagnosticSent(Event):
    """The others are told of a participant's diagnostic."""

    call_id: CallId
    participant: RawId
    diagnostic: str
    value: DiagnosticValue


@attrs.define(kw_only=True)
class Telling:
    """What one client tells. Changed in place by whoever owns it."""

    is_sending: bool = False
    """Off until it is switched on. What a server sees of the client is told all the same."""

    waiting: dict[str, DiagnosticValue] = attrs.Factory(dict[str, DiagnosticValue])
    """What is to be told and may not be yet."""

    told: dict[str, DiagnosticValue] = attrs.Factory(dict[str, DiagnosticValue])
    """What the others know."""

    sent_at: tuple[Instant, ...] = ()
    """When the last ones were sent, as far as they count against the next."""


def switch(telling: Telling, is_sending: bool) -> None:
    """Send from now on, or no longer; what waited while nothing was sent is not told later."""
    telling.is_sending = is_sending
    if not is_sending:
        telling.waiting.clear()


def offer(telling: Telling, change: Change) -> None:
    """A diagnostic has changed: it waits to be told, where it is told at all."""
    is_servers = change.row.group is DiagnosticGroup.REMOTE
    if change.row.is_sent and (telling.is_sending or is_servers):
        if telling.told.get(change.row.name, change.row.fine) is change.value:
            telling.waiting.pop(change.row.name, None)  # raised and cleared before anybody was told
        else:
            telling.waiting[change.row.name] = change.value


def tell(
    telling: Telling, participants: int, at: Instant, limits: Limits = LIMITS
) -> tuple[tuple[str, DiagnosticValue], ...]:
    """What may be told at `at`: names and values, as long as there are not too many people or too many sent.

    Args:
        telling: the client's; changed in place.
        participants: how many are in the call.
        at: now.
        limits: the numbers to go by.
    """
    if not telling.waiting or participants > limits.remote_diagnostics_participants_max:
        return ()
    recent = tuple(each for each in telling.sent_at if later(each, MINUTE_S) > at)
    free = limits.remote_diagnostics_per_minute_max - len(recent)
    names = list(telling.waiting)[: max(0, free)]
    found = tuple((name, telling.waiting.pop(name)) for name in names)
    telling.told.update(found)
    telling.sent_at = recent + (at,) * len(found)
    return found


def may_tell_at(telling: Telling, participants: int, limits: Limits = LIMITS) -> Instant | None:
    """When what waits may be told though nothing happens.

    None where nothing waits, or people have to leave first.

    Args:
        telling: the client's.
        participants: how many are in the call.
        limits: the numbers to go by.
    """
    if not telling.waiting or participants > limits.remote_diagnostics_participants_max:
        return None
    counting = telling.sent_at[-limits.remote_diagnostics_per_minute_max :]
    return later(counting[0], MINUTE_S) if counting else None


def recall_told(telling: Telling, name: str, value: DiagnosticValue, at: Instant, limits: Limits) -> None:
    """The others were told of a diagnostic at `at`, before the process that keeps this began."""
    if telling.waiting.get(name) is value:
        del telling.waiting[name]
    telling.told[name] = value
    telling.sent_at = (*telling.sent_at, at)[-limits.remote_diagnostics_per_minute_max :]
