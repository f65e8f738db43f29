"""The client: one runtime over one store, with agents in it."""

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from calltape.adapters.agent.admitting import TRUSTED, Admission, TokenAdmission, TokenCredential
from calltape.adapters.agent.agent import CallAgent
from calltape.adapters.agent.device_manager import DeviceManager
from calltape.adapters.devices import MemoryDevices
from calltape.adapters.runtime import Rooms, Runtime, Tokens
from calltape.core import (
    LIMITS,
    BadInput,
    Captioner,
    Clock,
    DeviceSource,
    EndpointId,
    EventLog,
    Limits,
    MediaPort,
    Platform,
    PushSender,
    TelephoneGateway,
    raw_id,
)


class CallClient:
    """Makes agents. Use as an async context manager.

    If no other process runs the calls of the store, those that a dead process left are taken up and brought
    to their end by their deadlines.

    With the extra `calltape[webrtc]` calls carry real audio and video, and `8:echo123` answers; `media`
    replaces that.
    """

    def __init__(
        self,
        store: EventLog | str,
        *,
        media: MediaPort | None = None,
        push: PushSender | None = None,
        telephones: TelephoneGateway | None = None,
        devices: DeviceSource | None = None,
        clock: Clock | None = None,
        limits: Limits = LIMITS,
        with_echo: bool = True,
        requires_tokens: bool = False,
        captioner: Captioner | None = None,
        keeps_text: bool = False,
    ) -> None:
        """Nothing runs until the context is entered.

        Args:
            store: where calls are recorded: an open log, or what `open_store` takes, `sqlite:///calls.db`
                for example.
            media: who carries media; None for real WebRTC on this machine's loopback.
            push: who hands calls to push services when the user called is not connected; None for nobody.
            telephones: who calls telephones; None where none can be called.
            devices: the cameras, microphones and loudspeakers here; None for none.
            clock: where time comes from; None for the machine's.
            limits: what decisions go by.
            with_echo: whether `8:echo123` is there to be called.
            requires_tokens: whether an agent takes a token; otherwise the program that makes one without
                vouches for its user.
            captioner: who makes captions; None for nobody.
            keeps_text: record what is said in captions and written as real-time text, not only that it was.

        Raises:
            BadInput: the store cannot be used.
        """
        self._store = store
        self._media = media
        self._push = push
        self._telephones = telephones
        self._devices = devices
        self._device_manager: DeviceManager | None = None
        self._clock = clock
        self._limits = limits
        self._with_echo = with_echo
        self._requires_tokens = requires_tokens
        self._captioner = captioner
        self._keeps_text = keeps_text
        self._agents: list[CallAgent] = []

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            log = self._store
            if isinstance(log, str):
                from calltape.adapters.stores import open_store

                log = open_store(log, create=True)
                stack.callback(log.close)
            media = self._media
            if media is None:
                from calltape.adapters.webrtc.port import WebRtcPort

                media = WebRtcPort()
            runtime = Runtime(
                log,
                media=media,
                push=self._push,
                telephones=self._telephones,
                clock=self._clock,
                limits=self._limits,
                captioner=self._captioner,
                keeps_text=self._keeps_text,
            )
            self.runtime = await stack.enter_async_context(runtime)
            if self._with_echo:
                await self._add_echo()
            if await asyncio.to_thread(log.claim):
                await runtime.recover()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for agent in self._agents:
                await agent.dispose()
            if self._device_manager is not None:
                await self._device_manager.aclose()
            await self.runtime.drained()
        finally:
            await self._stack.aclose()

    async def create_call_agent(
        self,
        user: str,
        *,
        display_name: str | None = None,
        endpoint: str | None = None,
        credential: TokenCredential | None = None,
    ) -> CallAgent:
        """An agent for `user`, who can be called from now on; several agents of one user all ring.

        Args:
            user: a raw id.
            display_name: how the others see them.
            endpoint: names this place; None for a name that nobody else has.
            credential: the token by which they come; None where the program vouches for them.

        Raises:
            BadInput: `user` is no raw id, or this client lets nobody in without a token.
            Refused: the token is not valid, is not this user's, or allows no calling.
        """
        who = raw_id(user)
        if credential is not None:
            admission: Admission = TokenAdmission(self.runtime, who, credential)
            await admission.require_join("CreateCallAgent")
        elif self._requires_tokens:
            raise BadInput(f"this client lets nobody in without a token; give the credential of {user}")
        else:
            admission = TRUSTED
        place = EndpointId(endpoint if endpoint is not None else self.runtime.new_id())
        agent = CallAgent(self.runtime, who, place, display_name, admission)
        self._agents.append(agent)
        return agent

    @property
    def tokens(self) -> Tokens:
        """The access tokens of the store's users."""
        return self.runtime.tokens

    @property
    def rooms(self) -> Rooms:
        """The rooms of the store: made and changed here, joined by `CallAgent.join(RoomLocator(…))`."""
        return self.runtime.rooms

    def device_manager(self, *, client: str = "client", platform: Platform | None = None) -> DeviceManager:
        """The devices here, which all agents of this client share; the same one every time.

        Args:
            client: what this client's devices are recorded under; give clients of one store different names.
            platform: where it runs, so that what the platform lacks is refused; None checks nothing.
        """
        if self._device_manager is None:
            source = self._devices if self._devices is not None else MemoryDevices()
            self._device_manager = DeviceManager(
                self.runtime,
                source,
                client,
                lambda: tuple(self._agents),  # read each time: agents come later
                platform,
            )
        return self._device_manager

    async def _add_echo(self) -> None:
        from calltape.adapters.agent.echo import add_echo

        self._agents.append(add_echo(self.runtime))
