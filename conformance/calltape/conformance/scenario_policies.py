"""Looks of scenarios at the pure policies: what a viewer sees, what platforms send and support,
what others are told.

Who has a camera on and who is how dominant are written in the look, as guests by their numbers: they are
inputs of the policy. How many people there are is what the call says.
"""

from collections.abc import Mapping
from typing import Any

from calltape.conformance.scenario_stage import START, ScenarioFailed, Stage, person, same
from calltape.core import (
    SECOND,
    Platform,
    RawId,
    Vocabulary,
    environment_info,
    later,
    meets_minimum,
    say_reason,
    support,
    visible_videos,
)
from calltape.core.optimal_video_count import (
    OvcChangeReason,
    VideoCountChange,
    best_video_count,
    due_at,
    first_video_count,
    look_again,
    take_best,
)
from calltape.core.video_platforms import (
    Picture,
    receive_height_max_px,
    rendered_videos_max,
    send_height_max_px,
)
from calltape.core.video_policy import grid


def look_at_views(stage: Stage, wanted: list[Mapping[str, Any]]) -> None:
    """What one guest sees on one platform: who, how many at most, in which grid."""
    people = stage.call.present
    for view in wanted:
        platform = Platform(view["on"])
        first, last = view["cameras"]
        seen = visible_videos(
            _guest(view["by"]),
            platform=platform,
            participants=people,
            cameras=[_guest(number) for number in range(first, last + 1)],
            dominance=[_guest(number) for number in view["dominant"]],
            limits=stage.limits,
        )
        rows, columns = grid(platform, people, stage.limits)
        found = {
            "sees": [int(who.rpartition("-")[2]) for who in seen],
            "videos": rendered_videos_max(platform, people, stage.limits),
            "shares": stage.limits.rendered_shares_max,
            "grid": f"{rows}x{columns}",
        }
        expected = {key: view[key] for key in found if key in view}
        same(f"the view on {platform}", {key: found[key] for key in expected}, expected)


def look_at_heights(stage: Stage, wanted: Mapping[str, list[int]]) -> None:
    """The tallest video sent, share sent and picture received on each platform, in pixels."""
    found = {
        name: [
            send_height_max_px(Platform(name), Picture.VIDEO, stage.limits),
            send_height_max_px(Platform(name), Picture.SCREEN_SHARE, stage.limits),
            receive_height_max_px(Platform(name), stage.limits),
        ]
        for name in wanted
    }
    same("the heights", found, dict(wanted))


def look_at_supported(wanted: Mapping[str, str]) -> None:
    """What the tables say of a capability on a platform, by "capability platform"."""
    found: dict[str, str] = {}
    for asked in wanted:
        name, _, place = asked.rpartition(" ")
        found[asked] = str(support(name, Platform(place)))
    same("what is supported", found, dict(wanted))


def look_at_optimal_counts(stage: Stage, wanted: list[Mapping[str, Any]]) -> None:
    """What a viewer is told of how many videos to show, when this is measured: "second best reason"."""
    for each in wanted:
        on, people = Platform(each["on"]), each["people"]
        state = first_video_count(on, people, stage.limits)
        told: list[VideoCountChange | None] = []
        for measured in each["measured"]:
            second, count, why = measured.split(" ")
            at = later(START, float(second))
            while (due := due_at(state, stage.limits)) is not None and due <= at:
                state, change = look_again(state, due, stage.limits)
                told.append(change)
            reason = OvcChangeReason(why)
            best, reason = best_video_count(
                int(count), reason, platform=on, participants=people, limits=stage.limits
            )
            state, change = take_best(state, best, reason, at, stage.limits)
            told.append(change)
        found = [
            f"{(each.at - START) / SECOND:g} {each.before} {each.after} {each.reason}"
            for each in told
            if each is not None
        ]
        same("the optimal video counts", found, list(each["told"]))


def look_at_minimums(wanted: Mapping[str, bool]) -> None:
    """Whether a version of something will do, by "platform what version"."""
    found: dict[str, bool] = {}
    for asked in wanted:
        place, of, version = asked.split(" ")
        found[asked] = meets_minimum(Platform(place), of, tuple(map(int, version.split("."))))
    same("which versions will do", found, dict(wanted))


def look_at_environments(wanted: list[Mapping[str, Any]]) -> None:
    """What is said of a browser on a system, the newest releases being given."""
    for each in wanted:
        version = tuple(each["version"]) if "version" in each else None
        released = [tuple(release) for release in each.get("released", ())]
        info = environment_info(each["system"], each["browser"], version, released)
        found: dict[str, object] = {
            "is": {True: "supported", False: "not supported", None: "unknown"}[info.is_supported_environment],
            "is_preview": info.is_preview,
            "platform": str(info.platform or ""),
        }
        expected = {key: each[key] for key in found if key in each}
        what = f"{each['browser']} on {each['system']}"
        same(what, {key: found[key] for key in expected}, expected)


def look_at_told(stage: Stage, wanted: Mapping[str, Mapping[str, int]]) -> None:
    """What other systems are told of why each left, by vocabulary."""
    for name, values in wanted.items():
        reason = stage.call.participants[person(name)].end_reason
        if reason is None:
            raise ScenarioFailed(f"what others are told: {name} has not left")
        found = {said: say_reason(Vocabulary(said), reason).value for said in values}
        same(f"what others are told of {name}", found, dict(values))


def _guest(number: int) -> RawId:
    """The guest of that number."""
    return person("guest", number)
