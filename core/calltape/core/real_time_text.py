"""Real-time text: lines that the others see grow while somebody writes. See `calltape.core.passing`.

A line is sent whole, again and again. It is final when its sender says so, at a line break, or when nothing
was added to it for some time; what comes after that is the next line.
"""

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from calltape.core.call.authority import require_capability
from calltape.core.call.leaving import require_connected
from calltape.core.call.state import Call
from calltape.core.commands import Command, command
from calltape.core.errors import Refused
from calltape.core.events import personal
from calltape.core.identity import RawId
from calltape.core.limits import LIMITS, Limits
from calltape.core.passing import RealTimeText, ResultType
from calltape.core.states import CALL
from calltape.core.values import Instant, later


@command
class SendRealTimeText(Command):
    """`participant` has written `text` on their present line; each line break in it ends a line."""

    participant: RawId
    text: str = attrs.field(metadata=personal())
    """All of the line so far; empty where it was deleted again."""

    is_final: bool = False


@command
class LockRealTimeText(Command):
    """Nothing was added to the line of `participant` for as long as a line stays open."""

    participant: RawId


@attrs.define
class TextBook:
    """The open lines of one call, and how many lines each sender has begun. `TextBook()` has none."""

    lines: dict[RawId, RealTimeText] = attrs.Factory(dict[RawId, RealTimeText])
    begun: dict[RawId, int] = attrs.Factory(dict[RawId, int])


def decide_text(
    call: Call, book: TextBook, asked: SendRealTimeText | LockRealTimeText, limits: Limits = LIMITS
) -> tuple[RealTimeText, ...]:
    """The lines that `asked` leads to, as they stand then. Reads only.

    Raises:
        Refused: who writes is not up in the call or has not the role, there is nothing to send, or the line
            is not to be locked yet.
    """
    if isinstance(asked, LockRealTimeText):
        return (_locked(call, book, asked, limits),)
    require_connected(call, asked.participant, asked)
    require_capability(call, asked.participant, "realTimeText", asked)
    line = book.lines.get(asked.participant)
    said: list[RealTimeText] = []
    if line is not None and asked.at >= _locks_at(line, limits):
        said.append(_final(line, _locks_at(line, limits)))
        line = None
    if not asked.text and line is None:
        raise _refused(call, asked, "there is no text to send, and no line to delete")
    return (*said, *_lines(book, asked, line))


def _lines(book: TextBook, asked: SendRealTimeText, line: RealTimeText | None) -> tuple[RealTimeText, ...]:
    """One for each line of the text; the last goes on unless it is final, or there is nothing on it yet."""
    *ended, last = asked.text.replace("\r\n", "\n").split("\n")
    texts = [(text, ResultType.FINAL) for text in ended]
    if last or not ended:
        texts.append((last, ResultType.FINAL if asked.is_final else ResultType.PARTIAL))
    begun = book.begun.get(asked.participant, 0) if line is None else line.sequence_id - 1
    return tuple(
        RealTimeText(
            sequence_id=begun + number,
            sender=asked.participant,
            text=text,
            result_type=result_type,
            received_at=line.received_at if line is not None and number == 1 else asked.at,
            updated_at=asked.at,
        )
        for number, (text, result_type) in enumerate(texts, 1)
    )


def _locked(call: Call, book: TextBook, asked: LockRealTimeText, limits: Limits) -> RealTimeText:
    line = book.lines.get(asked.participant)
    if line is None or asked.at < _locks_at(line, limits):
        raise _refused(call, asked, "no line of theirs has been left alone for long enough")
    return _final(line, _locks_at(line, limits))


def _final(line: RealTimeText, at: Instant) -> RealTimeText:
    return attrs.evolve(line, result_type=ResultType.FINAL, updated_at=at)


def _locks_at(line: RealTimeText, limits: Limits) -> Instant:
    return later(line.updated_at, limits.real_time_text_lock_s)


def _refused(call: Call, asked: SendRealTimeText | LockRealTimeText, reason: str) -> Refused:
    person = call.participants.get(asked.participant)
    state = CALL.initial if person is None else person.call_state
    return Refused(CALL.name, state, type(asked).__name__, reason, CALL.accepted(state))


def evolve_text(book: TextBook, said: RealTimeText) -> TextBook:
    """What `book` is after `said`. Works in place on a book that the caller owns, and returns it."""
    book.begun[said.sender] = max(book.begun.get(said.sender, 0), said.sequence_id)
    if said.result_type is ResultType.PARTIAL:
        book.lines[said.sender] = said
    else:
        book.lines.pop(said.sender, None)
    return book


def text_deadlines(book: TextBook, limits: Limits = LIMITS) -> Mapping[RawId, Instant]:
    """When each open line is final unless something is added to it, by its sender."""
    return MappingProxyType({who: _locks_at(line, limits) for who, line in book.lines.items()})
