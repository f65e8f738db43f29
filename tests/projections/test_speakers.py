"""Who speaks, who is most dominant, and for how long each spoke: by hand."""

import pytest

from calltape.core import SECOND, CallId, DominantSpeakersChanged, Instant, RawId, Recorded
from calltape.projections import View
from calltape.projections.speakers import SPEAKERS, Speakers

pytestmark = pytest.mark.example

CALL = CallId("c")
PEOPLE = tuple(RawId(f"8:acs:{name}") for name in "abcdef")
A, B = PEOPLE[:2]


def row(*changes: tuple[int, tuple[RawId, ...], tuple[RawId, ...]]) -> Speakers:
    view = View(SPEAKERS)
    for number, (second, ranking, speaking) in enumerate(changes, 1):
        fact = DominantSpeakersChanged(call_id=CALL, speakers=ranking, speaking=speaking)
        at = Instant(second * SECOND)
        view.advance([Recorded(position=number, stream="s", version=number, event=fact, at=at)])
    return view.rows[CALL]


def test_who_speaks_and_how_long_each_spoke() -> None:
    found = row((10, (A,), (A,)), (15, (A, B), (A, B)), (20, (B, A), (B,)), (27, (A, B), (A,)))
    assert found.ranking == (A, B)
    assert found.is_speaking(A)
    assert not found.is_speaking(B)
    assert found.speaking_since == {A: Instant(27 * SECOND)}
    assert found.spoken_s == {A: 10.0, B: 12.0}
    assert (found.changes, found.changed_at, found.call_id) == (4, Instant(27 * SECOND), CALL)


def test_four_are_most_dominant() -> None:
    assert row((1, PEOPLE, ())).dominant == PEOPLE[:4]
