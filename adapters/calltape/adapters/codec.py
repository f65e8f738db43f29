"""Events as bytes and back: msgspec JSON over the attrs classes, the stored name choosing the decoder.

What is stored of an event is its topic, `name@shape` (``participant.held@1``), and a JSON object of all its
fields in alphabetical order, so that equal events are equal bytes and any SQL shell can read them. Nothing is
left out: a field that is null is written as null.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from calltape.core.errors import BadInput, UnknownEvent
from calltape.core.events import EVENTS, Event
from calltape.core.versions import STEPS, lift

Decoder = Callable[[bytes], Event]

DAMAGED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError)
"""What msgspec raises over what holds no such value: bad JSON or fields, bad UTF-8, endless nesting, or data
that are no bytes at all, such as a number that somebody put into a column of a database."""

_to_json = msgspec.json.Encoder(order="sorted").encode
_to_plain = msgspec.json.Decoder(dict[str, Any]).decode


def topic_of(name: str, shape: int) -> str:
    """How the log names an event of this stored name and shape."""
    return f"{name}@{shape}"


def split_topic(topic: str) -> tuple[str, int]:
    """The stored name and the shape that a topic holds.

    Raises:
        BadInput: it is not a topic.
    """
    name, at, shape = topic.rpartition("@")
    if not (name and at and shape.isdecimal()):
        raise BadInput(
            f"{topic!r} is not the topic of an event, which looks like call.started@1: the store is damaged"
        )
    return name, int(shape)


def encode(event: Event) -> tuple[str, bytes]:
    """The topic and the JSON of `event`, declared or not: whoever reads it back must know it."""
    return topic_of(event.name, event.shape), _to_json(event)


def decode(topic: str, data: bytes) -> Event:
    """The event that was stored as `topic` and `data`, lifted to its present shape.

    Raises:
        UnknownEvent: no class of that name is declared, or its shape is newer than the class.
        BadInput: the data does not hold the fields of that event.
    """
    try:
        return DECODERS[topic](data)
    except DAMAGED as error:
        raise BadInput(
            f"the stored event {topic} cannot be read: {error}; the tape or store is damaged"
        ) from error


def _lifting(name: str, shape: int, known: type[Event]) -> Decoder:
    """A decoder of an old shape: plain fields, lifted step by step, then made into the present class."""

    def decoder(data: bytes) -> Event:
        fields = _to_plain(data)
        try:
            lifted = lift(name, shape, fields, to=known.shape)
        except (KeyError, TypeError, ValueError) as error:
            raise msgspec.ValidationError(
                f"shape {shape} lacks what its next shape needs: {error}"
            ) from error
        return msgspec.convert(lifted, known)

    return decoder


class _Decoders(dict[str, Decoder]):
    """Decoders by topic, each made when it is first met."""

    def __missing__(self, topic: str) -> Decoder:
        name, shape = split_topic(topic)
        known = EVENTS.get(name)
        if (
            known is None
            or shape > known.shape
            or any((name, s) not in STEPS for s in range(shape, known.shape))
        ):
            raise UnknownEvent(name, shape)
        decoder: Decoder = (
            msgspec.json.Decoder(known).decode if shape == known.shape else _lifting(name, shape, known)
        )
        self[topic] = decoder
        return decoder


DECODERS = _Decoders()
"""What `decode` does, for hot loops: ``DECODERS[topic](data)``, which lets what is in `DAMAGED` through."""
