"""Values as source give the values back."""

from typing import Any

import pytest
from hypothesis import given

from calltape.conformance.inline_source import WIDTH, Group, Imports, laid_out, source_of
from calltape.conformance.projection_logs import logs
from calltape.core import CallKind, EndpointId, Instant, ParticipantJoined, RawId, Recorded

pytestmark = pytest.mark.example


def again(value: object) -> Any:
    imports = Imports()
    text = laid_out(source_of(value, imports), 0, before="value = ")
    module: dict[str, Any] = {}
    exec("\n".join([*imports.lines(), text]), module)
    return module["value"]


@pytest.mark.property
@given(log=logs(max_size=6))
def test_what_is_recorded_is_the_same_again(log: tuple[Recorded, ...]) -> None:
    assert again(log) == log


@pytest.mark.parametrize(
    "value",
    [None, True, -7, 0.5, "", 'say "hi"', "it's", 'it\'s "both"', "\\ \n ☎", (), (1,), {"a": (1, 2)}, {}],
)
def test_plain_values(value: object) -> None:
    assert again(value) == value


def test_defaults_are_left_out_and_names_are_public() -> None:
    imports = Imports()
    joined = ParticipantJoined(
        participant=RawId("8:acs:alice"), endpoint=EndpointId("desk"), establish_until=Instant(5_000_000)
    )
    text = laid_out(source_of(joined, imports), 0)
    assert text == (
        "ParticipantJoined(\n"
        '    participant=RawId("8:acs:alice"),\n'
        '    endpoint=EndpointId("desk"),\n'
        "    establish_until=Instant(5_000_000),\n"
        ")"
    )
    assert imports.lines() == ["from calltape.core import EndpointId, Instant, ParticipantJoined, RawId"]
    assert laid_out(source_of(CallKind.GROUP, imports), 0) == "CallKind.GROUP"


def test_what_fits_stands_on_one_line() -> None:
    short = Group("f(", (("a=", "1"), ("", "2")), ")")
    assert laid_out(short, 0) == "f(a=1, 2)"
    assert laid_out(Group("(", (("", "1"),), ")"), 0) == "(1,)"
    long = Group("f(", (("a=", "1" * WIDTH),), ")")
    assert laid_out(long, 1) == f"f(\n        a={'1' * WIDTH},\n    )"


def test_many_imports_are_wrapped() -> None:
    imports = Imports()
    for number in range(20):
        imports.add("somewhere", f"Name{number:02}")
    lines = "\n".join(imports.lines()).splitlines()
    assert lines[0] == "from somewhere import ("
    assert lines[1] == "    Name00,"
    assert lines[-1] == ")"
