"""Every event survives storing, equal events are equal bytes, and what cannot be read says why."""

from collections.abc import Callable, Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, NewType, Union, cast, get_args, get_origin

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import calltape.core
from calltape.adapters.codec import DECODERS, decode, encode, split_topic, topic_of
from calltape.core.call.leaving import ParticipantLeft
from calltape.core.end_reasons import EndReason, Source
from calltape.core.errors import BadInput, UnknownEvent
from calltape.core.events import EVENTS, Event, event
from calltape.core.push import PushExpired
from calltape.core.versions import STEPS

pytestmark = pytest.mark.property

OURS = sorted(name for name, cls in EVENTS.items() if cls.__module__.startswith("calltape.core"))
TEXTS = st.text('a:_8é"\\\n\x00 ', max_size=6)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    NoneType: st.none(),
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of the types that fields of events may have; another type fails here, to be thought about."""
    if isinstance(kind, NewType):
        return values(kind.__supertype__)
    if get_origin(kind) in {Union, UnionType}:
        return st.one_of([values(part) for part in get_args(kind)])
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if get_origin(kind) is tuple:
        (part, _) = get_args(kind)
        return st.lists(values(part), max_size=2).map(tuple)
    if get_origin(kind) in {dict, Mapping}:
        keys, parts = map(values, get_args(kind))
        return st.dictionaries(keys, parts, max_size=2)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if attrs.has(cast("type", kind)):
        fields = attrs.fields(attrs.resolve_types(cast("type[attrs.AttrsInstance]", kind)))
        return st.builds(cast("type[object]", kind), **{field.name: values(field.type) for field in fields})
    return PLAIN[kind]


@pytest.mark.parametrize("name", OURS)
@settings(max_examples=30)
@given(data=st.data())
def test_round_trip(name: str, data: st.DataObject) -> None:
    given_event = cast("Event", data.draw(values(EVENTS[name])))
    topic, stored = encode(given_event)
    again = decode(topic, stored)
    assert again == given_event
    assert type(again) is EVENTS[name]
    assert encode(again) == (topic, stored)
    assert b"\n" not in stored, "rows are joined by line ends, and a tape is lines"


def test_bytes_are_what_they_always_were() -> None:
    left = ParticipantLeft(
        participant=calltape.core.RawId("8:acs:a_ü"), reason=EndReason(code=0, source=Source.LOCAL)
    )
    assert encode(left) == (
        "participant.left@2",
        '{"participant":"8:acs:a_ü","reason":{"category":null,"code":0,"evidence":null,"source":"local",'
        '"subcode":null,"words":null},"teardown_until":null}'.encode(),
    )


def test_every_old_shape_has_a_step() -> None:
    for cls in EVENTS.values():
        assert all((cls.name, shape) in STEPS for shape in range(1, cls.shape))


def test_old_shape_is_lifted() -> None:
    lifted = decode("participant.left@1", b'{"participant":"8:acs:a_b","code":487,"subcode":3}')
    assert lifted == ParticipantLeft(
        participant=calltape.core.RawId("8:acs:a_b"),
        reason=EndReason(code=487, subcode=3, source=Source.SERVICE),
    )


@pytest.mark.parametrize(
    ("topic", "name", "shape"),
    [
        ("nobody.knows@1", "nobody.knows", 1),
        (topic_of(PushExpired.name, PushExpired.shape + 1), PushExpired.name, PushExpired.shape + 1),
        ("participant.left@0", "participant.left", 0),
    ],
)
def test_unknown(topic: str, name: str, shape: int) -> None:
    with pytest.raises(UnknownEvent) as unknown:
        decode(topic, b"{}")
    assert (unknown.value.name, unknown.value.version) == (name, shape)


@pytest.mark.parametrize(
    ("topic", "stored"),
    [
        ("push.expired@1", b'{"user":"8:acs:a_b"}'),
        ("push.expired@1", b'{"user":1,"device":"d"}'),
        ("push.expired@1", b'{"user":"8:ac'),
        ("push.expired@1", b"\xff"),
        ("participant.left@1", b'{"participant":"8:acs:a_b"}'),
        ("participant.left@1", b"[]"),
        ("no topic", b"{}"),
        ("@1", b"{}"),
        ("push.expired@", b"{}"),
        ("push.expired@-1", b"{}"),
    ],
)
def test_damaged(topic: str, stored: bytes) -> None:
    with pytest.raises(BadInput, match="damaged") as refusal:
        decode(topic, stored)
    assert topic in str(refusal.value)


def test_decoders_learn_of_events_declared_later() -> None:
    with pytest.raises(UnknownEvent):
        DECODERS["test.codec.late@1"]

    @event("test.codec.late")
    class Late(Event):
        words: str

    read: Callable[[bytes], Event] = DECODERS["test.codec.late@1"]
    assert read(b'{"words":"x"}') == Late(words="x")


@given(name=st.text("ab.@", min_size=1), shape=st.integers(0, 99))
def test_topics(name: str, shape: int) -> None:
    assert split_topic(topic_of(name, shape)) == (name, shape)
