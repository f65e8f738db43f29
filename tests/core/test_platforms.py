"""What is supported where: the overview's tables copied by hand, cell by cell, and not from our file."""

import pytest

from calltape.core import (
    PLATFORMS,
    BadInput,
    OperatingSystem,
    Platform,
    Support,
    capability_named,
    environment_info,
    is_supported,
    meets_minimum,
    minimum_versions,
    platform_named,
    support,
)

pytestmark = pytest.mark.example

DESKTOP, MOBILE, IOS, ANDROID, WINDOWS = Platform

# JS, Windows, Java (Android), Objective-C (iOS). A tick is +, a cross is -, an empty cell is a dot; the
# figure is the footnote's.
MATRIX = {
    "Place a one-to-one call between two users": "+ + + +",
    "Place a group call with more than two users (up to 100 users)": "+ + + +",
    "Promote a one-to-one call with two users into a group call with more than two users": "+ + + +",
    "Join a group call after it has started": "+ + + +",
    "Invite another VoIP participant to join an ongoing group call": "+ + + +",
    "Turn your video on/off": "+ + + +",
    "Mute/Unmute mic": "+ + + +",
    "Mute other participants": "+ +1 +1 +1",
    "Switch between cameras": "+ + + +",
    "Local hold/un-hold": "+ + + +",
    "Active speaker": "+ + + +",
    "Choose speaker for calls": "+ + + +",
    "Choose microphone for calls": "+ + + +",
    "Show state of a participant (Idle, Early media, Connecting, Connected, On hold, In Lobby, "
    "Disconnected)": "+ + + +",
    "Show state of a call (Early Media, Incoming, Connecting, Ringing, Connected, Hold, Disconnecting, "
    "Disconnected)": "+ + + +",
    "Show if a participant is muted": "+ + + +",
    "Show the reason why a participant left a call": "+ + + +",
    "Share the entire screen from within the application": "+ +2 +2 +2",
    "Share a specific application (from the list of running applications)": "+ +2 - -",
    "Share a web browser tab from the list of open tabs": "+ . . .",
    "Share system audio during screen sharing": "+ - - -",
    "Participant can view remote screen share": "+ + + +",
    "List participants": "+ + + +",
    "Remove a participant": "+ + + +",
    "Place a one-to-one call with a PSTN participant": "+ + + +",
    "Place a group call with PSTN participants": "+ + + +",
    "Promote a one-to-one call with a PSTN participant into a group call": "+ + + +",
    "Dial-out from a group call as a PSTN participant": "+ + + +",
    "Support for early media": "+ + + +",
    "Test your mic, speaker, and camera with an audio testing service (available by calling 8:echo123)": (
        "+ + + +"
    ),
    "Ask for permission to use audio and/or video": "+ + + +",
    "Get camera list": "+ + + +",
    "Set camera": "+ + + +",
    "Get selected camera": "+ + + +",
    "Get microphone list": "+ + -3 -3",
    "Set microphone": "+ + -3 -3",
    "Get selected microphone": "+ + -3 -3",
    "Get speakers list": "+ + -3 -3",
    "Set speaker": "+ + -3 -3",
    "Get selected speaker": "+ + -3 -3",
    "Render single video in many places (local camera or remote stream)": "+ + + +",
    "Set / update scaling mode": "+ + + +",
    "Render remote video stream": "+ + + +",
    "Background Blur": "+ + + +",
    "Custom background image": "+ + + +",
    "Music Mode": "- + + +",
    "Echo cancellation": "- + + +",
    "Noise suppression": "+ + + +",
    "Automatic gain control (AGC)": "- + + +",
    "Push notifications": "+ + + +",
    "Add User-to-User (UUI) or custom headers to a call": "+ - - -",
}
CELLS = {
    "+": Support.YES,
    "+1": Support.PREVIEW,
    "+2": Support.RAW_MEDIA,
    "-": Support.NO,
    "-3": Support.SYSTEM,
    ".": Support.UNSAID,
}
NO_SHARE_IN_MOBILE_BROWSERS = {
    "Share the entire screen from within the application",
    "Share a specific application (from the list of running applications)",
    "Share a web browser tab from the list of open tabs",
    "Share system audio during screen sharing",
}


def test_the_matrix_has_the_rows_of_the_overview_in_its_order() -> None:
    assert [row.title for row in PLATFORMS.capabilities.values()] == list(MATRIX)


@pytest.mark.parametrize("title", MATRIX)
def test_every_cell_is_as_in_the_overview(title: str) -> None:
    web, windows, android, ios = (CELLS[cell] for cell in MATRIX[title].split())
    assert support(title, DESKTOP) is web
    assert support(title, WINDOWS) is windows
    assert support(title, ANDROID) is android
    assert support(title, IOS) is ios
    assert support(title, MOBILE) is (Support.NO if title in NO_SHARE_IN_MOBILE_BROWSERS else web)
    for platform, cell in ((DESKTOP, web), (WINDOWS, windows), (ANDROID, android), (IOS, ios)):
        assert is_supported(title, platform) is (cell in {Support.YES, Support.PREVIEW, Support.RAW_MEDIA})


# Android, iOS, macOS, Windows, Ubuntu/Linux, each with Chrome, Safari, Edge, Firefox, web view, Electron.
BROWSERS = {
    "android": "+ - + - + -",
    "ios": "+ + + - + -",
    "macos": "+ + + + - +",
    "windows": "+ - + + - +",
    "linux": "+ - - - - -",
}
COLUMNS = ("chrome", "safari", "edge", "firefox", "webview", "electron")
IN_PREVIEW = {"firefox", "webview"}


@pytest.mark.parametrize("system", BROWSERS)
def test_every_browser_is_as_in_the_overview(system: str) -> None:
    for browser, cell in zip(COLUMNS, BROWSERS[system].split(), strict=True):
        info = environment_info(system, browser)
        assert info.is_supported_platform
        assert info.is_supported_browser is (cell == "+")
        assert info.is_preview is (cell == "+" and browser in IN_PREVIEW)
        assert info.platform is (MOBILE if system in {"android", "ios"} else DESKTOP)
        assert info.is_supported_environment is (None if cell == "+" else False)


def test_a_system_or_a_browser_that_nobody_lists_is_not_supported() -> None:
    info = environment_info("Haiku", "Chrome", (128,), [(128,)])
    assert (info.system, info.platform, info.is_supported_platform) == (None, None, False)
    assert info.is_supported_environment is False
    assert environment_info("Windows", "WebView2").is_supported_browser is False
    assert environment_info("Ubuntu", "Chrome").system is OperatingSystem.LINUX


@pytest.mark.parametrize(
    ("browser", "version", "is_kept"),
    [
        ("chrome", (130, 0), True),
        ("chrome", (128, 9), True),
        ("chrome", (127, 0), False),
        ("chrome", (131,), True),
        ("safari", (18, 0), True),
        ("safari", (17, 5, 1), True),
        ("safari", (17, 4), False),
        ("chrome", None, None),
    ],
)
def test_the_three_newest_releases_are_supported(
    browser: str, version: tuple[int, ...] | None, is_kept: bool | None
) -> None:
    released: dict[str, list[tuple[int, ...]]] = {
        "chrome": [(127, 0), (130, 1), (128, 0), (128, 1), (129, 0)],
        "safari": [(18, 0), (17, 4), (17, 6), (17, 6, 1), (17, 5)],
    }
    info = environment_info("macOS", browser, version, released[browser])
    assert info.is_supported_browser_version is is_kept
    assert info.is_supported_environment is is_kept


def test_nobody_knows_the_newest_without_a_list() -> None:
    assert environment_info("macOS", "Chrome", (130,)).is_supported_browser_version is None


def test_in_safari_on_ios_the_system_chooses_microphone_and_loudspeaker() -> None:
    for name in ("list_microphones", "set_microphone", "list_speakers", "set_speaker"):
        asked = support(name, MOBILE, system=OperatingSystem.IOS, browser="safari")
        assert asked is Support.SYSTEM
        assert is_supported(name, MOBILE, system=OperatingSystem.IOS, browser="chrome")
        assert is_supported(name, MOBILE, system=OperatingSystem.ANDROID, browser="chrome")
        assert is_supported(name, MOBILE)
    assert is_supported("list_cameras", MOBILE, system=OperatingSystem.IOS, browser="safari")


@pytest.mark.parametrize(
    "text", ["background_blur", "Background Blur", "background-blur", " BACKGROUND  blur"]
)
def test_a_capability_may_be_written_as_people_write_it(text: str) -> None:
    assert capability_named(text).name == "background_blur"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("blur", r"no capability 'blur'; did you mean background_blur\?"),
        ("musik_mode", "did you mean music_mode"),
        ("xyzzy", "`calltape supports` lists them"),
        ("", "no capability ''"),
    ],
)
def test_an_unknown_capability_is_answered_with_the_nearest(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        is_supported(text, WINDOWS)


def test_platforms_have_more_than_one_name() -> None:
    named = {
        name: platform_named(name) for name in ("JS", "web", "mobile-web", "Java", "Objective-C", "windows")
    }
    assert list(named.values()) == [DESKTOP, DESKTOP, MOBILE, ANDROID, IOS, WINDOWS]
    with pytest.raises(BadInput, match="there are desktop_web, mobile_web, ios, android, windows"):
        platform_named("amiga")


def test_the_lowest_versions() -> None:
    found = {
        (row.platform, row.of): row.version for platform in Platform for row in minimum_versions(platform)
    }
    assert found == {
        (ANDROID, "api_level"): (21,),
        (ANDROID, "java"): (7,),
        (ANDROID, "android_studio"): (2, 0),
        (IOS, "ios"): (12, 0),
        (IOS, "ios_build"): (10, 0),
        (IOS, "xcode"): (12, 0),
        (IOS, "ipados"): (13, 0),
    }
    assert meets_minimum(ANDROID, "api_level", (21,))
    assert not meets_minimum(ANDROID, "api_level", (20,))
    assert meets_minimum(IOS, "ios", (12,))
    assert not meets_minimum(IOS, "ios", (11, 4))
    with pytest.raises(
        BadInput, match="no lowest version of 'ios' is known on windows; known there: nothing"
    ):
        meets_minimum(WINDOWS, "ios", (12,))
