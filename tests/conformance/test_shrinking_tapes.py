"""Tapes with planted failures come down to the few events that fail the same way."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calltape.conformance import (
    Failure,
    Shrunk,
    breaks_law,
    differing_cells,
    first_illegal,
    law,
    not_legal,
    regression_test,
    shrink_tape,
    view_differs,
)
from calltape.conformance.log_strategies import recorded_histories
from calltape.conformance.shrinking_tapes import legal_part, numbered, people_of
from calltape.core import (
    SECOND,
    CallId,
    CallState,
    CommandId,
    CorruptHistory,
    Instant,
    MediaSampled,
    ParticipantHeld,
    ParticipantMuted,
    ParticipantResumed,
    ParticipantUnmuted,
    RawId,
    Recorded,
    call,
    media_stream,
    plain,
)
from calltape.projections import CALLS, ROSTER, View, roster

from ..long_calls import Tape, call_of_two, group_call, interleaved, people, with_event

pytestmark = pytest.mark.example

LONG, SHORT = 500, 12

STEPS: dict[Any, Any] = vars(call)["_STEPS"]
"""The compiled rows of the call: what `evolve` looks up."""

PLANS: dict[Any, Any] = vars(roster)["_PLANS"]
"""Those that the roster is folded by."""


def cut(failure: Failure | None) -> Shrunk[Recorded]:
    assert failure is not None
    return shrink_tape(failure.tape, failure.fails, mend=failure.mend)


def names(found: Shrunk[Recorded]) -> list[str]:
    return [each.event.name for each in found.items]


def proof(found: Shrunk[Recorded], failure: Failure | None) -> Callable[[], None]:
    """The printed test, pasted."""
    assert failure is not None
    module: dict[str, Any] = {}
    exec(compile(regression_test(found.items, failure, name="it"), "pasted", "exec"), module)
    test: Callable[[], None] = module["test_it"]
    return test


def require_small(found: Shrunk[Recorded], whole: Tape) -> None:
    assert len(whole) >= LONG
    assert len(found.items) <= SHORT
    assert found.is_complete
    assert found.items == numbered(found.items)


# ── planted failures ──


def test_an_illegal_event_deep_in_a_call_of_twenty() -> None:
    who = people(20)[13]
    tape = with_event(group_call(), 500, ParticipantResumed(participant=who))
    before = tuple(tape)
    failure = not_legal(tape)
    found = cut(failure)
    require_small(found, tape)
    assert names(found) == [
        "call.started",
        "participant.joined",
        "participant.connected",
        "participant.resumed",
    ]
    assert found.items[-1].event == ParticipantResumed(participant=who)
    assert first_illegal(found.items[:-1]) is None
    assert tape == before
    with pytest.raises(AssertionError):
        proof(found, failure)()


def test_the_printed_test_passes_once_the_step_is_legal(monkeypatch: pytest.MonkeyPatch) -> None:
    tape = with_event(group_call(), 500, ParticipantResumed(participant=people(20)[13]))
    failure = not_legal(tape)
    test = proof(cut(failure), failure)
    own_leg, seen, peer, change = STEPS[ParticipantResumed]
    wider = ({**own_leg, CallState.CONNECTED: CallState.CONNECTED}, None, peer, change)
    assert seen is not None
    monkeypatch.setitem(STEPS, ParticipantResumed, wider)
    test()


def test_a_law_that_a_wrong_table_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row is missing by which a hold is seen on the other side of a call of two."""
    own_leg, seen, _, change = STEPS[ParticipantHeld]
    with monkeypatch.context() as patched:
        patched.setitem(STEPS, ParticipantHeld, (own_leg, seen, None, change))
        tape = call_of_two(holds=True)
        failure = breaks_law(tape, law("hold-never-loses-a-side"))
        found = cut(failure)
        test = proof(found, failure)
        with pytest.raises(AssertionError):
            test()
    require_small(found, tape)
    assert names(found)[-1] == "participant.held"
    test()


def test_a_projection_that_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """It misses that somebody is unmuted: what an event does not do is found as well as what it does."""
    tape = group_call()
    right = View(ROSTER)
    right.advance(tape)
    theirs = {key: plain(row) for key, row in right.rows.items()}
    with monkeypatch.context() as patched:
        forgetful = PLANS[ParticipantUnmuted]._replace(facet=None)
        patched.setitem(PLANS, ParticipantUnmuted, forgetful)
        failure = seen_elsewhere(tape, theirs)
        found = cut(failure)
        test = proof(found, failure)
        with pytest.raises(AssertionError, match="is_muted differs"):
            test()
    require_small(found, tape)
    assert names(found)[-2:] == ["participant.muted", "participant.unmuted"]
    test()


def test_a_wrong_view_is_traced_to_what_ours_has_it_from() -> None:
    tape, who = group_call(), people(20)[7]
    failure = seen_elsewhere(tape, {"big": {"participants": {who: {"is_muted": True}}}})
    found = cut(failure)
    require_small(found, tape)
    assert names(found)[-2:] == ["participant.muted", "participant.unmuted"], "not: was never muted"
    assert found.items[-1].event == ParticipantUnmuted(participant=who)
    with pytest.raises(AssertionError):
        proof(found, failure)()


def test_one_call_of_several() -> None:
    bad = with_event(call_of_two("bad"), 300, ParticipantResumed(participant=people(1)[0]))
    tape = interleaved(call_of_two("one"), bad, group_call("three", rounds=20), call_of_two("four"))
    failure = not_legal(tape)
    found = cut(failure)
    require_small(found, tape)
    assert {each.stream for each in found.items} == {"call-bad"}
    elsewhere = seen_elsewhere(
        interleaved(call_of_two("one"), group_call()), {"big": {"kind": "room"}}, CALLS
    )
    assert names(cut(elsewhere)) == ["call.started"]


def seen_elsewhere(tape: Tape, theirs: dict[str, Any], projection: Any = ROSTER) -> Failure | None:
    view = View[Any](projection)
    view.advance(tape)
    return view_differs(tape, projection, differing_cells(view, theirs))


def test_any_question_can_be_asked() -> None:
    """Two programs that are there as code are compared by a function: whoever has both needs no file."""
    tape = group_call()

    def fails(some: Tape) -> bool:
        return any(isinstance(each.event, ParticipantMuted) for each in some)

    found = shrink_tape(tape, fails)
    require_small(found, tape)
    assert names(found) == ["call.started", "participant.joined", "participant.muted"]


# ── laws ──


@given(
    history=recorded_histories(2, max_size=12),
    places=st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
@pytest.mark.property
def test_what_is_left_is_illegal_in_the_same_way(
    history: tuple[Recorded, ...], places: tuple[int, int]
) -> None:
    """An event that happened a second time, where it has no place, in one of two calls."""
    assume(len(history) > 2)
    source, target = (place % len(history) for place in places)
    again = attrs.evolve(history[source], command_id=CommandId("planted"))
    tape = numbered((*history[:target], again, *history[target:]))
    failure = not_legal(tape)
    assume(failure is not None)
    assert failure is not None
    found = cut(failure)
    assert failure.fails(found.items)
    assert first_illegal(found.items[:-1]) is None, "it is legal up to the failure"
    wrong, before = first_illegal(found.items), first_illegal(tape)
    assert isinstance(wrong, CorruptHistory)
    assert isinstance(before, CorruptHistory)
    assert (wrong.event, wrong.lifecycle, wrong.state) == (before.event, before.lifecycle, before.state)
    for place in range(len(found.items)):
        fewer = numbered((*found.items[:place], *found.items[place + 1 :]))
        assert not failure.fails(fewer), "no event can be left out"
    assert found == cut(failure)


@given(history=recorded_histories(2, max_size=12))
@pytest.mark.property
def test_any_part_is_mended_to_a_legal_tape(history: tuple[Recorded, ...]) -> None:
    assert legal_part(history) == history
    part = legal_part(history[1::2])
    assert first_illegal(part) is None
    assert first_illegal(numbered(part)) is None


# ── what makes a tape of what is left ──


def test_causes_are_named_by_the_places_they_have_now() -> None:
    first, second, third = call_of_two()[:3]
    asked = attrs.evolve(third, causation_id=f"{second.stream}/{second.version}/0")
    told = attrs.evolve(third, causation_id="owed/7/0", version=4, position=4)
    kept = numbered((second, asked, told))
    assert [each.version for each in kept] == [1, 2, 3]
    assert [each.causation_id for each in kept] == [None, f"{second.stream}/1/0", "owed/7/0"]
    assert numbered((first, asked))[1].causation_id is None, "what asked for it is gone"


def test_what_a_command_caused_goes_with_it() -> None:
    started, joined, invited, offered = call_of_two()[:4]
    assert started.command_id == joined.command_id == invited.command_id
    caused = attrs.evolve(offered, causation_id=f"{invited.stream}/{invited.version}/0")
    later = attrs.evolve(offered, causation_id=offered.command_id, command_id=CommandId("later"))
    tried: list[tuple[str, ...]] = []

    def fails(some: Tape) -> bool:
        tried.append(tuple(each.command_id or "" for each in some))
        return len(some) == 5

    shrink_tape((started, joined, invited, caused, later), fails, mend=lambda some: some)
    assert () in tried, "all of it came from the start of the call"
    assert ("two-1", "two-1", "two-1", "two-2") in tried


def test_people_go_with_all_that_names_them() -> None:
    tape = group_call(size=5, rounds=4)
    found = shrink_tape(tape, lambda some: people(5)[3] in people_of(some))
    assert set(people_of(found.items)) == {people(5)[0], people(5)[3]}, "who started it cannot go"


def test_other_streams_go_first() -> None:
    tape = call_of_two(rounds=3)
    who = people(2)[0]
    sampled = Recorded(
        position=1,
        stream=media_stream(CallId("two"), who),
        version=1,
        event=MediaSampled(call_id=CallId("two"), participant=RawId(who), streams=()),
        at=tape[0].at,
    )
    found = shrink_tape((*tape, sampled), lambda some: any(each.stream == tape[0].stream for each in some))
    assert names(found) == ["call.started"]
    alone = shrink_tape((*tape, sampled), lambda some: sampled.event in [each.event for each in some])
    assert names(alone) == ["media.sampled"]


def test_pauses_and_values_come_last() -> None:
    found = shrink_tape(group_call(), lambda some: len(people_of(some)) >= 2)
    instants = [each.at for each in found.items]
    assert all(late - early <= SECOND for early, late in pairwise(instants))
    assert getattr(found.items[1].event, "display_name", None) is None
    assert Instant(max(instants) - min(instants)) < 10 * SECOND
