"""A broken lifecycle file is refused with one sentence that says where it breaks: each check, by hand."""

import copy
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import pytest

from calltape.core import BadSpec, Lifecycle
from calltape.core.lifecycle import load, parse
from calltape.core.lifecycle_parts import Row

pytestmark = pytest.mark.example

Document = dict[str, Any]


class Lamp(StrEnum):
    OFF = "Off"
    ON = "On"
    BROKEN = "Broken"


def row(number: str, source: str, emits: str, **more: str) -> Document:
    return {"row": number, "is": "inferred", "from": source, "emits": emits, "whose": "self", **more}


GOOD: Document = {
    "lifecycle": "lamp",
    "title": "A lamp",
    "initial": "Off",
    "final": ["Broken"],
    "states": {
        "Off": {"doc": "Dark."},
        "On": {"doc": "Bright.", "expires": [{"after": ["burn_s"], "on": "Expire"}]},
        "Broken": {"doc": "Dark for good."},
    },
    "steps": {
        "rows": [
            row("1", "Off", "Lit", on="Switch", to="On"),
            row("2", "On", "Darkened", on="Switch", to="Off"),
            row("3", "On", "Burnt", on="Expire", to="Broken"),
        ]
    },
    "laws": {"breaks": {"says": "It breaks once.", "test": "tests/test_lamp.py::test_it"}},
}


def add(**fields: Any) -> Callable[[Document], None]:
    """Append a row; `from` is spelled `source`."""
    fields["from"] = fields.pop("source")

    def change(document: Document) -> None:
        document["steps"]["rows"].append({"row": "9", "is": "inferred", "whose": "self", **fields})

    return change


def put(value: Any, *path: str | int) -> Callable[[Document], None]:
    """Put `value` at `path`."""

    def change(document: Document) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def drop(*path: str | int) -> Callable[[Document], None]:
    """Take out what is at `path`."""

    def change(document: Document) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


ROWS = ("steps", "rows")
BROKEN: dict[str, tuple[Callable[[Document], None], str]] = {
    "a state that the code lacks": (
        put({"doc": "Half bright."}, "states", "Dim"),
        "lamp: the file has the states ['Broken', 'Dim', 'Off', 'On'], the code ['Broken', 'Off', 'On']",
    ),
    "a state that the file lacks": (drop("states", "Broken"), "lamp: the file has the states"),
    "an unknown initial state": (put("Dim", "initial"), "lamp: Dim is named as initial or final"),
    "an unknown final state": (put(["Dim"], "final"), "lamp: Dim is named as initial or final"),
    "an unknown source": (
        add(source="Dim", emits="Lit", to="On"),
        "lamp, row 9 (Dim on - emits Lit): Dim is not among the states",
    ),
    "an unknown target": (
        add(source="Off", emits="Dimmed", to="Dim"),
        "lamp, row 9 (Off on - emits Dimmed): Dim is not among the states",
    ),
    "an unknown whose": (put("mine", *ROWS, 0, "whose"), "row 1 (Off on Switch emits Lit): whose = 'mine'"),
    "an unknown status": (put("guessed", *ROWS, 0, "is"), "row 1 (Off on Switch emits Lit): is = 'guessed'"),
    "a command on somebody else's row": (
        put("peer", *ROWS, 1, "whose"),
        "row 2 (On on Switch emits Darkened): only self rows take commands",
    ),
    "one event to two states": (
        add(source="Off", emits="Lit", on="Kick", to="Broken"),
        "row 9 (Off on Kick emits Lit): Lit leads from Off both to On and Broken",
    ),
    "one row twice": (
        add(source="Off", emits="Lit", on="Switch", to="On"),
        "row 9 (Off on Switch emits Lit): two rows say the same",
    ),
    "two outcomes without a when": (
        add(source="Off", emits="Sparked", on="Switch", to="Broken"),
        "row 1 (Off on Switch emits Lit): two outcomes for one command",
    ),
    "a way out of a final state": (
        add(source="Broken", emits="Mended", on="Mend", to="Off"),
        "row 9 (Broken on Mend emits Mended): Broken is final",
    ),
    "a dead end that is not final": (put([], "final"), "lamp: nothing leaves Broken, and it is not final"),
    "a state nothing leads to": (drop(*ROWS, 2), "lamp: nothing leads to Broken"),
    "a limit that does not exist": (
        put(["glow_s"], "states", "On", "expires", 0, "after"),
        "lamp: On expires after glow_s, which limits.toml does not have",
    ),
    "a deadline without a row": (
        put("Fade", "states", "On", "expires", 0, "on"),
        "lamp: On expires with Fade, and has no row for it",
    ),
    "no initial state at all": (drop("initial"), "lifecycle lamp: the part 'initial' is missing"),
    "no rows": (drop(*ROWS), "lifecycle lamp: the part 'rows' is missing"),
    "a state without its sentence": (
        drop("states", "On", "doc"),
        "lifecycle lamp: the part 'doc' is missing",
    ),
    "a row without its number": (drop(*ROWS, 0, "row"), "lifecycle lamp: the part 'row' is missing"),
    "a row without its event": (drop(*ROWS, 0, "emits"), "lifecycle lamp: the part 'emits' is missing"),
    "a law without its test": (drop("laws", "breaks", "test"), "lifecycle lamp: the part 'test' is missing"),
    "no name": (drop("lifecycle"), "lifecycle (nameless): the part 'lifecycle' is missing"),
    "states as a list": (put(["Off"], "states"), "lifecycle lamp: "),
    "rows as words": (put(["Off to On"], *ROWS), "lifecycle lamp: "),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_in_one_sentence(case: str) -> None:
    change, sentence = BROKEN[case]
    document = copy.deepcopy(GOOD)
    change(document)
    with pytest.raises(BadSpec) as found:
        Lifecycle(document, Lamp, known_limits=["burn_s"])
    assert sentence in str(found.value)
    assert "\n" not in str(found.value)


def test_the_unbroken_file_is_a_lifecycle() -> None:
    lamp = Lifecycle(GOOD, Lamp, known_limits=["burn_s"])
    assert lamp.after(Lamp.OFF, "Lit") is Lamp.ON
    assert lamp.commands == {"Switch", "Expire"}
    assert lamp.rows[0] == Row(
        row="1", status="inferred", source="Off", on="Switch", emits="Lit", whose="self", target="On"
    )
    assert Lifecycle(GOOD, str).states.keys() == {"Off", "On", "Broken"}


def test_text_that_is_not_toml_is_refused_with_its_line() -> None:
    with pytest.raises(BadSpec, match=r"lamp\.toml is not TOML: .*line 2.*mend that line"):
        parse('lifecycle = "lamp"\ninitial = = 1\n', "lamp.toml")


def test_a_lifecycle_that_the_code_disagrees_with_does_not_load() -> None:
    with pytest.raises(BadSpec, match="call: the file has the states"):
        load("call", Lamp)
