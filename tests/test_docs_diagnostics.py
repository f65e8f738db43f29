"""docs/reference/diagnostics.md and media-metrics.md are what the specs say, and say all of it."""

from pathlib import Path
from types import ModuleType

import pytest

from calltape.core import DIAGNOSTICS
from calltape.core.limits import LIMITS
from calltape.core.media_metrics import METRICS

from .programs import program

pytestmark = pytest.mark.golden

DOCS = Path(__file__).parents[1] / "docs"
FILES = ("diagnostics.md", "media-metrics.md")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    return program("docs/generate_diagnostics.py")


def rows(text: str) -> dict[str, list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): row for row in cells}


@pytest.mark.parametrize("name", FILES)
def test_the_page_is_current(generator: ModuleType, name: str) -> None:
    assert set(generator.PAGES) == set(FILES)
    assert (DOCS / "reference" / name).read_text(encoding="utf-8") == generator.PAGES[name](), (
        f"docs/reference/{name} is not what the specs say: run .venv/bin/python docs/generate_diagnostics.py"
    )


def test_every_diagnostic_says_what_raises_and_clears_it(generator: ModuleType) -> None:
    shown = rows(generator.diagnostics_page())
    assert set(shown) == set(DIAGNOSTICS)
    for row in DIAGNOSTICS.values():
        _, kind, _, raised, cleared, *_ = shown[row.name]
        assert kind == row.kind
        for condition, value in row.on.items():
            assert f"`{condition}`" in (raised if value.is_problem else cleared)
        for value, limit in row.after.items():
            wait = f"after {getattr(LIMITS, limit)} s (`{limit}`)"
            assert wait in (raised if value.is_problem else cleared)
        assert raised


def test_a_few_rows_as_people_expect_them(generator: ModuleType) -> None:
    shown = rows(generator.diagnostics_page())
    assert shown["networkRelaysNotReachable"][3:6] == [
        "`relays.unreachable`",
        "never within a call",
        "web, native as `networkRelaysUnreachable`",
    ]
    assert shown["cameraFreeze"][3].startswith("after 5 s (`camera_freeze_s`): ")
    assert shown["speakerBusy"][5] == "native"
    assert shown["connectedWithoutMedia"][5:7] == ["ours", "no"]


def test_every_metric_is_shown(generator: ModuleType) -> None:
    page = generator.metrics_page()
    streams, transports = page.partition("## Transports")[::2]
    assert set(rows(streams)) == {each.name for each in METRICS.streams.values()}
    assert {each.name for each in METRICS.transports.values()} <= set(rows(transports))
    assert rows(streams)["audioInputLevel"][2:] == ["✓", "", "", "", "gauge", "0-65536"]
    assert rows(streams)["framesDecoded"][2:] == ["", "", "", "✓", "counter", "frames"]
    assert "| `rtt_in_ms` | audio sent | above 500 |" in page
    assert "| `frame_height_received` | screen share received | below 768 |" in page
