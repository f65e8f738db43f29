"""The small types that everything else is made of."""

from typing import NewType

Instant = NewType("Instant", int)
"""A moment: whole microseconds since 1970-01-01T00:00:00Z. The core never asks for one, it is told."""

CallId = NewType("CallId", str)
"""Names one call.

For a call joined by group locator the group id is another thing: a group may meet again.
"""

CommandId = NewType("CommandId", str)
"""Names one command; the same command id is applied at most once to a call, for ever."""

EndpointId = NewType("EndpointId", str)
"""Names one place where a participant can be rung or can talk: a device, a browser tab, a telephone."""

SECOND = 1_000_000
"""Microseconds in a second: the one conversion between the limits (seconds) and instants (microseconds)."""


def later(at: Instant, after_s: float) -> Instant:
    """The instant `after_s` seconds after `at`."""
    return Instant(at + round(after_s * SECOND))


def call_stream(call_id: CallId) -> str:
    """The stream that holds a call's lifecycles: everything that changes what people may do."""
    return f"call-{call_id}"


def media_stream(call_id: CallId, participant: str) -> str:
    """The stream that holds what was measured on one participant's media: many events, prunable."""
    return f"media-{call_id}-{participant}"


def speakers_stream(call_id: CallId) -> str:
    """The stream that holds who spoke in a call, most dominant first."""
    return f"speakers-{call_id}"


def push_stream(user: str) -> str:
    """The stream that holds one user's push registrations."""
    return f"push-{user}"


def user_stream(user: str) -> str:
    """The stream that holds one user's access tokens."""
    return f"user-{user}"


def survey_stream(call_id: CallId) -> str:
    """The stream that holds what participants thought of a call; it goes on after the call's end."""
    return f"survey-{call_id}"


def room_stream(room_id: str) -> str:
    """The stream that holds one room: its window, and whom it invites."""
    return f"room-{room_id}"
