"""What platforms send and receive, by hand; and what is said of a file that is not whole."""

import json
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from calltape.core.errors import BadSpec
from calltape.core.limits import LIMITS
from calltape.core.video_platforms import (
    VIDEO,
    Picture,
    Platform,
    Version,
    load_video_rows,
    read_video_rows,
    receive_height_max_px,
    send_height_max_px,
    simulcast_layers_max,
)

pytestmark = pytest.mark.example

WEB, MOBILE, IOS, ANDROID, WINDOWS = Platform


@pytest.mark.parametrize(
    ("platform", "video", "share", "received"),
    [
        (WEB, 720, 1080, 1080),
        (MOBILE, 720, 1080, 1080),
        (IOS, 720, 1080, 1080),
        (ANDROID, 720, 1080, 1080),
        (WINDOWS, 1080, 1080, 1080),
    ],
)
def test_resolutions(platform: Platform, video: int, share: int, received: int) -> None:
    assert send_height_max_px(platform, Picture.VIDEO) == video
    assert send_height_max_px(platform, Picture.SCREEN_SHARE) == share
    assert receive_height_max_px(platform) == received


def test_the_newer_web_line_is_a_named_limit() -> None:
    limits = LIMITS.with_(send_video_height_web_px=1080)
    assert send_height_max_px(WEB, Picture.VIDEO, limits) == 1080
    assert send_height_max_px(IOS, Picture.VIDEO, limits) == 720


@pytest.mark.parametrize(
    ("platform", "browser", "version", "layers"),
    [
        (WEB, "", None, 2),
        (WEB, "chrome", None, 2),
        (WEB, "chrome", (1, 37, 1), 2),
        (WEB, "chrome", (1, 37, 2), 3),
        (WEB, "edge", (2, 0, 0), 3),
        (WEB, "firefox", (2, 0, 0), 2),
        (WEB, "safari", (2, 0, 0), 1),
        (MOBILE, "chrome", (2, 0, 0), 1),
        (IOS, "", None, 1),
        (ANDROID, "", None, 1),
        (WINDOWS, "", None, 1),
    ],
)
def test_simulcast_layers(platform: Platform, browser: str, version: Version | None, layers: int) -> None:
    assert simulcast_layers_max(platform, browser=browser, version=version) == layers


def test_the_ladders() -> None:
    assert VIDEO.receive_heights_px == (1080, 720, 540, 360, 240)
    assert VIDEO.simulcast_heights_px == (720, 540, 360, 240, 180)


def test_only_native_simulcast_is_inferred() -> None:
    assert {row.platform for row in VIDEO.simulcast if row.status == "inferred"} == {IOS, ANDROID, WINDOWS}
    assert load_video_rows() is VIDEO


def spec(name: str) -> str:
    return files("calltape.specs").joinpath(name).read_text(encoding="utf-8")


def test_the_file_meets_its_schema() -> None:
    schema: dict[str, Any] = json.loads(spec("schemas/video.schema.json"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    document = tomllib.loads(spec("video.toml"))
    validator.validate(document)
    assert not validator.is_valid({**document, "ladders": {}})
    assert not validator.is_valid({**document, "simulcast": [{**document["simulcast"][0], "layers": 2}]})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[platforms.ios]", "[platforms.ios", r"video\.toml is not TOML"),
        ("[platforms.ios]", "[platforms.kiosk]", "must hold platforms .*look at .*ios"),
        ('send_video = "send_video_height_ios_px"', "", "must hold platforms .*send_video"),
        ("[ladders.receive]", "[ladders.received]", "must hold .*look at 'receive'"),
        ("[1080, 720, 540, 360, 240]", "[240, 360]", r"ladders\.receive must go down"),
        ("[1080, 720, 540, 360, 240]", "[720, 720]", r"ladders\.receive must go down"),
        ("[1080, 720, 540, 360, 240]", "[]", r"ladders\.receive must list whole numbers"),
        ("[1080, 720, 540, 360, 240]", "[1080.5]", r"ladders\.receive must list whole numbers"),
        ('"rendered_videos_mobile_web_max"', '"videos_max"', "names the limit 'videos_max'"),
        ('"simulcast_layers_web_newer_max"', '"layers_max"', "names the limit 'layers_max'"),
        ('platform = "windows"', 'platform = "ios"', "simulcast has no last row for windows"),
        ('platform = "windows"', 'platform = "kiosk"', "look at 'kiosk' is not a valid Platform"),
    ],
)
def test_a_malformed_file_says_where(old: str, new: str, says: str) -> None:
    text = spec("video.toml")
    assert old in text
    with pytest.raises(BadSpec, match=says):
        read_video_rows(text.replace(old, new, 1))
