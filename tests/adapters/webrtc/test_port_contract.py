"""Real media over loopback meets the contract of media."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from calltape.adapters.webrtc.port import WebRtcPort
from calltape.conformance.media_port import MediaPortContract
from calltape.core import MediaPort

pytestmark = [pytest.mark.media, pytest.mark.contract]


class TestWebRtcPort(MediaPortContract):
    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[MediaPort]:
        yield WebRtcPort(sample_s=0.3, silence_s=1.6)
