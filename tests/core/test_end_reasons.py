"""Why calls end: the documented pairs typed by hand, unknown ones let through, malformed files refused."""

import json
import tomllib
from importlib.resources import files
from typing import Any

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from calltape.core.end_reasons import (
    REGISTRY,
    TABLES,
    Category,
    EndReason,
    EndReasons,
    Source,
    load_end_reasons,
    read_end_reasons,
)
from calltape.core.errors import BadSpec

pytestmark = pytest.mark.example

S, E = Category.SUCCESS, Category.EXPECTED_ERROR
UC, US = Category.UNEXPECTED_CLIENT_ERROR, Category.UNEXPECTED_SERVER_ERROR

NAMED = [
    ("local_hang_up", 0, 0, S),
    ("ended_for_all", 0, 4097, S),
    ("removed", 0, 5000, S),
    ("call_over", 0, 5003, S),
    ("abrupt_disconnect", 0, 4521, E),
    ("declined", 603, 0, S),
    ("all_declined", 487, 10024, S),
    ("cancelled", 487, 0, S),
    ("answered_elsewhere", 487, 10003, S),
    ("no_answer", 487, 10004, E),
    ("setup_timeout", 408, 10057, E),
    ("not_registered", 480, 10037, E),
    ("not_reachable", 480, 10078, E),
    ("media_setup_failed", 410, 301004, UC),
    ("media_lost", 410, 301005, UC),
    ("busy_everywhere", 600, None, None),
]

PAIRS: list[tuple[int, int | None, Category | None]] = [
    (0, 5300, S),
    (0, 5317, E),
    (0, 7000, S),
    (0, 7015, None),
    (0, 560000, S),
    (400, None, None),
    (401, 10009, UC),
    (401, 71005, None),
    (403, 5828, UC),
    (403, 5829, UC),
    (403, 5830, E),
    (403, 510403, E),
    (408, 4506, UC),
    (410, 3100, UC),
    (410, 3101, UC),
    (410, 3111, UC),
    (410, 3112, E),
    (480, 10076, E),
    (480, 10077, E),
    (486, 560486, S),
    (486, 10321, None),
    (487, 540487, S),
    (490, 4502, UC),
    (495, 4507, UC),
    (496, 7, E),
    (403, 5221, None),
    (403, 5222, None),
    (408, 1106, None),
    (408, 8537, None),
    (200, 10550, None),
    (200, 18503, None),
    # phone legs
    (0, 540000, None),
    (403, 560403, None),
    (403, 511532, None),
    (404, 560404, None),
    (404, 511404, None),
    (408, 560408, None),
    (408, 500001, None),
    (410, 531004, None),
    (480, 560480, None),
    (484, 560484, None),
    (486, 540486, None),
    (497, 560487, None),
    (500, 560500, None),
    (503, 560503, None),
    (603, 560603, None),
    # what a client call fails with
    (408, 40101, UC),
    (409, 40228, E),
    (400, 41006, E),
    (400, 41007, E),
    (500, 41033, None),
    (500, 41034, None),
    (400, 43220, None),
    (400, 45902, E),
    (500, 46500, US),
    (500, 46501, UC),
]

SUBCODE_ONLY = [5732, 5751, 5854, 5855, 10044, 10119, 10124]

GENERIC = [
    *(400, 403, 404, 408, 410, 430, 480, 481, 487, 490, 491, 496, 497, 498),
    *(500, 503, 504, 600, 603, 604, 606),
]

ROW = '{ code = 1, subcode = 2, meaning = "m", source = "docs" }'


def spec(name: str) -> str:
    return files("calltape.specs").joinpath(name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "code", "subcode", "category"), NAMED)
def test_named_reasons(name: str, code: int, subcode: int | None, category: Category | None) -> None:
    assert REGISTRY.named(name, source=Source.SERVICE) == EndReason(
        code=code, subcode=subcode, category=category, source=Source.SERVICE
    )


def test_every_name_is_listed_here() -> None:
    assert sorted(REGISTRY.names) == sorted(name for name, *_ in NAMED)


@pytest.mark.parametrize(("code", "subcode", "category"), PAIRS)
def test_documented_pairs_have_their_category(
    code: int, subcode: int | None, category: Category | None
) -> None:
    known = REGISTRY.lookup(code, subcode)
    assert known is not None
    assert (known.code, known.subcode, known.category) == (code, subcode, category)
    assert REGISTRY.meaning(code, subcode) == known.meaning


@pytest.mark.parametrize("subcode", SUBCODE_ONLY)
def test_a_pair_with_only_the_subcode_documented_is_known_with_any_code(subcode: int) -> None:
    for code in (0, 403, 404):
        known = REGISTRY.lookup(code, subcode)
        assert known is not None
        assert (known.code, known.subcode) == (None, subcode)


def test_the_generic_codes() -> None:
    assert [row.code for row in REGISTRY if row.table == "generic"] == GENERIC


def test_nothing_is_listed_that_this_page_does_not_know() -> None:
    calls = {(row.code, row.subcode) for row in REGISTRY if row.table in {"call_end", "pstn"}}
    mine = {(code, subcode) for code, subcode, _ in PAIRS} | {
        (code, subcode) for _, code, subcode, _ in NAMED
    }
    assert calls - mine == {(None, subcode) for subcode in SUBCODE_ONLY}


def test_words_for_an_unknown_pair_are_those_of_its_code() -> None:
    assert REGISTRY.lookup(480, 99) is None
    assert REGISTRY.meaning(480, 99) == "the remote client is not registered"
    assert REGISTRY.meaning(299, 99) == ""


@pytest.mark.property
@given(
    code=st.integers(0, 999),
    subcode=st.none() | st.integers(700_000, 800_000),
    source=st.sampled_from(Source),
    words=st.none() | st.text(max_size=20),
)
def test_any_pair_passes_through_unchanged(
    code: int, subcode: int | None, source: Source, words: str | None
) -> None:
    reason = REGISTRY.reason(code, subcode, source=source, words=words)
    assert (reason.code, reason.subcode, reason.source, reason.words) == (code, subcode, source, words)
    assert reason.category is None


@pytest.mark.property
@given(row=st.sampled_from(list(REGISTRY)), source=st.sampled_from(Source), words=st.none() | st.just("gone"))
def test_a_reason_survives_json(row: object, source: Source, words: str | None) -> None:
    code, subcode = getattr(row, "code", None) or 0, getattr(row, "subcode", None)
    reason = REGISTRY.reason(code, subcode, source=source, words=words)
    assert msgspec.json.decode(msgspec.json.encode(reason), type=EndReason) == reason


def test_a_reason_is_decoded_from_hand_written_json() -> None:
    line = b'{"code": 487, "subcode": 10004, "category": "ExpectedError", "source": "deadline"}'
    assert msgspec.json.decode(line, type=EndReason) == REGISTRY.named("no_answer", source=Source.DEADLINE)


def test_a_reason_cannot_be_changed() -> None:
    reason = REGISTRY.named("removed", source=Source.REMOTE)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        reason.code = 1  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def test_sources_and_categories_are_the_published_words() -> None:
    assert [str(source) for source in Source] == ["local", "remote", "service", "deadline", "network"]
    assert [str(category) for category in Category] == [
        "Success",
        "ExpectedError",
        "UnexpectedClientError",
        "UnexpectedServerError",
    ]


def test_an_unknown_name_is_an_authors_mistake() -> None:
    with pytest.raises(BadSpec, match=r"named 'bored'; the names are .*local_hang_up"):
        REGISTRY.named("bored", source=Source.LOCAL)


def test_the_registry_is_read_once_and_holds_the_whole_file() -> None:
    document = tomllib.loads(spec("end_reasons.toml"))
    assert load_end_reasons() is REGISTRY
    assert len(REGISTRY) == sum(len(rows) for rows in document.values())
    assert {row.table for row in REGISTRY} == set(TABLES) == set(document)


def test_the_file_meets_its_schema() -> None:
    schema = json.loads(spec("schemas/end_reasons.schema.json"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(tomllib.loads(spec("end_reasons.toml")))


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("generic", {"code": 400, "subcode": 1, "meaning": "m", "source": "docs"}),
        ("pstn", {"code": 400, "meaning": "m", "source": "docs"}),
        ("pstn", {"code": 400, "subcode": 1, "meaning": "m", "source": "hearsay"}),
        ("pstn", {"code": 400, "subcode": 1, "meaning": "m", "source": "docs", "category": "Sad"}),
        ("pstn", {"code": 1000, "subcode": 1, "meaning": "m", "source": "docs"}),
    ],
)
def test_the_schema_can_say_no(table: str, row: dict[str, Any]) -> None:
    validator = Draft202012Validator(json.loads(spec("schemas/end_reasons.schema.json")))
    document = tomllib.loads(spec("end_reasons.toml"))
    assert validator.is_valid(document)
    assert not validator.is_valid({**document, table: [row]})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pstn = [", r"end_reasons\.toml is not TOML"),
        (f"voip = [{ROW}]", "unknown table 'voip'; the tables are generic, call_end, pstn, client_api"),
        ("pstn = 3", "pstn must be an array of rows"),
        ("pstn = [3]", "row 1 of pstn must be a table"),
        (f"pstn = [{ROW}, {ROW}]", "1/2 is listed twice"),
        (f"pstn = [{ROW}]\ncall_end = [{ROW}]", "1/2 is listed twice"),
        ('pstn = [{ code = 1, source = "docs" }]', r"row 1 of pstn \(1/-\) lacks meaning"),
        ('pstn = [{ code = 1, meaning = "m" }]', r"row 1 of pstn \(1/-\) lacks source"),
        (
            'pstn = [{ meaning = "m", source = "docs" }]',
            r"row 1 of pstn \(-/-\) has neither code nor subcode",
        ),
        (
            'pstn = [{ code = "1", meaning = "m", source = "docs" }]',
            "has the code '1'; make it a whole number",
        ),
        ('pstn = [{ code = 1, meaning = 2, source = "docs" }]', "has the meaning 2; make it text"),
        ('pstn = [{ code = 1, reason = "x", meaning = "m", source = "docs" }]', "unknown key 'reason'"),
        (
            'pstn = [{ code = 1, category = "Sad", meaning = "m", source = "docs" }]',
            "category 'Sad'; use one of Success, ExpectedError",
        ),
        (
            'pstn = [{ code = 1, name = "a", meaning = "m", source = "docs" },'
            ' { code = 2, name = "a", meaning = "m", source = "docs" }]',
            "two rows are named a",
        ),
    ],
)
def test_a_malformed_file_names_the_row(text: str, says: str) -> None:
    with pytest.raises(BadSpec, match=says):
        read_end_reasons(text)


def test_a_name_without_a_code_cannot_be_a_reason() -> None:
    reasons: EndReasons = read_end_reasons(
        'pstn = [{ subcode = 2, name = "a", meaning = "m", source = "docs" }]'
    )
    with pytest.raises(BadSpec, match="no reason with a code that is named 'a'"):
        reasons.named("a", source=Source.LOCAL)
