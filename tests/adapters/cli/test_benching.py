"""`calltape bench`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calltape.adapters.cli import benching

pytestmark = pytest.mark.example


def test_outside_a_checkout_it_says_where_benchmarks_live(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benching, "CHECKOUT", tmp_path)
    assert "in a checkout of its sources" in run("bench").complaint


def test_it_runs_the_program_of_the_checkout(
    run: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "bench").mkdir()
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "bench" / "run.py").write_text("import sys; print(sys.argv[1:]); sys.exit(3)")
    monkeypatch.setattr(benching, "CHECKOUT", tmp_path)
    assert run("bench", "--json", "--quick", "--only", "fold").status == 3
    assert capfd.readouterr().out == "['--only', 'fold', '--quick', '--json']\n"


def test_a_checkout_is_recognised() -> None:
    assert (benching.CHECKOUT / "adapters" / "calltape").is_dir()
