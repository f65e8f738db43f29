"""The roster of calls told by hand."""

import attrs
import pytest

from calltape.core import (
    SECOND,
    CallAccepted,
    CallEnded,
    CallId,
    CallKind,
    CallPromoted,
    CallStarted,
    CallState,
    DominantSpeakersChanged,
    EndpointId,
    EndReason,
    Event,
    Instant,
    LegClosed,
    MediaLost,
    MediaRestored,
    ParticipantAlerted,
    ParticipantConnected,
    ParticipantHeld,
    ParticipantInvited,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantMuted,
    ParticipantResumed,
    ParticipantState,
    ParticipantUnmuted,
    RawId,
    Recorded,
    Source,
)
from calltape.projections import ROSTER, View
from calltape.projections.call_events import call_of
from calltape.projections.roster_facets import FACETS, WHOLE_FACETS
from calltape.projections.roster_rows import Roster, RosterDelta, apply, delta, present

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = RawId("8:acs:alice"), RawId("8:acs:bob"), RawId("8:acs:carol")
LATER = Instant(1_000 * SECOND)
HUNG_UP = EndReason(code=0, subcode=0, source=Source.LOCAL)
THEIRS = EndReason(code=0, subcode=0, source=Source.REMOTE)


def started(kind: CallKind = CallKind.ONE_TO_ONE, *, waits: bool = True) -> list[Event]:
    return [
        CallStarted(call_id=CallId("c"), kind=kind, starter=ALICE, waits_for_answer=waits, ends_by=LATER),
        ParticipantJoined(
            participant=ALICE,
            endpoint=EndpointId("desk"),
            establish_until=LATER,
            is_muted=True,
            display_name="Alice",
        ),
    ]


RINGING = [
    *started(),
    ParticipantInvited(participant=BOB, by=ALICE, answer_until=LATER),
    ParticipantAlerted(participant=BOB),
]
UP = [
    *RINGING,
    CallAccepted(participant=BOB, is_muted=False, is_first=True),
    ParticipantConnected(participant=ALICE),
    ParticipantConnected(participant=BOB),
]
OVER = [
    *UP,
    ParticipantLeft(participant=BOB, reason=HUNG_UP, teardown_until=LATER),
    ParticipantLeft(participant=ALICE, reason=THEIRS, teardown_until=LATER),
    LegClosed(participant=BOB),
    LegClosed(participant=ALICE),
    CallEnded(reason=HUNG_UP),
]


def tape(events: list[Event]) -> list[Recorded]:
    """One event a second, from second 1."""
    return [
        Recorded(position=n, stream="call-c", version=n, event=event, at=Instant(n * SECOND))
        for n, event in enumerate(events, 1)
    ]


def roster(events: list[Event]) -> Roster:
    view = View(ROSTER)
    view.advance(tape(events))
    return view.rows["c"]


def seen(row: Roster) -> dict[str, tuple[str, str]]:
    return {who: (entry.state, entry.call_state) for who, entry in row.participants.items()}


def test_while_it_rings() -> None:
    row = roster(RINGING)
    assert (row.kind, row.state, row.starter, row.started_at) == (
        CallKind.ONE_TO_ONE,
        CallState.RINGING,
        ALICE,
        1 * SECOND,
    )
    assert seen(row) == {ALICE: ("Connecting", "Ringing"), BOB: ("Ringing", "None")}
    assert row.participants[ALICE].is_muted
    assert row.participants[ALICE].display_name == "Alice"
    assert row.participants[ALICE].entered_at == 2 * SECOND
    assert row.participants[ALICE].joined_at is None
    assert row.legs == {CallState.RINGING: 1, CallState.NONE: 1}


def test_while_it_is_up() -> None:
    row = roster(UP)
    assert row.state is CallState.CONNECTED
    assert seen(row) == {ALICE: ("Connected", "Connected"), BOB: ("Connected", "Connected")}
    assert [entry.joined_at for entry in row.participants.values()] == [6 * SECOND, 7 * SECOND]
    assert row.is_answered


def test_a_hold_is_seen_by_the_other_side() -> None:
    row = roster([*UP, ParticipantHeld(participant=BOB)])
    assert seen(row) == {ALICE: ("Connected", "RemoteHold"), BOB: ("Hold", "LocalHold")}
    assert row.state is CallState.LOCAL_HOLD
    row = roster([*UP, ParticipantHeld(participant=ALICE)])
    assert seen(row) == {ALICE: ("Hold", "LocalHold"), BOB: ("Connected", "RemoteHold")}


def test_a_promotion_releases_who_was_held() -> None:
    row = roster([*UP, ParticipantHeld(participant=BOB), CallPromoted(by=BOB)])
    assert row.kind is CallKind.GROUP
    assert seen(row)[ALICE] == ("Connected", "Connected")
    assert row.participants[ALICE].other is None


def test_mute_and_media() -> None:
    row = roster([*UP, ParticipantUnmuted(participant=ALICE), ParticipantMuted(participant=BOB)])
    assert [entry.is_muted for entry in row.participants.values()] == [False, True]
    lost = [*UP, MediaLost(participant=BOB, reconnect_until=LATER)]
    assert roster(lost).participants[BOB].is_media_lost
    assert not roster([*lost, MediaRestored(participant=BOB)]).participants[BOB].is_media_lost


def test_who_resumes_joined_when_they_first_did() -> None:
    row = roster([*UP, ParticipantHeld(participant=BOB), ParticipantResumed(participant=BOB)])
    assert (row.participants[BOB].state, row.participants[BOB].joined_at) == ("Connected", 7 * SECOND)


def test_somebody_may_accept_muted() -> None:
    row = roster([*RINGING, CallAccepted(participant=BOB, is_muted=True, is_first=True)])
    assert row.participants[BOB].is_muted


def test_when_it_is_over() -> None:
    row = roster(OVER)
    assert (row.state, row.ended_at, row.end_reason) == (CallState.DISCONNECTED, 12 * SECOND, HUNG_UP)
    assert seen(row) == {ALICE: ("Disconnected", "Disconnected"), BOB: ("Disconnected", "Disconnected")}
    assert [(e.left_at, e.end_reason) for e in row.participants.values()] == [
        (9 * SECOND, THEIRS),
        (8 * SECOND, HUNG_UP),
    ]


def test_who_comes_back_starts_anew_in_their_old_place() -> None:
    group = [*started(CallKind.GROUP, waits=False), ParticipantConnected(participant=ALICE)]
    bob = ParticipantJoined(participant=BOB, endpoint=EndpointId("m"), establish_until=LATER)
    left = [
        *group,
        bob,
        ParticipantJoined(participant=CAROL, endpoint=EndpointId("m"), establish_until=LATER),
        ParticipantConnected(participant=BOB),
        ParticipantLeft(participant=BOB, reason=HUNG_UP, teardown_until=LATER),
        LegClosed(participant=BOB),
    ]
    row = roster([*left, bob])
    assert list(row.participants) == [ALICE, BOB, CAROL]
    entry = row.participants[BOB]
    assert (entry.state, entry.entered_at, entry.joined_at, entry.left_at, entry.end_reason) == (
        ParticipantState.CONNECTING,
        9 * SECOND,
        None,
        None,
        None,
    )
    assert sum(row.legs.values()) == 3


@pytest.mark.parametrize(
    "illegal",
    [
        ParticipantHeld(participant=CAROL),
        CallEnded(reason=HUNG_UP),
        started()[0],
        ParticipantInvited(participant=BOB, by=ALICE, answer_until=LATER),
        LegClosed(participant=ALICE),
    ],
    ids=lambda fact: fact.name,
)
def test_what_is_not_legal_stops_the_roster_and_says_so(illegal: Event) -> None:
    legal = roster(UP)
    row = roster([*UP, illegal, ParticipantMuted(participant=BOB)])
    assert row.illegal_version == 8
    assert attrs.evolve(row, illegal_version=None) == legal


def test_nothing_can_follow_the_end_or_come_before_the_start() -> None:
    rejoin = ParticipantJoined(participant=CAROL, endpoint=EndpointId("m"), establish_until=LATER)
    assert roster([*OVER, rejoin]).illegal_version == 13
    assert roster([rejoin]).illegal_version == 1
    assert roster([CallPromoted(by=ALICE)]).illegal_version == 1


def test_deltas() -> None:
    view = View(ROSTER)
    history = tape(OVER)
    view.advance(history[:4])
    ringing = view.rows["c"].copy()
    first = delta(None, ringing)
    assert [entry.id for entry in first.added] == [ALICE, BOB]
    assert (first.removed, first.changed) == ((), ())
    view.advance(history[:8])
    second = delta(ringing, view.rows["c"])
    assert [(e.id, e.end_reason) for e in second.removed] == [(BOB, HUNG_UP)]
    assert [(e.id, e.state) for e in second.changed] == [(ALICE, ParticipantState.CONNECTED)]
    assert second.added == ()
    assert apply(apply({}, first), second) == present(view.rows["c"]) != {}
    assert second
    assert delta(view.rows["c"], view.rows["c"]) == RosterDelta()
    assert not RosterDelta()


def test_a_copy_is_apart() -> None:
    view = View(ROSTER)
    view.advance(tape(UP))
    copy = view.rows["c"].copy()
    view.advance(tape([*UP, ParticipantMuted(participant=BOB), ParticipantHeld(participant=BOB)]))
    assert copy == roster(UP)
    assert view.rows["c"] != copy


def heard(version: int, position: int, *speaking: RawId) -> Recorded:
    fact = DominantSpeakersChanged(call_id=CallId("c"), speakers=speaking, speaking=speaking)
    return Recorded(position=position, stream="speakers-c", version=version, event=fact, at=Instant(position))


def test_who_speaks_is_of_those_who_are_there() -> None:
    view = View(ROSTER)
    history = tape(OVER)
    up, left = history[:7], history[7:8]
    assert view.advance([*up, heard(1, 20, BOB, CAROL)]) == {"c"}
    row = view.rows["c"]
    assert {who: entry.is_speaking for who, entry in row.participants.items()} == {ALICE: False, BOB: True}
    before = row.copy()
    view.advance([heard(2, 21, ALICE, BOB)])
    assert [entry.id for entry in delta(before, row).changed] == [ALICE]
    view.advance([attrs.evolve(each, position=22) for each in left])
    assert [who for who, entry in row.participants.items() if entry.is_speaking] == [ALICE]
    view.advance([heard(3, 23)])
    assert not any(entry.is_speaking for entry in row.participants.values())


def test_what_was_heard_before_is_passed_over() -> None:
    """Positions of another log say nothing, so an observer goes by the version."""
    view = View(ROSTER)
    view.advance([*tape(UP), heard(2, 20, BOB), heard(1, 21, ALICE)])
    assert [who for who, entry in view.rows["c"].participants.items() if entry.is_speaking] == [BOB]


def test_only_known_events_of_calls_count() -> None:
    (first, *_) = tape(UP)
    assert call_of(first) == "c"
    assert call_of(attrs.evolve(first, stream="room-c")) is None
    assert call_of(attrs.evolve(first, event=Event())) is None
    assert set(FACETS).isdisjoint(WHOLE_FACETS)
