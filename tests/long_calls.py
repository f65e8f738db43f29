"""Calls long enough to be worth cutting down, recorded through the core's own decisions."""

from collections.abc import Iterable
from itertools import count
from typing import Any

import attrs

from calltape.conformance.shrinking_tapes import numbered
from calltape.core import (
    SECOND,
    Accept,
    CallId,
    Command,
    CommandId,
    EndpointId,
    Event,
    Hold,
    Instant,
    Join,
    Ledger,
    LowerHand,
    Mute,
    Offer,
    RaiseHand,
    RawId,
    Recorded,
    ReportAlerted,
    ReportHeld,
    ReportMediaConnected,
    ReportResumed,
    Resume,
    StartCall,
    Unmute,
    call_stream,
)

Tape = tuple[Recorded, ...]

BEGAN = Instant(1_795_341_600_000_000)
GROUP_ID = "29228d3e-040e-4656-a70e-890ab4e173e5"
PAUSE_S = 7


def people(number: int) -> list[RawId]:
    """Raw ids, distinct and easily told apart."""
    return [RawId(f"8:acs:resource_person-{each:02}") for each in range(number)]


@attrs.define
class Recorder:
    """Records one call, a command every few seconds."""

    name: str
    at: Instant = BEGAN
    tape: list[Recorded] = attrs.Factory(list[Recorded])
    _ledger: Ledger = attrs.Factory(Ledger)
    _numbers: Any = attrs.Factory(lambda: count(1))

    def give(self, kind: type[Command], **fields: Any) -> None:
        """Have it decided, recorded and taken in."""
        asked = kind(id=CommandId(f"{self.name}-{next(self._numbers)}"), at=self.at, **fields)
        for draft in self._ledger.decide(asked):
            version = self._ledger.version + 1
            recorded = Recorded(
                position=version,
                stream=call_stream(CallId(self.name)),
                version=version,
                event=draft.event,
                at=draft.at,
                command_id=draft.command_id,
            )
            self._ledger.absorb(recorded)
            self.tape.append(recorded)
        self.at = Instant(self.at + PAUSE_S * SECOND)


def group_call(name: str = "big", *, size: int = 20, rounds: int = 70) -> Tape:
    """Everybody joins; then they mute, hold and raise hands, each in turn; eight events a round."""
    call, them = Recorder(name), people(size)
    for who in them:
        desk = EndpointId(f"{who}/desk")
        named: dict[str, Any] = {"display_name": f"{who}, who has a rather long name"}
        call.give(Join, call_id=CallId(name), participant=who, endpoint=desk, group_id=GROUP_ID, **named)
        call.give(ReportMediaConnected, participant=who)
    for number in range(rounds):
        one, other = them[number * 7 % size], them[number * 3 % size]
        call.give(Mute, participant=one)
        _hold(call, other)
        call.give(Unmute, participant=one)
        call.give(RaiseHand, participant=one)
        call.give(LowerHand, participant=one)
    return tuple(call.tape)


def call_of_two(name: str = "two", *, rounds: int = 250, holds: bool = False) -> Tape:
    """Two people who mute and unmute again and again, and in the end, if `holds`, one of them holds."""
    call, (caller, callee) = Recorder(name), people(2)
    desk = EndpointId("desk")
    call.give(StartCall, call_id=CallId(name), participant=caller, endpoint=desk, callees=(callee,))
    for kind in (Offer, ReportAlerted, Accept):
        call.give(kind, participant=callee, endpoint=desk)
    call.give(ReportMediaConnected, participant=caller)
    call.give(ReportMediaConnected, participant=callee)
    for number in range(rounds):
        who = (caller, callee)[number % 2]
        call.give(Mute, participant=who)
        call.give(Unmute, participant=who)
    if holds:
        call.give(Hold, participant=caller)
        call.give(ReportHeld, participant=caller)
    return tuple(call.tape)


def _hold(call: Recorder, who: RawId) -> None:
    for kind in (Hold, ReportHeld, Resume, ReportResumed):
        call.give(kind, participant=who)


def with_event(tape: Tape, place: int, event: Event) -> Tape:
    """The tape with one more event, that nobody decided, at that place of its stream."""
    before = tape[place - 1]
    planted = attrs.evolve(before, event=event, command_id=CommandId("planted"))
    return numbered((*tape[:place], planted, *tape[place:]))


def interleaved(*tapes: Iterable[Recorded]) -> Tape:
    """Several calls as one log holds them: an event of each in turn."""
    waiting, found = [list(tape) for tape in tapes], list[Recorded]()
    while waiting := [tape for tape in waiting if tape]:
        found += [tape.pop(0) for tape in waiting]
    return numbered(found)
