"""The ways in which a tape can fail, each as a question that a cut tape can be asked again.

A failure is found on a whole tape. It says what of that tape matters, how a cut of it is mended, and whether
a cut fails *in the same way*: by the same kind of event refused in the same state of the same lifecycle, or
by the same law. (`calltape.conformance.view_failures` has the third way: the same wrong value in a view.)
"""

from collections import Counter
from collections.abc import Callable, Iterable

import attrs

from calltape.conformance.inline_source import Imports
from calltape.conformance.laws import Law, first_breach, take_in
from calltape.conformance.shrinking_tapes import Tape, legal_part
from calltape.core.call import replay
from calltape.core.call.starting import CallStarted
from calltape.core.errors import CorruptHistory
from calltape.core.events import Recorded
from calltape.core.folding import Histories
from calltape.core.values import CallId, call_stream


@attrs.frozen(kw_only=True)
class Failure:
    """One way in which a tape fails."""

    words: str
    """What is wrong, as a sentence."""

    tape: Tape
    """What of the tape matters to it."""

    fails: Callable[[Tape], bool]
    """Whether another tape fails in the same way."""

    mend: Callable[[Tape], Tape]
    """A cut tape without what makes no sense in it any more."""

    proof: Callable[[Tape, Imports], tuple[str, ...]]
    """The lines of a test that fails where a tape fails in this way, and passes else: they call it ``TAPE``,
    and note what they need.
    """


# ── not legal ──


def first_illegal(tape: Iterable[Recorded]) -> CorruptHistory | None:
    """The first event that is not legal where it stands, told as an error whose `position` is its version in
    its stream; None when all are legal.
    """
    found = _first_wrong(tape)
    return None if found is None else found[1]


def _first_wrong(tape: Iterable[Recorded]) -> tuple[Recorded, CorruptHistory] | None:
    histories = Histories()
    for each in tape:
        try:
            _require_its_stream(each)
            histories.take_in(each.stream, each.event)
        except CorruptHistory as wrong:
            told = CorruptHistory(wrong.lifecycle, wrong.state, wrong.event, each.version, wrong.accepted)
            return each, told
    return None


def _require_its_stream(recorded: Recorded) -> None:
    """Raise CorruptHistory where a call begins under another id than that it is kept by."""
    fact = recorded.event
    if isinstance(fact, CallStarted) and call_stream(fact.call_id) != recorded.stream:
        raise CorruptHistory("stream", recorded.stream, fact.name)


def not_legal(tape: Iterable[Recorded]) -> Failure | None:
    """That `tape` is not legal, by its first event that is not; None when it is legal."""
    whole = tuple(tape)
    first = _first_wrong(whole)
    if first is None:
        return None
    last, wrong = first
    way = _way(wrong)

    def fails(cut: Tape) -> bool:
        found = first_illegal(cut)
        return found is not None and _way(found) == way

    return Failure(
        words=f"{wrong.lifecycle} in {wrong.state} met {wrong.event}, which is not legal there",
        tape=tuple(each for each in whole if each.stream == last.stream and each.version <= last.version),
        fails=fails,
        mend=_legal_but_for_the_last,
        proof=_is_legal,
    )


def _is_legal(_: Tape, imports: Imports) -> tuple[str, ...]:
    return (f"assert {imports.add(__name__, 'first_illegal')}(TAPE) is None",)


def _way(wrong: CorruptHistory) -> tuple[str, str, str, tuple[str, ...]]:
    """What two illegal events have in common that are illegal in the same way. What would have been legal
    tells a step that somebody may not take from one of somebody who is not there.
    """
    return wrong.event, wrong.lifecycle, wrong.state, wrong.accepted


def _legal_but_for_the_last(tape: Tape) -> Tape:
    """What is wrong stands last; before that everything has to be legal."""
    return (*legal_part(tape[:-1]), *tape[-1:])


# ── a law ──


def breaks_law(
    tape: Iterable[Recorded],
    law: Law,
    *,
    watched: Callable[[Iterable[Recorded]], Iterable[Recorded]] = iter,
) -> Failure | None:
    """That a call on `tape` breaks `law`; None when none does as far as its history is legal.

    Args:
        tape: of any number of calls.
        law: the one that is asked, after every event: some take their time over a large call.
        watched: gives the events of a call one by one, as they are asked about; may say how far it is, and
            raise where somebody has waited long enough.
    """
    for part in _calls(tape):
        found = first_breach(watched(part), [law])
        if found is not None:
            return _Breach(part[: found.number], law).failure(found.words)
    return None


class _Breach:
    """Of one law, by the last event of one call."""

    def __init__(self, tape: Tape, law: Law) -> None:
        self._tape = tape
        self._law = law
        illegal = first_illegal(tape)
        self._illegal = None if illegal is None else _way(illegal)

    def failure(self, words: str) -> Failure:
        """What to look for in a cut."""
        return Failure(
            words=f"{self._law.name} is broken by {self._tape[-1].event.name}: {words}",
            tape=self._tape,
            fails=self.fails,
            mend=_whole_commands(self._tape) if self._law.is_of_whole_commands else _legal_but_for_the_last,
            proof=self._proof,
        )

    def fails(self, cut: Tape) -> bool:
        """Whether the last event of `cut` breaks the law. The law is asked there alone, for asking is dear;
        what breaks it by not being legal has to be illegal in the same way.
        """
        illegal = first_illegal(cut)
        if (None if illegal is None else _way(illegal)) != self._illegal or not cut:
            return False
        call = replay(each.event for each in cut[:-1])
        found = take_in(call, cut[-1].event, [self._law], is_last=True)
        return found is not None and found[0] is self._law

    def _proof(self, _: Tape, imports: Imports) -> tuple[str, ...]:
        asked, named = (imports.add("calltape.conformance.laws", name) for name in ("first_breach", "law"))
        return (f'assert {asked}(TAPE, [{named}("{self._law.name}")]) is None',)


def _calls(tape: Iterable[Recorded]) -> list[Tape]:
    prefix = call_stream(CallId(""))
    found: dict[str, list[Recorded]] = {}
    for each in tape:
        if each.stream.startswith(prefix):
            found.setdefault(each.stream, []).append(each)
    return [tuple(events) for events in found.values()]


def _whole_commands(source: Tape) -> Callable[[Tape], Tape]:
    """Mend so that no command is half told: between two events of one much may be missing."""
    said = Counter(each.command_id for each in source)

    def mend(tape: Tape) -> Tape:
        before: Tape = ()
        while before != tape:
            before = tape
            now = Counter(each.command_id for each in tape)
            torn = {said_id for said_id, events in now.items() if said_id and events != said[said_id]}
            tape = _legal_but_for_the_last(tuple(each for each in tape if each.command_id not in torn))
        return tape

    return mend
