"""Captions of what it is told was said: for tests, and to be fed by a recogniser of one's own."""

from collections.abc import Callable

from calltape.core import (
    CallId,
    Caption,
    CaptionEffect,
    CaptionReports,
    Instant,
    RawId,
    ReportCaptionsStarted,
    ResultType,
)
from calltape.core.effects import (
    ChangeCaptionLanguage,
    ChangeSpokenLanguage,
    CloseMedia,
    StartCaptioning,
    StopCaptioning,
)


class MemoryCaptioner:
    """Grants every wish at once; what it `hears` becomes captions for those who have asked for them."""

    def __init__(
        self,
        spoken_languages: tuple[str, ...] = ("en-us",),
        caption_languages: tuple[str, ...] = (),
        *,
        translate: Callable[[str, str], str] = lambda text, language: f"{text} ({language})",
    ) -> None:
        """Begins with `start`.

        Args:
            spoken_languages: what it understands, as BCP 47 tags.
            caption_languages: what it translates into, as ISO 639-1 codes.
            translate: gives a text in a language.
        """
        self.spoken_languages = spoken_languages
        self.caption_languages = caption_languages
        self._translate = translate
        self._reports: CaptionReports | None = None
        self._spoken: dict[CallId, str] = {}
        self._readers: dict[CallId, dict[RawId, str | None]] = {}

    def start(self, reports: CaptionReports) -> None:
        """See `Captioner.start`."""
        self._reports = reports

    async def perform(self, call_id: CallId, effect: CaptionEffect) -> None:
        """See `Captioner.perform`."""
        readers = self._readers.setdefault(call_id, {})
        match effect:
            case StartCaptioning():
                readers.setdefault(effect.participant, None)
                self._spoken[call_id] = effect.spoken_language
                if self._reports is not None:
                    self._reports.observed(call_id, ReportCaptionsStarted, effect.participant)
            case ChangeSpokenLanguage():
                self._spoken[call_id] = effect.language
            case ChangeCaptionLanguage():
                if effect.participant in readers:
                    readers[effect.participant] = effect.language
            case StopCaptioning() | CloseMedia():
                readers.pop(effect.participant, None)
        if not readers:
            del self._readers[call_id]
            self._spoken.pop(call_id, None)

    def hears(
        self, call_id: CallId, speaker: RawId, text: str, at: Instant, *, is_final: bool = True
    ) -> None:
        """`speaker` said `text` at `at`; nobody who has not asked for captions is told."""
        readers = self._readers.get(call_id)
        if self._reports is None or not readers:
            return
        languages = sorted({language for language in readers.values() if language is not None})
        caption = Caption(
            speaker=speaker,
            text=text,
            spoken_language=self._spoken[call_id],
            result_type=ResultType.FINAL if is_final else ResultType.PARTIAL,
            at=at,
            translations={language: self._translate(text, language) for language in languages},
        )
        self._reports.captioned(call_id, caption)

    async def aclose(self) -> None:
        """See `Captioner.aclose`."""
        self._reports = None
        self._readers.clear()
        self._spoken.clear()
