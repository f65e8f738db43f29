"""What is published to draw with: legal for every lifecycle, of up to six people, and quick to shrink."""

from collections import defaultdict
from collections.abc import Callable, Sequence

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from calltape.conformance import CROWD, commands, histories, observations, tapes, wanted
from calltape.conformance.effect_outcomes import outcomes
from calltape.conformance.observation_strategies import Wanted
from calltape.conformance.strategies import ALICE, BOB, CALL_IDS, CAROL, START, endpoints, take
from calltape.conformance.stream_alphabet import BESIDE
from calltape.conformance.stream_strategies import commands_beside
from calltape.core import (
    SECOND,
    Call,
    CallId,
    Command,
    CommandId,
    Event,
    Expire,
    Hold,
    HoldFailed,
    Instant,
    Join,
    ParticipantHeld,
    PushBook,
    Recorded,
    Refused,
    ReportHoldFailed,
    ReportMediaConnected,
    RoomDeleted,
    Wait,
    call_stream,
    canonical,
    deadlines,
    decide,
    evolve,
    react,
    replay,
)
from calltape.core.effects import HoldMedia, Locate, OpenMedia, SetMuted

pytestmark = pytest.mark.property

SEARCH = settings(max_examples=2_000, phases=[Phase.generate, Phase.shrink], derandomize=True)
FEW = settings(max_examples=40)


@pytest.mark.parametrize("name", BESIDE)
@FEW
@given(data=st.data())
def test_histories_of_every_stream_beside_the_calls_are_legal(name: str, data: st.DataObject) -> None:
    kind = BESIDE[name]
    state = kind.empty()
    for event in data.draw(histories(of=name)):
        kind.evolve(state, event)


@pytest.mark.parametrize("name", BESIDE)
@FEW
@given(data=st.data())
def test_commands_beside_the_calls_are_accepted_or_refused_and_change_nothing(
    name: str, data: st.DataObject
) -> None:
    kind = BESIDE[name]
    state = kind.empty()
    for event in data.draw(histories(of=name)):
        kind.evolve(state, event)
    command = data.draw(commands(state, at=Instant(START + 400 * SECOND), id=CommandId("drawn")))
    before = canonical(state)
    try:
        events = kind.decide(state, command)
    except Refused:
        events = ()
    assert canonical(state) == before
    for event in events:
        kind.evolve(state, event)


@pytest.mark.parametrize("name", BESIDE)
def test_every_kind_of_event_beside_the_calls_is_drawn(name: str) -> None:
    seen: set[str] = set()

    @settings(max_examples=150, phases=[Phase.generate])
    @given(history=histories(of=name, max_size=12))
    def look(history: tuple[Event, ...]) -> None:
        seen.update(event.name for event in history)

    look()
    kind = BESIDE[name]
    stamp = {"id": CommandId("c"), "at": START}
    assert len(seen) >= {"survey": 1, "device_permission": 8}.get(name, 3), seen
    assert {type(each) for each in kind.alphabet(kind.owners[0], stamp)}


@FEW
@given(commands_beside(PushBook(), owner=CAROL))
def test_a_command_is_about_the_owner_that_is_named(command: Command) -> None:
    assert getattr(command, "user", None) == CAROL


def test_no_stream_adds_up_to_just_anything() -> None:
    with pytest.raises(TypeError, match="adds up to a str"):
        commands("call")


# ── tapes ──


@FEW
@given(tape=tapes())
def test_tapes_are_what_a_log_holds(tape: tuple[Recorded, ...]) -> None:
    assert [each.position for each in tape] == sorted({each.position for each in tape})
    streams: defaultdict[str, list[Recorded]] = defaultdict(list)
    for each in tape:
        streams[each.stream].append(each)
    for recorded in streams.values():
        assert [each.version for each in recorded] == list(range(1, len(recorded) + 1))
    for call_id in CALL_IDS:
        replay(each.event for each in streams[call_stream(call_id)])
    for kind in BESIDE.values():
        for owner in kind.owners:
            state = kind.empty()
            for each in streams[kind.stream(owner)]:
                kind.evolve(state, each.event)


def test_six_people_meet() -> None:
    def meets(history: tuple[Event, ...]) -> bool:
        return len(replay(history).participants) == len(CROWD)

    found = find(histories(max_size=40, people=CROWD), meets, settings=SEARCH)
    assert len(replay(found).participants) == 6


# ── what shrinking leads to ──


def shrunk(strategy: st.SearchStrategy[tuple[Event, ...]], kind: type[Event]) -> list[str]:
    history = find(strategy, lambda h: any(isinstance(e, kind) for e in h), settings=SEARCH)
    return [event.name for event in history]


def test_what_fails_on_hold_shrinks_to_somebody_alone_who_holds() -> None:
    assert shrunk(histories(), ParticipantHeld) == [
        *("call.started", "participant.joined", "participant.connected"),
        *("hold.requested", "participant.held"),
    ]


def test_what_fails_on_a_deleted_room_shrinks_to_one_that_was_made_and_deleted() -> None:
    assert shrunk(histories(of="room"), RoomDeleted) == ["room.created", "room.deleted"]


def test_in_a_tape_everything_else_goes_away() -> None:
    events = tapes().map(lambda tape: tuple(each.event for each in tape))
    assert shrunk(events, RoomDeleted) == ["room.created", "room.deleted"]


# ── the outside ──

HOLD = Wanted("call-1/5/0", HoldMedia(participant=ALICE, endpoint=None), START)


@FEW
@given(tape=tapes(calls=1), data=st.data())
def test_a_call_takes_whatever_is_reported(tape: tuple[Recorded, ...], data: st.DataObject) -> None:
    history = [each for each in tape if each.stream == call_stream(CALL_IDS[0])]
    call = replay(each.event for each in history)
    asked = wanted(history)
    by_id = {each.id: each for each in asked}
    reports = data.draw(observations(asked))
    assert [each.at for each in reports] == sorted(each.at for each in reports)
    assert len({each.id for each in reports}) == len(reports)
    for report in reports:
        assert report.at >= by_id[str(report.causation_id)].at
        before = call.copy()
        step = take(call, report)
        assert call == before
        for event in step.events:
            evolve(call, event)


def reports_like(what: Callable[[Sequence[Command]], bool]) -> Sequence[Command]:
    """The simplest observations of a hold that are so."""
    return find(observations([HOLD]), what, settings=SEARCH)


def fails(reports: Sequence[Command]) -> bool:
    return any(isinstance(each, ReportHoldFailed) for each in reports)


def test_a_report_may_be_lost_late_twice_or_not_what_was_hoped() -> None:
    names = [type(each).__name__ for each in reports_like(lambda reports: True)]
    assert names == ["ReportHeld"], "prompt and as hoped is what shrinking leads to"
    assert reports_like(lambda reports: not reports) == ()
    assert reports_like(lambda reports: any(each.at > START for each in reports))[0].at == START + SECOND
    twice = reports_like(lambda reports: len(reports) == 2)
    assert len({each.id for each in twice}) == 2
    assert {each.causation_id for each in twice} == {HOLD.id}
    assert len(reports_like(fails)) == 1


@given(observations([HOLD, HOLD]))
def test_nothing_is_reported_of_the_way_that_was_not_taken(reports: tuple[Command, ...]) -> None:
    assert len({type(each) for each in reports}) <= 2


def test_reports_of_two_effects_change_places() -> None:
    other = Wanted("call-1/6/0", OpenMedia(participant=BOB, endpoint=None), Instant(START + SECOND))
    found = find(
        observations([HOLD, other]),
        lambda reports: [each.causation_id for each in reports] == [other.id, HOLD.id],
        settings=SEARCH,
    )
    assert len(found) == 2


def test_effects_of_which_nothing_comes_back_are_silent() -> None:
    assert outcomes(SetMuted(participant=ALICE, endpoint=None, is_muted=True)) == ()
    assert [len(way) for way in outcomes(Locate(participant=BOB))] == [len(endpoints(BOB)), 1]


def test_a_hold_of_which_nothing_is_reported_has_failed_when_its_deadline_passes() -> None:
    call = Call()
    stamp = {"id": CommandId("c"), "at": START, "participant": ALICE}
    join = Join(call_id=CallId("call-1"), endpoint=endpoints(ALICE)[0], group_id="g" * 8, **stamp)  # type: ignore[arg-type]
    asked: list[Wanted] = []
    for command in (join, ReportMediaConnected(**stamp), Hold(**stamp)):  # type: ignore[arg-type]
        for number, event in enumerate(decide(call, command)):
            evolve(call, event)
            asked += [Wanted(f"{number}", effect, START) for effect in react(call, event)]
    lost = find(observations(asked), lambda reports: not reports, settings=SEARCH)
    assert lost == ()
    (due,) = (at for key, at in deadlines(call).items() if key.wait is Wait.MODALITY)
    silence = Expire(id=CommandId("s"), at=due, wait=Wait.MODALITY, participant=ALICE)
    assert [type(event) for event in decide(call, silence)] == [HoldFailed]
