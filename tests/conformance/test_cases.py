"""The hand-written cases: our core passes all of them; what cannot be understood is found when it is read."""

import json
import tomllib
from importlib.resources import files
from typing import Any

import attrs
import pytest
from jsonschema import Draft202012Validator

from calltape.conformance.case_client import CoreClient
from calltape.conformance.case_form import Case, Opening, load_cases, load_openings, read_cases, read_openings
from calltape.conformance.case_judging import Verdict
from calltape.conformance.case_looks import LOOKS
from calltape.conformance.case_messages import Message
from calltape.conformance.case_run import play
from calltape.core import BadSpec

pytestmark = pytest.mark.golden

CASES = load_cases()
OPENINGS = load_openings()
SPECS = files("calltape.specs")
FILES = sorted(f.name for f in SPECS.joinpath("cases").iterdir() if f.name.endswith(".toml"))
SCHEMA: dict[str, Any] = json.loads(SPECS.joinpath("schemas/case.schema.json").read_text("utf-8"))


class Core:
    """Our core, asked without a program in between, by JSON text all the same."""

    def __init__(self) -> None:
        self._client = CoreClient()

    def ask(self, message: Message) -> Message:
        answer: Message = json.loads(json.dumps(self._client.answer(json.loads(json.dumps(message)))))
        return answer


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.name}")
def test_our_core_passes(case: Case) -> None:
    result = play(case, Core())
    assert (result.verdict, result.fault, result.worst) == (Verdict.PASS, "", None)


@pytest.mark.parametrize("opening", OPENINGS.values(), ids=lambda opening: opening.name)
def test_our_core_comes_through_the_opening(opening: Opening) -> None:
    case = attrs.evolve(CASES[0], opening=opening, steps=(), limits={})
    assert play(case, Core()).verdict is Verdict.PASS


@pytest.mark.parametrize("name", FILES)
def test_the_files_keep_to_the_schema(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    text = SPECS.joinpath("cases").joinpath(name).read_text("utf-8")
    Draft202012Validator(SCHEMA).validate(tomllib.loads(text))


def test_the_schema_knows_everything_a_step_may_say() -> None:
    properties: set[str] = set(SCHEMA["$defs"]["step"]["properties"])
    doing = {"at", "call", "do", "who", "with", "id", "times", "silence_until"}
    assert properties == doing | {"refused", "emits", "unchanged"} | set(LOOKS)


def test_every_case_demands_something_of_its_own_steps() -> None:
    idle = [
        case.name
        for case in CASES
        if not any(step.keys() & {"refused", "emits", "unchanged", *LOOKS} for step in case.steps)
    ]
    assert idle == []


def test_every_opening_begins_a_case_and_every_case_asks_for_what_its_commands_need() -> None:
    by_name = {case.name: case for case in CASES}
    assert by_name["muting survives a hold"].levels == {"mute", "hold", "calls"}
    assert by_name["answered elsewhere"].levels == {"endpoints", "calls"}


CASE = """
[[case]]
name = "wrong"
level = "{level}"
rule = ["{rule}"]
source = "none"
because = "To see it found."
opening = "{opening}"
steps = [ {step} ]
"""
GOOD = {
    "level": "calls",
    "rule": "call/C1",
    "opening": "alice calls bob",
    "step": '{ do = "Offer", who = "bob" }',
}
WRONG = {
    "a level": ({"level": "telephony"}, "of no level: 'telephony'"),
    "a rule": ({"rule": "call/C99"}, "rests on 'call/C99', which is no rule"),
    "a law": ({"rule": "phone/one_winner"}, "rests on 'phone/one_winner'"),
    "a limit": ({"rule": "limit/patience_s"}, "rests on 'limit/patience_s'"),
    "an opening": ({"opening": "bob sings"}, "begins with 'bob sings', which is no opening"),
    "a command": ({"step": '{ do = "Sing" }'}, "step 2: no implementation can be given 'Sing'"),
    "a timer": ({"step": '{ do = "Expire" }'}, "'Expire'; say silence_until instead"),
    "nothing": ({"step": "{ at = 1 }"}, "must have either do or silence_until"),
    "a look": ({"step": '{ do = "Offer", effects = [] }'}, "has 'effects', which no case may say"),
    "somebody": ({"step": '{ do = "Offer", who = "zoe" }'}, "nobody is called 'zoe'"),
    "somebody looked at": ({"step": '{ do = "Offer", legs = { zoe = "None" } }'}, "nobody is called 'zoe'"),
    "a state": ({"step": '{ do = "Offer", legs = { bob = "Singing" } }'}, "legs knows no state 'Singing'"),
    "an event": ({"step": '{ do = "Offer", emits = ["call.sung"] }'}, "there is no event 'call.sung'"),
    "a field": (
        {"step": '{ do = "Offer", emits = [{ event = "call.ended", tune = 1 }] }'},
        "no field 'tune'",
    ),
    "a refusal's words": (
        {"step": '{ do = "Offer", refused = { lifecycle = "call", state = "None", because = "no" } }'},
        "a refusal says lifecycle and state",
    ),
    "a refusal with events": (
        {"step": '{ do = "Offer", emits = [], refused = { lifecycle = "call", state = "None" } }'},
        "is refused: that is all there is to say",
    ),
    "time": ({"step": '{ do = "Offer", at = 9 }, { do = "Offer", at = 8 }'}, "time does not go back"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_understood_is_found_when_it_is_read(what: str) -> None:
    changes, sentence = WRONG[what]
    with pytest.raises(BadSpec, match=sentence) as found:
        list(read_cases(CASE.format(**{**GOOD, **changes}), "mine.toml", OPENINGS))
    assert str(found.value).startswith("mine.toml: the case 'wrong'")


def test_a_good_case_is_read() -> None:
    (case,) = read_cases(CASE.format(**GOOD), "mine.toml", OPENINGS)
    assert (case.name, case.file, len(case.every_step)) == ("wrong", "mine.toml", 2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("case = ", "mine.toml is not TOML"),
        ('[[case]]\nname = "one"', "'one' is malformed at 'level'"),
        ('[[case]]\nlevel = "calls"', "the first case is malformed at 'name'"),
        (CASE.format(**GOOD).replace('source = "none"', 'verdict = "maybe"'), "the verdict 'maybe'"),
    ],
)
def test_a_malformed_file_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadSpec, match=sentence):
        list(read_cases(text, "mine.toml", OPENINGS))


def test_an_opening_goes_on_from_one_before_it() -> None:
    step = '{ at = 0, do = "Join", who = "alice" }'
    one = f'[[opening]]\nname = "one"\nsays = "One."\nsteps = [{step}]\n'
    two = f'[[opening]]\nname = "two"\nfrom = "one"\nsays = "Two."\nsteps = [{step}]\n'
    assert len(read_openings(one + two)["two"].steps) == 2
    with pytest.raises(BadSpec, match="malformed at 'one'"):
        read_openings(two + one)
    with pytest.raises(BadSpec, match="two openings are called 'one'"):
        read_openings(one + one)
