"""Sources: files of any shape, the generated voice, pictures with stamps."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from calltape.adapters.webrtc import (
    BadMedia,
    LegId,
    Pattern,
    Pcm,
    PcmSource,
    VideoFile,
    VideoRecorder,
    read_sound,
    voice_source,
    wav_source,
    write_wav,
)
from calltape.adapters.webrtc.pattern import NUMBERS, read_stamp, write_stamp
from calltape.adapters.webrtc.sound import RATE, silence
from calltape.adapters.webrtc.synthesis import speak
from calltape.adapters.webrtc.voice import main

pytestmark = pytest.mark.example

PEER = LegId("call-1", "8:acs:bob")


def write_tone(path: Path, rate: int, channels: int, width: int, hz: float = 440.0) -> None:
    times = np.arange(rate) / rate
    tone = 0.5 * np.sin(2 * np.pi * hz * times)
    if width == 1:
        samples = (tone * 127 + 128).astype(np.uint8)
    else:
        samples = (tone * (2 ** (8 * width - 1) - 1)).astype({2: "<i2", 4: "<i4"}[width])
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(np.repeat(samples[:, None], channels, axis=1).tobytes())


def loudest_hz(pcm: Pcm) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(pcm.astype(np.float64)))) * RATE / len(pcm))


@pytest.mark.parametrize(
    ("rate", "channels", "width"),
    [(8_000, 1, 1), (16_000, 1, 2), (44_100, 2, 2), (48_000, 1, 2), (96_000, 2, 4)],
)
def test_a_wav_of_any_shape_becomes_48_khz_mono(tmp_path: Path, rate: int, channels: int, width: int) -> None:
    write_tone(tmp_path / "tone.wav", rate, channels, width)
    pcm = read_sound(tmp_path / "tone.wav")
    assert pcm.dtype == np.int16
    assert len(pcm) == pytest.approx(RATE, abs=RATE * 0.01)
    assert loudest_hz(pcm) == pytest.approx(440, abs=2)
    assert np.abs(pcm).max() == pytest.approx(16_384, rel=0.05)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    voice = speak(0.5)
    write_wav(tmp_path / "voice.wav", voice)
    assert np.array_equal(read_sound(tmp_path / "voice.wav"), voice)


def test_files_that_cannot_be_used_get_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("this is no sound at all", encoding="utf-8")
    write_wav(tmp_path / "empty.wav", silence(0))
    for name, says in {
        "absent.wav": "cannot be read (No such file or directory)",
        "text.wav": "cannot be read (Invalid data",
        "empty.wav": "is empty",
        ".": "cannot be read",
    }.items():
        with pytest.raises(BadMedia) as caught:
            wav_source(tmp_path / name)
        sentence = str(caught.value)
        assert says in sentence
        assert "\n" not in sentence
        assert "give a WAV file" in sentence
    with pytest.raises(BadMedia, match="cannot be written"):
        write_wav(tmp_path / "no" / "folder.wav", silence(1))


def test_a_piece_ends_in_silence_or_starts_again() -> None:
    piece = np.arange(1, 6, dtype=np.int16)
    once, again = PcmSource(piece, looped=False), PcmSource(piece)
    assert [list(once.read(4, 0.0)) for _ in range(3)] == [[1, 2, 3, 4], [5, 0, 0, 0], [0, 0, 0, 0]]
    assert [list(again.read(4, 0.0)) for _ in range(3)] == [[1, 2, 3, 4], [5, 1, 2, 3], [4, 5, 1, 2]]
    with pytest.raises(ValueError, match="at least one sample"):
        PcmSource(silence(0))


def test_the_voice_repeats_itself_only_when_asked() -> None:
    assert np.array_equal(speak(1.0, 5), speak(1.0, 5))
    assert not np.array_equal(speak(1.0, 5), speak(1.0, 6))
    assert len(speak(2.5)) == 2.5 * RATE


def test_the_voice_is_like_speech() -> None:
    pcm = speak(10.0).astype(np.float64)
    power = np.abs(np.fft.rfft(pcm)) ** 2
    hz = np.fft.rfftfreq(len(pcm), 1 / RATE)
    assert power[(hz > 80) & (hz < 4_000)].sum() / power.sum() > 0.95, "a voice is in the telephone's band"
    loudness = np.sqrt((pcm.reshape(-1, RATE // 50) ** 2).mean(axis=1))
    assert 0.1 < (loudness < 0.05 * loudness.max()).mean() < 0.6, "it has pauses, and more than pauses"


def test_no_second_of_the_voice_is_like_another() -> None:
    slow = speak(20.0)[::6].astype(np.float64)
    count = 8_000
    size = 1 << (2 * len(slow)).bit_length()
    whole = np.fft.rfft(slow, size)
    energy = np.concatenate([[0.0], np.cumsum(slow**2)])
    for start in range(0, len(slow) - count, count):
        piece = slow[start : start + count]
        products = np.fft.irfft(whole * np.conj(np.fft.rfft(piece, size)), size)[: len(slow) - count + 1]
        local = energy[count:] - energy[:-count]
        likeness = products / np.sqrt((piece**2).sum() * np.maximum(local, 0.05 * local.max()))
        likeness[max(0, start - 200) : start + 200] = 0
        assert likeness.max() < 0.6


def test_the_voice_command_writes_a_wav(tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-m", "calltape.adapters.webrtc.voice", str(out), "--seconds", "0.5"],
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert np.array_equal(read_sound(out), speak(0.5))


@pytest.mark.parametrize(
    ("seconds", "says"), [("0", "more than 0"), ("nan", "more than 0"), ("9999", "at most 3600")]
)
def test_the_voice_command_refuses_what_it_cannot_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seconds: str, says: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([str(tmp_path / "out.wav"), "--seconds", seconds])
    assert stopped.value.code == 2
    assert says in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_voice_command_says_where_it_cannot_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path / "no" / "out.wav"), "--seconds", "0.1"])
    assert "cannot be written" in capsys.readouterr().err


def test_a_voice_source_speaks_at_once() -> None:
    assert np.abs(voice_source(3).read(RATE, 0.0)).max() > 3_000


@pytest.mark.parametrize("number", [0, 1, 0b1010, 2047, 4095, NUMBERS + 3])
def test_a_stamp_is_read_back(number: int) -> None:
    picture = np.full((540, 640), 120, np.uint8)
    write_stamp(picture, number)
    assert read_stamp(av.VideoFrame.from_ndarray(picture, format="yuv420p")) == number % NUMBERS


def test_a_misread_block_is_noticed() -> None:
    for block in range(16):
        picture = np.full((540, 640), 120, np.uint8)
        write_stamp(picture, 1234)
        picture[:16, block * 32 : block * 32 + 32] = 251 - picture[0, block * 32]
        assert read_stamp(av.VideoFrame.from_ndarray(picture, format="yuv420p")) is None


def test_no_stamp_is_read_from_a_wall_or_a_small_picture() -> None:
    for grey in (16, 120, 235):
        wall = av.VideoFrame.from_ndarray(np.full((540, 640), grey, np.uint8), format="yuv420p")
        assert read_stamp(wall) is None
    assert read_stamp(av.VideoFrame(320, 180, "yuv420p")) is None


async def test_a_pattern_moves_at_its_pace_and_is_recognised() -> None:
    pattern, eyes = Pattern(frame_rate=50), VideoRecorder()
    started_s = time.monotonic()
    pictures = [await pattern.frame() for _ in range(6)]
    assert time.monotonic() - started_s >= 0.099
    for picture in pictures:
        eyes.see(PEER, picture, 1.0)
    assert [stamp for stamp, _ in eyes.stamps] == [0, 1, 2, 3, 4, 5]
    assert (eyes.frames, eyes.width, eyes.height) == (6, 640, 360)
    assert not np.array_equal(pictures[0].to_ndarray()[100], pictures[5].to_ndarray()[100])
    pattern.close()


def test_a_pattern_too_small_for_its_stamp_is_refused() -> None:
    with pytest.raises(ValueError, match="320 x 180 cannot be stamped: give even numbers, at least 512 x 32"):
        Pattern(320, 180)


def write_video(path: Path, width: int, height: int, pictures: int) -> None:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=50)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(pictures):
            picture = av.VideoFrame.from_ndarray(
                np.full((height * 3 // 2, width), 20 * number, np.uint8), "yuv420p"
            )
            picture.pts, picture.time_base = number, Fraction(1, 50)
            out.mux(stream.encode(picture))
        out.mux(stream.encode())


async def test_a_video_file_is_fitted_and_starts_again(tmp_path: Path) -> None:
    write_video(tmp_path / "film.mp4", 1280, 720, 3)
    film = VideoFile(tmp_path / "film.mp4")
    started_s = time.monotonic()
    pictures = [await film.frame() for _ in range(5)]
    assert time.monotonic() - started_s >= 0.079
    assert {(p.width, p.height, p.format.name) for p in pictures} == {(640, 360, "yuv420p")}
    greys = [float(p.to_ndarray()[:360].mean()) for p in pictures]
    assert greys[0] < greys[1] < greys[2]
    assert greys[3:] == pytest.approx(greys[:2], abs=1), "after the end comes the beginning"
    film.close()
    await asyncio.sleep(0)


def test_video_files_that_cannot_be_used_get_one_sentence(tmp_path: Path) -> None:
    write_wav(tmp_path / "sound.wav", speak(0.1))
    (tmp_path / "text.mp4").write_text("no film", encoding="utf-8")
    for name, says in {
        "sound.wav": "There is no picture in",
        "text.mp4": "cannot be read",
        "absent.mp4": "cannot be read (No such file or directory)",
    }.items():
        with pytest.raises(BadMedia) as caught:
            VideoFile(tmp_path / name)
        assert says in str(caught.value)
