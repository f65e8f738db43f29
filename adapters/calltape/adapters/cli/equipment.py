"""What a call from the command line is equipped with, and what came of it: sound, pictures, figures.

Imports the extra `calltape[webrtc]`; import this module only when a call is placed.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from av import VideoFrame

from calltape.adapters.webrtc import (
    RATE,
    AudioRecorder,
    BadMedia,
    Echoed,
    EchoWindow,
    MediaKit,
    Pattern,
    PcmSource,
    VideoFile,
    VideoRecorder,
    VideoSource,
    compare,
    picture_delay_ms,
    voice_source,
    wav_source,
)
from calltape.core import BadInput

NOTHING_CAME_BACK = Echoed(correlation=0.0, delay_ms=None, path_delay_ms=None, pieces=0, compared_s=0.0)


class CameraGone(Exception):
    """The camera was taken away, as was asked."""


class Camera:
    """A camera that counts, and stops by itself if that is asked.

    Args:
        source: where the pictures come from.
        gone_after_s: after how many seconds of pictures there are none any more; None for never.
        clock: what these seconds are told by.
    """

    def __init__(
        self,
        source: VideoSource,
        gone_after_s: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.source = source
        self.frames = 0
        self._gone_after_s = gone_after_s
        self._clock = clock
        self._began_s: float | None = None

    async def frame(self) -> VideoFrame:
        """The next picture, when it is due.

        Raises:
            CameraGone: the time of this camera is over.
        """
        picture = await self.source.frame()
        now = self._clock()
        self._began_s = now if self._began_s is None else self._began_s
        if self._gone_after_s is not None and now - self._began_s >= self._gone_after_s:
            raise CameraGone
        self.frames += 1
        return picture

    def close(self) -> None:
        """Let go of the file."""
        self.source.close()


class Equipment:
    """A microphone, a camera, ears and eyes, and what they have seen of the call.

    Args:
        audio: a sound file, played again and again; None for the generated voice.
        video: a video file; None for the generated pattern.
        drop_video_after_s: after how many seconds the camera stops by itself; None for never.

    Raises:
        BadInput: a file cannot be used.
    """

    def __init__(
        self, audio: Path | None, video: Path | None, drop_video_after_s: float | None = None
    ) -> None:
        try:
            self._microphone: PcmSource = voice_source() if audio is None else wav_source(audio, looped=True)
            self._pattern = Pattern() if video is None else None
            self.camera = Camera(self._pattern or VideoFile(video or ""), drop_video_after_s)
        except BadMedia as error:
            raise BadInput(str(error).rstrip(".")) from error
        self._ears, self._eyes = AudioRecorder(), VideoRecorder()
        self.kit = MediaKit(audio=self._microphone, video=self.camera, ears=self._ears, eyes=self._eyes)

    @property
    def levels(self) -> tuple[int, int]:
        """Peaks of the newest frames sent and heard, 0 to 65536."""
        return self._microphone.sent.level, self._ears.level

    @property
    def pictures(self) -> tuple[int, int]:
        """Pictures sent and seen."""
        return self.camera.frames, self._eyes.frames

    def audio_figures(self, windows: Sequence[EchoWindow]) -> dict[str, Any]:
        """How much sound went out and came in, and how much of the one is in the other.

        Args:
            windows: the stretches that the echo says it heard and said again. Without any there is nothing
                to compare: what came back was its greeting, if anything.
        """
        sent, heard = self._microphone.sent, self._ears.by_peer.values()
        echoed = compare(sent.sound(), self._ears.sound(), windows) if windows else NOTHING_CAME_BACK
        compared = echoed.pieces > 0
        return {
            "sent_s": round(sent.samples / RATE, 3),
            "received_s": round(sum(each.samples for each in heard) / RATE, 3),
            "correlation": round(echoed.correlation, 4) if compared else None,
            "delay_ms": _rounded(echoed.delay_ms),
            "path_delay_ms": _rounded(echoed.path_delay_ms),
            "compared_s": round(echoed.compared_s, 3),
        }

    def video_figures(self) -> dict[str, Any]:
        """How many pictures went out and came in, and how long the generated ones took to come back."""
        sent, seen = self.pictures
        made_at_s = self._pattern.made_at_s if self._pattern is not None else {}
        delay_ms = picture_delay_ms(made_at_s, self._eyes.stamps)
        return {"frames_sent": sent, "frames_received": seen, "delay_ms": _rounded(delay_ms)}


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)
