"""Rules for every test: a declared kind, real calls last, and draws that repeat.

A module that does not say what kind of tests it holds fails collection, so that nobody adds a test without
deciding whether it is a worked example, a law, or a contract.
"""

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

KINDS = frozenset({"example", "property", "contract", "golden", "replay", "media"})

# The ordinary run draws the same cases every time: a red `make test` is red for everybody. The slow lane
# (HYPOTHESIS_PROFILE=thorough) draws new ones and more of them, and prints how to repeat a failure.
settings.register_profile("ordinary", derandomize=True, deadline=None, database=None)
settings.register_profile(
    "thorough",
    max_examples=1_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ordinary"))


class _ModuleWithKind(pytest.Module):
    """A test module that refuses to be collected until it names its kind."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        declared = {mark.name for mark in self.iter_markers()} if self.obj else set[str]()
        if not declared & KINDS:
            kinds = ", ".join(sorted(KINDS))
            raise self.CollectError(
                f"{self.path.name} does not say what kind of tests it holds: add "
                f"`pytestmark = pytest.mark.<kind>` below its imports, the kind being one of {kinds}."
            )
        return super().collect()


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module:
    return _ModuleWithKind.from_parent(parent, path=module_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put real calls last, when the other tests no longer compete for the processor."""
    items.sort(key=lambda item: item.get_closest_marker("media") is not None)


class _RealCallsTogether(LoadFileScheduling):  # type: ignore[misc]  # xdist ships no types
    """Give a worker whole files, and all files with real calls to one worker: two at once starve.

    (xdist's own groups do nothing under pytest 9.2, silently: pytest-dev/pytest-xdist#1386.)
    """

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "media" if _has_real_calls(self.config.rootpath / file) else file


@cache
def _has_real_calls(module: Path) -> bool:
    return "pytest.mark.media" in module.read_text(encoding="utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    return _RealCallsTogether(config, log) if config.getoption("dist") == "loadfile" else None
