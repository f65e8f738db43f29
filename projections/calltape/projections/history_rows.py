"""The rows of the history: call detail records."""

from enum import StrEnum

import attrs

from calltape.core import (
    PARTICIPANT,
    CallId,
    CallKind,
    EndReason,
    Instant,
    ParticipantState,
    RawId,
)
from calltape.core.call.transfer_facts import TransferTarget


class Direction(StrEnum):
    """Which way a call went, from the side of one participant."""

    OUTGOING = "outgoing"
    """They placed it, or came in by its locator."""

    INCOMING = "incoming"
    """They were called."""


@attrs.define(kw_only=True)
class Stay:
    """One time that somebody was part of a call; who comes back begins another."""

    direction: Direction
    state: ParticipantState = PARTICIPANT.initial
    """How the others see them."""

    entered_at: Instant
    """When they were called, or came in by themselves."""

    rang_at: Instant | None = None
    """When an endpoint of theirs was first reported to ring."""

    answered_at: Instant | None = None
    """When they accepted; None for who did not, and for who was not called."""

    connected_at: Instant | None = None
    """When they were first up in the call; None when they never were."""

    left_at: Instant | None = None
    ring_s: float | None = None
    """From the first ringing until they answered, or else left. None where nothing rang, or rings still."""

    talk_s: float | None = None
    """From being connected until leaving, time on hold included. None for who never was connected, or is."""

    end_reason: EndReason | None = None
    redirected_by: tuple[RawId, ...] = ()
    """Who sent the call on to them instead of answering, the last one last."""

    forwarded_to: RawId | None = None
    """To whom the call to them was sent on before they answered."""

    @property
    def is_answered(self) -> bool:
        """Whether they answered; for who was not called, whether they ever got into the call."""
        called = self.direction is Direction.INCOMING
        return (self.answered_at if called else self.connected_at) is not None


@attrs.define(kw_only=True)
class TransferRecord:
    """One attempt to hand somebody in the call over to somebody else."""

    transferor: RawId
    transferee: RawId
    to: TransferTarget
    target: RawId
    new_call: CallId
    """The call between transferee and target, which has a record of its own."""

    asked_at: Instant
    is_done: bool | None = None
    """Whether it worked; None while nobody knows."""

    ended_at: Instant | None = None
    reason: EndReason | None = None
    """Why it failed."""


@attrs.define(kw_only=True)
class CallHistory:
    """The record of one call."""

    call_id: CallId | None = None
    kind: CallKind | None = None
    """As it is, or was at its end: a promoted call is a group call."""

    starter: RawId | None = None
    started_at: Instant | None = None
    rang_at: Instant | None = None
    """When the first endpoint of anybody was reported to ring."""

    answered_at: Instant | None = None
    """When the first of those called accepted."""

    ended_at: Instant | None = None
    ring_s: float | None = None
    """From the first ringing until the first answer; in a call that nobody answered, until the last left."""

    talk_s: float = 0.0
    """For how long two or more were connected, time on hold included; up to the last change of who was."""

    talking_since: Instant | None = None
    """Since when two or more are; None while fewer are."""

    connected: int = 0
    """How many are connected or hold the call."""

    most_connected: int = 0
    """The most that ever were at once."""

    end_reason: EndReason | None = None
    participants: dict[RawId, list[Stay]] = attrs.Factory(dict[RawId, list[Stay]])
    """In order of their first appearance, each with every stay of theirs, the last one last."""

    transfers: list[TransferRecord] = attrs.Factory(list[TransferRecord])
    """In the order in which they were asked for."""

    illegal_version: int | None = None
    """The version of the first event whose data are damaged; what it said is missing here."""
