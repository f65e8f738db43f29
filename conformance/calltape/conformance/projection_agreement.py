"""What calltape's own projections are held against: the core's folds, or all samples at once."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from calltape.core import (
    SECOND,
    Call,
    CallId,
    DiagnosticChanged,
    DominantSpeakersChanged,
    MediaSampled,
    Platform,
    PushBook,
    RawId,
    Recorded,
    RemoteDiagnosticSent,
    RemoteDiagnosticsSwitched,
    StreamKind,
    StreamSample,
    TransferRequested,
    capabilities,
    deadlines,
    evolve,
    evolve_push,
    moves,
    rendered_videos_max,
    replay,
)
from calltape.projections import (
    ROSTER,
    Aggregate,
    CallCapabilities,
    CallDeadlines,
    CallHistory,
    CallRecord,
    CallVideos,
    Fate,
    ParticipantDiagnostics,
    ParticipantStats,
    PushUser,
    Roster,
    Speakers,
    Timeline,
    View,
)

History = Sequence[Recorded]


def _calls(history: History) -> dict[str, list[Recorded]]:
    found: dict[str, list[Recorded]] = {}
    for each in history:
        if each.stream.startswith("call-"):
            found.setdefault(each.stream.removeprefix("call-"), []).append(each)
    return found


def _heard(history: History) -> dict[CallId, DominantSpeakersChanged]:
    """Who was last said to speak in each call."""
    said = (each.event for each in history)
    return {fact.call_id: fact for fact in said if isinstance(fact, DominantSpeakersChanged)}


def _roster_agrees(rows: Mapping[str, Roster], history: History) -> None:
    heard = _heard(history)
    assert rows.keys() == _calls(history).keys() | heard.keys()
    for key, tape in _calls(history).items():
        row, call = rows[key], replay(each.event for each in tape)
        assert row.illegal_version is None, f"{key}: a legal history is called illegal"
        assert (row.call_id, row.kind, row.group_id, row.starter) == (
            call.id,
            call.kind,
            call.group_id,
            call.starter,
        )
        assert (row.state, row.is_answered, row.ended_at is not None) == (
            call.state,
            call.is_answered,
            call.is_over,
        )
        assert row.end_reason == (call.end_reason if call.is_over else None)
        assert list(row.participants) == list(call.participants)
        for who, person in call.participants.items():
            shown: Any = row.participants[who]
            for facet in _SHOWN:
                assert getattr(shown, facet) == getattr(person, facet), f"{key}, {who}: {facet} differs"
            assert shown.spotlight == (who in call.spotlighted), f"{key}, {who}: spotlight differs"
            speaks = person.is_present and key in heard and who in heard[CallId(key)].speaking
            assert shown.is_speaking == speaks, f"{key}, {who}: whether they speak differs"


_SHOWN = (
    "id",
    "state",
    "call_state",
    "role",
    "is_muted",
    "is_media_lost",
    "hand",
    "streams",
    "display_name",
    "other",
    "end_reason",
    "is_present",
)


def _calls_agree(rows: Mapping[str, CallRecord], history: History) -> None:
    assert rows.keys() == _calls(history).keys()
    for key, tape in _calls(history).items():
        row, call = rows[key], replay(each.event for each in tape)
        assert (row.call_id, row.kind, row.group_id) == (call.id, call.kind, call.group_id)
        assert list(row.participants) == list(call.participants)
        assert row.events == len(tape)
        assert row.started_at == tape[0].at
        assert row.ended_at == (tape[-1].at if call.is_over else None)
        assert row.end_reason == (call.end_reason if call.is_over else None)


def _history_agrees(rows: Mapping[str, CallHistory], history: History) -> None:
    assert rows.keys() == _calls(history).keys()
    for key, tape in _calls(history).items():
        row, call = rows[key], replay(each.event for each in tape)
        assert (row.call_id, row.kind, row.starter) == (call.id, call.kind, call.starter)
        assert list(row.participants) == list(call.participants)
        assert row.end_reason == (call.end_reason if call.is_over else None)
        connected = 0
        for who, person in call.participants.items():
            stay = row.participants[who][-1]
            assert (stay.state, stay.end_reason) == (person.state, person.end_reason), f"{key}, {who}"
            assert (stay.left_at is None) is person.is_present
            connected += person.state in {"Connected", "Hold"}
            for each in row.participants[who]:
                lengths = (each.ring_s or 0.0, each.talk_s or 0.0)
                assert min(lengths) >= 0
                assert each.left_at is None or sum(lengths) <= (each.left_at - each.entered_at) / SECOND
        assert row.connected == connected
        assert (row.talking_since is not None) is (connected > 1)
        asked = [each.event for each in tape if isinstance(each.event, TransferRequested)]
        assert [each.new_call for each in row.transfers] == [each.new_call for each in asked]


def _deadlines_agree(rows: Mapping[str, CallDeadlines], history: History) -> None:
    assert rows.keys() == _calls(history).keys()
    for key, tape in _calls(history).items():
        row, call = rows[key], replay(each.event for each in tape)
        assert row.illegal_version is None
        running = {(each.wait, each.participant): each.due for each in row.records if each.ended_at is None}
        assert running == {tuple(each): due for each, due in deadlines(call).items()}, f"{key}: what runs"
        for each in row.records:
            assert (each.fate is Fate.RUNNING) is (each.ended_at is None)
            assert each.ended_at is None or each.scheduled_at <= each.ended_at
            is_early = each.ended_at is not None and each.ended_at < each.due
            assert not (is_early and each.fate is Fate.FIRED), f"{key}: {each.wait} fired before it was due"


def _timeline_agrees(rows: Mapping[str, Timeline], history: History) -> None:
    assert rows.keys() == _calls(history).keys()
    for key, tape in _calls(history).items():
        row, call = rows[key], Call()
        assert row.illegal_version is None
        assert [(each.version, each.at) for each in row.entries] == [(each.version, each.at) for each in tape]
        for entry, recorded in zip(row.entries, tape, strict=True):
            assert entry.moves == moves(call, recorded.event)
            assert entry.event == recorded.event.name
            evolve(call, recorded.event)
        assert row.call == call


def _capabilities_agree(rows: Mapping[str, CallCapabilities], history: History) -> None:
    assert rows.keys() == _calls(history).keys()
    for key, tape in _calls(history).items():
        row, call = rows[key], replay(each.event for each in tape)
        assert row.illegal_version is None
        told = {who: dict(capabilities(call, _NOBODY)) for who in call.participants}
        for change in row.changes:
            changed = row.changed(change)
            assert changed, f"{key}: a change of nothing is told"
            assert all(told[change.participant][name] != now for name, now in changed.items())
            told[change.participant] |= changed
        for who in call.participants:
            assert row.of(who) == capabilities(call, who)
            assert told[who] == row.of(who), f"{key}, {who}: the changes do not add up"


_NOBODY = RawId("")


def _visible_agree(rows: Mapping[str, CallVideos], history: History) -> None:
    """Against the roster, which folds streams on its own."""
    view = View(ROSTER)
    view.advance(history)
    assert rows.keys() == _calls(history).keys()
    for key, row in rows.items():
        roster = view.rows[key]
        people = roster.participants.values()
        sending = {
            each.id
            for each in people
            if (video := each.streams.get(StreamKind.VIDEO)) is not None and video.is_available
        }
        assert row.cameras.keys() == sending, f"{key}: whose camera is on"
        assert list(row.cameras.values()) == sorted(row.cameras.values())
        assert row.participants == sum(each.is_present for each in people)
        for who in roster.participants:
            for platform in Platform:
                seen = row.seen_by(who, platform)
                assert set(seen) <= sending - {who}
                assert len(seen) == min(len(sending - {who}), rendered_videos_max(platform, row.participants))


def _push_agrees(rows: Mapping[str, PushUser], history: History) -> None:
    books: dict[str, PushBook] = {}
    for each in history:
        if each.stream.startswith("push-"):
            user = each.stream.removeprefix("push-")
            evolve_push(books.setdefault(user, PushBook()), each.event)
    assert rows.keys() == books.keys()
    for user, book in books.items():
        assert {name: device.state for name, device in rows[user].devices.items()} == book.devices
        for name, due in book.expires.items():
            assert rows[user].devices[name].expires_at == due


def _stats_agree(rows: Mapping[str, ParticipantStats], history: History) -> None:
    """Against all samples at once: the way that needs them all in memory."""
    taken: dict[tuple[str, str], list[StreamSample]] = {}
    for each in history:
        if isinstance(each.event, MediaSampled):
            for sample in each.event.streams:
                key = f"{each.event.call_id}/{each.event.participant}"
                taken.setdefault((key, f"{sample.kind}/{sample.direction}"), []).append(sample)
    assert {(key, of) for key, row in rows.items() for of in row.streams} == taken.keys()
    for (key, of), samples in taken.items():
        stream = rows[key].streams[of]
        assert stream.samples == len(samples)
        bitrates = [float(sample.bitrate) for sample in samples if sample.bitrate is not None]
        shown = stream.aggregates.get("bitrate", Aggregate())
        assert (shown.count, shown.sum) == (len(bitrates), sum(bitrates))
        assert (shown.min, shown.max) == (min(bitrates, default=None), max(bitrates, default=None))
        assert stream.totals.get("packets", 0) == sum(
            _counted([s.packets for s in samples if s.id == name and s.packets is not None])
            for name in {sample.id for sample in samples}
        )


def _counted(values: list[int]) -> int:
    """What a counter counted that may begin again at zero."""
    return sum(value if value < before else value - before for before, value in pairwise((0, *values)))


def _diagnostics_agree(rows: Mapping[str, ParticipantDiagnostics], history: History) -> None:
    said: dict[str, dict[str, object]] = {}
    for each in history:
        match each.event:
            case DiagnosticChanged() as fact:
                said.setdefault(f"{fact.call_id}/{fact.participant}", {})[fact.diagnostic] = fact.value
            case RemoteDiagnosticSent() | RemoteDiagnosticsSwitched() as fact:
                said.setdefault(f"{fact.call_id}/{fact.participant}", {})
            case _:
                pass
    assert {key: row.values for key, row in rows.items()} == said


def _speakers_agree(rows: Mapping[str, Speakers], history: History) -> None:
    last = _heard(history)
    assert {key: row.ranking for key, row in rows.items()} == {
        key: fact.speakers for key, fact in last.items()
    }
    for key, row in rows.items():
        assert set(row.speaking_since) == set(last[CallId(key)].speaking), f"{key}: who speaks"
        assert all(spoken_s >= 0 for spoken_s in row.spoken_s.values())


AGREEMENTS: Mapping[str, Callable[[Mapping[str, Any], History], None]] = MappingProxyType(
    {
        "roster": _roster_agrees,
        "calls": _calls_agree,
        "push_ttl": _push_agrees,
        "stats": _stats_agree,
        "diagnostics": _diagnostics_agree,
        "speakers": _speakers_agree,
        "history": _history_agrees,
        "deadlines": _deadlines_agree,
        "timeline": _timeline_agrees,
        "capabilities": _capabilities_agree,
        "visible_videos": _visible_agree,
    }
)
"""What each of calltape's projections is held against."""
