"""Asking for something whose outcome is reported later, and waiting for what is recorded of it."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from calltape.adapters.agent.changes import Changes
from calltape.adapters.agent.failing import OperationFailed
from calltape.core import (
    Call as CallModel,
)
from calltape.core import (
    CallId,
    CallState,
    Command,
    Event,
    Participant,
    Recorded,
)

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent


class AskedCall:
    """One call of one agent, as far as its user's own part in it goes."""

    def __init__(self, agent: "CallAgent", call_id: CallId, model: CallModel) -> None:
        self.id = call_id
        self.events: Changes[Recorded] = Changes()
        """Every recorded event of the call."""

        self._agent = agent
        self._model = model

    @property
    def state(self) -> CallState:
        """The call as this side sees it."""
        return self.me.call_state

    @property
    def model(self) -> CallModel:
        """The call itself, live: to be read."""
        return self._model

    @property
    def me(self) -> Participant:
        """This side in the call, live: to be read; as if it had not come yet where it has not."""
        return self._model.participants.get(self._agent.raw_id) or Participant(id=self._agent.raw_id)

    @property
    def is_up(self) -> bool:
        """Whether this side is in the conversation, on hold or not: there one sees what passes in a call."""
        return self.state in {CallState.CONNECTED, CallState.LOCAL_HOLD, CallState.REMOTE_HOLD}

    async def wait_for(self, *states: str) -> CallState:
        """Return when this side's state is one of `states`, or the call is over."""
        wanted = {CallState(state) for state in states} | {CallState.DISCONNECTED}
        await self.until(lambda: self.state in wanted)
        return self.state

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what has been recorded to make something so."""
        woken = asyncio.Event()
        stop = self.events.subscribe(lambda _: woken.set())
        try:
            while not is_so() and self.state is not CallState.DISCONNECTED:
                woken.clear()
                await woken.wait()
        finally:
            stop()

    async def _give(self, kind: type[Command], **fields: Any) -> None:
        """Give a command about this side."""
        await self._agent.runtime.give(self.id, kind, participant=self._agent.raw_id, **fields)

    async def ask(
        self, kind: type[Command], failed: tuple[type[Event], ...], is_done: Callable[[], bool], **fields: Any
    ) -> None:
        """Give a command whose outcome is reported later, and wait for it."""
        failures: list[Event] = []
        me = self._agent.raw_id

        def watch(recorded: Recorded) -> None:
            if isinstance(recorded.event, failed) and getattr(recorded.event, "participant", None) == me:
                failures.append(recorded.event)

        stop = self.events.subscribe(watch)
        try:
            await self._give(kind, **fields)
            await self.until(lambda: is_done() or bool(failures) or not self.me.is_present)
        finally:
            stop()
        if failures or not is_done() or not self.me.is_present:
            words = getattr(failures[0], "words", None) if failures else "the call is over"
            raise OperationFailed(kind.__name__, words or "the media could not do it")
