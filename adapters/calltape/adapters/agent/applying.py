"""The effects on what one side of a call sends: the façade's `Call.effects`."""

from collections.abc import Callable

from calltape.adapters.runtime import Runtime
from calltape.core import (
    CallId,
    EffectState,
    Participant,
    Platform,
    RawId,
    StartStreamEffect,
    StopStreamEffect,
    StreamEffect,
)


class CallEffects:
    """Blurs and replaces the background of one's picture, and improves one's sound."""

    def __init__(
        self, runtime: Runtime, call_id: CallId, user: RawId, read: Callable[[], Participant]
    ) -> None:
        self._runtime = runtime
        self._call_id = call_id
        self._user = user
        self._read = read

    @property
    def active(self) -> tuple[StreamEffect, ...]:
        """Those that are on, by name."""
        uses = self._read().effects
        return tuple(sorted(effect for effect, use in uses.items() if use.state is EffectState.ON))

    async def start(
        self, effect: StreamEffect, *, image_url: str | None = None, platform: Platform | None = None
    ) -> None:
        """Ask for an effect; the call's `events` say when it is on, or that it failed.

        Args:
            effect: which.
            image_url: what the background is to be replaced by; for a replacement only.
            platform: where this side runs, to be refused at once what it lacks.

        Raises:
            Refused: it is on already, the platform lacks it, or there is no video or no image for it.
        """
        await self._runtime.give(
            self._call_id,
            StartStreamEffect,
            participant=self._user,
            effect=effect,
            image_url=image_url,
            platform=platform,
        )

    async def stop(self, effect: StreamEffect) -> None:
        """Take an effect off.

        Raises:
            Refused: it is not on.
        """
        await self._runtime.give(self._call_id, StopStreamEffect, participant=self._user, effect=effect)
