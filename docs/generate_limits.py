"""Write docs/reference/limits.md from the limits and the video rows: `python docs/generate_limits.py`.

A test compares the page with what this program would write, so the page cannot fall behind.
"""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

import attrs
from markdown_tables import table

from calltape.core import Limits, every_limit
from calltape.core.limit_rows import Limit
from calltape.core.limits import LIMITS
from calltape.core.video_platforms import (
    VIDEO,
    Picture,
    Platform,
    SimulcastRow,
    receive_height_max_px,
    rendered_videos_max,
    send_height_max_px,
)

PAGE = Path(__file__).parent / "reference" / "limits.md"
GONE_BY = frozenset(field.name for field in attrs.fields(Limits))

INTRODUCTION = """\
# Limits

<!-- Written by docs/generate_limits.py from the specs; edit those. -->

Every documented limit and timeout, from `limits.toml` of the specs: the number, who states it, and who
contradicts it. *Decides* marks those that `Limits` holds: decisions and policies go by them, and
`LIMITS.with_(reconnect_s=120)` changes them for a program of your own. The others are recorded for whoever
needs them. Where two sources disagree both numbers are here; which one is gone by, and why, is in the note
and in the [choices](../explanation/choices.md).
"""

VIDEO_INTRODUCTION = """\
## Video by platform

From `video.toml` of the specs, which says which limit counts where. The functions are
`rendered_videos_max`, `send_height_max_px`, `receive_height_max_px` and `simulcast_layers_max`.
"""

LIMIT_HEAD = ("limit", "value", "", "source", "note", "conflict")


def page() -> str:
    """The whole page, ending with a newline."""
    parts = [INTRODUCTION]
    for heading, limits in sections():
        parts.append("\n".join([f"## {heading}\n", *table(LIMIT_HEAD, map(limit_cells, limits))]))
    parts.append("\n".join([VIDEO_INTRODUCTION, *video()]))
    return "\n".join(parts).rstrip() + "\n"


def sections() -> Iterator[tuple[str, list[Limit]]]:
    """The limits under the headings that the file itself has: its comments between dashes."""
    text = files("calltape.specs").joinpath("limits.toml").read_text(encoding="utf-8")
    limits = every_limit()
    heading, listed = "", list[Limit]()
    for line in text.splitlines():
        if line.startswith("# --- ") and line.endswith(" ---"):
            if listed:
                yield heading, listed
            heading, listed = line.removeprefix("# --- ").removesuffix(" ---"), []
        elif line.startswith("[limits."):
            listed.append(limits[line.removeprefix("[limits.").removesuffix("]")])
    yield heading, listed


def limit_cells(limit: Limit) -> tuple[str, ...]:
    """A limit's line."""
    decides = "decides" if limit.name in GONE_BY else ""
    value = f"{limit.value} {limit.unit}"
    return f"`{limit.name}`", value, decides, limit.source, limit.note, limit.conflict


def video() -> Iterator[str]:
    """What each platform shows, sends and receives, the ladders, and simulcast."""
    large = LIMITS.large_call_participants_min
    head = (
        "platform",
        f"videos shown below {large}",
        f"from {large} on",
        "sends video",
        "sends share",
        "receives",
    )
    yield from table(head, map(platform_cells, Platform))
    yield f"Beside the videos {LIMITS.rendered_shares_max} share is shown."
    yield f"Heights that can be received: {ladder(VIDEO.receive_heights_px)}."
    yield f"Heights that can be asked of a sender: {ladder(VIDEO.simulcast_heights_px)}.\n"
    yield "### Simulcast\n"
    yield "How many sizes of one video are sent at once; the first row that fits counts, 1 is no simulcast.\n"
    yield from table(
        ("platform", "browsers", "since", "sizes", "", "source", "note"),
        map(simulcast_cells, VIDEO.simulcast),
    )


def platform_cells(platform: Platform) -> tuple[str, ...]:
    """A platform's line."""
    return (
        f"`{platform}`",
        str(rendered_videos_max(platform, LIMITS.large_call_participants_min - 1)),
        str(rendered_videos_max(platform, LIMITS.large_call_participants_min)),
        f"{send_height_max_px(platform, Picture.VIDEO)} px",
        f"{send_height_max_px(platform, Picture.SCREEN_SHARE)} px",
        f"{receive_height_max_px(platform)} px",
    )


def simulcast_cells(row: SimulcastRow) -> tuple[str, ...]:
    """A simulcast row's line."""
    since = ".".join(map(str, row.since)) if row.since else "any"
    layers = (
        str(row.layers) if isinstance(row.layers, int) else f"{getattr(LIMITS, row.layers)} (`{row.layers}`)"
    )
    browsers = ", ".join(row.browsers) or "any"
    return f"`{row.platform}`", browsers, since, layers, row.status, row.source, row.note


def ladder(heights_px: Iterable[int]) -> str:
    """Heights as people write them."""
    return ", ".join(map(str, heights_px)) + " px"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
