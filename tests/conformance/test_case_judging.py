"""The judging rule: what an answer is worth, line by line of docs/reference/conformance-protocol.md."""

from typing import Any

import pytest

from calltape.conformance.case_judging import judge
from calltape.conformance.case_messages import Answer, BadAnswer, Told, read_answer, read_done, read_hello
from calltape.conformance.scenario_stage import CAST, START
from calltape.core import SECOND

pytestmark = pytest.mark.example

ALICE, BOB = CAST["alice"], CAST["bob"]
REFUSED = {"refused": {"lifecycle": "call", "state": "Connected"}}
HELD = Told(name="participant.held", data={"participant": ALICE})
ENDED = Told(name="call.ended", data={})


def states(**legs: str) -> dict[str, Any]:
    people = {CAST[name]: {"leg": leg, "roster": leg, "left": None} for name, leg in legs.items()}
    return {"call": {"kind": "one_to_one", "is_over": False, "ended": None}, "participants": people}


def left(code: int, subcode: int | None) -> Told:
    return Told(
        name="participant.left", data={"participant": BOB, "reason": {"code": code, "subcode": subcode}}
    )


def verdicts(step: dict[str, Any], *answers: Answer, before: dict[str, Any] | None = None) -> list[bool]:
    """Of each finding whether it is a failure."""
    return [finding.is_failure for finding in judge(step, answers, before)]


UP = states(alice="Connected")
HOLD = states(alice="LocalHold")


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (Answer(states=UP, refusal={"lifecycle": "call", "state": "Connected"}), []),
        (Answer(states=UP, refusal={"lifecycle": "call", "state": "Ringing"}), [False]),
        (Answer(states=UP, refusal={"lifecycle": "participant", "state": "Connected"}), [False]),
        (Answer(states=UP), [False]),
        (Answer(states=UP, events=(HELD,)), [True]),
        (Answer(states=HOLD), [True]),
        (Answer(states=HOLD, refusal={"lifecycle": "call", "state": "Connected"}), [True]),
    ],
)
def test_what_must_be_refused(answer: Answer, found: list[bool]) -> None:
    assert verdicts(REFUSED, answer, before=UP) == found


@pytest.mark.parametrize(("leg", "found"), [("Connected", []), ("LocalHold", [True])])
def test_states_that_stand_beside_a_refusal_are_looked_at(leg: str, found: list[bool]) -> None:
    answer = Answer(states=UP, refusal=dict(REFUSED["refused"]))
    assert verdicts({**REFUSED, "legs": {"alice": leg}}, answer, before=UP) == found


@pytest.mark.parametrize(
    ("step", "after", "found"),
    [
        ({"emits": []}, UP, [False]),
        ({"emits": [], "legs": {"alice": "Connected"}}, UP, [False]),
        ({"emits": [], "legs": {"alice": "LocalHold"}}, UP, [True]),
        ({"emits": []}, HOLD, [True]),
        ({"emits": ["participant.held"]}, UP, [True]),
        ({}, UP, [True]),
    ],
)
def test_what_must_not_be_refused(step: dict[str, Any], after: dict[str, Any], found: list[bool]) -> None:
    refused = Answer(states=after, refusal={"lifecycle": "call", "state": "Connected"})
    assert verdicts({"do": "Hold", **step}, refused, before=UP) == found


@pytest.mark.parametrize(
    ("step", "found"),
    [
        ({"legs": {"alice": "Connected"}}, []),
        ({"legs": {"alice": "LocalHold"}}, [True]),
        ({"legs": {"carol": "None"}, "roster": {"carol": "Idle"}, "left": {"carol": ""}}, []),
        ({"left": {"alice": ""}}, []),
        ({"left": {"alice": "487/0"}}, [True]),
        ({"muted": {"alice": False}}, [True]),
        ({"offers": {"alice/desk": "None"}}, []),
        ({"offers": {"alice/desk": "Offered"}}, [True]),
        ({"now": {"kind": "one_to_one", "ended": ""}}, []),
        ({"now": {"is_over": True}}, [True]),
        ({"recordings": {"r": "Started"}}, [True]),
        ({"unchanged": True}, []),
    ],
)
def test_states_decide(step: dict[str, Any], found: list[bool]) -> None:
    assert verdicts(step, Answer(states=UP), before=UP) == found


def test_unchanged_means_unchanged() -> None:
    assert verdicts({"unchanged": True}, Answer(states=HOLD), before=UP) == [True]


SHOWN = {"legs": {"alice": "Connected"}}


@pytest.mark.parametrize(
    ("wanted", "told", "alone", "with_states"),
    [
        (["participant.held"], (HELD,), [], []),
        (["participant.held alice"], (HELD,), [], []),
        (["participant.held bob"], (HELD,), [True], [False]),
        ([], (HELD,), [False], [False]),
        (["participant.held"], (), [True], [False]),
        (["participant.held", "call.ended"], (ENDED, HELD), [False], [False]),
        (["participant.held"], (HELD, HELD), [False], [False]),
        (["participant.held", "participant.held"], (HELD,), [True], [False]),
        (["call.ended"], (HELD, ENDED), [False], [False]),
    ],
)
def test_events(
    wanted: list[Any], told: tuple[Told, ...], alone: list[bool], with_states: list[bool]
) -> None:
    answer = Answer(states=UP, events=told)
    assert verdicts({"emits": wanted}, answer) == alone
    assert verdicts({"emits": wanted, **SHOWN}, answer, before=HOLD) == with_states
    assert verdicts({"emits": wanted, **SHOWN}, answer, before=UP) == alone


@pytest.mark.parametrize(
    ("fields", "told", "found"),
    [
        ({"participant": "bob", "reason": "487/10004"}, left(487, 10004), []),
        ({"participant": "bob", "reason": "487/-"}, left(487, None), []),
        ({"participant": "bob", "reason": "603/0"}, left(487, 10004), [True]),
        ({"reason": "603/0"}, left(487, 10004), [True]),
        ({"participant": "alice", "reason": "487/10004"}, left(487, 10004), [False]),
    ],
)
def test_a_field_that_is_told_wrong_is_a_failure(
    fields: dict[str, Any], told: Told, found: list[bool]
) -> None:
    step = {"emits": [{"event": "participant.left", **fields}], **SHOWN}
    assert verdicts(step, Answer(states=UP, events=(told,))) == found


def test_moments_and_several_people_are_read_as_a_case_writes_them() -> None:
    hold = Told(name="hold.requested", data={"participant": ALICE, "until": START + 40 * SECOND})
    assert (
        verdicts({"emits": [{"event": "hold.requested", "until": 40}]}, Answer(states=UP, events=(hold,)))
        == []
    )
    opened = Told(name="data_channel.opened", data={"recipients": [ALICE, BOB]})
    wanted = {"event": "data_channel.opened", "recipients": ["alice", "bob"]}
    assert verdicts({"emits": [wanted]}, Answer(states=UP, events=(opened,))) == []


def test_what_was_wrong_is_told_by_the_names_of_the_cast() -> None:
    (found,) = judge(
        {"emits": ["call.ended", "participant.held bob"]}, [Answer(states=UP, events=(HELD,))], None
    )
    assert (found.expected, found.got) == ("call.ended, participant.held bob", "participant.held alice")


SHOWS: dict[str, dict[str, Any]] = {"call": {}, "participants": {}}


NO_ANSWERS: list[tuple[dict[str, Any], str]] = [
    ({}, "answers with the type None where outcome belongs"),
    ({"type": "outcome"}, "answers what is no outcome: .*missing required field `events`"),
    ({"type": "outcome", "events": []}, "missing required field `states`"),
    ({"type": "outcome", "events": 1, "states": SHOWS}, "Expected `array`"),
    ({"type": "outcome", "events": [{}], "states": SHOWS}, "missing required field `event`"),
    ({"type": "outcome", "events": [], "states": {"call": {}}}, "missing required field `participants`"),
    ({"type": "refused", "lifecycle": "call", "states": SHOWS}, "answers what is no refused: .*`state`"),
    ({"type": "error", "because": "the line is down"}, "gives up: the line is down"),
]


@pytest.mark.parametrize(("answer", "sentence"), NO_ANSWERS)
def test_an_answer_that_the_protocol_does_not_have(answer: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadAnswer, match=sentence):
        read_answer(answer)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"type": "ready"}, "answers with the type 'ready' where hello belongs"),
        ({"type": "hello", "protocol": 1}, "answers what is no hello"),
        (
            {"type": "hello", "protocol": 2, "implementation": "x", "version": "1", "levels": []},
            "speaks version 2 of the protocol, and this kit speaks 1",
        ),
    ],
)
def test_a_greeting_that_is_none(answer: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadAnswer, match=sentence):
        read_hello(answer)
    with pytest.raises(BadAnswer, match="where ended belongs"):
        read_done(answer, "ended")
