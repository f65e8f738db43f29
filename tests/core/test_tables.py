"""The readings of a lifecycle agree for every pair: the file's rows, the machine, the dictionaries."""

import tomllib
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from calltape.core import COMMANDS, EVENTS, LIFECYCLES, CorruptHistory, Lifecycle, Refused
from calltape.core.lifecycle import WHOSE, Row, Whose, source_text

pytestmark = pytest.mark.property

Life = Lifecycle[Any]


def _raw_rows(name: str) -> Iterator[dict[str, Any]]:
    """The rows as the file has them, one source state each, read without the code under test."""
    for row in tomllib.loads(source_text(name))["steps"]["rows"]:
        sources = row["from"] if isinstance(row["from"], list) else [row["from"]]
        for source in sources:
            yield {**row, "from": source, "to": row.get("to", source)}


def _triggered(life: Life, whose: Whose, event: str, state: str) -> str | None:
    """Where the machine itself would go."""
    found = life.machine.get_transitions(trigger=f"{whose}/{event}", source=str(state))
    assert len(found) <= 1
    return str(found[0].dest) if found else None


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_state_and_event(name: str) -> None:
    life: Life = LIFECYCLES[name]
    written = {(row["from"], row["whose"], row["emits"]): row["to"] for row in _raw_rows(name)}
    checked = 0
    for state, whose, event in product(life.states, WHOSE, life.emitted | {"NoSuchEvent"}):
        wanted = written.get((str(state), whose, event))
        assert _triggered(life, whose, event, state) == wanted
        assert (life.table(event, whose) or {}).get(state) == wanted
        assert (event in life.legal(state, whose)) == (wanted is not None)
        if wanted is None:
            with pytest.raises(CorruptHistory) as found:
                life.after(state, event, whose)
            assert (found.value.lifecycle, found.value.state) == (name, state)
        else:
            assert life.after(state, event, whose) == wanted
        checked += 1
    assert checked == len(life.states) * len(WHOSE) * (len(life.emitted) + 1)


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_state_and_command(name: str) -> None:
    life: Life = LIFECYCLES[name]
    written: dict[tuple[str, str], list[str]] = {}
    for row in _raw_rows(name):
        if "on" in row:
            written.setdefault((row["from"], row["on"]), []).append(row["emits"])
    for state, command in product(life.states, life.commands | {"NoSuchCommand"}):
        wanted = written.get((str(state), command))
        assert life.accepts(state, command) == (wanted is not None)
        assert (command in life.accepted(state)) == (wanted is not None)
        if wanted is None:
            with pytest.raises(Refused) as refused:
                life.outcomes(state, command)
            assert refused.value.accepted == life.accepted(state)
        else:
            assert [row.emits for row in life.outcomes(state, command)] == wanted


@pytest.mark.parametrize("name", LIFECYCLES)
def test_the_machine_acts_on_nothing(name: str) -> None:
    machine = LIFECYCLES[name].machine
    assert not machine.models
    for event in machine.events.values():
        for steps in event.transitions.values():
            for step in steps:
                assert not any((step.prepare, step.before, step.after, step.conditions))


@pytest.mark.parametrize("name", LIFECYCLES)
def test_rows_name_commands_and_events_that_exist(name: str) -> None:
    life: Life = LIFECYCLES[name]
    assert life.commands <= set(COMMANDS)
    assert life.emitted <= {kind.__name__ for kind in EVENTS.values()}


def test_a_row_says_what_the_file_says() -> None:
    row = next(row for row in LIFECYCLES["call"].rows if row.row == "C17" and row.on)
    assert row == Row(
        row="C17",
        status="documented",
        source="LocalHold",
        on="ReportResumed",
        emits="ParticipantResumedUnderHold",
        whose="self",
        target="RemoteHold",
        when="the other side still holds",
    )


DOCUMENTED_MOVES = """
None Connecting · Connecting Ringing · Connecting EarlyMedia · Ringing EarlyMedia · Ringing Connected
EarlyMedia Connected · Connecting Connected · Connecting InLobby · Ringing InLobby · InLobby Connected
InLobby EarlyMedia · Connected LocalHold · Connected RemoteHold · LocalHold Connected · RemoteHold Connected
RemoteHold LocalHold · LocalHold RemoteHold · Connected Disconnecting · Ringing Disconnecting
Connecting Disconnecting · EarlyMedia Disconnecting · InLobby Disconnecting · LocalHold Disconnecting
RemoteHold Disconnecting · Disconnecting Disconnected · Connected Disconnected · None Disconnected
"""
"""C1 to C22 of the reference sheet, by hand."""

FORBIDDEN_MOVES = [
    *(
        (held, early)
        for held in ("LocalHold", "RemoteHold")
        for early in ("Ringing", "EarlyMedia", "InLobby")
    ),
    *((early, held) for held in ("LocalHold",) for early in ("Ringing", "EarlyMedia", "InLobby")),
    *(("Disconnected", state) for state in ("None", "Incoming", "Connecting", "Connected", "Disconnecting")),
    *(("Disconnecting", state) for state in ("Connecting", "Connected", "LocalHold", "RemoteHold")),
    ("EarlyMedia", "Ringing"),
    ("Connected", "Ringing"),
    ("Connected", "InLobby"),
]


def test_the_call_has_every_documented_move_and_no_forbidden_one() -> None:
    moves = {(row.source, row.target) for row in LIFECYCLES["call"].rows}
    documented = {
        tuple(pair.split()) for pair in DOCUMENTED_MOVES.replace("\n", "·").split("·") if pair.strip()
    }
    assert documented <= moves
    assert not moves & set(FORBIDDEN_MOVES)
