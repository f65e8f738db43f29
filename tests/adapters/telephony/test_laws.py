"""Whatever telephones and callers do: nobody's telephone rings on, and the tape says what happened."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calltape.adapters.agent import Call, CallClient, OperationFailed
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia, SimulatedClock, SystemClock
from calltape.adapters.telephony import (
    Happening,
    Line,
    MemoryGateway,
    announces,
    answers,
    fails,
    forwards,
    hangs_up,
    presses,
    rings,
)
from calltape.core import BadInput, RawId, Refused, TonesRequested, call_stream, digest, replay

pytestmark = pytest.mark.property

ALICE = "8:acs:test_alice"
NUMBERS = tuple(RawId(f"4:+1425555010{number}") for number in range(3))

_AFTER_S = st.sampled_from([0, 1, 3, 10, 40, 114, 116])
_HAPPENINGS: st.SearchStrategy[Happening] = st.one_of(
    st.builds(rings, _AFTER_S),
    st.builds(announces, _AFTER_S),
    st.builds(answers, _AFTER_S),
    st.builds(fails, _AFTER_S, st.sampled_from([404, 486, 503, 603])),
    st.builds(forwards, _AFTER_S, st.just(NUMBERS[0])),
    st.builds(presses, _AFTER_S, st.sampled_from("1#")),
    st.builds(hangs_up, _AFTER_S),
)
_LINES: st.SearchStrategy[dict[RawId, Line]] = st.fixed_dictionaries(
    {number: st.lists(_HAPPENINGS, max_size=5).map(tuple) for number in NUMBERS}
)
_ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.sampled_from([0, 1, 2, 7, 30, 60])),
        st.tuples(st.just("keys"), st.sampled_from(["1", "12#"])),
        st.tuples(st.just("add"), st.sampled_from(NUMBERS[1:])),
        st.tuples(st.just("remove"), st.sampled_from(NUMBERS)),
        st.tuples(st.just("hold"), st.booleans()),
        st.tuples(st.just("hang up"), st.none()),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(_LINES, _ACTS)
def test_when_a_call_is_over_no_telephone_of_it_is_left(
    lines: dict[RawId, Line], acts: list[tuple[str, object]]
) -> None:
    asyncio.run(_played(lines, acts))


async def _played(lines: dict[RawId, Line], acts: list[tuple[str, object]]) -> None:
    clock = SimulatedClock()
    exchange = MemoryGateway(lines, clock)
    log = MemoryLog()
    async with CallClient(
        log, media=InstantMedia(), telephones=exchange, clock=clock, with_echo=False
    ) as client:
        alice = await client.create_call_agent(ALICE)
        call = await alice.start_call([NUMBERS[0]])
        for act, what in acts:
            if act == "wait":
                await clock.advance(float(str(what)))
            await _try(call, act, what)
            exchange.fire()
            await client.runtime.settled()
            _agree(call, exchange)
        await call.hang_up(for_everyone=False)
        for _ in range(130):  # longer than anybody may ring
            await clock.advance(1)
            exchange.fire()
            await client.runtime.settled()
        left = [number for number in NUMBERS if exchange.carries(call.id, number)]
        present = [person.id for person in call.model.participants.values() if person.is_present]
        assert left == [number for number in left if number in present]
        assert not (call.model.is_over and left), "a telephone rings or talks on after the call"
        events = list(log.events(call_stream(call.id)))
        assert digest(replay(events)) == digest(call.model)
        sent = sum(len(exchange.heard(number)) for number in NUMBERS)
        assert sent == sum(len(event.tones) for event in events if isinstance(event, TonesRequested))


def _agree(call: Call, exchange: MemoryGateway) -> None:
    """Who is out of the call is off the line."""
    for person in call.model.participants.values():
        if not person.is_present:
            assert not exchange.carries(call.id, person.id)


async def _try(call: Call, act: str, what: object) -> None:
    try:
        match act:
            case "keys":
                await call.send_dtmf(str(what))
            case "add":
                await call.add_participant(str(what))
            case "remove":
                await call.remove_participant(str(what))
            case "hold":
                await (call.hold() if what else call.resume())
            case "hang up":
                await call.hang_up()
            case _:
                pass
    except (BadInput, Refused, OperationFailed):
        pass  # what may be refused is: the laws hold all the same


@pytest.mark.example
async def test_on_a_real_clock_the_exchange_runs_by_itself() -> None:
    clock = SystemClock()
    lines: dict[RawId, Line] = {NUMBERS[0]: (rings(0.01), answers(0.02), hangs_up(0.05))}
    async with CallClient(
        MemoryLog(), media=InstantMedia(), telephones=MemoryGateway(lines, clock), clock=clock
    ) as client:
        alice = await client.create_call_agent(ALICE)
        call = await alice.start_call([NUMBERS[0]])
        async with asyncio.timeout(10):
            await call.wait_for("Connected")
            await call.wait_for("Disconnected")
        assert call.end_reason is not None
        assert (call.end_reason.code, call.end_reason.subcode) == (0, 560000)
