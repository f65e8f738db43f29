"""`calltape supports`."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.example


@pytest.mark.parametrize(
    ("capability", "platform", "status", "words"),
    [
        ("background_blur", "web", 0, "Background Blur on desktop_web: supported\n"),
        ("music-mode", "js", 1, "Music Mode on desktop_web: not supported\n"),
        ("mute_others", "ios", 0, "Mute other participants on ios: supported, in public preview\n"),
        ("list_microphones", "android", 1, "use the operating system's own interface"),
        ("share_screen", "windows", 0, "by the raw media interface"),
        ("share_browser_tab", "windows", 1, "not supported, as far as anybody says"),
    ],
)
def test_the_exit_status_is_the_answer(
    capability: str, platform: str, status: int, words: str, run: Callable[..., Any]
) -> None:
    ran = run("supports", capability, platform)
    assert ran.status == status
    assert words in ran.out


def test_the_answer_as_json(run: Callable[..., Any]) -> None:
    ran = run("supports", "Music Mode", "desktop_web", "--json")
    assert ran.status == 1
    assert ran.document == {
        "capability": "music_mode",
        "title": "Music Mode",
        "group": "Audio Effects",
        "platform": "desktop_web",
        "supported": False,
        "support": "no",
    }


def test_all_of_them(run: Callable[..., Any]) -> None:
    document = run("supports", "--json").document
    assert len(document) == 51 * 5
    assert {each["capability"] for each in document if each["group"] == "Video Effects"} == {
        "background_blur",
        "custom_background",
    }
    assert len(run("supports").out.splitlines()) == 52


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("blur", "web"), "did you mean background_blur?"),
        (("background_blur", "amiga"), "there are desktop_web, mobile_web"),
        (("background_blur",), "say where: calltape supports background_blur with one of desktop_web"),
    ],
)
def test_an_unknown_name_is_told(arguments: tuple[str, ...], words: str, run: Callable[..., Any]) -> None:
    assert words in run("supports", *arguments).complaint
