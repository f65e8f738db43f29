"""Real media: audio and video over DTLS-SRTP and ICE by aiortc, an echo, and its measurement.

Needs the extra ``calltape[webrtc]``.
"""

try:
    import aiortc as _aiortc
    import av as _av
    import numpy as _numpy
except ImportError as missing:
    raise ImportError(
        f"Real media needs {missing.name}, which is not installed: run pip install 'calltape[webrtc]'."
    ) from missing

from calltape.adapters.webrtc.echo import EchoKit, EchoWindow
from calltape.adapters.webrtc.kit import AudioSink, AudioSource, MediaKit, VideoSink, VideoSource
from calltape.adapters.webrtc.measure import Echoed, compare, picture_delay_ms
from calltape.adapters.webrtc.media import WebRtcMedia
from calltape.adapters.webrtc.observations import (
    Closed,
    Connected,
    Held,
    HoldFailed,
    LegId,
    Lost,
    Observation,
    Restored,
    Resumed,
    ResumeFailed,
    Sampled,
    StatesObserved,
)
from calltape.adapters.webrtc.pattern import Pattern
from calltape.adapters.webrtc.sinks import AudioRecorder, VideoRecorder
from calltape.adapters.webrtc.sound import RATE, Pcm, Recording, Sound
from calltape.adapters.webrtc.tracks import PcmSource, VideoFile, voice_source, wav_source
from calltape.adapters.webrtc.wav import BadMedia, read_sound, write_wav
from calltape.core.media import StreamSample, TransportSample

del _aiortc, _av, _numpy

__all__ = [
    "RATE",
    "AudioRecorder",
    "AudioSink",
    "AudioSource",
    "BadMedia",
    "Closed",
    "Connected",
    "EchoKit",
    "EchoWindow",
    "Echoed",
    "Held",
    "HoldFailed",
    "LegId",
    "Lost",
    "MediaKit",
    "Observation",
    "Pattern",
    "Pcm",
    "PcmSource",
    "Recording",
    "Restored",
    "ResumeFailed",
    "Resumed",
    "Sampled",
    "Sound",
    "StatesObserved",
    "StreamSample",
    "TransportSample",
    "VideoFile",
    "VideoRecorder",
    "VideoSink",
    "VideoSource",
    "WebRtcMedia",
    "compare",
    "picture_delay_ms",
    "read_sound",
    "voice_source",
    "wav_source",
    "write_wav",
]
