"""Videos and shares: laws over every place and along walks, and what scenarios cannot say."""

from collections.abc import Iterable

import attrs
import pytest
from hypothesis import given

from calltape.conformance.exploring import Place
from calltape.conformance.strategies import ALICE, BOB, GROUP_ID, NAMELESS, START, endpoints, histories
from calltape.core import (
    EVENTS,
    Call,
    CallId,
    CallState,
    Command,
    CorruptHistory,
    Event,
    Join,
    Participant,
    ParticipantState,
    ReportMediaConnected,
    ReportShareStarted,
    ReportVideoStarted,
    ShareStopped,
    ShareSurface,
    StartShare,
    StartVideo,
    StopVideo,
    Stream,
    StreamKind,
    StreamState,
    VideoStarted,
    decide,
    digest,
    evolve,
    owed,
)
from calltape.core.effects import StartMediaStream, StopMediaStream

pytestmark = pytest.mark.property


def given_to(call: Call, commands: Iterable[Command]) -> Call:
    for command in commands:
        for event in decide(call, command):
            evolve(call, event)
    return call


def alone() -> Call:
    joined = Join(
        id=NAMELESS,
        at=START,
        call_id=CallId("call-1"),
        participant=ALICE,
        endpoint=endpoints(ALICE)[0],
        group_id=GROUP_ID,
    )
    return given_to(Call(), [joined, ReportMediaConnected(id=NAMELESS, at=START, participant=ALICE)])


def sharers(call: Call) -> list[Participant]:
    kind = StreamKind.SCREEN_SHARING
    return [p for p in call.participants.values() if kind in p.streams and p.streams[kind].is_available]


def one_share(call: Call) -> bool:
    return [person.id for person in sharers(call)] == ([] if call.sharer is None else [call.sharer])


def no_share_on_hold(call: Call) -> bool:
    holders = [p for p in call.participants.values() if p.call_state is CallState.LOCAL_HOLD]
    return not any(StreamKind.SCREEN_SHARING in person.streams for person in holders)


def gone_send_nothing(call: Call) -> bool:
    gone = [p for p in call.participants.values() if p.state is ParticipantState.DISCONNECTED]
    return not any(person.streams or person.video_until or person.share_until for person in gone)


def test_one_share_is_seen_at_a_time(places: tuple[Place, ...]) -> None:
    assert {place.call.sharer for place in places} >= {None, ALICE, BOB}
    for place in places:
        assert one_share(place.call), place.way


def test_who_holds_shares_nothing(places: tuple[Place, ...]) -> None:
    assert any(place.call.sharer for place in places)
    for place in places:
        assert no_share_on_hold(place.call), place.way


def test_who_left_sends_nothing(places: tuple[Place, ...]) -> None:
    for place in places:
        assert gone_send_nothing(place.call), place.way


@given(histories(max_size=40))
def test_the_laws_of_streams_along_walks(history: tuple[Event, ...]) -> None:
    call = Call()
    for event in history:
        evolve(call, event)
        assert one_share(call)
        assert no_share_on_hold(call)
        assert gone_send_nothing(call)


def test_what_is_asked_for_is_owed_until_it_is_reported() -> None:
    call = alone()
    shared = StartShare(
        id=NAMELESS, at=START, participant=ALICE, surface=ShareSurface.TAB, with_audio=True, source="notes"
    )
    given_to(call, [StartVideo(id=NAMELESS, at=START, participant=ALICE, source="front camera"), shared])
    desk = endpoints(ALICE)[0]
    video = StartMediaStream(participant=ALICE, endpoint=desk, kind=StreamKind.VIDEO, source="front camera")
    share = StartMediaStream(
        participant=ALICE,
        endpoint=desk,
        kind=StreamKind.SCREEN_SHARING,
        source="notes",
        surface=ShareSurface.TAB,
        with_audio=True,
    )
    assert owed(call) == (video, share)
    given_to(call, [ReportShareStarted(id=NAMELESS, at=START, participant=ALICE)])
    assert owed(call) == (video,)
    given_to(
        call,
        [
            ReportVideoStarted(id=NAMELESS, at=START, participant=ALICE),
            StopVideo(id=NAMELESS, at=START, participant=ALICE),
        ],
    )
    assert owed(call) == (StopMediaStream(participant=ALICE, endpoint=desk, kind=StreamKind.VIDEO),)


@pytest.mark.parametrize("state", StreamState)
def test_a_stream_that_stops_can_still_be_looked_at(state: StreamState) -> None:
    assert Stream(state=state).is_available is (state in {StreamState.STARTED, StreamState.STOPPING})


def test_an_outcome_without_a_wish_is_a_corrupt_history() -> None:
    call = alone()
    before = digest(call)
    with pytest.raises(CorruptHistory, match="video_stream") as found:
        evolve(call, VideoStarted(participant=ALICE))
    assert (found.value.state, found.value.accepted) == ("Stopped", ("video.requested",))
    assert digest(call) == before


def test_where_a_picture_comes_from_is_personal() -> None:
    for name in ("video.requested", "video.source_switched", "share.requested"):
        (source,) = (field for field in attrs.fields(EVENTS[name]) if field.name == "source")
        assert source.metadata["personal"], name


def test_who_took_over_is_told() -> None:
    bob = Join(
        id=NAMELESS,
        at=START,
        call_id=CallId("call-1"),
        participant=BOB,
        endpoint=endpoints(BOB)[0],
        group_id=GROUP_ID,
    )
    call = given_to(alone(), [bob, ReportMediaConnected(id=NAMELESS, at=START, participant=BOB)])
    for who in (ALICE, BOB):
        given_to(call, [StartShare(id=NAMELESS, at=START, participant=who)])
    given_to(call, [ReportShareStarted(id=NAMELESS, at=START, participant=ALICE)])
    stopped, _ = decide(call, ReportShareStarted(id=NAMELESS, at=START, participant=BOB))
    assert isinstance(stopped, ShareStopped)
    assert (stopped.participant, stopped.by) == (ALICE, BOB)
