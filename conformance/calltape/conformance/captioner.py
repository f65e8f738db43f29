"""The contract of the `Captioner` port, as a pytest class that any adapter's tests may inherit.

An adapter's own test is a class and two fixtures::

    class TestMemoryCaptioner(CaptionerContract):
        @pytest.fixture
        def captioner(self) -> Captioner:
            return MemoryCaptioner()

        @pytest.fixture
        def say(self, captioner) -> Say:
            return lambda call, who, text: captioner.hears(call, who, text, Instant(0))

The captioner is started and used within one event loop. Needs the extra ``calltape[testing]``, and no plugin
for asyncio.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from calltape.core.call.captioning import ReportCaptionsFailed, ReportCaptionsStarted
from calltape.core.commands import Command
from calltape.core.effects import (
    ChangeCaptionLanguage,
    ChangeSpokenLanguage,
    CloseMedia,
    StartCaptioning,
    StopCaptioning,
)
from calltape.core.identity import RawId
from calltape.core.outside import Captioner
from calltape.core.passing import Caption, ResultType
from calltape.core.values import CallId, EndpointId

ALICE, BOB = RawId("8:acs:resource_alice"), RawId("8:acs:resource_bob")
DESK = EndpointId("desk")
CALL, OTHER_CALL = CallId("call-1"), CallId("call-2")
PATIENCE_S = 10.0
"""How long an adapter may take to do what it was asked."""

Say = Callable[[CallId, RawId, str], None]
"""Makes somebody say something in a call, in the language that the captioner was told is spoken."""


class Told:
    """What a captioner reports."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[CallId, type[Command], RawId]] = []
        self.captions: list[tuple[CallId, Caption]] = []
        self._news = asyncio.Event()

    def observed(
        self,
        call_id: CallId,
        kind: type[Command],
        participant: RawId,
        words: str | None = None,  # noqa: ARG002 - of the Protocol
    ) -> None:
        """See `CaptionReports.observed`."""
        self.outcomes.append((call_id, kind, participant))
        self._news.set()

    def captioned(self, call_id: CallId, caption: Caption) -> None:
        """See `CaptionReports.captioned`."""
        self.captions.append((call_id, caption))
        self._news.set()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for what was told to make something so; TimeoutError when it takes too long."""
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    def finals(self, call_id: CallId = CALL) -> list[str]:
        """What was understood in a call, to its end."""
        return [
            caption.text
            for call, caption in self.captions
            if call == call_id and caption.result_type is ResultType.FINAL
        ]


def starting(who: RawId, language: str = "en-us") -> StartCaptioning:
    """The effect that lets captions come to `who`."""
    return StartCaptioning(participant=who, endpoint=DESK, spoken_language=language)


class CaptionerContract:
    """What every `Captioner` does. Override the fixtures `captioner` and `say`."""

    @pytest.fixture
    def captioner(self) -> Captioner:
        """One that has not begun to work, and understands en-us."""
        raise NotImplementedError("override the fixture `captioner` with one that gives a captioner")

    @pytest.fixture
    def say(self, captioner: Captioner) -> Say:
        """How somebody is made to say something."""
        raise NotImplementedError("override the fixture `say` with one that makes somebody speak")

    def _play(self, captioner: Captioner, act: Callable[[Told], Awaitable[None]]) -> None:
        async def played() -> None:
            told = Told()
            captioner.start(told)
            try:
                await act(told)
            finally:
                await captioner.aclose()

        asyncio.run(played())

    def test_it_understands_the_usual_language(self, captioner: Captioner) -> None:
        """A language that is not supported is taken for en-us, so that must be."""
        assert "en-us" in {language.lower() for language in captioner.spoken_languages}

    def test_every_wish_has_an_outcome(self, captioner: Captioner) -> None:
        """Accepted is not active: what became of it is told, also of what runs already."""

        async def act(told: Told) -> None:
            for number in (1, 2):
                await captioner.perform(CALL, starting(ALICE))
                await told.until(lambda number=number: len(told.outcomes) >= number)  # type: ignore[misc]
            assert {(call, who) for call, _, who in told.outcomes} == {(CALL, ALICE)}
            assert {kind for _, kind, _ in told.outcomes} <= {ReportCaptionsStarted, ReportCaptionsFailed}

        self._play(captioner, act)

    def test_what_is_said_is_told_once_however_many_read_it(self, captioner: Captioner, say: Say) -> None:
        """One caption for the call, with who said it and in which language."""

        async def act(told: Told) -> None:
            for reader in (ALICE, BOB, ALICE):
                await captioner.perform(CALL, starting(reader))
            await told.until(lambda: len(told.outcomes) >= 3)
            say(CALL, BOB, "hello")
            await told.until(lambda: bool(told.finals()))
            assert told.finals() == ["hello"]
            last = told.captions[-1][1]
            assert (last.speaker, last.spoken_language) == (BOB, "en-us")

        self._play(captioner, act)

    def test_nothing_is_told_of_a_call_in_which_nobody_reads(self, captioner: Captioner, say: Say) -> None:
        """Before the first wish, after the last is withdrawn, and in other calls."""

        async def act(told: Told) -> None:
            say(CALL, ALICE, "too early")
            await captioner.perform(CALL, starting(ALICE))
            await captioner.perform(CALL, starting(BOB))
            await captioner.perform(CALL, StopCaptioning(participant=ALICE, endpoint=DESK))
            await captioner.perform(CALL, StopCaptioning(participant=ALICE, endpoint=DESK))
            say(OTHER_CALL, ALICE, "elsewhere")
            say(CALL, ALICE, "for Bob")
            await told.until(lambda: bool(told.finals()))
            await captioner.perform(CALL, CloseMedia(participant=BOB, endpoint=DESK))
            say(CALL, ALICE, "too late")
            await captioner.perform(OTHER_CALL, starting(ALICE))
            say(OTHER_CALL, ALICE, "another call")
            await told.until(lambda: bool(told.finals(OTHER_CALL)))
            assert (told.finals(), told.finals(OTHER_CALL)) == (["for Bob"], ["another call"])

        self._play(captioner, act)

    def test_what_is_unknown_does_no_harm(self, captioner: Captioner) -> None:
        """Stopping what does not run, languages of who does not read."""

        async def act(told: Told) -> None:
            for effect in (
                StopCaptioning(participant=ALICE, endpoint=DESK),
                ChangeSpokenLanguage(participant=ALICE, endpoint=DESK, language="en-us"),
                ChangeCaptionLanguage(participant=ALICE, endpoint=DESK, language="fr"),
                CloseMedia(participant=ALICE, endpoint=None),
            ):
                await captioner.perform(CALL, effect)
            assert told.captions == []

        self._play(captioner, act)

    def test_after_the_end_nothing_is_told(self, captioner: Captioner, say: Say) -> None:
        """Closing is the end, and may be asked for twice."""

        async def act(told: Told) -> None:
            await captioner.perform(CALL, starting(ALICE))
            await told.until(lambda: bool(told.outcomes))
            await captioner.aclose()
            said = len(told.captions)
            say(CALL, ALICE, "is anybody there")
            await captioner.aclose()
            assert len(told.captions) == said

        self._play(captioner, act)
