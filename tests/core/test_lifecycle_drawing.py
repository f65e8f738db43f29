"""The drawings show what the rows say: nothing left out, nothing invented."""

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from calltape.core import LIFECYCLES, Lifecycle
from calltape.core.drawing import draw
from calltape.core.lifecycle import parse, source_text

pytestmark = pytest.mark.property

Life = Lifecycle[Any]
W3C = "{http://www.w3.org/2005/07/scxml}"
OURS = "{urn:calltape:lifecycle}"
SCHEMA: Mapping[str, Any] = json.loads(
    files("calltape.specs").joinpath("schemas/lifecycle.schema.json").read_text("utf-8")
)


@pytest.fixture(params=LIFECYCLES)
def life(request: pytest.FixtureRequest) -> Life:
    found: Life = LIFECYCLES[request.param]
    return found


def test_every_moving_row_is_an_arrow_in_the_mermaid(life: Life) -> None:
    arrows = dict[tuple[str, str], str](
        {
            (a, b): label
            for a, b, label in re.findall(r"(?m)^    s_(\w+) --> s_(\w+): (.*)$", life.draw("mermaid"))
        }
    )
    moving = [row for row in life.rows if row.source != row.target]
    assert {(row.source, row.target) for row in moving} == set(arrows)
    for row in moving:
        assert row.emits in arrows[row.source, row.target]
        assert row.on is None or f"{row.on} / {row.emits}" in arrows[row.source, row.target].split("<br>")
        assert row.whose == "self" or f"{row.emits} ({row.whose})" in arrows[row.source, row.target]


def test_the_mermaid_begins_and_ends_where_the_lifecycle_does(life: Life) -> None:
    text = life.draw("mermaid")
    assert text.startswith("stateDiagram-v2\n")
    assert re.findall(r"\[\*\] --> s_(\w+)", text) == [str(life.initial)]
    assert set(re.findall(r"s_(\w+) --> \[\*\]", text)) == {str(state) for state in life.final}
    assert re.findall(r'state "(\w+)" as s_\1', text) == [str(state) for state in life.states]


def test_the_scxml_has_every_state_and_every_row_that_leaves_one(life: Life) -> None:
    root = ElementTree.fromstring(life.draw("scxml"))
    assert (root.tag, root.get("name"), root.get("initial")) == (f"{W3C}scxml", life.name, str(life.initial))
    assert {node.get("id") for node in root.iter(f"{W3C}final")} == {str(state) for state in life.final}
    assert [node.get("id") for node in root] == [str(state) for state in life.states]
    assert all(node.get(f"{OURS}doc") for node in root)
    drawn = [
        (state.get("id"), arc.get("event"), arc.get("target"), arc.get(f"{OURS}on"))
        for state in root.iter(f"{W3C}state")
        for arc in state.iter(f"{W3C}transition")
    ]
    told = [
        (row.source, row.emits if row.whose == "self" else f"{row.whose}.{row.emits}", row.target, row.on)
        for state in life.states
        for row in life.rows
        if row.source == state and state not in life.final
    ]
    assert drawn == told


def test_the_json_reads_back_as_the_same_lifecycle(life: Life) -> None:
    drawn = json.loads(life.draw("json"))
    again: Life = Lifecycle({**drawn, "steps": {"rows": drawn["rows"]}}, str)
    assert again.rows == life.rows
    assert dict(again.states) == {str(state): doc for state, doc in life.states.items()}
    assert (again.name, again.title, again.initial) == (life.name, life.title, str(life.initial))
    assert again.final == life.final
    assert again.laws == life.laws


def test_the_files_keep_to_the_schema(life: Life) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(parse(source_text(life.name), life.name))


def test_the_json_keeps_to_the_schema(life: Life) -> None:
    Draft202012Validator(SCHEMA).validate(json.loads(life.draw("json")))


def test_an_unknown_format_is_no_drawing() -> None:
    with pytest.raises(KeyError):
        draw(LIFECYCLES["call"], "crayon")  # type: ignore[arg-type]
