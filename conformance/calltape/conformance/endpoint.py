"""The contract of the `Endpoint` port, as a pytest class that any adapter's tests may inherit.

An adapter's own test is a class that opens a bell::

    class TestMyEndpoint(EndpointContract):
        @asynccontextmanager
        async def opened(self) -> AsyncGenerator[Bell]:
            phone = MyPhone(...)
            yield Bell(endpoint=phone, user=..., rings=lambda: phone.rings, ringing=lambda: phone.ringing)

Needs the extra ``calltape[testing]``, and no plugin for asyncio.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager

import attrs

from calltape.core import CallId, Endpoint, RawId, Ringing
from calltape.core.end_reasons import REGISTRY, Source

FIRST, SECOND_CALL = CallId("call-1"), CallId("call-2")
CALLER = RawId("8:acs:contract_caller")
_CANCELLED = REGISTRY.named("cancelled", source=Source.REMOTE)


@attrs.frozen(kw_only=True)
class Bell:
    """An endpoint, and what its user notices."""

    endpoint: Endpoint
    user: RawId
    rings: Callable[[], int]
    """How often the user has been alerted, ever."""

    ringing: Callable[[], Collection[CallId]]
    """The calls that the user is being alerted of now."""

    async def ring(self, call_id: CallId) -> bool:
        """Offer a call."""
        return await self.endpoint.ring(Ringing(call_id=call_id, participant=self.user, caller=CALLER))

    async def stop(self, call_id: CallId) -> None:
        """Take the offer back."""
        await self.endpoint.stop_ringing(call_id, _CANCELLED)


class EndpointContract:
    """What every `Endpoint` does. Override `opened`."""

    def opened(self) -> AbstractAsyncContextManager[Bell]:
        """A bell of a user who is free, and whom nobody has called."""
        raise NotImplementedError("override `opened` with one that gives a bell")

    def _play(self, act: Callable[[Bell], Awaitable[None]]) -> None:
        async def played() -> None:
            async with self.opened() as bell:
                await act(bell)

        asyncio.run(played())

    def test_a_free_user_is_alerted(self) -> None:
        """True, and the user knows."""

        async def act(bell: Bell) -> None:
            assert list(bell.ringing()) == []
            assert await bell.ring(FIRST)
            assert list(bell.ringing()) == [FIRST]

        self._play(act)

    def test_ringing_twice_for_one_call_alerts_once(self) -> None:
        """Effects come at least once."""

        async def act(bell: Bell) -> None:
            assert await bell.ring(FIRST)
            assert await bell.ring(FIRST)
            assert bell.rings() == 1
            assert list(bell.ringing()) == [FIRST]

        self._play(act)

    def test_an_offer_that_is_over_rings_no_more(self) -> None:
        """Said twice it is over as well."""

        async def act(bell: Bell) -> None:
            await bell.ring(FIRST)
            await bell.stop(FIRST)
            assert list(bell.ringing()) == []
            await bell.stop(FIRST)
            assert list(bell.ringing()) == []
            assert bell.rings() == 1

        self._play(act)

    def test_the_end_of_an_offer_that_never_was_does_no_harm(self) -> None:
        """It may come for a call that never rang, and alerts nobody."""

        async def act(bell: Bell) -> None:
            await bell.stop(FIRST)
            assert bell.rings() == 0
            assert list(bell.ringing()) == []

        self._play(act)

    def test_the_end_of_one_offer_leaves_another_alone(self) -> None:
        """An endpoint that takes only one says busy to the second, and goes on ringing for the first."""

        async def act(bell: Bell) -> None:
            await bell.ring(FIRST)
            is_alerted = await bell.ring(SECOND_CALL)
            assert set(bell.ringing()) == ({FIRST, SECOND_CALL} if is_alerted else {FIRST})
            await bell.stop(SECOND_CALL)
            assert list(bell.ringing()) == [FIRST]

        self._play(act)

    def test_who_was_rung_can_be_rung_for_another_call(self) -> None:
        """An offer that is over leaves the user free."""

        async def act(bell: Bell) -> None:
            await bell.ring(FIRST)
            await bell.stop(FIRST)
            assert await bell.ring(SECOND_CALL)
            assert list(bell.ringing()) == [SECOND_CALL]

        self._play(act)
