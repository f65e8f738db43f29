"""A store is opened by its name, and a bad name gets one sentence."""

import sys
from pathlib import Path

import pytest

from calltape.adapters.eventsourcing.sqlite import SQLiteLog
from calltape.adapters.memory import MemoryLog
from calltape.adapters.stores import open_store
from calltape.adapters.tape import TapeLog
from calltape.core.errors import BadInput

pytestmark = pytest.mark.example


def test_kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for url, kind, made in (
        ("memory:", MemoryLog, None),
        ("sqlite:///calls.db", SQLiteLog, tmp_path / "calls.db"),
        (f"sqlite:///{tmp_path}/absolute.db", SQLiteLog, tmp_path / "absolute.db"),
        ("calls.jsonl", TapeLog, tmp_path / "calls.jsonl"),
    ):
        store = open_store(url, create=True)
        assert type(store) is kind
        assert store.streams() == ()
        store.close()
        assert made is None or made.exists()
        open_store(url, create=False).close()


@pytest.mark.parametrize("url", ["sqlite:///missing.db", "missing.jsonl"])
def test_missing_store_is_not_made(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match="there is no"):
        open_store(url, create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "calls",
        "calls.db",
        "mysql://me:sesame@host/db",
        "sqlite://calls.db",
        "sqlite:///",
        "http://x/y.jsonl",
    ],
)
def test_bad_names(url: str) -> None:
    with pytest.raises(BadInput, match="sqlite:///") as refusal:
        open_store(url, create=True)
    assert "sesame" not in str(refusal.value)


def test_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadInput, match=r"calltape\[postgres\]"):
        open_store("postgresql://localhost/calls", create=False)


def test_no_server() -> None:
    with pytest.raises(BadInput, match="cannot be used"):
        open_store("postgresql://127.0.0.1:1/calls", create=False)
