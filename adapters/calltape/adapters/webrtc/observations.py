"""What the media layer saw, as plain frozen values.

Only a sample's shape is the core's. A runtime turns each observation into whatever command it likes. An
observation is a fact about packets and sockets; what it means for a call is decided elsewhere.
"""

from __future__ import annotations

import attrs

from calltape.core.media import Condition, StreamSample, TransportSample


@attrs.frozen
class LegId:
    """One participant's media in one call."""

    call: str
    """The call's id."""
    participant: str
    """The participant's raw id."""


@attrs.frozen
class Connected:
    """The first of the leg's links carries encrypted media: ICE and DTLS are both done."""

    leg: LegId


@attrs.frozen
class Lost:
    """No link of the leg is alive any more, and nobody closed it."""

    leg: LegId
    cause: str
    """One short clause for a person, such as ``no packet for 5 s``."""


@attrs.frozen
class Restored:
    """Packets arrive again at a leg that was lost."""

    leg: LegId


@attrs.frozen
class Closed:
    """The leg's media ended in order."""

    leg: LegId
    remote: bool = False
    """True: the last peer said goodbye (DTLS close_notify), and the leg itself is still open."""


@attrs.frozen
class Held:
    """The leg's hold is negotiated: no frame flows either way on any of its links."""

    leg: LegId


@attrs.frozen
class HoldFailed:
    """The hold was not negotiated; media flows as before."""

    leg: LegId
    cause: str


@attrs.frozen
class Resumed:
    """The leg no longer holds. Media flows unless the other side holds too."""

    leg: LegId


@attrs.frozen
class ResumeFailed:
    """The resume was not negotiated; the leg still holds."""

    leg: LegId
    cause: str


@attrs.frozen
class StatesObserved:
    """The states of one link as this leg's end sees them, in the words of the W3C API."""

    leg: LegId
    peer: LegId
    ice: str
    """``new``, ``checking``, ``completed``, ``failed`` or ``closed``."""
    dtls: str
    """``new``, ``connecting``, ``connected``, ``closed`` or ``failed``."""
    connection: str
    """``new``, ``connecting``, ``connected``, ``failed`` or ``closed``."""


@attrs.frozen
class Sampled:
    """One look at the counters of all the leg's links."""

    leg: LegId
    streams: tuple[StreamSample, ...]
    transports: tuple[TransportSample, ...]
    microphone_level: int | None = None
    """Peak of what the microphone picked up since the last look; None where the leg has none."""


@attrs.frozen
class ConditionObserved:
    """Something is the matter with one of the leg's devices."""

    leg: LegId
    condition: Condition


Observation = (
    Connected
    | Lost
    | Restored
    | Closed
    | Held
    | HoldFailed
    | Resumed
    | ResumeFailed
    | StatesObserved
    | Sampled
    | ConditionObserved
)
"""Everything that ``WebRtcMedia`` ever says."""
