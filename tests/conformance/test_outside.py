"""The published contracts of the outside have teeth: what is wrong in one way each fails them."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import attrs
import pytest

from calltape.adapters.runtime import InstantMedia, SimulatedClock
from calltape.adapters.telephony import MemoryGateway, answers, fails, hangs_up, presses, rings
from calltape.conformance.endpoint import Bell, EndpointContract
from calltape.conformance.media_port import MediaPortContract
from calltape.conformance.telephone_exchange import Exchange
from calltape.conformance.telephone_gateway import TelephoneGatewayContract
from calltape.core import (
    CallId,
    Command,
    EndReason,
    MediaEffect,
    RawId,
    ReportMediaConnected,
    ReportPhoneEnded,
    ReportStreamEffectStarted,
    ReportVideoStarted,
    Ringing,
    TelephoneEffect,
    TelephoneReports,
)
from calltape.core.effects import (
    CloseMedia,
    Dial,
    HoldMedia,
    OpenMedia,
    SendTones,
    SetMuted,
    StartMediaEffect,
    StartMediaStream,
    StopDialling,
    SwitchMediaSource,
)

pytestmark = pytest.mark.contract

NUMBERS = tuple(RawId(f"4:+1425555010{number}") for number in range(5))
LINES = dict(
    zip(
        NUMBERS,
        (
            (rings(1), answers(2)),
            (fails(1, 486),),
            (rings(1),),
            (answers(1), hangs_up(4)),
            (answers(1), presses(2, "1"), presses(3, "1")),
        ),
        strict=True,
    )
)


def contract_tests(suite: object) -> list[str]:
    return [name for name in dir(suite) if name.startswith("test_")]


def failing(suite: Any) -> set[str]:
    """Which tests of a contract fail."""
    found: set[str] = set()
    for name in contract_tests(suite):
        try:
            getattr(suite, name)()
        except (AssertionError, TimeoutError, ValueError, LookupError):
            found.add(name)
    return found


# ── gateways ──


class Eager(MemoryGateway):
    """Dials whenever it is asked."""

    async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
        if isinstance(effect, Dial):
            self._attempts.pop((call_id, effect.participant), None)
        await super().perform(call_id, effect)


class Stubborn(MemoryGateway):
    """Does not give up."""

    async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
        if not isinstance(effect, StopDialling):
            await super().perform(call_id, effect)


class Talkative(MemoryGateway):
    """Says itself what it was told."""

    async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
        await super().perform(call_id, effect)
        if isinstance(effect, CloseMedia):
            self._reports.told(call_id, ReportPhoneEnded, effect.participant)


class Stuttering(MemoryGateway):
    """Sends the same tones as often as it is asked."""

    async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
        if isinstance(effect, SendTones) and (call_id, effect.participant) in self._attempts:
            self._attempts[call_id, effect.participant].sequences.clear()
        await super().perform(call_id, effect)


class Silent(MemoryGateway):
    """Says nothing of tones."""

    async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
        if not isinstance(effect, SendTones):
            await super().perform(call_id, effect)


class Undying(MemoryGateway):
    """Goes on after it was closed."""

    async def aclose(self) -> None:
        return


class Tacit(MemoryGateway):
    """Sends nothing along."""

    async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
        if isinstance(effect, Dial):
            effect = attrs.evolve(effect, custom_context=None)
        await super().perform(call_id, effect)


class Indiscreet(MemoryGateway):
    """Sends along what is for endpoints."""

    def headers(self, number: RawId) -> tuple[tuple[str, str], ...]:
        return (*super().headers(number), ("order", "for-endpoints"))


class Sticky(MemoryGateway):
    """Sends along what the call before had."""

    def headers(self, number: RawId) -> tuple[tuple[str, str], ...]:
        self.kept = super().headers(number) or getattr(self, "kept", ())
        return self.kept

    async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
        self.headers(effect.participant)
        await super().perform(call_id, effect)


class Nameless(MemoryGateway):
    """Shows its own number always."""

    def shown(self, number: RawId) -> str | None:
        return None


class Presumptuous(MemoryGateway):
    """Believes that everybody is on the line."""

    def carries(self, call_id: CallId, participant: RawId) -> bool:
        return True


class Retelling(MemoryGateway):
    """Passes on what it would have reported, changed."""

    def start(self, reports: TelephoneReports) -> None:
        self.outside = reports
        super().start(self)

    def told(self, call_id: CallId, kind: type[Command], participant: RawId, **facts: object) -> None:
        self.outside.told(call_id, kind, participant, **facts)


class Twice(Retelling):
    """Says everything twice."""

    def told(self, call_id: CallId, kind: type[Command], participant: RawId, **facts: object) -> None:
        for _ in range(2):
            super().told(call_id, kind, participant, **facts)


class Wordless(Retelling):
    """Leaves out what the carrier said."""

    def told(self, call_id: CallId, kind: type[Command], participant: RawId, **facts: object) -> None:
        super().told(call_id, kind, participant)


class FromZero(Retelling):
    """Counts keys from zero."""

    def told(self, call_id: CallId, kind: type[Command], participant: RawId, **facts: object) -> None:
        if isinstance(sequence := facts.get("sequence"), int):
            facts["sequence"] = sequence - 1
        super().told(call_id, kind, participant, **facts)


class OneLine(MemoryGateway):
    """Ends every call with one."""

    async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
        await super().perform(call_id, effect)
        if isinstance(effect, CloseMedia):
            self._attempts.clear()


class Resentful(MemoryGateway):
    """Calls nobody again."""

    async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
        if not (
            isinstance(effect, Dial) and any(leg[:2] == (call_id, effect.participant) for leg in self.dialled)
        ):
            await super().perform(call_id, effect)


def gateway_suite(made: type[MemoryGateway]) -> TelephoneGatewayContract:
    class Suite(TelephoneGatewayContract):
        @asynccontextmanager
        async def opened(self) -> AsyncGenerator[Exchange]:
            clock = SimulatedClock()
            gateway = made(LINES, clock)

            async def settle() -> None:
                for _ in range(5):
                    await clock.advance(1)
                    gateway.fire()

            answering, busy, silent, leaving, pressing = NUMBERS
            yield Exchange(
                gateway=gateway,
                answering=answering,
                busy=busy,
                silent=silent,
                leaving=leaving,
                pressing=pressing,
                settle=settle,
                heard=gateway.heard,
                shown=gateway.shown,
                headers=gateway.headers,
            )

    return Suite()


GATEWAYS: list[tuple[type[MemoryGateway], str]] = [
    (Eager, "test_dialling_twice_dials_once"),
    (Stubborn, "test_who_does_not_answer_is_waited_for_until_somebody_gives_up"),
    (Talkative, "test_a_call_that_is_ended_from_here_is_not_reported_ended"),
    (Stuttering, "test_tones_that_were_sent_are_not_sent_again"),
    (Silent, "test_tones_for_who_is_not_on_the_line_fail"),
    (Undying, "test_after_closing_nothing_is_reported_and_nothing_carried"),
    (Tacit, "test_what_the_caller_sends_along_arrives"),
    (Indiscreet, "test_what_the_caller_sends_along_arrives"),
    (Sticky, "test_who_sends_nothing_along_sends_no_such_headers"),
    (Nameless, "test_the_number_that_is_asked_for_is_shown"),
    (Presumptuous, "test_nothing_is_heard_of_a_telephone_that_was_not_dialled"),
    (Twice, "test_who_picks_up_is_reported_once_after_whatever_came_before"),
    (Twice, "test_who_hangs_up_is_reported_last_and_once"),
    (Wordless, "test_who_does_not_take_the_call_is_reported_with_a_status"),
    (FromZero, "test_keys_that_are_pressed_are_counted_from_one"),
    (OneLine, "test_two_calls_are_apart"),
    (Stubborn, "test_giving_up_at_once_is_the_last_of_it"),
    (Talkative, "test_ending_what_nobody_knows_does_no_harm"),
    (Silent, "test_tones_arrive_in_order_and_are_reported"),
    (Resentful, "test_a_telephone_that_was_ended_can_be_dialled_again"),
]


@pytest.mark.parametrize(("made", "caught_by"), GATEWAYS)
def test_a_gateway_that_is_wrong_is_caught(made: type[MemoryGateway], caught_by: str) -> None:
    assert caught_by in failing(gateway_suite(made))


def test_a_gateway_that_is_right_is_not() -> None:
    assert failing(gateway_suite(MemoryGateway)) == set()


# ── media ──


class Once(InstantMedia):
    """Answers the first closing of a leg only."""

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        if not isinstance(effect, CloseMedia) or self.carries(call_id, effect.participant):
            await super().perform(call_id, effect)


class Held(InstantMedia):
    """Never says what became of a hold."""

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        if not isinstance(effect, HoldMedia):
            await super().perform(call_id, effect)


class Mixed(InstantMedia):
    """Does not tell calls apart."""

    def carries(self, call_id: CallId, participant: RawId) -> bool:
        return any(who == participant for _, who in self._legs)


class Chatty(InstantMedia):
    """Calls a leg connected whenever it is muted."""

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        await super().perform(call_id, effect)
        if isinstance(effect, SetMuted) and self._reports is not None:
            self._reports.observed(call_id, ReportMediaConnected, effect.participant)


class Fragile(InstantMedia):
    """Cannot open what is open."""

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        if isinstance(effect, OpenMedia) and self.carries(call_id, effect.participant):
            raise ValueError("open already")
        await super().perform(call_id, effect)


class Blind(InstantMedia):
    """Says that it measures, and does not."""

    measures = True


class Leaking(InstantMedia):
    """Keeps its legs."""

    async def aclose(self) -> None:
        return


class Plain(InstantMedia):
    """Says nothing of effects."""

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        if not isinstance(effect, StartMediaEffect):
            await super().perform(call_id, effect)


class Vague(InstantMedia):
    """Does not say which effect it speaks of."""

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        if isinstance(effect, StartMediaEffect):
            assert self._reports is not None
            self._reports.observed(call_id, ReportStreamEffectStarted, effect.participant)
        else:
            await super().perform(call_id, effect)


class Proud(InstantMedia):
    """Tells of another camera as of a new video."""

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        await super().perform(call_id, effect)
        if isinstance(effect, SwitchMediaSource) and self._reports is not None:
            self._reports.observed(call_id, ReportVideoStarted, effect.participant)


class Everywhere(InstantMedia):
    """Believes that it carries everybody."""

    def carries(self, call_id: CallId, participant: RawId) -> bool:
        return True


class OneEared(InstantMedia):
    """Carries the first leg of a call only."""

    def carries(self, call_id: CallId, participant: RawId) -> bool:
        first = next((who for call, who in sorted(self._legs) if call == call_id), None)
        return super().carries(call_id, participant) and participant == first


class Spent(InstantMedia):
    """Opens no leg again."""

    def __init__(self) -> None:
        super().__init__()
        self.closed: set[RawId] = set()

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        if isinstance(effect, CloseMedia):
            self.closed.add(effect.participant)
        if not (isinstance(effect, OpenMedia) and effect.participant in self.closed):
            await super().perform(call_id, effect)


class Sightless(InstantMedia):
    """Says nothing of streams."""

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        if not isinstance(effect, StartMediaStream):
            await super().perform(call_id, effect)


class Belated(InstantMedia):
    """Calls a leg connected that was closed."""

    async def perform(self, call_id: CallId, effect: MediaEffect) -> None:
        await super().perform(call_id, effect)
        if isinstance(effect, CloseMedia) and self._reports is not None:
            self._reports.observed(call_id, ReportMediaConnected, effect.participant)


def media_suite(made: type[InstantMedia]) -> MediaPortContract:
    class Suite(MediaPortContract):
        patience_s = 0.05

        @asynccontextmanager
        async def opened(self) -> AsyncGenerator[InstantMedia]:
            yield made()

    return Suite()


MEDIA: list[tuple[type[InstantMedia], str]] = [
    (Once, "test_closing_is_always_answered"),
    (Held, "test_every_hold_and_resume_has_an_outcome"),
    (Mixed, "test_calls_are_apart"),
    (Chatty, "test_muting_is_silent"),
    (Fragile, "test_opening_what_is_open_does_no_harm"),
    (Blind, "test_a_port_that_measures_does"),
    (Plain, "test_every_effect_that_is_asked_for_has_an_outcome"),
    (Vague, "test_every_effect_that_is_asked_for_has_an_outcome"),
    (Proud, "test_what_has_no_outcome_is_silent"),
    (Leaking, "test_after_closing_the_port_nothing_is_carried_or_reported"),
    (Everywhere, "test_nothing_is_carried_before_it_is_opened"),
    (Everywhere, "test_who_is_alone_is_connected_when_ready"),
    (OneEared, "test_two_are_connected_and_carried"),
    (Spent, "test_a_leg_can_be_opened_again"),
    (Sightless, "test_every_stream_that_is_asked_for_has_an_outcome"),
    (Belated, "test_nothing_is_connected_after_it_was_closed"),
]


@pytest.mark.parametrize(("made", "caught_by"), MEDIA)
def test_media_that_is_wrong_is_caught(made: type[InstantMedia], caught_by: str) -> None:
    assert caught_by in failing(media_suite(made))


def test_media_that_is_right_is_not() -> None:
    assert failing(media_suite(InstantMedia)) == set()


# ── endpoints ──


class Phone:
    """A telephone on a desk."""

    def __init__(self) -> None:
        self.rung: list[CallId] = []
        self.now: list[CallId] = []

    async def ring(self, ringing: Ringing) -> bool:
        if ringing.call_id not in self.now:
            self.rung.append(ringing.call_id)
            self.now.append(ringing.call_id)
        return True

    async def stop_ringing(self, call_id: CallId, reason: EndReason) -> None:
        self.now = [each for each in self.now if each != call_id]


class RingsAgain(Phone):
    async def ring(self, ringing: Ringing) -> bool:
        self.now = [each for each in self.now if each != ringing.call_id]
        return await super().ring(ringing)


class RingsOn(Phone):
    async def stop_ringing(self, call_id: CallId, reason: EndReason) -> None:
        return


class StopsAll(Phone):
    async def stop_ringing(self, call_id: CallId, reason: EndReason) -> None:
        self.now = []


class Picky(Phone):
    async def stop_ringing(self, call_id: CallId, reason: EndReason) -> None:
        self.now.remove(call_id)


class AlwaysBusy(Phone):
    async def ring(self, ringing: Ringing) -> bool:
        return False


class TakesOne(Phone):
    """Says busy while it rings: legal."""

    async def ring(self, ringing: Ringing) -> bool:
        return await super().ring(ringing) if self.now in ([], [ringing.call_id]) else False


def endpoint_suite(made: Callable[[], Phone]) -> EndpointContract:
    class Suite(EndpointContract):
        @asynccontextmanager
        async def opened(self) -> AsyncGenerator[Bell]:
            phone = made()
            yield Bell(
                endpoint=phone,
                user=RawId("8:acs:bob"),
                rings=lambda: len(phone.rung),
                ringing=lambda: phone.now,
            )

    return Suite()


ENDPOINTS: list[tuple[Callable[[], Phone], str]] = [
    (RingsAgain, "test_ringing_twice_for_one_call_alerts_once"),
    (RingsOn, "test_an_offer_that_is_over_rings_no_more"),
    (StopsAll, "test_the_end_of_one_offer_leaves_another_alone"),
    (Picky, "test_the_end_of_an_offer_that_never_was_does_no_harm"),
    (AlwaysBusy, "test_a_free_user_is_alerted"),
    (AlwaysBusy, "test_who_was_rung_can_be_rung_for_another_call"),
]


@pytest.mark.parametrize(("made", "caught_by"), ENDPOINTS)
def test_an_endpoint_that_is_wrong_is_caught(made: Callable[[], Phone], caught_by: str) -> None:
    assert caught_by in failing(endpoint_suite(made))


@pytest.mark.parametrize("made", [Phone, TakesOne])
def test_an_endpoint_that_is_right_is_not(made: Callable[[], Phone]) -> None:
    assert failing(endpoint_suite(made)) == set()


@pytest.mark.parametrize(
    ("contract", "caught"),
    [
        (TelephoneGatewayContract, {name for _, name in GATEWAYS}),
        (MediaPortContract, {name for _, name in MEDIA}),
        (EndpointContract, {name for _, name in ENDPOINTS}),
    ],
)
def test_every_test_of_a_contract_catches_somebody(contract: type, caught: set[str]) -> None:
    assert set(contract_tests(contract)) == caught
