"""The canonical text of a value, worked out by hand."""

import hashlib

import pytest

from calltape.core import CallState, DeadlineKey, Move, RawId, Wait
from calltape.core.digest import canonical, digest, plain

pytestmark = pytest.mark.example


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        ("Zoë", '"Zoë"'),
        (CallState.LOCAL_HOLD, '"LocalHold"'),
        ({"b": 1, "a": (2, [3])}, '{"a":[2,[3]],"b":1}'),
        ({"b", "a"}, '["a","b"]'),
        ({DeadlineKey(Wait.DURATION): 1}, '{"duration":1}'),
        ({DeadlineKey(Wait.ESTABLISH, RawId("8:echo123")): 1}, '{"establish/8:echo123":1}'),
        ({CallState.NONE: frozenset({2, 1})}, '{"None":[1,2]}'),
        (
            Move(whose="self", lifecycle="call", participant=RawId("8:a"), source="None", target="Incoming"),
            '{"lifecycle":"call","participant":"8:a","source":"None","target":"Incoming","whose":"self"}',
        ),
    ],
)
def test_the_canonical_text(value: object, text: str) -> None:
    assert canonical(value) == text
    assert digest(value) == hashlib.sha256(text.encode()).hexdigest()


def test_what_has_no_text_has_no_digest() -> None:
    with pytest.raises(TypeError):
        digest(object())
    assert plain("text") == "text"
