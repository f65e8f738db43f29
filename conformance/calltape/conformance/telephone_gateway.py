"""The contract of the `TelephoneGateway` port, as a pytest class that any gateway's tests may inherit.

A gateway's own test is a class that opens an exchange::

    class TestMyGateway(TelephoneGatewayContract):
        @asynccontextmanager
        async def opened(self) -> AsyncGenerator[Exchange]:
            yield Exchange(gateway=MyGateway(...), answering=..., busy=..., ...)

The suite starts the gateway, calls the five numbers of the exchange and listens. Needs the extra
``calltape[testing]``, and no plugin for asyncio.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager

import attrs

from calltape.core import (
    CallId,
    Command,
    RawId,
    ReportAlerted,
    ReportAnswered,
    ReportEarlyMedia,
    ReportForwarded,
    ReportPhoneEnded,
    ReportPhoneFailed,
    ReportToneReceived,
    ReportTonesFailed,
    ReportTonesSent,
    TelephoneGateway,
    Tone,
)
from calltape.core.effects import CloseMedia, Dial, SendTones, StopDialling
from calltape.core.end_reasons import REGISTRY, Source

CALL, OTHER_CALL = CallId("call-1"), CallId("call-2")
_GAVE_UP = REGISTRY.named("cancelled", source=Source.LOCAL)
_BEFORE_THE_ANSWER = {ReportAlerted, ReportEarlyMedia, ReportForwarded}
_BUSY = range(400, 700)


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


class TelephoneGatewayContract:
    """What every `TelephoneGateway` does. Override `opened`."""

    def opened(self) -> AbstractAsyncContextManager[Exchange]:
        """An exchange whose gateway was not started; the suite closes the gateway."""
        raise NotImplementedError("override `opened` with one that gives an exchange")

    def _play(self, act: Callable[[Line], Awaitable[None]]) -> None:
        async def played() -> None:
            async with self.opened() as exchange:
                line = Line(exchange)
                try:
                    await act(line)
                finally:
                    await line.gateway.aclose()

        asyncio.run(played())

    def test_nothing_is_heard_of_a_telephone_that_was_not_dialled(self) -> None:
        """A gateway that was only started carries nothing and says nothing."""

        async def act(line: Line) -> None:
            await line.exchange.settle()
            assert line.all == []
            assert not line.gateway.carries(CALL, line.exchange.answering)

        self._play(act)

    def test_who_picks_up_is_reported_once_after_whatever_came_before(self) -> None:
        """Alerting, early media and forwarding come before the answer, and the answer once."""

        async def act(line: Line) -> None:
            number = line.exchange.answering
            await line.dial(number)
            *before, last = line.of(number)
            assert last is ReportAnswered
            assert set(before) <= _BEFORE_THE_ANSWER
            assert line.gateway.carries(CALL, number)
            assert {each.number for each in line.all} == {number}

        self._play(act)

    def test_dialling_twice_dials_once(self) -> None:
        """Effects come at least once; the telephone is not called a second time."""

        async def act(line: Line) -> None:
            number = line.exchange.answering
            await line.gateway.perform(CALL, Dial(participant=number, caller_id=None))
            await line.dial(number)
            await line.dial(number)
            assert line.of(number).count(ReportAnswered) == 1

        self._play(act)

    def test_two_calls_are_apart(self) -> None:
        """What ends one call to a telephone leaves another call to another alone."""

        async def act(line: Line) -> None:
            await line.dial(line.exchange.answering, CALL)
            await line.dial(line.exchange.silent, OTHER_CALL)
            await line.close(line.exchange.answering)
            assert not line.gateway.carries(CALL, line.exchange.answering)
            assert not line.gateway.carries(CALL, line.exchange.silent)
            assert line.gateway.carries(OTHER_CALL, line.exchange.silent)

        self._play(act)

    def test_who_does_not_take_the_call_is_reported_with_a_status(self) -> None:
        """400 to 699, once, and nothing after."""

        async def act(line: Line) -> None:
            number = line.exchange.busy
            await line.dial(number)
            assert line.of(number)[-1] is ReportPhoneFailed
            assert line.of(number).count(ReportPhoneFailed) == 1
            (status,) = line.facts(ReportPhoneFailed, "sip_status")
            assert status in _BUSY
            assert not line.gateway.carries(CALL, number)

        self._play(act)

    def test_who_does_not_answer_is_waited_for_until_somebody_gives_up(self) -> None:
        """Alerting is reported and no outcome; after giving up nothing is."""

        async def act(line: Line) -> None:
            number = line.exchange.silent
            await line.dial(number)
            assert ReportAlerted in line.of(number)
            assert set(line.of(number)) <= _BEFORE_THE_ANSWER
            assert line.gateway.carries(CALL, number)
            said = len(line.all)
            await line.stop(number)
            await line.stop(number)
            assert not line.gateway.carries(CALL, number)
            assert len(line.all) == said, "something was reported of a call that was given up"

        self._play(act)

    def test_giving_up_at_once_is_the_last_of_it(self) -> None:
        """A telephone that was dialled a moment ago is not heard of any more."""

        async def act(line: Line) -> None:
            number = line.exchange.answering
            await line.gateway.perform(CALL, Dial(participant=number, caller_id=None))
            said = len(line.all)
            await line.stop(number)
            assert line.all[said:] == []
            assert not line.gateway.carries(CALL, number)

        self._play(act)

    def test_a_call_that_is_ended_from_here_is_not_reported_ended(self) -> None:
        """Ending it twice does no harm."""

        async def act(line: Line) -> None:
            number = line.exchange.answering
            await line.dial(number)
            said = len(line.all)
            await line.close(number)
            await line.close(number)
            assert not line.gateway.carries(CALL, number)
            assert line.all[said:] == []

        self._play(act)

    def test_a_telephone_that_was_ended_can_be_dialled_again(self) -> None:
        """A new call is a new call."""

        async def act(line: Line) -> None:
            number = line.exchange.answering
            await line.dial(number)
            await line.close(number)
            await line.dial(number)
            assert line.of(number).count(ReportAnswered) == 2
            assert line.gateway.carries(CALL, number)

        self._play(act)

    def test_who_hangs_up_is_reported_last_and_once(self) -> None:
        """Answered, then ended; no failure."""

        async def act(line: Line) -> None:
            number = line.exchange.leaving
            await line.dial(number)
            told = [kind for kind in line.of(number) if kind not in _BEFORE_THE_ANSWER]
            assert told == [ReportAnswered, ReportPhoneEnded]
            assert not line.gateway.carries(CALL, number)

        self._play(act)

    def test_ending_what_nobody_knows_does_no_harm(self) -> None:
        """After a crash things are ended that are long over."""

        async def act(line: Line) -> None:
            await line.stop(line.exchange.silent)
            await line.close(line.exchange.answering)
            assert line.all == []

        self._play(act)

    def test_tones_arrive_in_order_and_are_reported(self) -> None:
        """Each request has its outcome, under its number."""

        async def act(line: Line) -> None:
            number = line.exchange.answering
            await line.dial(number)
            await line.send(number, 1, Tone.NUM_1, Tone.NUM_2)
            await line.send(number, 2, Tone.POUND)
            assert line.facts(ReportTonesSent, "sequence") == [1, 2]
            assert line.exchange.heard(number) == (Tone.NUM_1, Tone.NUM_2, Tone.POUND)

        self._play(act)

    def test_tones_that_were_sent_are_not_sent_again(self) -> None:
        """Asked a second time, a gateway at most says again that they were sent."""

        async def act(line: Line) -> None:
            number = line.exchange.answering
            await line.dial(number)
            await line.send(number, 1, Tone.NUM_1)
            await line.send(number, 1, Tone.NUM_1)
            assert line.exchange.heard(number) == (Tone.NUM_1,)
            assert set(line.facts(ReportTonesSent, "sequence")) == {1}
            assert line.facts(ReportTonesFailed, "sequence") == []

        self._play(act)

    def test_tones_for_who_is_not_on_the_line_fail(self) -> None:
        """Silence would keep the call waiting."""

        async def act(line: Line) -> None:
            number = line.exchange.answering
            await line.send(number, 7, Tone.NUM_1)
            assert line.facts(ReportTonesFailed, "sequence") == [7]
            assert line.exchange.heard(number) == ()
            assert not line.gateway.carries(CALL, number)

        self._play(act)

    def test_keys_that_are_pressed_are_counted_from_one(self) -> None:
        """So that the call can tell one that is reported twice from one that is pressed twice."""

        async def act(line: Line) -> None:
            await line.dial(line.exchange.pressing)
            sequences = line.facts(ReportToneReceived, "sequence")
            assert sequences == list(range(1, len(sequences) + 1))
            assert len(sequences) >= 2
            assert all(isinstance(tone, Tone) for tone in line.facts(ReportToneReceived, "tone"))
            kinds = line.of(line.exchange.pressing)
            assert kinds.index(ReportAnswered) < kinds.index(ReportToneReceived)

        self._play(act)

    def test_after_closing_nothing_is_reported_and_nothing_carried(self) -> None:
        """Every call is ended; what the telephones do then is nobody's business."""

        async def act(line: Line) -> None:
            number = line.exchange.leaving
            await line.gateway.perform(CALL, Dial(participant=number, caller_id=None))
            await line.gateway.aclose()
            said = len(line.all)
            await line.exchange.settle()
            assert line.all[said:] == []
            assert not line.gateway.carries(CALL, number)

        self._play(act)
