"""`push_ttl`: which devices a call to a user is pushed to, and until when. One row a user.

The rules for the time to live were applied when the registration was accepted; what the events say is what
counts. A registration that has run out is no longer reachable, even before anybody recorded its expiry.
"""

from collections.abc import Iterable

import attrs

from calltape.core import (
    PUSH_REGISTRATION,
    Instant,
    PushExpired,
    PushRegistered,
    PushRenewed,
    PushRevoked,
    PushState,
    PushUnregistered,
    RawId,
    Recorded,
)
from calltape.core.events import personal

from .projection import Projection


@attrs.define(kw_only=True)
class PushDevice:
    """One device's registration."""

    state: PushState = PUSH_REGISTRATION.initial
    registered_at: Instant | None = None
    """When it was first registered; a device that registers anew after it ran out or was taken back starts
    again."""

    renewed_at: Instant | None = None
    """When it was last renewed; None when it never was."""

    ttl_s: int | None = None
    expires_at: Instant | None = None
    """When it runs out, or would have; reached is it only before that."""

    ended_at: Instant | None = None
    """When its end was recorded: it ran out, was taken back or revoked."""


@attrs.define(kw_only=True)
class PushUser:
    """One user's devices."""

    user: RawId | None = None
    devices: dict[str, PushDevice] = attrs.field(factory=dict[str, PushDevice], metadata=personal())


@attrs.frozen(kw_only=True)
class Due:
    """One registration and when it runs out."""

    expires_at: Instant
    user: RawId
    device: str = attrs.field(metadata=personal())
    ttl_s: int


_OF_REGISTRATIONS = PushRegistered | PushRenewed | PushExpired | PushUnregistered | PushRevoked


def _key(recorded: Recorded) -> str | None:
    fact = recorded.event
    if isinstance(fact, _OF_REGISTRATIONS):
        return fact.user
    return None


def _fold(row: PushUser, recorded: Recorded) -> PushUser:
    fact = recorded.event
    if not isinstance(fact, _OF_REGISTRATIONS):
        return row
    device = row.devices.get(fact.device) or PushDevice()
    step = PUSH_REGISTRATION.table(type(fact).__name__) or {}
    state = step.get(device.state)
    if state is None:  # not legal here: the registration stays as it was
        return row
    row.user = fact.user
    row.devices[fact.device] = device
    device.state = state
    match fact:
        case PushRegistered():
            device.registered_at, device.renewed_at, device.ended_at = recorded.at, None, None
            device.ttl_s, device.expires_at = fact.ttl_s, fact.expires_at
        case PushRenewed():
            device.renewed_at = recorded.at
            device.ttl_s, device.expires_at = fact.ttl_s, fact.expires_at
        case PushExpired() | PushUnregistered() | PushRevoked():
            device.ended_at = recorded.at
    return row


def renew_by(rows: Iterable[PushUser], before: Instant) -> list[Due]:
    """Who must be renewed by when, so as to be reached at `before` still: the most urgent first.

    Registrations that ran out unnoticed, that is, without a recorded expiry, come first of all.
    """
    due = (due for row in rows for due in _registered(row) if due.expires_at <= before)
    return sorted(due, key=lambda due: (due.expires_at, due.user, due.device))


def reachable(rows: Iterable[PushUser], now: Instant) -> dict[RawId, list[Due]]:
    """Who can be reached at `now`: by user, the devices whose registration has not run out, longest first."""
    found: dict[RawId, list[Due]] = {}
    for row in rows:
        alive = [due for due in _registered(row) if now < due.expires_at]
        if row.user is not None and alive:
            found[row.user] = sorted(alive, key=lambda due: (-due.expires_at, due.device))
    return dict(sorted(found.items()))


def _registered(row: PushUser) -> Iterable[Due]:
    for name, device in row.devices.items():
        is_registered = device.state is PushState.REGISTERED
        if is_registered and row.user is not None and device.expires_at is not None:
            ttl_s = device.ttl_s or 0
            yield Due(expires_at=device.expires_at, user=row.user, device=name, ttl_s=ttl_s)


PUSH_TTL = Projection(name="push_ttl", key=_key, initial=PushUser, fold=_fold, row_type=PushUser)
