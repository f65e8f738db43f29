"""What is drawn is legal, varied and quick to draw; what is explored is everywhere."""

from collections import defaultdict

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from calltape.conformance.alphabet import firing
from calltape.conformance.exploring import commands_about, explore, place_key
from calltape.conformance.log_strategies import recorded_histories
from calltape.conformance.strategies import (
    ALICE,
    BOB,
    CALL_IDS,
    GROUP_ID,
    PEOPLE,
    PHONE,
    START,
    Step,
    any_command,
    candidates,
    commands,
    earliest,
    endpoints,
    every_command,
    histories,
    take,
    walks,
)
from calltape.core import (
    Call,
    CallState,
    Command,
    CommandId,
    Event,
    Instant,
    Join,
    Ledger,
    Recorded,
    StartCall,
    Wait,
    evolve,
    replay,
)
from calltape.core.call.rooms import DECISIONS

pytestmark = pytest.mark.property


@given(histories())
def test_histories_are_legal(history: tuple[Event, ...]) -> None:
    replay(history)


@given(walks(max_size=10), st.data())
def test_some_command_always_fits(steps: tuple[Step, ...], data: st.DataObject) -> None:
    call = replay(event for step in steps for event in step.events)
    drawn = data.draw(commands(call, at=Instant(START + 1), id=CommandId("drawn")))
    assert (drawn.at, drawn.id) == (START + 1, "drawn")
    if not call.is_over:
        assert any(take(call, command).refusal is None for command in candidates(call))


@given(any_command(at=Instant(7), id=CommandId("any")))
def test_any_command_is_one_a_call_knows(command: Command) -> None:
    assert type(command) in DECISIONS
    assert (command.at, command.id) == (7, "any")


def test_the_alphabet_holds_every_command_and_everybody() -> None:
    assert {type(command) for command in every_command()} == set(DECISIONS)
    assert {getattr(c, "participant", None) for c in every_command()} >= set(PEOPLE)
    assert endpoints(PHONE) == ()
    assert all(len(endpoints(who)) == 2 for who in PEOPLE if who != PHONE)


def test_walks_reach_every_state() -> None:
    reached: set[CallState] = set()

    def walk(history: tuple[Event, ...]) -> None:
        call = Call()
        for event in history:
            evolve(call, event)
            reached.update(person.call_state for person in call.participants.values())

    # Which walks a seed gives depends on the hash seed as well, so one round may miss a rare state.
    for number in range(20):
        if reached == set(CallState):
            break
        rounds = settings(max_examples=200, derandomize=False)(given(histories())(walk))
        seed(number)(rounds)()
    assert reached == set(CallState)


@given(recorded_histories(calls=3))
def test_recorded_histories_are_what_a_log_holds(log: tuple[Recorded, ...]) -> None:
    streams: defaultdict[str, list[Recorded]] = defaultdict(list)
    for each in log:
        streams[each.stream].append(each)
    assert [each.position for each in log] == sorted({each.position for each in log})
    assert set(streams) <= {"call-call-1", "call-call-2", "call-call-3"}
    for stream, recorded in streams.items():
        assert [each.version for each in recorded] == list(range(1, len(recorded) + 1))
        ledger = Ledger(recorded)
        assert f"call-{ledger.call.id}" == stream
        ids = [each.command_id for each in recorded]
        runs = [id_ for number, id_ in enumerate(ids) if number == 0 or ids[number - 1] != id_]
        assert len(runs) == len(set(runs)), "the events of one command stand together"


def test_the_earliest_deadline_is_the_next() -> None:
    call = Call()
    for event in take(call, _start()).events:
        evolve(call, event)
    key, due = earliest(call)
    assert (key.wait, due) == (Wait.ESTABLISH, START + 85_000_000)
    assert {command.at for command in firing(call)} == {due, START + 108_000_000_000}


# ── exploring ──


def _start() -> StartCall:
    return StartCall(
        id=CommandId("start"),
        at=START,
        call_id=CALL_IDS[0],
        participant=ALICE,
        endpoint=endpoints(ALICE)[0],
        callees=(BOB,),
    )


def test_a_person_alone_has_few_places() -> None:
    join = Join(
        id=CommandId("join"),
        at=START,
        call_id=CALL_IDS[0],
        participant=ALICE,
        endpoint=endpoints(ALICE)[0],
        group_id=GROUP_ID,
    )
    places = list(explore([join], [ALICE]))
    keys = [place_key(place.call) for place in places]
    assert len(keys) == len(set(keys))
    legs = {place.call.participants[ALICE].call_state for place in places}
    assert legs == {
        *(CallState.CONNECTING, CallState.IN_LOBBY, CallState.EARLY_MEDIA, CallState.CONNECTED),
        *(CallState.LOCAL_HOLD, CallState.DISCONNECTING, CallState.DISCONNECTED),
    }


def test_the_way_to_a_place_leads_there() -> None:
    for place, _ in zip(explore([_start()], [ALICE, BOB]), range(100), strict=False):
        call = Call()
        for command in place.way:
            for event in take(call, command).events:
                evolve(call, event)
        assert call == place.call


def test_commands_about_somebody_name_nobody_else() -> None:
    for command in commands_about(frozenset({ALICE})):
        named = {getattr(command, "participant", ALICE), getattr(command, "by", ALICE)}
        assert named <= {ALICE, None}
        assert not isinstance(command, StartCall)
