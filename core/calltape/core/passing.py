"""What is signalled in passing: reactions, captions, real-time text.

Nothing of it changes what people may do.

It is told to whoever is there, and only that it happened is recorded, in the media stream of whoever it is
from: the call's own stream and state know nothing of it, and it may be pruned. What was said or written is
personal and is recorded only where somebody asks for that.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

from calltape.core.events import Event, event, personal
from calltape.core.identity import RawId
from calltape.core.values import CallId, Instant


class ReactionKind(StrEnum):
    """What may be sent as a reaction. Reactions docs."""

    LIKE = "like"
    HEART = "heart"
    LAUGH = "laugh"
    SURPRISED = "surprised"
    APPLAUSE = "applause"


class ResultType(StrEnum):
    """Whether a text still grows."""

    PARTIAL = "Partial"
    FINAL = "Final"


@event("reaction.sent")
class ReactionSent(Event):
    """Somebody reacted."""

    call_id: CallId
    participant: RawId
    kind: ReactionKind


@attrs.frozen(kw_only=True)
class Caption:
    """What somebody said, as far as it has been understood."""

    speaker: RawId
    text: str = attrs.field(metadata=personal())
    spoken_language: str
    result_type: ResultType
    at: Instant
    """When it was said."""

    translations: Mapping[str, str] = attrs.field(
        factory=lambda: MappingProxyType(dict[str, str]()), metadata=personal()
    )
    """The same in other languages, by the language."""


@event("caption.received")
class CaptionReceived(Event):
    """Somebody was understood to have said something, to its end."""

    call_id: CallId
    participant: RawId
    """Who said it."""

    spoken_language: str
    characters: int
    text: str | None = attrs.field(default=None, metadata=personal())
    """None unless whoever runs the calls keeps what is said."""


@attrs.frozen(kw_only=True)
class RealTimeText:
    """One line that somebody writes, as it stands."""

    sequence_id: int
    """Counts the lines of one sender in one call from 1; a line that grows keeps its own."""

    sender: RawId
    text: str = attrs.field(metadata=personal())
    """All of the line so far."""

    result_type: ResultType
    received_at: Instant
    """When the line began."""

    updated_at: Instant


@event("real_time_text.received")
class RealTimeTextReceived(Event):
    """Somebody finished a line of real-time text."""

    call_id: CallId
    participant: RawId
    """Who wrote it."""

    sequence_id: int
    characters: int
    text: str | None = attrs.field(default=None, metadata=personal())
    """None unless whoever runs the calls keeps what is written."""


PassingSignal = ReactionSent | Caption | RealTimeText
"""What is told to whoever is there."""


def recorded_as(call_id: CallId, signal: PassingSignal, *, keeps_text: bool = False) -> Event | None:
    """What is recorded of `signal`; None for a text that still grows.

    Args:
        call_id: the call it was signalled in.
        signal: what was told.
        keeps_text: record what was said and written too; otherwise only how long it was.
    """
    match signal:
        case ReactionSent():
            return signal
        case Caption(result_type=ResultType.FINAL):
            return CaptionReceived(
                call_id=call_id,
                participant=signal.speaker,
                spoken_language=signal.spoken_language,
                characters=len(signal.text),
                text=signal.text if keeps_text else None,
            )
        case RealTimeText(result_type=ResultType.FINAL):
            return RealTimeTextReceived(
                call_id=call_id,
                participant=signal.sender,
                sequence_id=signal.sequence_id,
                characters=len(signal.text),
                text=signal.text if keeps_text else None,
            )
        case _:
            return None
