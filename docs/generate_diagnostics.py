"""Write docs/reference/diagnostics.md and media-metrics.md: `python docs/generate_diagnostics.py`.

From `diagnostics.toml` and `media_metrics.toml` of the specs.

A test compares the pages with what this program would write, so they cannot fall behind.
"""

from collections.abc import Mapping
from pathlib import Path

from markdown_tables import table

from calltape.core import every_limit
from calltape.core.diagnostic_rows import (
    DIAGNOSTICS,
    VALUES,
    DiagnosticGroup,
    DiagnosticKind,
    DiagnosticRow,
    DiagnosticValue,
)
from calltape.core.limit_rows import Limit
from calltape.core.media import AltLayout
from calltape.core.media_metrics import METRICS, STREAMS, Metric, PoorMark

REFERENCE = Path(__file__).parent / "reference"

DIAGNOSTICS_INTRODUCTION = """\
# Diagnostics

<!-- Written by docs/generate_diagnostics.py from diagnostics.toml of the specs; edit that. -->

What is wrong with somebody's network or devices, found from what their endpoint reports and measures and
from how they stand in the call. A *flag* is true while there is a problem; a *quality* is Good 1, Poor 2 or
Bad 3. What was never raised has no value. Each change is recorded as [`diagnostic.changed`](events.md)
beside the [measurements](media-metrics.md), and kept when those are pruned; `calltape diagnostics CALL_ID`
shows them.

*Raised* and *cleared* name conditions that an endpoint reports (`microphone.in_use`) or say what is read
off samples, paths and the call. *After* is how long that must last, by a [limit](limits.md); without it, it
counts at once. Time runs whether or not anything is measured, and over a restart. *Where* says which SDKs
have it, and under which name native ones do. *Sent* says whether others may be told: by who switches that
on, at most {per_minute} a minute, and nothing in a call of more than {people}.

A row is *documented* if a page says what raises and clears it, *inferred* if something of it is our choice.
"""

HEADINGS = {
    DiagnosticGroup.NETWORK: "Network",
    DiagnosticGroup.MEDIA: "Media",
    DiagnosticGroup.REMOTE: "Remote",
    DiagnosticGroup.ROSTERS: "Two rosters",
}

METRICS_INTRODUCTION = """\
# Media metrics

<!-- Written by docs/generate_diagnostics.py from media_metrics.toml of the specs; edit that. -->

What a sample (`media.sampled`, about one a second) says of each stream and each transport of a leg, under
the name that the web SDK has for it and the one that samples have here. What is not measured is absent and
never guessed. Over an interval a *gauge* is aggregated to count, sum, smallest and largest; a *counter*
counts since the link began and is totalled; a *text* says what something is. Screen shares have what video
has. `Collector` gives the summaries of the SDK's `createCollector`, `calltape stats CALL_ID` those of a
whole call.

Source of the table: media statistics docs and the typings of web SDK 2.0.0. Older docs say
`jitterBufferInMs`, `pairRttInMs`, `availableBitrate` and `frameRateOutput`; native SDKs report every 10 s,
with names in PascalCase.
"""

POOR_INTRODUCTION = """\
## What is poor

The service's marks for a poor stream, from its logs; `calltape stats` names those that a stream is beyond.
Where a metric is named its mean counts.
"""


def diagnostics_page() -> str:
    """The page of diagnostics, ending with a newline."""
    limits = every_limit()
    introduction = DIAGNOSTICS_INTRODUCTION.format(
        per_minute=limits["remote_diagnostics_per_minute_max"].value,
        people=limits["remote_diagnostics_participants_max"].value,
    )
    parts = [introduction]
    for group, heading in HEADINGS.items():
        rows = [row for row in DIAGNOSTICS.values() if row.group is group]
        parts.append("\n".join([f"## {heading}\n", *table(HEAD, (cells(row, limits) for row in rows))]))
    return "\n".join(parts).rstrip() + "\n"


HEAD = ("diagnostic", "kind", "means", "raised", "cleared", "where", "sent", "", "source", "note")


def cells(row: DiagnosticRow, limits: Mapping[str, Limit]) -> tuple[str, ...]:
    """A diagnostic's line."""
    problems = [value for value in reversed(VALUES[row.kind]) if value.is_problem]
    return (
        f"`{row.name}`",
        row.kind,
        row.means,
        "; ".join(found(row, value, limits) for value in problems),
        found(row, row.fine, limits) or "never within a call",
        where(row),
        "yes" if row.is_sent else "no",
        row.status,
        row.source,
        row.note,
    )


def found(row: DiagnosticRow, value: DiagnosticValue, limits: Mapping[str, Limit]) -> str:
    """What leads to a value of a diagnostic, and for how long it must last."""
    conditions = ", ".join(f"`{condition}`" for condition, to in row.on.items() if to is value)
    leads = " or ".join(each for each in (row.found.get(value, ""), conditions) if each)
    limit = limits.get(row.after.get(value, ""))
    says = f"{value}: " if row.kind is DiagnosticKind.QUALITY else ""
    after = "" if limit is None else f"after {limit.value} {limit.unit} (`{limit.name}`): "
    return f"{says}{after}{leads}" if leads else ""


def where(row: DiagnosticRow) -> str:
    """Which SDKs have it."""
    if row.group is DiagnosticGroup.ROSTERS:
        return "ours"
    native = "native" if row.native == row.name else f"native as `{row.native}`"
    return f"web, {native}" if row.web else native


def metrics_page() -> str:
    """The page of metrics, ending with a newline."""
    head = ("metric", "here", *map(kind_of, _KINDS), "adds", "unit")
    layouts = (f"`{each.name}`" for each in METRICS.streams.values() if hasattr(AltLayout, each.field))
    lines = [
        METRICS_INTRODUCTION,
        "## Streams\n",
        *table(head, map(stream_cells, METRICS.streams.values())),
        f"Each of `altLayouts`, the further sizes of a sent picture, has {', '.join(layouts)}.\n",
        "## Transports\n",
        *table(("metric", "here", "adds", "unit"), map(transport_cells, METRICS.transports.values())),
        POOR_INTRODUCTION,
        *table(("of", "streams", "poor when"), map(poor_cells, METRICS.poor)),
    ]
    return "\n".join(lines).rstrip() + "\n"


_KINDS = tuple(each for each in STREAMS if not each.startswith("screen_share"))


def kind_of(stream: str) -> str:
    """A kind and direction as people write it."""
    kind, way = stream.replace("_", " ").split("/")
    return f"{kind} {'sent' if way == 'send' else 'received'}"


def stream_cells(metric: Metric) -> tuple[str, ...]:
    """The line of a stream's metric."""
    marks = ("✓" if each in metric.streams else "" for each in _KINDS)
    return f"`{metric.name}`", f"`{metric.field}`", *marks, metric.adds, metric.unit


def transport_cells(metric: Metric) -> tuple[str, ...]:
    """The line of a transport's metric."""
    return f"`{metric.name}`", f"`{metric.field}`", metric.adds, metric.unit


def poor_cells(mark: PoorMark) -> tuple[str, ...]:
    """The line of a mark."""
    return f"`{mark.of}`", kind_of(mark.stream), f"{'above' if mark.is_above else 'below'} {mark.bound:g}"


PAGES = {"diagnostics.md": diagnostics_page, "media-metrics.md": metrics_page}
"""What is written, by file name."""

if __name__ == "__main__":
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
