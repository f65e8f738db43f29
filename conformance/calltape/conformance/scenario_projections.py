"""Looks of scenarios at views: what an observer that was away takes over, what is told of capabilities, and
whom somebody sees.
"""

from collections.abc import Iterable, Mapping
from heapq import merge
from typing import Any

import attrs

from calltape.conformance.scenario_stage import CAST, ScenarioFailed, Stage, person, same
from calltape.core import CallId, EndReason, Platform
from calltape.projections import (
    CAPABILITIES,
    ROSTER,
    STATS,
    VISIBLE_VIDEOS,
    Projection,
    Roster,
    RosterEntry,
    StreamStats,
    View,
    Watch,
    poor_marks,
    present,
    pruned,
)

_NAMES = {raw: name for name, raw in CAST.items()}


def pair(reason: EndReason | None) -> str:
    """An end reason as scenarios write it: code and subcode; empty for none."""
    if reason is None:
        return ""
    return f"{reason.code}/{'-' if reason.subcode is None else reason.subcode}"


def _row(stage: Stage, projection: Projection[Any]) -> Any:
    """The present call's row in the view of everything recorded of it."""
    view = View(projection)
    view.advance(merge(stage.history, stage.heard.get(stage.about, ()), key=lambda each: each.position))
    return view.rows[stage.about]


def look_at_coming_back(stage: Stage, wanted: Mapping[str, Any]) -> None:
    """What an observer shows that knew the first events of the call and comes back now, and what it is told.

    ``told = false`` is an authority that lists nobody but who is present.
    """
    watch = Watch(CallId(stage.about), person("dave"))
    watch.take(stage.history[: wanted["since"]])
    authority: Roster = _row(stage, ROSTER)
    if not wanted.get("told", True):
        authority = attrs.evolve(authority, participants=present(authority))
    fact = watch.reconciled(authority, len(stage.history))
    if fact is None:
        same("who comes back has something to take over", False, not wanted.get("nothing", False))
        return
    change = watch.come_back(fact)
    found: dict[str, Any] = {
        "sees": {_NAMES[each.id]: str(each.state) for each in present(watch.roster).values()},
        "departed": {_NAMES[each.id]: pair(each.reason) for each in fact.departures},
        "inferred": [_NAMES[each.id] for each in fact.departures if each.is_inferred],
        "added": _names(change.added),
        "removed": _names(change.removed),
        "changed": _names(change.changed),
        "speaking": _names(each for each in present(watch.roster).values() if each.is_speaking),
        "nothing": False,
    }
    expected = {key: each for key, each in wanted.items() if key in found}
    same("who comes back", {key: found[key] for key in expected}, expected)


def _names(entries: Iterable[RosterEntry]) -> list[str]:
    return [_NAMES[entry.id] for entry in entries]


def look_at_seen_speaking(stage: Stage, wanted: list[str]) -> None:
    """Of whom the roster says that they speak, in its order."""
    row: Roster = _row(stage, ROSTER)
    found = _names(each for each in row.participants.values() if each.is_speaking)
    same("of whom the roster says that they speak", found, wanted)


def look_at_stats(stage: Stage, wanted: Mapping[str, Mapping[str, Any]]) -> None:
    """What the samples so far come to, by "who kind direction"; the same after they were pruned."""
    history = stage.kept.get(stage.about, [])
    for each in (history, list(pruned(history))):
        view = View(STATS)
        view.advance(each)
        for asked, figures in wanted.items():
            name, kind, direction = asked.split(" ")
            stream = view.rows[f"{stage.about}/{person(name)}"].streams[f"{kind}/{direction}"]
            same(f"the figures of {asked}", {of: _figure(stream, of) for of in figures}, dict(figures))


def _figure(stream: StreamStats, of: str) -> object:
    """The total of a counter; of another metric least, mean and greatest; or what is poor."""
    if of == "poor":
        return list(poor_marks(stream))
    lay = stream.aggregates.get(of)
    return stream.totals.get(of, "absent") if lay is None else [lay.min, lay.mean, lay.max]


def look_at_changed_capabilities(stage: Stage, wanted: Mapping[str, Mapping[str, Any]]) -> None:
    """What the step changed of somebody's capabilities: how many names, which, and why.

    A person with nothing in the look has none changed.
    """
    row = _row(stage, CAPABILITIES)
    first = len(stage.history) - len(stage.emitted)
    changes = {_NAMES[each.participant]: each for each in row.changes if each.version > first}
    for name, expected in wanted.items():
        if not expected:
            same(f"what changed for {name}", name in changes, False)
            continue
        if name not in changes:
            raise ScenarioFailed(f"what changed for {name}: nothing")
        told = row.changed(changes[name])
        found: dict[str, Any] = {each: str(now.reason) for each, now in told.items()}
        found |= {"because": changes[name].reason or "", "count": len(told)}
        same(f"what changed for {name}", {key: found.get(key) for key in expected}, dict(expected))


def look_at_seen_videos(stage: Stage, wanted: list[Mapping[str, Any]]) -> None:
    """Whose video somebody sees on one platform, by the cameras that are really on."""
    row = _row(stage, VISIBLE_VIDEOS)
    for view in wanted:
        dominance = [person(name) for name in view.get("dominant", [])]
        seen = row.seen_by(person(view["who"]), Platform(view["on"]), dominance=dominance)
        same(f"what {view['who']} sees on {view['on']}", [_NAMES[who] for who in seen], view["sees"])
