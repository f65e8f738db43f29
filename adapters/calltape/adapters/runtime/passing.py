"""Signals in passing: decided over the live call, told to whoever listens, noted in the media streams.

Nothing here waits for the disk: a reaction that is lost with the process is not missed, and the call is what
it was.
"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from calltape.adapters.runtime.listening import joined
from calltape.adapters.runtime.timers import Timers
from calltape.core import (
    Call,
    CallId,
    Caption,
    Command,
    CommandId,
    Instant,
    LockRealTimeText,
    PassingSignal,
    RawId,
    ReactionBatch,
    ReactionKind,
    ReactionSent,
    Recorded,
    Refused,
    SendReaction,
    SendRealTimeText,
    TextBook,
    decide_reaction,
    decide_text,
    evolve_reactions,
    evolve_text,
    recorded_as,
    text_deadlines,
)

if TYPE_CHECKING:
    from calltape.adapters.runtime.runtime import Runtime

log_ = logging.getLogger(__name__)
PassingListener = Callable[[CallId, PassingSignal], None]


class Passing:
    """The reactions, captions and real-time text of all calls that a runtime runs."""

    def __init__(self, runtime: "Runtime", *, keeps_text: bool) -> None:
        self._runtime = runtime
        self._keeps_text = keeps_text
        self._batches: dict[CallId, ReactionBatch] = {}
        self._books: dict[CallId, TextBook] = {}
        self._listeners: list[PassingListener] = []
        runtime.listen(self._follow)

    def start(self) -> None:
        """Begin to watch lines that nobody adds to."""
        self._timers = Timers[tuple[CallId, RawId]](self._runtime.clock, self._fell_due)

    def fire(self) -> None:
        """Lock every line whose time has come."""
        self._timers.fire()

    async def aclose(self) -> None:
        """Stop watching."""
        await self._timers.aclose()

    def listen(self, listener: PassingListener) -> Callable[[], None]:
        """Be told of every signal as it passes; returns how to stop."""
        return joined(self._listeners, listener)

    async def react(self, call_id: CallId, participant: RawId, kind: ReactionKind) -> ReactionSent:
        """`participant` reacts; returns when everybody who listens has been told.

        Raises:
            Refused: see `decide_reaction`.
        """
        call = await self._runtime.call(call_id)
        asked: SendReaction = self._stamped(SendReaction, participant=participant, kind=kind)
        batch = self._batches.get(call_id, ReactionBatch())
        (sent,) = decide_reaction(call, batch, asked, self._runtime.limits)
        self._batches[call_id] = evolve_reactions(batch, asked.at)
        self._tell(call_id, participant, sent)
        return sent

    async def write(self, call_id: CallId, participant: RawId, text: str, *, is_final: bool = False) -> None:
        """`participant` writes; returns when everybody who listens has been told.

        Raises:
            Refused: see `decide_text`.
        """
        call = await self._runtime.call(call_id)
        self._write(
            call_id,
            call,
            self._stamped(SendRealTimeText, participant=participant, text=text, is_final=is_final),
        )

    def captioned(self, call_id: CallId, caption: Caption) -> None:
        """See `CaptionReports.captioned`."""
        self._tell(call_id, caption.speaker, caption)

    def _write(self, call_id: CallId, call: Call, asked: SendRealTimeText | LockRealTimeText) -> None:
        book = self._books.setdefault(call_id, TextBook())
        for said in decide_text(call, book, asked, self._runtime.limits):
            evolve_text(book, said)
            self._tell(call_id, said.sender, said)
        at = text_deadlines(book, self._runtime.limits).get(asked.participant)
        if at is not None:
            self._timers.arm((call_id, asked.participant), at)

    def _fell_due(self, line: tuple[CallId, RawId], at: Instant) -> None:
        call_id, who = line
        book = self._books.get(call_id, TextBook())
        if text_deadlines(book, self._runtime.limits).get(who) == at:
            self._runtime.spawn(self._lock(call_id, who))

    async def _lock(self, call_id: CallId, who: RawId) -> None:
        call = await self._runtime.call(call_id)
        try:
            self._write(call_id, call, self._stamped(LockRealTimeText, participant=who))
        except Refused:
            return  # something was added while the call was looked up

    def _tell(self, call_id: CallId, who: RawId, signal: PassingSignal) -> None:
        noted = recorded_as(call_id, signal, keeps_text=self._keeps_text)
        if noted is not None:
            self._runtime.measured(call_id, who, noted)
        for listener in tuple(self._listeners):
            try:
                listener(call_id, signal)
            except Exception:
                log_.exception("a listener failed")  # its own mistake; the next one is told all the same

    def _stamped(self, kind: type[Command], /, **fields: Any) -> Any:
        id_ = CommandId(self._runtime.new_id())
        return kind(id=id_, at=self._runtime.clock.now(), correlation_id=None, **fields)

    def _follow(self, call_id: CallId, call: Call, _recorded: tuple[Recorded, ...]) -> None:
        if call.is_over:
            self._books.pop(call_id, None)
            self._batches.pop(call_id, None)
