"""What each platform shows, sends and receives of video, read from `video.toml`; the numbers are `Limits`."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, cast

import attrs

from calltape.core.errors import BadSpec
from calltape.core.limits import LIMITS, Limits

_FILE = "video.toml"

Version = tuple[int, int, int]
"""A version of the web SDK, such as (1, 37, 2)."""


class Platform(StrEnum):
    """Where an endpoint runs. The overview's tables make these differences."""

    DESKTOP_WEB = "desktop_web"
    MOBILE_WEB = "mobile_web"
    IOS = "ios"
    ANDROID = "android"
    WINDOWS = "windows"


class Picture(StrEnum):
    """What a video stream shows."""

    VIDEO = "video"
    SCREEN_SHARE = "screen_share"


@attrs.frozen(kw_only=True)
class PlatformRow:
    """The names of one platform's limits."""

    rendered_videos: str
    send_video: str
    send_share: str
    receive: str


@attrs.frozen(kw_only=True)
class SimulcastRow:
    """How many sizes of one picture somebody sends at once."""

    platform: Platform
    browsers: tuple[str, ...] = ()
    """In which browsers; empty for all."""

    since: Version | None = None
    """From which version of the web SDK on; None for all."""

    layers: int | str
    """The number, or the name of the limit that holds it."""

    status: Literal["documented", "inferred"]
    source: str
    note: str = ""


@attrs.frozen(kw_only=True)
class VideoRows:
    """The whole file."""

    platforms: Mapping[Platform, PlatformRow]
    receive_heights_px: tuple[int, ...]
    """What can be received, tallest first."""

    simulcast_heights_px: tuple[int, ...]
    """What can be asked of a sender, tallest first."""

    simulcast: tuple[SimulcastRow, ...]


def rendered_videos_max(platform: Platform, participants: int, limits: Limits = LIMITS) -> int:
    """How many incoming videos `platform` can show in a call of so many people; shares come on top.

    Args:
        platform: where the viewer is.
        participants: how many people are in the call, the viewer included.
        limits: the numbers to go by.
    """
    most = _limit(limits, VIDEO.platforms[platform].rendered_videos)
    if participants < limits.large_call_participants_min:
        return most
    return min(most, limits.large_call_rendered_videos_max)


def send_height_max_px(platform: Platform, picture: Picture, limits: Limits = LIMITS) -> int:
    """The tallest picture that `platform` sends."""
    row = VIDEO.platforms[platform]
    return _limit(limits, row.send_video if picture is Picture.VIDEO else row.send_share)


def receive_height_max_px(platform: Platform, limits: Limits = LIMITS) -> int:
    """The tallest picture that `platform` receives, video and share alike."""
    return _limit(limits, VIDEO.platforms[platform].receive)


def simulcast_layers_max(
    platform: Platform, *, browser: str = "", version: Version | None = None, limits: Limits = LIMITS
) -> int:
    """How many sizes of one video a sender on `platform` sends at once; 1 means no simulcast.

    Args:
        platform: where the sender is.
        browser: its browser in small letters, for example ``edge``; empty where unknown or none.
        version: its web SDK; None where unknown, and then no newer version is assumed.
        limits: the numbers to go by.
    """
    row = next(row for row in VIDEO.simulcast if _fits(row, platform, browser, version))
    return row.layers if isinstance(row.layers, int) else _limit(limits, row.layers)


def read_video_rows(text: str) -> VideoRows:
    """The rows of a file given as TOML text.

    Raises:
        BadSpec: it is not TOML, a platform is missing, a row is malformed or names no limit.
    """
    try:
        document = tomllib.loads(text)
        read = VideoRows(
            platforms=MappingProxyType(
                {name: PlatformRow(**document["platforms"][name]) for name in Platform}
            ),
            receive_heights_px=_ladder(document, "receive"),
            simulcast_heights_px=_ladder(document, "simulcast"),
            simulcast=tuple(_simulcast(row) for row in document["simulcast"]),
        )
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"{_FILE} is not TOML: {error}; correct that line") from error
    except (KeyError, TypeError, ValueError) as error:
        wanted = f"platforms ({', '.join(Platform)}), ladders (receive, simulcast) and simulcast"
        raise BadSpec(f"{_FILE} must hold {wanted}, each whole; look at {error}") from error
    _check(read)
    return read


def _ladder(document: Mapping[str, Any], name: str) -> tuple[int, ...]:
    """The heights of one ladder, tallest first."""
    heights = tuple(cast("list[int]", document["ladders"][name]["heights_px"]))
    if not heights or any(type(height) is not int for height in heights):
        raise BadSpec(f"{_FILE}: ladders.{name} must list whole numbers of pixels")
    if list(heights) != sorted(set(heights), reverse=True):
        raise BadSpec(f"{_FILE}: ladders.{name} must go down, each height once")
    return heights


def _simulcast(row: Mapping[str, Any]) -> SimulcastRow:
    """One row of the simulcast table."""
    fields = dict(row)
    platform, status = Platform(fields.pop("platform")), fields.pop("is")
    since = cast("Version | None", tuple(fields.pop("since")) if "since" in fields else None)
    browsers = tuple(fields.pop("browsers", ()))
    return SimulcastRow(platform=platform, status=status, since=since, browsers=browsers, **fields)


def _check(read: VideoRows) -> None:
    """Every limit that is named exists, and every platform has a row that fits whatever is not known."""
    named = {name for row in read.platforms.values() for name in attrs.astuple(row)}
    named |= {row.layers for row in read.simulcast if isinstance(row.layers, str)}
    for name in named - {field.name for field in attrs.fields(Limits)}:
        raise BadSpec(f"{_FILE} names the limit {name!r}, which the code does not go by; correct the name")
    for platform in Platform:
        if not any(_fits(row, platform, "", None) for row in read.simulcast):
            raise BadSpec(f"{_FILE}: simulcast has no last row for {platform}; add one without conditions")


def _fits(row: SimulcastRow, platform: Platform, browser: str, version: Version | None) -> bool:
    """Whether the row speaks of this sender."""
    is_new_enough = row.since is None or (version is not None and version >= row.since)
    return row.platform is platform and is_new_enough and (not row.browsers or browser in row.browsers)


def _limit(limits: Limits, name: str) -> int:
    """The limit called `name`; that it exists was checked when the file was read."""
    return int(getattr(limits, name))


@cache
def load_video_rows() -> VideoRows:
    """The rows, read from the file once.

    Raises:
        BadSpec: the file is malformed.
    """
    return read_video_rows(files("calltape.specs").joinpath(_FILE).read_text(encoding="utf-8"))


VIDEO = load_video_rows()
"""What is documented of platforms and pictures."""
