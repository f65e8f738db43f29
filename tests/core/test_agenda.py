"""An agenda gives everybody once, when their earliest moment has come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core.agenda import Agenda
from calltape.core.identity import RawId
from calltape.core.values import Instant

pytestmark = pytest.mark.property

PEOPLE = [RawId(f"8:acs:test_{name}") for name in ("alice", "bob", "carol")]
moments = st.integers(0, 20).map(Instant)


@given(
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.one_of(st.none(), moments)), max_size=30),
    st.lists(moments, max_size=5).map(sorted),
)
def test_everybody_comes_up_once_at_their_earliest(
    put: list[tuple[RawId, Instant | None]], looks: list[Instant]
) -> None:
    agenda, earliest = Agenda(), dict[RawId, Instant]()
    for who, at in put:
        agenda.put(who, at)
        if at is not None:
            earliest[who] = min(at, earliest.get(who, at))
    for now in looks:
        assert agenda.next_at == min(earliest.values(), default=None)
        taken = agenda.take(now)
        came = [earliest.pop(who) for who in taken]
        assert came == sorted(came)
        assert all(at <= now for at in came)
        assert all(at > now for at in earliest.values())
    assert agenda.next_at == min(earliest.values(), default=None)


@pytest.mark.example
def test_putting_off_costs_nothing() -> None:
    agenda = Agenda()
    for at in range(1_000):
        agenda.put(PEOPLE[0], Instant(at))
    assert agenda.take(Instant(1_000)) == PEOPLE[:1]
    assert agenda.next_at is None
