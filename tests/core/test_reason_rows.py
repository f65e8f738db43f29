"""The file of maps: what it must be like, and what is said of one that is not."""

import json
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from calltape.core.errors import BadSpec
from calltape.core.reason_maps import MAPS, load_reason_maps, rows_of
from calltape.core.reason_rows import Vocabulary, read_reason_tables

pytestmark = pytest.mark.example

ROW: dict[str, Any] = {"value": 1, "pair": [404], "way": "both", "is": "documented", "source": "a page"}


def spec(name: str) -> str:
    return files("calltape.specs").joinpath(name).read_text(encoding="utf-8")


def toml_of(*rows: dict[str, Any], table: str = "livekit", head: str = "values = [0, 9]") -> str:
    """A file whose tables are alike but for one that has `rows`."""
    lines: list[str] = []
    for name in Vocabulary:
        listed = rows if name == table else [ROW]
        lines += [f"[{name}]", 'title = "t"\nsource = "s"\nunread = [500]\nunsaid = 0', head, "rows = ["]
        lines += [f"  {{ {', '.join(f'{k} = {json.dumps(v)}' for k, v in row.items())} }}," for row in listed]
        lines.append("]")
    return "\n".join(lines)


def test_the_file_meets_its_schema() -> None:
    schema = json.loads(spec("schemas/end_reason_maps.schema.json"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(tomllib.loads(spec("end_reason_maps.toml")))


@pytest.mark.parametrize(
    "row",
    [
        {**ROW, "way": "sideways"},
        {**ROW, "is": "guessed"},
        {**ROW, "sip": 404},
        {**ROW, "source": ""},
        {key: value for key, value in ROW.items() if key != "source"},
        {**ROW, "pair": []},
    ],
)
def test_the_schema_can_say_no(row: dict[str, Any]) -> None:
    validator = Draft202012Validator(json.loads(spec("schemas/end_reason_maps.schema.json")))
    assert validator.is_valid(tomllib.loads(toml_of(ROW)))
    assert not validator.is_valid(tomllib.loads(toml_of(row)))


def test_what_is_inferred_is_marked_and_livekit_is_all_inferred() -> None:
    assert {row.status for row in rows_of(Vocabulary.LIVEKIT)} == {"inferred"}
    assert any(row.status == "documented" for row in rows_of(Vocabulary.Q850))
    for vocabulary in Vocabulary:
        assert all(row.source for row in rows_of(vocabulary))


def test_the_file_is_read_once_and_whole() -> None:
    document = tomllib.loads(spec("end_reason_maps.toml"))
    assert load_reason_maps() is MAPS
    assert {name: len(table["rows"]) for name, table in document.items()} == {
        name: len(rows_of(name)) for name in Vocabulary
    }


def test_a_well_formed_file_is_read() -> None:
    table = read_reason_tables(toml_of(ROW, {**ROW, "value": 2, "way": "in"}))[Vocabulary.LIVEKIT]
    assert [(row.value, row.pair, row.way) for row in table.rows] == [
        (1, (404, None), "both"),
        (2, (404, None), "in"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[sip", r"end_reason_maps\.toml is not TOML"),
        ("[sip]", "must hold the tables sip, q850, asterisk, livekit and nothing else"),
        (toml_of(ROW, head=""), "sip must have title, source, values"),
        (toml_of(ROW, head="values = [0]"), "sip must have title, source, values"),
        (toml_of({**ROW, "valve": 1}), "row 1 of livekit has an unknown key 'valve'"),
        (toml_of({**ROW, "value": "1"}), "row 1 of livekit has the value '1'; make it a number"),
        (toml_of({**ROW, "name": 1}), "row 1 of livekit has the name 1; make it text"),
        (toml_of({k: v for k, v in ROW.items() if k != "way"}), "row 1 of livekit lacks way; add it"),
        (toml_of({**ROW, "way": "up"}), "the way is both, in or out"),
        (toml_of({**ROW, "is": "so"}), "it is documented or inferred"),
        (toml_of({**ROW, "sip": 404}), "gives a SIP status where a pair stands already"),
        (toml_of({k: v for k, v in ROW.items() if k != "pair"}), "row 1 of livekit leads nowhere"),
        (toml_of({**ROW, "pair": [1, 2, 3]}), r"\[1, 2, 3\] is not a pair; write \[code\]"),
        (toml_of({**ROW, "pair": 4}), "4 is not a pair"),
        (toml_of({**ROW, "value": 10}), "livekit 10 is not a value from 0 to 9"),
        (toml_of(ROW, {**ROW, "pair": [405]}), "livekit 1 is read in two ways; make one of them out"),
        (toml_of(ROW, {**ROW, "value": 2}), r"\(404, None\) is said in two ways; make one of them in"),
        (toml_of(ROW).replace("rows = [\n  {", "rows = [ 3,\n  {", 1), "row 1 of sip must be a table"),
    ],
)
def test_a_malformed_file_names_the_row(text: str, says: str) -> None:
    with pytest.raises(BadSpec, match=says):
        read_reason_tables(text)
