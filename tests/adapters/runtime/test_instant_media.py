"""Media that needs no media meets the contract of media."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from calltape.adapters.runtime import InstantMedia
from calltape.conformance.media_port import MediaPortContract
from calltape.core import MediaPort

pytestmark = pytest.mark.contract


class TestInstantMedia(MediaPortContract):
    patience_s = 0.5

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[MediaPort]:
        yield InstantMedia()
