"""What is known of one leg's network and devices, and what it says to others: the values of diagnosing."""

from typing import NamedTuple

import attrs

from calltape.core.diagnostic_rows import DiagnosticRow, DiagnosticValue
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.values import CallId, Instant


@event("diagnostic.changed")
class DiagnosticChanged(Event):
    """A user-facing diagnostic of one participant has another value."""

    call_id: CallId
    participant: RawId
    diagnostic: str
    """As the web SDK calls it: `cameraFreeze`."""

    value: DiagnosticValue


@attrs.frozen(kw_only=True)
class Standing:
    """How a leg stands in the call at this moment: what signalling knows of it."""

    is_present: bool = False
    is_connected: bool = False
    """In the call with media that was reported up, on hold or not."""

    is_muted: bool = False
    is_held: bool = False
    """Holds, or is held: nothing has to flow."""

    is_media_lost: bool = False
    is_given_up: bool = False
    """Out of the call because lost media did not come back."""

    hears_somebody: bool = False
    """Whether somebody else is there who is neither muted nor on hold."""

    must_flow: bool = False
    """Whether something is to be measured of what the leg sends: it is connected, not muted, not on hold, not
    lost, no telephone, and somebody is there to whom it goes.
    """

    is_measured: bool = False
    """Whether media of this call is measured, any leg's: then what is not measured is missing."""


NOT_THERE = Standing()
"""How somebody stands whom the call does not have."""


class Change(NamedTuple):
    """One diagnostic and what it says now."""

    row: DiagnosticRow
    value: DiagnosticValue


class Finding(NamedTuple):
    """What a rule finds at this moment."""

    value: DiagnosticValue
    at_once: bool = False
    """It counts without having to last: what was the matter cannot be any more."""


class Lasting(NamedTuple):
    """What is found for a while and does not count yet."""

    is_worse: bool
    since: Instant


@attrs.define(kw_only=True)
class Diagnosis:
    """What is known of one leg. Changed in place by whoever owns it."""

    values: dict[str, DiagnosticValue] = attrs.Factory(dict[str, DiagnosticValue])
    """What each diagnostic says; those that were never raised are not here, as in the SDK."""

    said: dict[str, DiagnosticValue] = attrs.Factory(dict[str, DiagnosticValue])
    """What follows from the conditions last reported."""

    links: dict[RawId, str] = attrs.Factory(dict[RawId, str])
    """The state of the path to each peer, in the words of the W3C API."""

    lasting: dict[str, Lasting] = attrs.Factory(dict[str, Lasting])
    due_since: Instant | None = None
    """Since when its media has had to flow; None while it need not."""

    flowed_at: Instant | None = None
    """When the leg was last measured to send packets."""
