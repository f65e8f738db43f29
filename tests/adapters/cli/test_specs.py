"""`calltape spec`."""

import json
import tomllib
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from calltape.core import LIFECYCLES

pytestmark = pytest.mark.example


def test_the_lifecycles_are_listed(run: Callable[..., Any]) -> None:
    assert [line.split()[0] for line in run("spec").out.splitlines()] == ["lifecycle", *LIFECYCLES]
    assert [each["name"] for each in run("spec", "--format", "json").document] == list(LIFECYCLES)


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_format_of_every_lifecycle(name: str, run: Callable[..., Any]) -> None:
    printed = {form: run("spec", name, "--format", form).out for form in ("toml", "json", "mermaid", "scxml")}
    assert tomllib.loads(printed["toml"])["lifecycle"] == name
    assert len(json.loads(printed["json"])["rows"]) == len(LIFECYCLES[name].rows)
    assert printed["mermaid"].startswith("stateDiagram-v2")
    assert ElementTree.fromstring(printed["scxml"]).get("name") == name
    table = run("spec", name).out
    for row in LIFECYCLES[name].rows:
        assert row.emits in table
    for law in LIFECYCLES[name].laws:
        assert law.says in table


def test_unknown_lifecycles_and_formats(run: Callable[..., Any]) -> None:
    assert "there are call, participant" in run("spec", "calls").complaint
    assert "needs the name" in run("spec", "--format", "mermaid").complaint
    assert "'svg' is not one of" in run("spec", "call", "--format", "svg").complaint
