"""What the contract of the `TelephoneGateway` port is tried with: numbers, and a line to them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import attrs

from calltape.core import CallId, Command, RawId, TelephoneGateway, Tone
from calltape.core.effects import CloseMedia, Dial, SendTones, StopDialling
from calltape.core.end_reasons import REGISTRY, Source

CALL, OTHER_CALL = CallId("call-1"), CallId("call-2")
_GAVE_UP = REGISTRY.named("cancelled", source=Source.LOCAL)


@attrs.frozen(kw_only=True)
class Exchange:
    """A gateway that was not started yet, and numbers that it can reach."""

    gateway: TelephoneGateway
    answering: RawId
    """Picks up and stays on the line."""

    busy: RawId
    """Does not take the call; the carrier says so with a SIP status."""

    silent: RawId
    """Is alerted and never answers."""

    leaving: RawId
    """Picks up and hangs up by itself."""

    pressing: RawId
    """Picks up and presses two keys at least."""

    settle: Callable[[], Awaitable[None]]
    """Returns when everything has been reported that the numbers do by themselves."""

    heard: Callable[[RawId], tuple[Tone, ...]]
    """Every tone that arrived at a number, in order."""

    shown: Callable[[RawId], str | None]
    """The number that the last call to a number showed; None where it showed the gateway's own."""

    headers: Callable[[RawId], Sequence[tuple[str, str]]]
    """The SIP headers that the last call to a number brought, names and values; any others too."""


@attrs.frozen
class Told:
    """One report."""

    call_id: CallId
    kind: type[Command]
    number: RawId
    facts: Mapping[str, object]


class Line:
    """An exchange in use, and everything its gateway reports."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange, self.gateway = exchange, exchange.gateway
        self.all: list[Told] = []
        exchange.gateway.start(self)

    def told(self, call_id: CallId, kind: type[Command], participant: RawId, **facts: object) -> None:
        """See `TelephoneReports.told`."""
        self.all.append(Told(call_id, kind, participant, facts))

    def of(self, number: RawId, call_id: CallId = CALL) -> list[type[Command]]:
        """What was reported of one telephone, in order."""
        return [each.kind for each in self.all if (each.call_id, each.number) == (call_id, number)]

    def facts(self, kind: type[Command], name: str) -> list[object]:
        """One field of every report of that kind."""
        return [each.facts.get(name) for each in self.all if each.kind is kind]

    async def dial(self, number: RawId, call_id: CallId = CALL) -> None:
        """Dial and let come what comes."""
        await self.gateway.perform(call_id, Dial(participant=number, caller_id=None))
        await self.exchange.settle()

    async def stop(self, number: RawId) -> None:
        """Give up a telephone that has not answered."""
        await self.gateway.perform(CALL, StopDialling(participant=number, reason=_GAVE_UP))
        await self.exchange.settle()

    async def close(self, number: RawId) -> None:
        """End the call to a telephone that has."""
        await self.gateway.perform(CALL, CloseMedia(participant=number, endpoint=None))
        await self.exchange.settle()

    async def send(self, number: RawId, sequence: int, *tones: Tone) -> None:
        """Press keys."""
        await self.gateway.perform(CALL, SendTones(participant=number, sequence=sequence, tones=tones))
        await self.exchange.settle()
