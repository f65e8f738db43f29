"""Whatever an observer misses: once it is back it shows what the authority knows, and its deltas add up."""

from collections.abc import Sequence

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calltape.conformance.log_strategies import recorded_histories
from calltape.conformance.projection import cut
from calltape.conformance.strategies import ALICE, BOB, CAROL, START
from calltape.core import CallId, DominantSpeakersChanged, RawId, Recorded, speakers_stream
from calltape.projections import ROSTER, Roster, RosterDelta, RosterEntry, View, Watch, apply, present

pytestmark = pytest.mark.property

CALL = CallId("call-1")
OBSERVER = RawId("8:acs:resource_observer")
HISTORIES = recorded_histories(1, max_size=20).filter(bool)


def roster_rows(history: Sequence[Recorded]) -> list[Roster]:
    """The roster of the call that is watched, where the history holds it."""
    view = View(ROSTER)
    view.advance(history)
    return [view.rows[CALL]] if CALL in view.rows else []


def roster_of(history: Sequence[Recorded]) -> Roster:
    (row,) = roster_rows(history)
    return row


@settings(max_examples=80)
@given(
    history=HISTORIES,
    gap=st.tuples(st.integers(0, 60), st.integers(1, 60)),
    back=st.integers(0, 60),
    cuts=st.lists(st.integers(1, 60), max_size=4),
)
def test_after_any_gap_the_roster_is_the_authoritys(
    history: tuple[Recorded, ...], gap: tuple[int, int], back: int, cuts: list[int]
) -> None:
    """Some events are lost; it comes back at some event after them, and goes on to the end."""
    begin = gap[0] % len(history)
    end = min(begin + gap[1], len(history))
    until = min(end + back, len(history))
    watch, people = Watch(CALL, OBSERVER), dict[RawId, RosterEntry]()

    def note(change: RosterDelta) -> None:
        nonlocal people
        people = apply(people, change)
        assert people == present(watch.roster), "the deltas do not add up"

    note(watch.take(history[:begin]))
    for batch in cut(history[end:until], cuts):
        note(watch.take(batch))
    assert watch.is_behind is (until > end)
    assert watch.version == begin, "nothing is taken past a gap"
    authority = roster_of(history[:until])
    fact = watch.reconciled(authority, until)
    if fact is None:
        watch.stay(until)
    else:
        note(watch.come_back(fact))
    assert watch.roster == authority
    for batch in cut(history[until:], cuts):
        note(watch.take(batch))
    assert (watch.is_behind, watch.version) == (False, len(history))
    assert watch.roster == roster_of(history)


@settings(max_examples=60)
@given(history=HISTORIES, known=st.integers(0, 60))
def test_an_authority_that_lists_only_who_is_there_leaves_the_rest_to_be_inferred(
    history: tuple[Recorded, ...], known: int
) -> None:
    watch = Watch(CALL, OBSERVER)
    watch.take(history[: known % len(history)])
    before = present(watch.roster)
    whole = roster_of(history)
    authority = attrs.evolve(whole, participants=present(whole))
    fact = watch.reconciled(authority, len(history))
    if fact is not None:
        watch.come_back(fact)
    assert watch.roster is not None
    assert present(watch.roster) == present(authority)
    for who in before.keys() - present(authority).keys():
        assert watch.roster.participants[who].is_departure_inferred
    again = watch.reconciled(authority, len(history))
    assert again is None, "there is nothing to take over twice"


@settings(max_examples=20)
@given(history=recorded_histories(2, max_size=20).filter(lambda each: bool(roster_rows(each))))
def test_what_is_known_already_and_what_is_of_others_is_passed_over(history: tuple[Recorded, ...]) -> None:
    watch = Watch(CALL, OBSERVER)
    watch.take(history)
    assert not watch.take(history)
    assert not watch.is_behind
    assert watch.roster == roster_of(history)


@st.composite
def heard_histories(draw: st.DrawFn) -> tuple[Recorded, ...]:
    """A call's events with facts about who speaks among them."""
    mixed: list[Recorded] = []
    heard = 0
    for each in draw(HISTORIES):
        mixed.append(each)
        for speaking in draw(
            st.lists(st.permutations((ALICE, BOB, CAROL)).map(lambda all_: all_[:2]), max_size=1)
        ):
            heard += 1
            fact = DominantSpeakersChanged(
                call_id=CALL, speakers=tuple(speaking), speaking=tuple(speaking[: draw(st.integers(0, 2))])
            )
            stream = speakers_stream(CALL)
            mixed.append(Recorded(position=0, stream=stream, version=heard, event=fact, at=START))
    return tuple(attrs.evolve(each, position=place) for place, each in enumerate(mixed, 1))


@settings(max_examples=60)
@given(history=heard_histories(), at=st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_who_came_back_shows_who_speaks_as_if_it_had_never_been_away(
    history: tuple[Recorded, ...], at: tuple[int, int]
) -> None:
    gone, back = sorted(place % len(history) for place in at)
    back += 1
    watch = Watch(CALL, OBSERVER)
    watch.take(history[:gone])
    version = sum(each.stream.startswith("call-") for each in history[:back])
    fact = watch.reconciled(roster_of(history[:back]), version)
    if fact is None:
        watch.stay(version)
    else:
        watch.come_back(fact)
    assert not watch.take(history[:back]), "what comes again changes nothing"
    watch.take(history[back:])
    assert watch.roster == roster_of(history)
