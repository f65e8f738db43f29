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
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from calltape.conformance.telephone_exchange import CALL, OTHER_CALL, Exchange, Line
from calltape.core import (
    ReportAlerted,
    ReportAnswered,
    ReportEarlyMedia,
    ReportForwarded,
    ReportPhoneEnded,
    ReportPhoneFailed,
    ReportToneReceived,
    ReportTonesFailed,
    ReportTonesSent,
    Tone,
    context_to_sip,
)
from calltape.core.custom_context import SIP_PREFIX, USER_TO_USER, ContextHeader, CustomContext
from calltape.core.effects import Dial

_BEFORE_THE_ANSWER = {ReportAlerted, ReportEarlyMedia, ReportForwarded}
_BUSY = range(400, 700)
_CONTEXT = CustomContext(
    user_to_user="56a390f3d2b7310023a;encoding=hex",
    sip_headers=(ContextHeader("X-MS-Custom-Queue", "7"), ContextHeader("X-MS-Custom-Note", "late;again")),
    voip_headers=(ContextHeader("order", "for-endpoints"),),
)


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

    def test_the_number_that_is_asked_for_is_shown(self) -> None:
        """And the gateway's own where none is."""

        async def act(line: Line) -> None:
            number = line.exchange.answering
            for shown in ("+14255550123", None):
                await line.gateway.perform(CALL, Dial(participant=number, caller_id=shown))
                await line.exchange.settle()
                assert line.exchange.shown(number) == shown
                await line.close(number)

        self._play(act)

    def test_what_the_caller_sends_along_arrives(self) -> None:
        """As SIP headers, each once however often it is asked; what is for endpoints stays here."""

        async def act(line: Line) -> None:
            number = line.exchange.answering
            for _ in range(2):
                dial = Dial(participant=number, caller_id=None, custom_context=_CONTEXT)
                await line.gateway.perform(CALL, dial)
            await line.exchange.settle()
            brought = list(line.exchange.headers(number))
            wanted = context_to_sip(_CONTEXT)
            assert [pair for pair in brought if pair in wanted] == list(wanted)
            assert not {"order", "for-endpoints"} & {part for pair in brought for part in pair}

        self._play(act)

    def test_who_sends_nothing_along_sends_no_such_headers(self) -> None:
        """Not those of the call before it either."""

        async def act(line: Line) -> None:
            number = line.exchange.answering
            dial = Dial(participant=number, caller_id=None, custom_context=_CONTEXT)
            await line.gateway.perform(CALL, dial)
            await line.exchange.settle()
            await line.close(number)
            await line.dial(number)
            names = [name.casefold() for name, _ in line.exchange.headers(number)]
            ours = (USER_TO_USER.casefold(), SIP_PREFIX.casefold())
            assert [name for name in names if name.startswith(ours)] == []

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
