"""docs/explanation/model.md says what the model check finds; the seconds are whoever's that ran it."""

from pathlib import Path
from types import ModuleType

import attrs
import pytest

from calltape.conformance.laws import law
from calltape.conformance.model import Checked, CounterExample, check_model
from calltape.conformance.models import MODELS

from .programs import program

pytestmark = pytest.mark.golden

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "explanation" / "model.md").read_text(encoding="utf-8")
QUICK = {"one-to-one", "with-phone"}


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    return program("docs/generate_model.py")


@pytest.mark.parametrize(
    "name", [each if each in QUICK else pytest.param(each, marks=pytest.mark.slow) for each in MODELS]
)
def test_the_numbers_are_what_the_check_finds(name: str, generator: ModuleType) -> None:
    assert f"\n{generator.row(check_model(MODELS[name]))} " in PAGE, (
        f"docs/explanation/model.md is not what the check of {name} finds: "
        "run .venv/bin/python docs/generate_model.py"
    )


def test_the_rest_is_what_the_laws_and_models_say(generator: ModuleType) -> None:
    def as_written(name: str) -> Checked:
        (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        *numbers, seconds = (cell.strip() for cell in row.strip("|").split("|")[2:])
        states, transitions, ends, depth = map(int, numbers)
        return Checked(
            model=MODELS[name],
            states=states,
            transitions=transitions,
            ends=ends,
            depth=depth,
            seconds=float(seconds),
        )

    assert generator.page([as_written(name) for name in MODELS]) == PAGE


def test_a_broken_law_is_not_written_about(generator: ModuleType) -> None:
    checked = check_model(MODELS["with-phone"])
    with pytest.raises(AssertionError, match="with-phone breaks"):
        generator.page(
            [attrs.evolve(checked, breach=CounterExample(law=law("no-dead-end"), words="stuck", steps=()))]
        )
