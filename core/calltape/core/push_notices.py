"""What was pushed to one user's devices about one call, and what became of it.

One stream for each call and user, apart from the registrations: it grows with the calls and may be pruned.
That a call rings and that it rings no more are two notifications to a device, each with a machine of its own.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import attrs

from calltape.core.commands import Command, command
from calltape.core.errors import CorruptHistory, Refused
from calltape.core.events import Event, event, personal
from calltape.core.identity import RawId
from calltape.core.lifecycle import Lifecycle, load
from calltape.core.push_payload import UNPROCESSABLE, BadPayload, PushKind, PushPayload, read_payload
from calltape.core.values import CallId, EndpointId, Instant


class NoticeState(StrEnum):
    """Where one notification is. Meanings: `specs/push_notice.toml`."""

    NONE = "None"
    SENT = "Sent"
    DELIVERED = "Delivered"
    FAILED = "Failed"
    HANDLED = "Handled"


PUSH_NOTICE: Lifecycle[NoticeState] = load("push_notice", NoticeState)


@command
class SendPush(Command):
    """Push to `device` of `user` that the call rings, or that it rings no more."""

    call_id: CallId
    user: RawId
    device: str = attrs.field(metadata=personal())
    kind: PushKind
    registered_until: Instant | None = None
    """What the device's registration says; None where there is none."""

    expires_at: Instant | None = None
    """When the call stops ringing by itself."""


@command
class ReportPushDelivered(Command):
    """Observed: the push service took the notification."""

    call_id: CallId
    user: RawId
    device: str = attrs.field(metadata=personal())
    kind: PushKind


@command
class ReportPushFailed(Command):
    """Observed: the push service did not take the notification."""

    call_id: CallId
    user: RawId
    device: str = attrs.field(metadata=personal())
    kind: PushKind
    words: str | None = None


@command
class HandlePush(Command):
    """The device got `payload` from its push service."""

    user: RawId
    device: str = attrs.field(metadata=personal())
    payload: Mapping[str, str] = attrs.field(metadata=personal())
    endpoint: EndpointId | None = None
    """Where the device rings; None where nobody says."""


@event("push.sent")
class PushSent(Event):
    """A notification is being handed to the push service."""

    call_id: CallId
    user: RawId
    device: str = attrs.field(metadata=personal())
    kind: PushKind
    expires_at: Instant | None = None
    """From when on it would ring for nothing."""


@event("push.delivered")
class PushDelivered(Event):
    """The push service took the notification; whether it arrives, it does not promise."""

    call_id: CallId
    user: RawId
    device: str = attrs.field(metadata=personal())
    kind: PushKind


@event("push.failed")
class PushFailed(Event):
    """The push service did not take the notification."""

    call_id: CallId
    user: RawId
    device: str = attrs.field(metadata=personal())
    kind: PushKind
    words: str | None = None


@event("push.handled")
class PushHandled(Event):
    """The device has read the notification: it rings, or rings no more."""

    call_id: CallId
    user: RawId
    device: str = attrs.field(metadata=personal())
    kind: PushKind
    endpoint: EndpointId | None = None
    """Where the device rings."""


Notice = PushSent | PushDelivered | PushFailed | PushHandled
"""The events of a notification's lifecycle."""


def notice_stream(call_id: CallId, user: str) -> str:
    """The stream that holds what was pushed to one user about one call."""
    return f"notice-{call_id}-{user}"


@attrs.define
class NoticeBook:
    """One user's notifications about one call. `NoticeBook()` knows none."""

    rings: dict[str, NoticeState] = attrs.Factory(dict[str, NoticeState])
    """By device: that the call rings."""

    stops: dict[str, NoticeState] = attrs.Factory(dict[str, NoticeState])
    """By device: that it rings no more."""

    endpoints: dict[str, EndpointId] = attrs.Factory(dict[str, EndpointId])
    """Where a device rings that has read its notification."""

    def state(self, device: str, kind: PushKind) -> NoticeState:
        """Where the notification of that kind to the device is."""
        return self._of(kind).get(device, PUSH_NOTICE.initial)

    def ringing(self, *, but: EndpointId | None) -> Iterator[str]:
        """The devices that may ring: all for which no push failed, but those at that endpoint."""
        for device, state in self.rings.items():
            if state is not NoticeState.FAILED and (but is None or self.endpoints.get(device) != but):
                yield device

    def move(self, device: str, kind: PushKind, state: NoticeState) -> None:
        """Put it there. For the fold."""
        self._of(kind)[device] = state

    def _of(self, kind: PushKind) -> dict[str, NoticeState]:
        return self.stops if kind is PushKind.STOP_RINGING else self.rings


def decide_notice(book: NoticeBook, asked: Command) -> tuple[Event, ...]:
    """What `asked` leads to. Reads `book` and changes nothing.

    Returns:
        The events to record; none for what the device has read before.

    Raises:
        Refused: the device is not registered, it is too late, there is nothing to stop, or the payload cannot
            be used; the reason ends with the vendor's error flag where there is one.
    """
    match asked:
        case SendPush():
            return (_send(book, asked),)
        case ReportPushDelivered():
            if book.state(asked.device, asked.kind) is NoticeState.HANDLED:
                return ()  # the device was faster than the push service's answer
            _require(book, asked, asked.device, asked.kind)
            return (PushDelivered(**_same(asked)),)
        case ReportPushFailed():
            _require(book, asked, asked.device, asked.kind)
            return (PushFailed(**_same(asked), words=asked.words),)
        case HandlePush():
            return _handle(book, asked)
        case _:
            name = type(asked).__name__
            raise Refused(PUSH_NOTICE.name, PUSH_NOTICE.initial, name, "notifications know no such command")


def _same(asked: SendPush | ReportPushDelivered | ReportPushFailed) -> dict[str, Any]:
    return {"call_id": asked.call_id, "user": asked.user, "device": asked.device, "kind": asked.kind}


def _send(book: NoticeBook, asked: SendPush) -> Event:
    _require(book, asked, asked.device, asked.kind, _unsendable(book, asked))
    return PushSent(**_same(asked), expires_at=asked.expires_at)


def _unsendable(book: NoticeBook, asked: SendPush) -> str:
    """Why nothing can be pushed; empty if it can."""
    if asked.registered_until is None or asked.at >= asked.registered_until:
        return "the device is not registered, or not any more; it must register again first"
    if asked.kind is PushKind.STOP_RINGING:
        pushed = asked.device in book.rings
        return "" if pushed else "nothing was pushed to the device that it could stop ringing for"
    if asked.expires_at is None or asked.at >= asked.expires_at:
        return "the call does not ring any more"
    return "the device was told already to stop ringing" if asked.device in book.stops else ""


def _handle(book: NoticeBook, asked: HandlePush) -> tuple[Event, ...]:
    try:
        payload = read_payload(asked.payload)
    except BadPayload as bad:
        raise _refused(PUSH_NOTICE.initial, asked, f"{bad} (error flag {bad.flag})") from bad
    state = book.state(asked.device, payload.kind)
    if state is NoticeState.HANDLED:
        return ()
    _require(book, asked, asked.device, payload.kind, _too_late(book, asked, payload))
    handled = PushHandled(
        call_id=payload.call_id,
        user=asked.user,
        device=asked.device,
        kind=payload.kind,
        endpoint=asked.endpoint,
    )
    return (handled,)


def _too_late(book: NoticeBook, asked: HandlePush, payload: PushPayload) -> str:
    """Why the payload must not ring; empty if it may."""
    if payload.to != asked.user:
        return f"the push is meant for somebody else (error flag {UNPROCESSABLE})"
    if payload.kind is PushKind.STOP_RINGING:
        return ""
    if payload.expires_at is None or asked.at >= payload.expires_at:
        return "it comes too late: the call does not ring any more"
    if book.state(asked.device, PushKind.STOP_RINGING) is NoticeState.HANDLED:
        return "it comes too late: the device has been told to stop ringing"
    return ""


def _require(book: NoticeBook, asked: Command, device: str, kind: PushKind, reason: str = "") -> None:
    state = book.state(device, kind)
    if reason or not PUSH_NOTICE.accepts(state, type(asked).__name__):
        raise _refused(state, asked, reason)


def _refused(state: NoticeState, asked: Command, reason: str) -> Refused:
    return Refused(PUSH_NOTICE.name, state, type(asked).__name__, reason, PUSH_NOTICE.accepted(state))


def evolve_notice(book: NoticeBook, fact: Event) -> NoticeBook:
    """What `book` is after `fact`. Works in place on a book that the caller owns, and returns it.

    Raises:
        CorruptHistory: the event is not legal here; `book` is unchanged.
    """
    if not isinstance(fact, Notice):
        raise CorruptHistory(PUSH_NOTICE.name, PUSH_NOTICE.initial, fact.name)
    state = PUSH_NOTICE.after(book.state(fact.device, fact.kind), type(fact).__name__)
    book.move(fact.device, fact.kind, state)
    if isinstance(fact, PushHandled) and fact.endpoint is not None:
        book.endpoints[fact.device] = fact.endpoint
    return book
