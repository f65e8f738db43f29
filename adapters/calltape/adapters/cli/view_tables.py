"""The views as tables for people."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from calltape.adapters.cli.calls import show_calls
from calltape.adapters.cli.histories import show_histories
from calltape.adapters.cli.marks import mark
from calltape.adapters.cli.printing import clock, headline, reason_text, short, state_text, table
from calltape.core import CapabilityReason, Instant, RawId
from calltape.core.media_metrics import STREAMS
from calltape.projections import (
    CallCapabilities,
    CallDeadlines,
    CallHistory,
    CallRecord,
    CallVideos,
    ParticipantDiagnostics,
    ParticipantStats,
    PushUser,
    Roster,
    RosterEntry,
    Speakers,
    StreamStats,
    Timeline,
    View,
    loss_ratio,
    shown_videos,
)

WHO_COLUMNS = 40


def show_rows(out: Console, view: View[Any]) -> None:
    """Print the rows of a view, each kind of view in its own way."""
    _TABLES[view.projection.name](out, view.rows)


def _who(out: Console, raw_id: str) -> str:
    return short(raw_id, WHO_COLUMNS) if out.is_terminal else raw_id


def _rosters(out: Console, rows: Mapping[str, Roster]) -> None:
    for key, row in rows.items():
        kind = (row.kind or "").replace("_", "-")
        headline(
            out,
            f"call {row.call_id or key}",
            kind,
            state_text(row.state),
            reason_text(row.end_reason),
            mark(row),
        )
        people = [_entry(out, entry) for entry in row.participants.values()]
        table(out, "participant", "name", "state", "own leg", "microphone", "signals", "end", rows=people)
        out.print()


def _entry(out: Console, entry: RosterEntry) -> tuple[str | Text, ...]:
    return (
        _who(out, entry.id),
        entry.display_name or "",
        state_text(entry.state),
        state_text(entry.call_state),
        "muted" if entry.is_muted else "",
        _signals(entry),
        "inferred" if entry.is_departure_inferred else reason_text(entry.end_reason),
    )


def _signals(entry: RosterEntry) -> str:
    """What they show: a raised hand with its order, being in the spotlight, speaking."""
    hand = "" if entry.hand is None else f"hand {entry.hand}"
    spotlight, speaks = "spotlight" if entry.spotlight else "", "speaks" if entry.is_speaking else ""
    return ", ".join(filter(None, (hand, spotlight, speaks)))


def _calls(out: Console, rows: Mapping[str, CallRecord]) -> None:
    show_calls(out, list(rows.values()))
    out.print()


def _histories(out: Console, rows: Mapping[str, CallHistory]) -> None:
    show_histories(out, rows.items())


def _stats(out: Console, rows: Mapping[str, ParticipantStats]) -> None:
    shown = [
        (row.call_id or "", _who(out, row.participant or ""), *_stream(stream, of))
        for row in rows.values()
        for of in STREAMS  # not as they came: a summary has forgotten that
        if (stream := row.streams.get(of))
    ]
    headings = (
        "call",
        "participant",
        "stream",
        "samples",
        "bit/s",
        "packets",
        "lost",
        "jitter",
        "round trip",
    )
    table(out, *headings, "frames/s", "size", rows=shown)
    out.print()


def _stream(stream: StreamStats, of: str) -> Iterator[str]:
    means = {name: each.mean for name, each in stream.aggregates.items() if each.mean is not None}
    frames = next((mean for name, mean in means.items() if name in _FRAME_RATES[of.split("/")[1]]), None)
    lost = loss_ratio(stream.totals, is_received=of.endswith("/recv"))
    yield of
    yield str(stream.samples)
    yield _number(means.get("bitrate"), "{:,.0f}")
    yield _number(stream.totals.get("packets"), "{:,.0f}")
    yield _number(None if lost is None else lost * 100, "{:.2f} %")
    yield _number(means.get("jitter_in_ms"), "{:.1f} ms")
    yield _number(means.get("rtt_in_ms"), "{:.1f} ms")
    yield _number(frames, "{:.1f}")
    yield f"{stream.frame_width}x{stream.frame_height}" if stream.frame_width else ""


_FRAME_RATES = {"send": {"frame_rate_sent"}, "recv": {"frame_rate_received"}}


def _number(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value).replace(",", " ")


def _diagnostics(out: Console, rows: Mapping[str, ParticipantDiagnostics]) -> None:
    shown = [
        (row.call_id or "", _who(out, row.participant or ""), clock(each.at), each.diagnostic, each.value)
        for row in rows.values()
        for each in row.history
    ]
    table(out, "call", "participant", "at (UTC)", "diagnostic", "says", rows=shown)
    out.print()


def _speakers(out: Console, rows: Mapping[str, Speakers]) -> None:
    shown = [
        (
            row.call_id or "",
            str(row.ranking.index(who) + 1) if who in row.ranking else "",  # who left has no place
            _who(out, who),
            "speaks" if row.is_speaking(who) else "",
            f"{row.spoken_s.get(who, 0.0):.0f} s",
        )
        for row in rows.values()
        for who in dict.fromkeys((*row.ranking, *row.spoken_s))
    ]
    table(out, "call", "place", "participant", "now", "spoken until now", rows=shown)
    out.print()


def _registrations(out: Console, rows: Mapping[str, PushUser]) -> None:
    shown = [
        (_who(out, row.user or ""), device, state_text(each.state), _clock(each.expires_at))
        for row in rows.values()
        for device, each in row.devices.items()
    ]
    table(out, "user", "device", "state", "expires (UTC)", rows=shown)
    out.print()


def _deadlines(out: Console, rows: Mapping[str, CallDeadlines]) -> None:
    for key, row in rows.items():
        headline(out, f"call {row.call_id or key}", mark(row))
        shown = [
            (
                each.wait,
                "the call" if each.participant is None else _who(out, each.participant),
                clock(each.scheduled_at),
                clock(each.due),
                each.fate,
                _clock(each.ended_at),
            )
            for each in row.records
        ]
        table(out, "deadline", "for", "scheduled (UTC)", "due (UTC)", "fate", "at (UTC)", rows=shown)
        out.print()


def _timelines(out: Console, rows: Mapping[str, Timeline]) -> None:
    for key, row in rows.items():
        more = f"`calltape timeline {key}` shows what each event moved"
        headline(out, f"call {row.call_id or key}", more, mark(row))
        shown = [
            (str(each.version), clock(each.at), each.event, _who(out, each.participant or ""))
            for each in row.entries
        ]
        table(out, "event", "at (UTC)", "name", "participant", rows=shown)
        out.print()


def _capabilities(out: Console, rows: Mapping[str, CallCapabilities]) -> None:
    for key, row in rows.items():
        headline(out, f"call {row.call_id or key}", f"{len(row.changes)} changes", mark(row))
        shown = [
            (_who(out, who), person.role, *_may(row, who)) for who, person in row.call.participants.items()
        ]
        table(out, "participant", "role", "may", "may not", rows=shown)
        out.print()


def _may(row: CallCapabilities, who: RawId) -> tuple[str, str]:
    """What somebody may do, and what not; a reason that all share is said once."""
    found = row.of(who)
    reasons = {each.reason for each in found.values()}
    if len(reasons) == 1:
        (reason,) = reasons
        return ("everything", "") if reason is CapabilityReason.CAPABLE else ("", str(reason))
    may = [name for name, each in found.items() if each.is_present]
    return ", ".join(may), ", ".join(name for name in found if name not in may)


def _visible(out: Console, rows: Mapping[str, CallVideos]) -> None:
    for key, row in rows.items():
        sharing = "" if row.sharer is None else f"{_who(out, row.sharer)} shares"
        headline(out, f"call {row.call_id or key}", f"{row.participants} participants", sharing, mark(row))
        shown = [
            (_who(out, who), "on" if who in row.cameras else "", ", ".join(_who(out, each) for each in sees))
            for who, sees in shown_videos(row).views.items()
        ]
        table(out, "participant", "camera", "sees on a desktop browser", rows=shown)
        out.print()


def _clock(at: Instant | None) -> str:
    return "" if at is None else clock(at)


_TABLES: dict[str, Callable[[Console, Any], None]] = {
    "roster": _rosters,
    "calls": _calls,
    "stats": _stats,
    "diagnostics": _diagnostics,
    "speakers": _speakers,
    "push_ttl": _registrations,
    "history": _histories,
    "deadlines": _deadlines,
    "timeline": _timelines,
    "capabilities": _capabilities,
    "visible_videos": _visible,
}
