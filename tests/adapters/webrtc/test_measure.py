"""The measurement on sounds whose echo is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.adapters.webrtc import EchoWindow, Pcm, Recording, Sound, compare, picture_delay_ms
from calltape.adapters.webrtc.sound import FRAME, RATE, level, silence
from calltape.adapters.webrtc.synthesis import speak

pytestmark = pytest.mark.example

VOICE = speak(6.0, seed=11)


def echoed(voice: Pcm, start_s: float, length_s: float, later_s: float, gain: float = 0.7) -> Pcm:
    """Six seconds in which one stretch of a voice is heard again, over a little noise."""
    heard = np.random.default_rng(3).integers(-40, 40, 6 * RATE).astype(np.float64)
    start, count, at = int(start_s * RATE), int(length_s * RATE), int((start_s + later_s) * RATE)
    heard[at : at + count] += gain * voice[start : start + count]
    return heard.astype(np.int16)


def test_an_echo_is_found_with_its_delay() -> None:
    found = compare(Sound(100.0, VOICE), Sound(100.25, echoed(VOICE, 1.0, 2.0, 2.0)))
    assert found.correlation > 0.9
    assert found.delay_ms == pytest.approx(2250, abs=1), "the received recording began 250 ms later"
    assert found.path_delay_ms is None
    assert found.pieces >= 3


def test_known_windows_split_the_delay() -> None:
    # Heard by the echo 60 ms after it was sent, kept for 1.9 s, heard again 40 ms after it was said.
    window = EchoWindow(heard_from_s=101.06, played_from_s=102.96, length_s=2.0)
    found = compare(Sound(100.0, VOICE), Sound(100.0, echoed(VOICE, 1.0, 2.3, 2.0)), [window])
    assert found.correlation > 0.95
    assert found.delay_ms == pytest.approx(2000, abs=1)
    assert found.path_delay_ms == pytest.approx(100, abs=1)
    assert found.pieces == 1
    assert found.compared_s == pytest.approx(1.75)


def test_a_window_that_came_back_wrong_counts_too() -> None:
    good = EchoWindow(heard_from_s=100.5, played_from_s=102.0, length_s=1.0)
    silent = EchoWindow(heard_from_s=103.0, played_from_s=104.5, length_s=1.0)
    found = compare(Sound(100.0, VOICE), Sound(100.0, echoed(VOICE, 0.4, 1.4, 1.5)), [good, silent])
    assert found.pieces == 2
    assert found.correlation < 0.6, "one perfect window does not hide a lost one"


def test_a_window_not_yet_said_again_is_left_out() -> None:
    late = EchoWindow(heard_from_s=104.0, played_from_s=105.9, length_s=1.5)
    assert compare(Sound(100.0, VOICE), Sound(100.0, VOICE), [late]).pieces == 0


@pytest.mark.parametrize("seed", range(4))
def test_noise_is_no_echo(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(-9000, 9000, 6 * RATE, np.int16)
    assert compare(Sound(0.0, VOICE), Sound(0.0, noise)).correlation < 0.3
    window = EchoWindow(heard_from_s=1.0, played_from_s=2.5, length_s=1.5)
    assert compare(Sound(0.0, VOICE), Sound(0.0, noise), [window]).correlation < 0.3


@pytest.mark.parametrize("seed", range(20, 24))
def test_another_voice_is_no_echo(seed: int) -> None:
    assert compare(Sound(0.0, VOICE), Sound(0.0, speak(6.0, seed))).correlation < 0.4
    window = EchoWindow(heard_from_s=1.0, played_from_s=2.5, length_s=1.5)
    assert compare(Sound(0.0, VOICE), Sound(0.0, speak(6.0, seed)), [window]).correlation < 0.4


def test_a_sound_cannot_come_back_before_it_was_sent() -> None:
    assert compare(Sound(100.0, VOICE), Sound(90.0, VOICE)).correlation < 0.4


@pytest.mark.parametrize("sent", [silence(0), silence(RATE // 2), silence(3 * RATE)])
def test_nothing_to_compare_is_said_so(sent: Pcm) -> None:
    found = compare(Sound(0.0, sent), Sound(0.0, VOICE))
    assert (found.correlation, found.delay_ms, found.pieces) == (0.0, None, 0)
    assert compare(Sound(0.0, VOICE), Sound(0.0, silence(0))).correlation == 0.0


def test_a_picture_is_timed_by_its_stamp() -> None:
    made = {1: 10.0, 2: 10.1, 3: 10.2}
    assert picture_delay_ms(made, [(1, 10.05), (2, 10.16), (3, 10.27), (9, 10.3)]) == pytest.approx(60)
    assert picture_delay_ms(made, []) is None
    assert picture_delay_ms(made, [(3, 10.1)]) is None, "seen before it was made: an older one of that number"


def test_a_recording_keeps_time_across_gaps() -> None:
    recording = Recording()
    one = np.full(FRAME, 7, np.int16)
    recording.add(0, 5.03, one)
    recording.add(FRAME, 5.02, one)  # in time; the first was 30 ms late
    recording.add(4 * FRAME, 5.09, one)
    sound = recording.sound()
    assert sound.started_s == pytest.approx(5.0)
    assert [int(v) for v in sound.pcm[::FRAME]] == [7, 7, 0, 0, 7]
    assert sound.seconds == pytest.approx(0.1)


def test_a_recording_forgets_the_oldest() -> None:
    recording = Recording(keep_s=0.1)
    for number in range(20):
        recording.add(number * FRAME, number * 0.02, np.full(FRAME, number, np.int16))
    assert [int(v) for v in recording.sound().pcm[::FRAME]] == [14, 15, 16, 17, 18, 19]
    assert recording.samples == 20 * FRAME
    assert recording.sound().started_s == pytest.approx(0.28)


def test_an_empty_recording_is_an_empty_sound() -> None:
    assert len(Recording().sound().pcm) == 0


@given(st.integers(-32768, 32767))
def test_the_level_spans_the_sdk_scale(value: int) -> None:
    assert level(np.array([0, value], np.int16)) == 2 * abs(value)


def test_the_ends_of_the_level_scale() -> None:
    assert level(silence(0)) == 0
    assert level(np.array([-32768], np.int16)) == 65536
