"""The contract of captioners finds what is wrong with an adapter."""

from inspect import signature

import pytest

from calltape.adapters.captions import MemoryCaptioner
from calltape.conformance import captioner as contract
from calltape.conformance.captioner import CaptionerContract
from calltape.core import CallId, CaptionEffect, Instant, RawId, ReportCaptionsStarted
from calltape.core.effects import CloseMedia, StartCaptioning, StopCaptioning

pytestmark = pytest.mark.contract


class Foreign(MemoryCaptioner):
    """Does not understand what every other language is taken for."""

    def __init__(self) -> None:
        super().__init__(("de-de",))


class Silent(MemoryCaptioner):
    """Tells the outcome of the first wish only."""

    async def perform(self, call_id: CallId, effect: CaptionEffect) -> None:
        if not (isinstance(effect, StartCaptioning) and self._readers):
            await super().perform(call_id, effect)


class Talkative(MemoryCaptioner):
    """Tells everything once for each reader."""

    def hears(
        self, call_id: CallId, speaker: RawId, text: str, at: Instant, *, is_final: bool = True
    ) -> None:
        for _ in self._readers.get(call_id, {}):
            super().hears(call_id, speaker, text, at, is_final=is_final)


class Clinging(MemoryCaptioner):
    """Goes on for who has left."""

    async def perform(self, call_id: CallId, effect: CaptionEffect) -> None:
        if not isinstance(effect, CloseMedia):
            await super().perform(call_id, effect)


class Counting(MemoryCaptioner):
    """Takes who stops twice for two who stop."""

    async def perform(self, call_id: CallId, effect: CaptionEffect) -> None:
        if isinstance(effect, StopCaptioning) and effect.participant not in self._readers.get(call_id, {}):
            self._readers.pop(call_id, None)
        else:
            await super().perform(call_id, effect)


class Eager(MemoryCaptioner):
    """Takes every effect for a wish to read."""

    async def perform(self, call_id: CallId, effect: CaptionEffect) -> None:
        await super().perform(call_id, effect)
        if self._reports is not None and not isinstance(effect, StartCaptioning):
            self._reports.observed(call_id, ReportCaptionsStarted, effect.participant)
            self._readers.setdefault(call_id, {})[effect.participant] = None


class Fragile(MemoryCaptioner):
    """Fails where there is nothing to stop."""

    async def perform(self, call_id: CallId, effect: CaptionEffect) -> None:
        if isinstance(effect, StopCaptioning):
            assert effect.participant in self._readers[call_id]
        await super().perform(call_id, effect)


class Endless(MemoryCaptioner):
    """Cannot be closed."""

    async def aclose(self) -> None:
        """Nothing."""


@pytest.mark.parametrize(
    ("kind", "test"),
    [
        (Foreign, "test_it_understands_the_usual_language"),
        (Silent, "test_every_wish_has_an_outcome"),
        (Talkative, "test_what_is_said_is_told_once_however_many_read_it"),
        (Clinging, "test_nothing_is_told_of_a_call_in_which_nobody_reads"),
        (Counting, "test_nothing_is_told_of_a_call_in_which_nobody_reads"),
        (Eager, "test_nothing_is_told_of_a_call_in_which_nobody_reads"),
        (Fragile, "test_what_is_unknown_does_no_harm"),
        (Endless, "test_after_the_end_nothing_is_told"),
    ],
)
def test_a_wrong_adapter_is_found_out(
    kind: type[MemoryCaptioner], test: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contract, "PATIENCE_S", 0.05)
    captioner = kind()

    def say(call: CallId, who: RawId, text: str) -> None:
        captioner.hears(call, who, text, Instant(0))

    given = {"captioner": captioner, "say": say}
    method = getattr(CaptionerContract(), test)
    with pytest.raises((AssertionError, TimeoutError, KeyError)):
        method(**{name: given[name] for name in signature(method).parameters})
