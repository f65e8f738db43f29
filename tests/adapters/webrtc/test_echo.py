"""A call to the echo service hears and sees itself."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from calltape.adapters.webrtc import EchoKit, LegId, Sampled, Sound, compare, picture_delay_ms
from calltape.adapters.webrtc.echo import EchoVoice, chime
from calltape.adapters.webrtc.sound import FRAME, RATE

from .conftest import ALICE, Stage

pytestmark = pytest.mark.media

ECHO = LegId("call-1", "8:echo123")


async def test_a_call_of_five_seconds_hears_and_sees_itself(stage: Stage) -> None:
    alice = await stage.enter(ALICE, video=True)
    echo = EchoKit()
    await stage.media.open(ECHO, echo.kit)
    await stage.media.connect(ALICE, ECHO)
    await asyncio.sleep(5.0)
    await stage.media.close(ALICE)

    sent, heard = alice.voice.sent.sound(), alice.ears.sound()
    with_windows, without = compare(sent, heard, echo.windows), compare(sent, heard)
    assert with_windows.pieces >= 1
    assert with_windows.correlation >= 0.6
    assert without.correlation >= 0.6
    assert with_windows.delay_ms == pytest.approx(without.delay_ms, abs=5)
    assert with_windows.path_delay_ms is not None
    assert 0 < with_windows.path_delay_ms < 600

    assert alice.camera is not None
    assert alice.eyes.frames >= 30
    assert len(alice.eyes.stamps) >= 0.9 * alice.eyes.frames, "stamps survive two codecs"
    mirrored_ms = picture_delay_ms(alice.camera.made_at_s, alice.eyes.stamps)
    assert mirrored_ms is not None
    assert 0 < mirrored_ms < 1000

    someone_else = Sound(
        sent.started_s, np.random.default_rng(5).integers(-9000, 9000, len(sent.pcm), np.int16)
    )
    assert compare(someone_else, heard, echo.windows).correlation < 0.3
    assert [o for o in stage.seen if isinstance(o, Sampled)]


def _frame(value: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    return np.full(FRAME, value, dtype=np.int16)


def test_the_echo_greets_then_listens_then_says_it_again() -> None:
    voice = EchoVoice(windows_s=(0.04, 0.06))
    greeting = [voice.read(FRAME, 0.0) for _ in range(len(chime()) // FRAME)]
    assert np.array_equal(np.concatenate(greeting), chime())
    assert voice.is_listening

    for number in (1, 2, 3):  # the window holds two frames: the third comes too late
        voice.hear(ALICE, 0, _frame(number), 10.0 + number)
    said = [voice.read(FRAME, 20.0)[0], voice.read(FRAME, 20.02)[0]]
    assert said == [1, 2]
    assert (voice.windows[0].heard_from_s, voice.windows[0].played_from_s) == (11.0, 20.0)
    assert voice.windows[0].length_s == pytest.approx(0.04)
    assert voice.windows[0].held_back_s == 9.0

    for number in (4, 5, 6):  # the next window is longer, and so are all that follow
        voice.hear(ALICE, 0, _frame(number), 30.0)
    assert [voice.read(FRAME, 31.0)[0] for _ in range(3)] == [4, 5, 6]
    for number in (7, 8, 9):
        voice.hear(ALICE, 0, _frame(number), 40.0)
    assert [voice.read(FRAME, 41.0)[0] for _ in range(3)] == [7, 8, 9]


def test_the_echo_does_not_hear_while_it_speaks() -> None:
    voice = EchoVoice(windows_s=(0.02,))
    voice.hear(ALICE, 0, _frame(1), 0.0)
    for _ in range(len(chime()) // FRAME):
        voice.read(FRAME, 0.0)
    assert not voice.read(FRAME, 0.0).any()
    assert voice.windows == []


def test_in_a_group_the_echo_listens_to_the_first_who_speaks() -> None:
    voice = EchoVoice(windows_s=(0.04,))
    for _ in range(len(chime()) // FRAME):
        voice.read(FRAME, 0.0)
    voice.hear(ALICE, 0, _frame(1), 0.0)
    voice.hear(LegId("call-1", "8:acs:bob"), 0, _frame(2), 0.0)
    voice.hear(ALICE, 0, _frame(3), 0.0)
    assert [voice.read(FRAME, 0.0)[0] for _ in range(2)] == [1, 3]


def test_the_greeting_is_no_speech_and_short() -> None:
    assert len(chime()) == int(0.6 * RATE)
    assert np.abs(chime()).max() > 4000
