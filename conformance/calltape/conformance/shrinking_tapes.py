"""Cutting a failing tape down to a small one that fails the same way: what is particular to tapes.

Streams first, then people, then what was done for one purpose, then each command with what it caused, then
single events; after that pauses and values. What has become illegal because something before it is gone is
left out too, and what is left is numbered anew, so that every candidate is a tape like any other.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import attrs

from calltape.conformance.declared_values import GONE, values_of, with_values
from calltape.conformance.shrinking import EACH, Cut, Progress, Shrunk, shrink
from calltape.conformance.simpler_tapes import shorter_pauses, simpler_values
from calltape.core.errors import CorruptHistory
from calltape.core.events import Recorded
from calltape.core.folding import Histories
from calltape.core.identity import RawId

Tape = tuple[Recorded, ...]


def shrink_tape(
    tape: Iterable[Recorded],
    fails: Callable[[Tape], bool],
    *,
    mend: Callable[[Tape], Tape] | None = None,
    go_on: Callable[[Progress], bool] = lambda _: True,
) -> Shrunk[Recorded]:
    """The least of `tape` that still fails, as a tape: positions 1, 2, 3 …, versions without a gap.

    Args:
        tape: of one stream or several, in the order of their positions.
        fails: whether a tape fails in the way that counts: the same answer every time.
        mend: what to make of a candidate before it is numbered and tried; `legal_part` when None. A tape that
            fails by being illegal needs another.
        go_on: asked before each candidate; False stops, and the best so far is the result.

    Raises:
        BadInput: the tape does not fail.
    """
    whole = mend or legal_part
    return shrink(
        numbered(tape),
        fails,
        cuts=CUTS,
        simplifications=(shorter_pauses, simpler_values),
        mend=lambda candidate: numbered(whole(candidate)),
        go_on=go_on,
    )


# ── what makes a candidate a tape ──


def legal_part(tape: Tape) -> Tape:
    """`tape` without the events that are not legal where they stand."""
    histories = Histories()
    return tuple(each for each in tape if _is_taken_in(histories, each))


def _is_taken_in(histories: Histories, recorded: Recorded) -> bool:
    try:
        histories.take_in(recorded.stream, recorded.event)
    except CorruptHistory:
        return False
    return True


def numbered(tape: Iterable[Recorded]) -> Tape:
    """`tape` with positions and versions that have no gaps.

    An effect is named after the place of the event that asked for it: what names one as its cause does so
    still, and names none if that event is gone.
    """
    events = tuple(tape)
    versions: Counter[str] = Counter()
    places: dict[tuple[str, str], int] = {}
    found: list[Recorded] = []
    streams = {each.stream for each in events}
    for position, each in enumerate(events, 1):
        versions[each.stream] += 1
        version = versions[each.stream]
        places[each.stream, str(each.version)] = version
        cause = _moved(each.causation_id, places, streams)
        if (position, version, cause) == (each.position, each.version, each.causation_id):
            found.append(each)
        else:
            found.append(attrs.evolve(each, position=position, version=version, causation_id=cause))
    return tuple(found)


def _moved(cause: str | None, places: Mapping[tuple[str, str], int], streams: set[str]) -> str | None:
    """The cause of an event by the place it has now, where it is an effect of a stream that is here."""
    if cause is None or (asker := _asker(cause)) is None or asker[0] not in streams:
        return cause
    return f"{asker[0]}/{places[asker]}/{cause.rpartition('/')[2]}" if asker in places else None


def _asker(cause: str) -> tuple[str, str] | None:
    """Stream and version of the event that asked for an effect; None for what is no effect's name."""
    stream, version, number = (*cause.rsplit("/", 2), "", "")[:3]
    return (stream, version) if version.isdecimal() and number.isdecimal() else None


# ── what can be left out ──


def people_of(tape: Iterable[Recorded]) -> tuple[RawId, ...]:
    """Everybody whom an event names, in the order in which they are first named."""
    return tuple(dict.fromkeys(who for each in tape for who in values_of(each.event, RawId)))


def _without_people(tape: Tape, gone: Sequence[RawId]) -> Tape:
    absent = set(gone)
    kept: list[Recorded] = []
    for each in tape:
        event = with_values(each.event, RawId, lambda who: GONE if who in absent else who)
        if event is each.event:
            kept.append(each)
        elif event is not None:
            kept.append(attrs.evolve(each, event=event))
    return tuple(kept)


def _streams(tape: Tape) -> Sequence[str]:
    return tuple(dict.fromkeys(each.stream for each in tape))


def _purposes(tape: Tape) -> Sequence[str]:
    """What ties events together across commands; nothing to choose from where there is one purpose."""
    found = tuple(dict.fromkeys(each.correlation_id for each in tape if each.correlation_id is not None))
    return found if len(found) > 1 else ()


def _without(of: Callable[[Recorded], Any], tape: Tape, gone: Sequence[Any]) -> Tape:
    return tuple(each for each in tape if of(each) not in gone)


def _commands(tape: Tape) -> Sequence[int]:
    """Where commands begin to be told."""
    return sorted(set(_beginnings(tape)))


def _beginnings(tape: Tape) -> list[int]:
    """For each event the place of its command's first event; its own where no command is known."""
    first: dict[tuple[str, str], int] = {}
    return [
        place if each.command_id is None else first.setdefault((each.stream, each.command_id), place)
        for place, each in enumerate(tape)
    ]


def _without_caused(tape: Tape, gone: Sequence[int]) -> Tape:
    """Without those commands, without what was done because of them, and so on."""
    beginnings = _beginnings(tape)
    places = {(each.stream, str(each.version)): place for place, each in enumerate(tape)}
    commands: dict[str | None, int] = {}
    absent = set(gone)
    kept: list[Recorded] = []
    for each, beginning in zip(tape, beginnings, strict=True):
        cause = each.causation_id
        asker = None if cause is None else places.get(_asker(cause) or ("", ""))
        caused_by = commands.get(cause) if asker is None else beginnings[asker]
        if each.command_id is not None:
            commands.setdefault(each.command_id, beginning)
        if beginning in absent or caused_by in absent:
            absent.add(beginning)
        else:
            kept.append(each)
    return tuple(kept)


CUTS = (
    Cut("streams", _streams, partial(_without, lambda each: each.stream)),
    Cut("people", people_of, _without_people),
    Cut("purposes", _purposes, partial(_without, lambda each: each.correlation_id)),
    Cut("causes", _commands, _without_caused),
    EACH,
)
"""What is tried to be left out, in this order."""
