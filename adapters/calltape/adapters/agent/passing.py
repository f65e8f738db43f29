"""What passes in a call, from one agent's side: reactions, captions, real-time text."""

from typing import TYPE_CHECKING, Literal

import attrs

from calltape.adapters.agent.asking import AskedCall
from calltape.adapters.agent.changes import Changes
from calltape.core import (
    Call as CallModel,
)
from calltape.core import (
    CallId,
    Caption,
    CaptionsState,
    Instant,
    PassingSignal,
    RawId,
    ReactionKind,
    ReactionSent,
    RealTimeText,
    ResultType,
    SetCaptionLanguage,
    SetSpokenLanguage,
    StartCaptions,
    StopCaptions,
)

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent

ReactionName = Literal["like", "heart", "laugh", "surprised", "applause"]


@attrs.frozen
class Reaction:
    """Somebody reacted."""

    identifier: RawId
    kind: ReactionKind


@attrs.frozen(kw_only=True)
class ReceivedCaption:
    """What somebody said, as this side reads it."""

    speaker: RawId
    spoken_text: str
    spoken_language: str
    caption_text: str | None
    """The same in this side's own language; None where it has chosen none."""

    caption_language: str | None
    result_type: ResultType
    timestamp: Instant


@attrs.frozen(kw_only=True)
class ReceivedText:
    """A line of real-time text as it stands."""

    sequence_id: int
    """Tells one line of a sender from the next."""

    sender: RawId
    text: str
    result_type: ResultType
    received_at: Instant
    """When the line began."""

    updated_at: Instant
    is_local: bool
    """Whether this side wrote it."""


class Passing(AskedCall):
    """The part of `Call` in which things are said and seen in passing; see `calltape.core.passing`.

    Its methods raise `Refused`, with what would be accepted, when the call does not allow it now.
    """

    def __init__(self, agent: "CallAgent", call_id: CallId, model: CallModel) -> None:
        super().__init__(agent, call_id, model)
        self.reactions: Changes[Reaction] = Changes()
        """Everybody's, this side's own too."""

        self.captions_changed: Changes[CaptionsState] = Changes()
        """How far this side's captions are."""

        self.captions_received: Changes[ReceivedCaption] = Changes()
        """What is said, while this side's captions are active."""

        self.spoken_language_changed: Changes[str] = Changes()
        """What is spoken in the call, for everybody's captions."""

        self.real_time_text_received: Changes[ReceivedText] = Changes()
        """Everybody's lines as they grow, this side's own too."""

        self._seen = (CaptionsState.OFF, "")

    @property
    def captions(self) -> CaptionsState:
        """How far this side's captions are."""
        return self.me.captions

    @property
    def spoken_language(self) -> str | None:
        """What is spoken in the call; None while nobody has asked for captions."""
        return self._model.spoken_language

    @property
    def caption_language(self) -> str | None:
        """Into what this side's captions are translated; None while they are not."""
        return self.me.caption_language

    @property
    def supported_spoken_languages(self) -> tuple[str, ...]:
        """What whoever makes the captions understands; nothing where nobody makes any."""
        captioner = self._agent.runtime.captioner
        return () if captioner is None else captioner.spoken_languages

    @property
    def supported_caption_languages(self) -> tuple[str, ...]:
        """Into what the captions are translated."""
        captioner = self._agent.runtime.captioner
        return () if captioner is None else captioner.caption_languages

    async def send_reaction(self, kind: ReactionName) -> None:
        """React. Seen by everybody who is there, and kept by nobody."""
        await self._agent.runtime.passing.react(self.id, self._agent.raw_id, ReactionKind(kind))

    async def start_captions(self, spoken_language: str | None = None) -> None:
        """Ask for captions; returns when that is accepted. `captions_changed` tells when they come.

        Args:
            spoken_language: what is spoken in the call, as BCP 47 tag; one that is not supported counts as
                en-us, and None leaves it as it is.
        """
        await self._agent.runtime.give(
            self.id,
            StartCaptions,
            participant=self._agent.raw_id,
            spoken_language=spoken_language,
            supported=self.supported_spoken_languages,
        )

    async def stop_captions(self) -> None:
        """Have no captions any more; everybody else keeps theirs."""
        await self._agent.runtime.give(self.id, StopCaptions, participant=self._agent.raw_id)

    async def set_spoken_language(self, language: str) -> None:
        """Say what is spoken in the call, for everybody's captions; unsupported counts as en-us."""
        await self._agent.runtime.give(
            self.id,
            SetSpokenLanguage,
            participant=self._agent.raw_id,
            language=language,
            supported=self.supported_spoken_languages,
        )

    async def set_caption_language(self, language: str) -> None:
        """Read captions in another language, an ISO 639-1 code; in rooms and meetings."""
        await self._agent.runtime.give(
            self.id,
            SetCaptionLanguage,
            participant=self._agent.raw_id,
            language=language,
            supported=self.supported_caption_languages,
        )

    async def send_real_time_text(self, text: str, *, finalized: bool = False) -> None:
        """Show everybody the line that is being written.

        Args:
            text: all of the line so far; each line break in it ends a line.
            finalized: this line is done.
        """
        await self._agent.runtime.passing.write(self.id, self._agent.raw_id, text, is_final=finalized)

    def passed(self, signal: PassingSignal) -> None:
        """Something passed in the call: show it. For the agent."""
        match signal:
            case ReactionSent():
                self.reactions.tell(Reaction(signal.participant, signal.kind))
            case Caption():
                self._captioned(signal)
            case RealTimeText():
                self.real_time_text_received.tell(
                    ReceivedText(**attrs.asdict(signal), is_local=signal.sender == self._agent.raw_id)
                )

    def _captioned(self, caption: Caption) -> None:
        if self.captions is not CaptionsState.ACTIVE:
            return
        own = self.caption_language
        received = ReceivedCaption(
            speaker=caption.speaker,
            spoken_text=caption.text,
            spoken_language=caption.spoken_language,
            caption_text=None if own is None else caption.translations.get(own),
            caption_language=own,
            result_type=caption.result_type,
            timestamp=caption.at,
        )
        self.captions_received.tell(received)

    def follow_captions(self) -> None:
        """Tell what has changed since the last time. For the call."""
        was, now = self._seen, (self.captions, self.spoken_language or "")
        self._seen = now
        if was[0] is not now[0]:
            self.captions_changed.tell(now[0])
        if was[1] != now[1]:
            self.spoken_language_changed.tell(now[1])

    def end_passing(self) -> None:
        """The call is over. For the call."""
        self.reactions.end()
        self.captions_changed.end()
        self.captions_received.end()
        self.spoken_language_changed.end()
        self.real_time_text_received.end()
