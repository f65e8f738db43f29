"""`calltape replay`: the state of a call after some of its events."""

from itertools import islice
from typing import Any

import attrs
import click

from calltape.adapters.cli.media_views import who_speaks
from calltape.adapters.cli.options import CALL_ID, RAW_ID, json_option, opened, require_call, store_option
from calltape.adapters.cli.printing import (
    clock,
    headline,
    left_because,
    moment,
    print_json,
    reason_document,
    reason_text,
    screen,
    short,
    span,
    state_text,
    table,
)
from calltape.adapters.stores import Store
from calltape.core import (
    BadInput,
    Call,
    CallId,
    CallState,
    CorruptHistory,
    EndReason,
    Instant,
    Participant,
    RawId,
    deadlines,
    digest,
)
from calltape.core import replay as fold

WHO_COLUMNS = 40
"""Characters of a raw id that a terminal's table shows."""


@attrs.frozen(kw_only=True)
class Seen:
    """A call at one of its versions, as a whole or through the eyes of one participant."""

    call: Call
    call_id: CallId
    version: int
    last_version: int
    at: Instant | None
    """When the last event replayed was recorded."""

    viewer: Participant | None = None
    speaking: frozenset[str] = frozenset()
    """Who spoke at that time."""

    @property
    def state(self) -> CallState:
        """The viewer's own leg, or the leg that is furthest in."""
        return self.call.state if self.viewer is None else self.viewer.call_state

    @property
    def end_reason(self) -> EndReason | None:
        """Why it ended for the viewer, or at all."""
        if self.viewer is not None:
            return self.viewer.end_reason
        return self.call.end_reason if self.call.is_over else None  # somebody may leave and the call go on

    @property
    def people(self) -> list[Participant]:
        """Everybody, or everybody else."""
        return [person for person in self.call.participants.values() if person is not self.viewer]


@click.command()
@click.argument("call_id", type=CALL_ID)
@store_option
@click.option("--upto", metavar="N", type=click.IntRange(min=0), help="Only the first N events.")
@click.option("--as", "viewer", metavar="RAW_ID", type=RAW_ID, help="As that participant sees the call.")
@json_option
def replay(call_id: CallId, store: str, upto: int | None, viewer: RawId | None, as_json: bool) -> None:
    """Show the state of a call after its events, or after the first N of them."""
    with opened(store) as log:
        seen = _look(log, require_call(log, call_id, store), call_id, upto)
    if viewer is not None:
        seen = attrs.evolve(seen, viewer=_viewer(seen, viewer))
    if as_json:
        print_json(document(seen))
    else:
        _show(seen)


def _look(log: Store, stream: str, call_id: CallId, upto: int | None) -> Seen:
    last = log.version(stream)
    version = last if upto is None else upto
    if version > last:
        raise BadInput(
            f"call {call_id} has {last} events, so there is no event {version}; give --upto at most {last}"
        )
    try:
        call = fold(islice(log.events(stream), version))
    except CorruptHistory as found:
        raise BadInput(f"call {call_id} cannot be replayed: {found}") from found
    at = next(log.read(stream, version - 1)).at if version else None
    speaking = who_speaks(log, call_id, None if upto is None else at)
    return Seen(call=call, call_id=call_id, version=version, last_version=last, at=at, speaking=speaking)


def _viewer(seen: Seen, who: RawId) -> Participant:
    person = seen.call.participants.get(who)
    if person is None:
        known = ", ".join(seen.call.participants) or "nobody"
        raise BadInput(f"{who} is not in call {seen.call_id} after event {seen.version}; in it: {known}")
    return person


def document(seen: Seen) -> dict[str, Any]:
    """What `--json` prints."""
    viewer = {} if seen.viewer is None else {"as": seen.viewer.id, "is_muted": seen.viewer.is_muted}
    return {
        "call_id": seen.call_id,
        **viewer,
        "kind": seen.call.kind,
        "version": seen.version,
        "at": None if seen.at is None else moment(seen.at),
        "call_state": seen.state,
        "participants": [_person(person, seen) for person in seen.people],
        "deadlines": [
            {"wait": key.wait, "participant": key.participant, "at": moment(at)}
            for key, at in sorted(deadlines(seen.call).items(), key=lambda item: item[1])
        ],
        "end_reason": reason_document(seen.end_reason),
        "digest": digest(seen.call),
    }


def _person(person: Participant, seen: Seen) -> dict[str, Any]:
    return {
        "id": person.id,
        "state": person.state,
        "call_state": person.call_state,
        "role": person.role,
        "is_muted": person.is_muted,
        "hand": person.hand,
        "spotlight": person.id in seen.call.spotlighted,
        "is_speaking": person.is_present and person.id in seen.speaking,
        "streams": [
            {"kind": kind, "state": stream.state, "is_available": stream.is_available}
            for kind, stream in person.streams.items()
        ],
        "end_reason": reason_document(person.end_reason),
        "left_because": left_because(person.end_reason),
    }


def _show(seen: Seen) -> None:
    out = screen()
    longest = WHO_COLUMNS if out.is_terminal else 10_000
    by = f"as {seen.viewer.id} sees it" if seen.viewer else ""
    kind = (seen.call.kind or "not started").replace("_", "-")
    headline(out, f"call {seen.call_id}", kind, f"event {seen.version} of {seen.last_version}", by)
    headline(out, "state", state_text(seen.state), reason_text(seen.end_reason))
    rows = [
        (
            short(person.id, longest),
            state_text(person.state),
            state_text(person.call_state),
            "muted" if person.is_muted else "",
            reason_text(person.end_reason),
        )
        for person in seen.people
    ]
    out.print()
    table(out, "participant", "state", "own leg", "microphone", "end", rows=rows)
    out.print()
    _show_deadlines(seen)
    out.print(f"digest {digest(seen.call)}", style="dim")


def _show_deadlines(seen: Seen) -> None:
    running = sorted(deadlines(seen.call).items(), key=lambda item: item[1])
    if not running or seen.at is None:
        return
    out, now = screen(), seen.at
    rows = [(key.wait, key.participant or "the call", clock(at), span(at - now)) for key, at in running]
    table(out, "deadline", "for", "at (UTC)", "left at that event", rows=rows)
    out.print()
