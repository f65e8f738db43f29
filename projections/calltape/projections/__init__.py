"""Views of what was recorded: tables of rows, each row folded on its own.

A view is right when it was built from the log, in whatever batches, with whatever repetitions. It is never
the source of truth: throw it away and build it again.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from calltape.core.media_quality import loss_ratio, poor_marks
from calltape.core.media_totals import Aggregate, Link, ParticipantStats, StreamStats, TransportStats

from .calls import CALLS, CallRecord
from .capabilities import CAPABILITIES, CallCapabilities, CapabilitiesChange
from .deadlines import DEADLINES, CallDeadlines, DeadlineRecord, Fate
from .diagnostics import DIAGNOSED, DiagnosticRecord, ParticipantDiagnostics, group_of
from .history import HISTORY
from .history_rows import CallHistory, Direction, Stay, TransferRecord
from .projection import Projection, View, digest_of
from .pruning import pruned
from .push_ttl import PUSH_TTL, Due, PushDevice, PushUser, reachable, renew_by
from .reconciling import reconcile, seen, take_over
from .roster import ROSTER
from .roster_rows import Roster, RosterDelta, RosterEntry, apply, delta, present
from .speakers import SPEAKERS, Speakers
from .stats import STATS, StreamSummary, summarise
from .timeline import TIMELINE, Timeline, TimelineEntry
from .visible import VISIBLE_VIDEOS, CallVideos, shown_videos
from .watching import Watch

PROJECTIONS: Mapping[str, Projection[Any]] = MappingProxyType(
    {
        each.name: each
        for each in (
            *(ROSTER, CALLS, STATS, DIAGNOSED, SPEAKERS),
            *(PUSH_TTL, HISTORY, DEADLINES, TIMELINE),
            *(CAPABILITIES, VISIBLE_VIDEOS),
        )
    }
)
"""Every projection by name."""

__all__ = [
    "CALLS",
    "CAPABILITIES",
    "DEADLINES",
    "DIAGNOSED",
    "HISTORY",
    "PROJECTIONS",
    "PUSH_TTL",
    "ROSTER",
    "SPEAKERS",
    "STATS",
    "TIMELINE",
    "VISIBLE_VIDEOS",
    "Aggregate",
    "CallCapabilities",
    "CallDeadlines",
    "CallHistory",
    "CallRecord",
    "CallVideos",
    "CapabilitiesChange",
    "DeadlineRecord",
    "DiagnosticRecord",
    "Direction",
    "Due",
    "Fate",
    "Link",
    "ParticipantDiagnostics",
    "ParticipantStats",
    "Projection",
    "PushDevice",
    "PushUser",
    "Roster",
    "RosterDelta",
    "RosterEntry",
    "Speakers",
    "Stay",
    "StreamStats",
    "StreamSummary",
    "Timeline",
    "TimelineEntry",
    "TransferRecord",
    "TransportStats",
    "View",
    "Watch",
    "apply",
    "delta",
    "digest_of",
    "group_of",
    "loss_ratio",
    "poor_marks",
    "present",
    "pruned",
    "reachable",
    "reconcile",
    "renew_by",
    "seen",
    "shown_videos",
    "summarise",
    "take_over",
]
