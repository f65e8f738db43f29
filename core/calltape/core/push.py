"""Push registrations: which devices a call to a user is pushed to, and until when.

One stream a user. A registration is per device and lives for a time to live, renewed by registering again;
unregistering takes back all of the user's devices, not only the one that asks.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

from calltape.core.commands import Command, command
from calltape.core.errors import CorruptHistory, Refused
from calltape.core.events import Event, event, personal
from calltape.core.identity import RawId, is_m365, parse
from calltape.core.identity_tokens import TokenRevoked
from calltape.core.lifecycle import Lifecycle, load
from calltape.core.limit_rows import every_limit
from calltape.core.limits import LIMITS, Limits
from calltape.core.values import CommandId, Instant, later


class PushState(StrEnum):
    """Where one device's registration is. Meanings: `specs/push_registration.toml`."""

    NONE = "None"
    REGISTERED = "Registered"
    EXPIRED = "Expired"
    UNREGISTERED = "Unregistered"
    REVOKED = "Revoked"


PUSH_REGISTRATION: Lifecycle[PushState] = load("push_registration", PushState, known_limits=every_limit())


@command
class RegisterPush(Command):
    """Push calls to `user` to `device` for `ttl_s` seconds; None takes the default of 24 hours."""

    user: RawId
    device: str = attrs.field(metadata=personal())
    ttl_s: int | None = None


@command
class UnregisterPush(Command):
    """Push to none of the user's devices any more."""

    user: RawId


@command
class RevokePush(Command):
    """The user's tokens were revoked: the registrar forgets all of the user's devices."""

    user: RawId


@command
class ExpirePush(Command):
    """The registration of `device` has run out."""

    user: RawId
    device: str = attrs.field(metadata=personal())


@event("push.registered")
class PushRegistered(Event):
    """Calls are pushed to the device until `expires_at`."""

    user: RawId
    device: str = attrs.field(metadata=personal())
    ttl_s: int
    expires_at: Instant


@event("push.renewed")
class PushRenewed(Event):
    """A registered device registered again."""

    user: RawId
    device: str = attrs.field(metadata=personal())
    ttl_s: int
    expires_at: Instant


@event("push.expired")
class PushExpired(Event):
    """Nobody renewed the registration in time."""

    user: RawId
    device: str = attrs.field(metadata=personal())


@event("push.unregistered")
class PushUnregistered(Event):
    """The user took the device back."""

    user: RawId
    device: str = attrs.field(metadata=personal())


@event("push.revoked")
class PushRevoked(Event):
    """The device was forgotten, because the user's tokens were revoked."""

    user: RawId
    device: str = attrs.field(metadata=personal())


Registration = PushRegistered | PushRenewed | PushExpired | PushUnregistered | PushRevoked
"""The events of a registration's lifecycle."""


@attrs.define
class PushBook:
    """One user's devices. `PushBook()` knows none."""

    devices: dict[str, PushState] = attrs.Factory(dict[str, PushState])
    expires: dict[str, Instant] = attrs.Factory(dict[str, Instant])
    """When each registered device runs out."""

    def state(self, device: str) -> PushState:
        """Where the device's registration is."""
        return self.devices.get(device, PUSH_REGISTRATION.initial)

    def until(self, device: str) -> Instant | None:
        """Until when calls are pushed to the device, recorded expiry or not; None where they are not."""
        return self.expires.get(device)

    def reachable(self, at: Instant) -> tuple[str, ...]:
        """The devices that a call at `at` is pushed to, in the order in which they were registered."""
        return tuple(device for device, until in self.expires.items() if at < until)


def decide_push(book: PushBook, asked: Command, limits: Limits = LIMITS) -> tuple[Event, ...]:
    """What `asked` leads to. Reads `book` and changes nothing.

    Raises:
        Refused: the time to live is out of range, no device is named, or nothing is there to expire.
    """
    match asked:
        case RegisterPush():
            return (_register(book, asked, limits),)
        case UnregisterPush():
            return tuple(PushUnregistered(user=asked.user, device=device) for device in book.expires)
        case RevokePush():
            return tuple(PushRevoked(user=asked.user, device=device) for device in book.expires)
        case ExpirePush():
            return _expire(book, asked)
        case _:
            raise Refused(
                PUSH_REGISTRATION.name,
                "None",
                type(asked).__name__,
                "push registrations know no such command",
            )


def _register(book: PushBook, asked: RegisterPush, limits: Limits) -> Event:
    state = book.state(asked.device)
    (row,) = PUSH_REGISTRATION.outcomes(state, "RegisterPush")
    if not asked.device:
        reason = "no device is named; give the push service's token of it (error flag 32)"
        raise Refused(
            PUSH_REGISTRATION.name, state, "RegisterPush", reason, PUSH_REGISTRATION.accepted(state)
        )
    ttl_s = limits.push_ttl_default_s if asked.ttl_s is None else asked.ttl_s
    longest_s = limits.push_ttl_m365_max_s if is_m365(parse(asked.user)) else limits.push_ttl_max_s
    if not limits.push_ttl_min_s <= ttl_s <= longest_s:
        reason = (
            f"a time to live of {ttl_s} s is out of range for {asked.user}; "
            f"give {limits.push_ttl_min_s} to {longest_s} s"
        )
        raise Refused(
            PUSH_REGISTRATION.name, state, "RegisterPush", reason, PUSH_REGISTRATION.accepted(state)
        )
    kind = PushRenewed if row.emits == "PushRenewed" else PushRegistered
    return kind(user=asked.user, device=asked.device, ttl_s=ttl_s, expires_at=later(asked.at, ttl_s))


def _expire(book: PushBook, asked: ExpirePush) -> tuple[Event, ...]:
    state = book.state(asked.device)
    PUSH_REGISTRATION.outcomes(state, "ExpirePush")
    if asked.at < book.expires[asked.device]:
        raise Refused(PUSH_REGISTRATION.name, state, "ExpirePush", "the registration has not run out yet")
    return (PushExpired(user=asked.user, device=asked.device),)


def evolve_push(book: PushBook, fact: Event) -> PushBook:
    """What `book` is after `fact`. Works in place on a book that the caller owns, and returns it.

    Raises:
        CorruptHistory: the event is not legal here; `book` is unchanged.
    """
    if not isinstance(fact, Registration):
        raise CorruptHistory(PUSH_REGISTRATION.name, PUSH_REGISTRATION.initial, fact.name)
    state = PUSH_REGISTRATION.after(book.state(fact.device), type(fact).__name__)
    book.devices[fact.device] = state
    if isinstance(fact, PushRegistered | PushRenewed):
        book.expires[fact.device] = fact.expires_at
    else:
        book.expires.pop(fact.device, None)
    return book


def push_consequences(fact: Event, *, command_id: CommandId, at: Instant) -> tuple[Command, ...]:
    """What `fact`, of a user's tokens, means for the user's registrations: revoking deletes them."""
    if not isinstance(fact, TokenRevoked):
        return ()
    return (RevokePush(id=command_id, at=at, user=fact.user),)


def push_deadlines(book: PushBook) -> Mapping[str, Instant]:
    """When each registered device runs out."""
    return MappingProxyType(book.expires)
