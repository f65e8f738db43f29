"""The library's vocabulary for our rows: an envelope it can carry, and the mapper between the two."""

from dataclasses import dataclass
from typing import Any, cast

import attrs
from eventsourcing.persistence import Cipher, Compressor, Mapper, StoredEvent, Transcoder

from calltape.adapters.codec import decode, encode
from calltape.core.errors import BadInput
from calltape.core.events import Event


@attrs.frozen(kw_only=True)
class Enveloped:
    """An event as `eventsourcing` passes it around: a domain event with an originator."""

    originator_id: str
    """The stream."""

    originator_version: int
    body: Event
    at: int | None = None
    """Microseconds since 1970; None if the reader that fetched it knows only the library's columns."""

    command_id: str | None = None
    causation_id: str | None = None
    correlation_id: str | None = None


@dataclass(frozen=True)
class StoredEnvelope(StoredEvent):
    """A stored event with the columns that we add to the library's."""

    at: int | None = None
    command_id: str | None = None
    causation_id: str | None = None
    correlation_id: str | None = None


class TapeMapper(Mapper[Any]):
    """Maps `Enveloped` events with our codec.

    Choose it for an `eventsourcing` application with
    ``MAPPER_TOPIC=calltape.adapters.eventsourcing.library:TapeMapper``.
    """

    def __init__(
        self, transcoder: Transcoder, compressor: Compressor | None = None, cipher: Cipher | None = None
    ) -> None:
        if compressor is not None or cipher is not None:
            raise BadInput("calltape stores events as plain JSON; unset COMPRESSOR_TOPIC and CIPHER_TOPIC")
        super().__init__(transcoder)

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """The row of an `Enveloped` event."""
        enveloped = cast("Enveloped", domain_event)
        topic, state = encode(enveloped.body)
        return StoredEnvelope(
            originator_id=enveloped.originator_id,
            originator_version=enveloped.originator_version,
            topic=topic,
            state=state,
            at=enveloped.at,
            command_id=enveloped.command_id,
            causation_id=enveloped.causation_id,
            correlation_id=enveloped.correlation_id,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """The `Enveloped` event of a row."""
        return Enveloped(
            originator_id=str(stored_event.originator_id),
            originator_version=stored_event.originator_version,
            body=decode(stored_event.topic, stored_event.state),
            at=getattr(stored_event, "at", None),
            command_id=getattr(stored_event, "command_id", None),
            causation_id=getattr(stored_event, "causation_id", None),
            correlation_id=getattr(stored_event, "correlation_id", None),
        )


def envelope_of(stored: StoredEvent) -> tuple[int | None, str | None, str | None, str | None]:
    """The values of our own columns for an event that comes through the library's insert."""
    if isinstance(stored, StoredEnvelope):
        return stored.at, stored.command_id, stored.causation_id, stored.correlation_id
    return None, None, None, None
