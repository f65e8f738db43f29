"""Who is seen by whom, as a view, by hand."""

import pytest

from calltape.conformance.scenario_commands import command_of
from calltape.conformance.scenario_stage import START, Stage, person
from calltape.core import LIMITS, Platform, RawId, Recorded
from calltape.projections import VISIBLE_VIDEOS, CallVideos, Speakers, View, shown_videos

pytestmark = pytest.mark.example


def guest(number: int) -> RawId:
    return person("guest", number)


def row_of(people: int, cameras: range) -> tuple[Stage, CallVideos]:
    """A group of so many, of whom some have turned a camera on, in that order."""
    stage = Stage(LIMITS)
    for do in ("Join", "ReportMediaConnected"):
        for number in range(1, people + 1):
            stage.give(command_of(stage, {"do": do, "who": "guest"}, number))
    for do in ("StartVideo", "ReportVideoStarted"):
        for number in cameras:
            stage.give(command_of(stage, {"do": do, "who": "guest"}, number))
    return stage, advanced(stage)


def advanced(stage: Stage) -> CallVideos:
    view = View(VISIBLE_VIDEOS)
    view.advance(
        Recorded(position=n, stream="call-call-1", version=n, event=event, at=START)
        for n, event in enumerate(stage.emitted, 1)
    )
    return view.rows["call-1"]


def test_the_first_cameras_are_seen_up_to_what_the_platform_shows() -> None:
    _, row = row_of(20, range(20, 0, -1))
    seen = [guest(number) for number in range(20, 1, -1)]
    assert row.seen_by(guest(1), Platform.DESKTOP_WEB) == tuple(seen[:16])
    assert row.seen_by(guest(1), Platform.MOBILE_WEB) == tuple(seen[:4])
    assert row.seen_by(guest(1), Platform.IOS) == tuple(seen[:9])
    assert row.seen_by(guest(1), Platform.MOBILE_WEB, optimal=1) == (guest(20),)


def test_who_speaks_comes_first() -> None:
    _, row = row_of(3, range(1, 4))
    speakers = Speakers(ranking=(guest(3), guest(1)))
    spoken = row.seen_by(guest(1), Platform.DESKTOP_WEB, dominance=speakers.ranking)
    assert spoken == (guest(3), guest(2))


def test_in_a_large_call_four_who_speak_are_seen_and_below_a_hundred_everybody_again() -> None:
    stage, row = row_of(100, range(1, 8))
    speakers = [guest(number) for number in (7, 50, 5, 1, 2, 3)]
    seen = tuple(guest(number) for number in (7, 5, 1, 2))
    assert row.seen_by(guest(99), Platform.DESKTOP_WEB, dominance=speakers) == seen
    assert row.seen_by(guest(99), Platform.DESKTOP_WEB) == (), "nobody was heard"
    stage.give(command_of(stage, {"do": "HangUp", "who": "guest"}, 100))
    assert len(advanced(stage).seen_by(guest(99), Platform.DESKTOP_WEB)) == 7


def test_a_camera_that_goes_off_or_whose_owner_leaves_is_not_seen() -> None:
    stage, _ = row_of(4, range(1, 4))
    for do, number in (("StopVideo", 1), ("ReportVideoStopped", 1), ("HangUp", 2)):
        stage.give(command_of(stage, {"do": do, "who": "guest"}, number))
    row = advanced(stage)
    assert list(row.cameras) == [guest(3)]
    shown = shown_videos(row)
    assert shown.views == {guest(1): (guest(3),), guest(3): (), guest(4): (guest(3),)}
    assert (shown.participants, shown.most[Platform.MOBILE_WEB]) == (3, 4)


def test_a_camera_that_is_only_asked_for_is_not_seen_yet() -> None:
    stage, _ = row_of(2, range(0))
    stage.give(command_of(stage, {"do": "StartVideo", "who": "guest"}, 1))
    assert advanced(stage).cameras == {}
