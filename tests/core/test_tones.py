"""The keys of a telephone, typed here by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core import BadInput, Tone, tones_of

pytestmark = pytest.mark.example

KEYS = "0123456789ABCD*#!"
NAMES = [*(f"Num{number}" for number in range(10)), "A", "B", "C", "D", "Star", "Pound", "Flash"]


def test_there_are_the_seventeen_tones_of_the_sdk() -> None:
    assert [tone.value for tone in Tone] == NAMES


def test_each_key_is_the_tone_that_is_printed_on_it() -> None:
    assert [tone.value for tone in tones_of(KEYS)] == NAMES
    assert tones_of("") == ()


@pytest.mark.property
@given(st.text())
def test_what_is_no_key_is_said(typed: str) -> None:
    strange = [key for key in typed if key not in KEYS]
    if not strange:
        assert len(tones_of(typed)) == len(typed)
        return
    with pytest.raises(BadInput) as refused:
        tones_of(typed)
    assert str(refused.value).startswith(f"{strange[0]!r} is no key of a telephone")
