"""Every port is listed, has a contract that is imported by its name, and an adapter here meets it."""

import re
from pathlib import Path

import pytest

import calltape.conformance
from calltape.core import data_port, outside, ports

pytestmark = pytest.mark.contract

REPOSITORY = Path(__file__).parents[2]
OTHER_DIRECTION = {"Wake"}
"""Protocols that are handed to adapters and not met by them, besides those whose names end in Reports."""

DECLARED = {
    name
    for module in (ports, outside, data_port)
    for name, each in vars(module).items()
    if getattr(each, "_is_protocol", False) and each.__module__ == module.__name__
}
PORTS = {name for name in DECLARED if not name.endswith("Reports")} - OTHER_DIRECTION


def table() -> dict[str, set[str]]:
    """The contracts of each port as the reference lists them."""
    text = (REPOSITORY / "docs" / "reference" / "ports.md").read_text("utf-8")
    rows = re.findall(r"^\| `calltape\.core\.(\w+)` \|[^|]*\|([^|]*)\|", text, re.MULTILINE)
    return {port: set(re.findall(r"\w+Contract", contracts)) for port, contracts in rows}


def test_the_reference_lists_every_port_and_no_other() -> None:
    assert table().keys() == PORTS
    assert len(PORTS) == 10


@pytest.mark.parametrize("port", sorted(PORTS))
def test_a_port_has_a_contract_which_an_adapter_here_meets(port: str) -> None:
    contracts = table()[port] or table()["EventLog"]
    sources = [path.read_text("utf-8") for path in (REPOSITORY / "tests" / "adapters").rglob("test_*.py")]
    for name in contracts:
        suite = getattr(calltape.conformance, name)
        assert [test for test in dir(suite) if test.startswith("test_")]
        assert any(re.search(rf"^class Test\w+\({name}\):", source, re.MULTILINE) for source in sources), name


def test_the_text_of_a_port_names_its_contract() -> None:
    for module in (ports, outside, data_port):
        for name in PORTS & vars(module).keys():
            if vars(module)[name].__module__ == module.__name__:
                assert re.search(r"`calltape\.conformance\.\w+Contract`", vars(module)[name].__doc__), name
