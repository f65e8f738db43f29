"""A telephone exchange in memory: numbers that answer, are busy, ring for ever, announce, forward, hang up.

What each number does is data, in seconds after it was dialled. Nothing passes but the time of the clock that
the exchange is given, so that with a `SimulatedClock` a minute of ringing takes no time. For tests and
rehearsals; the reference of what a gateway to real telephones does.
"""

from collections.abc import Mapping

import attrs

from calltape.adapters.runtime.timers import Timers
from calltape.core import (
    CallId,
    Clock,
    Command,
    Instant,
    RawId,
    ReportAlerted,
    ReportAnswered,
    ReportEarlyMedia,
    ReportForwarded,
    ReportPhoneEnded,
    ReportPhoneFailed,
    ReportToneReceived,
    ReportTonesFailed,
    ReportTonesSent,
    TelephoneEffect,
    TelephoneReports,
    Tone,
    context_to_sip,
    later,
    tones_of,
)
from calltape.core.effects import CloseMedia, Dial, SendTones, StopDialling

_OVER = (ReportPhoneFailed, ReportPhoneEnded)
"""What nothing follows."""


@attrs.frozen
class Happening:
    """One thing that a number does."""

    after_s: float
    """Seconds after it was dialled."""

    kind: type[Command]
    """The observation that it leads to."""

    facts: Mapping[str, object] = attrs.field(factory=dict[str, object])
    """The fields of that, beside the participant."""


Line = tuple[Happening, ...]
"""How one number behaves whenever it is dialled."""


def rings(after_s: float = 1) -> Happening:
    """It is alerted."""
    return Happening(after_s, ReportAlerted)


def announces(after_s: float = 1) -> Happening:
    """Sound is heard before anybody answers."""
    return Happening(after_s, ReportEarlyMedia)


def answers(after_s: float = 5) -> Happening:
    """It is picked up."""
    return Happening(after_s, ReportAnswered)


def fails(after_s: float, sip_status: int, q850: int | None = None, words: str | None = None) -> Happening:
    """The carrier gives up: 486 is busy, 603 declined, 404 no such number."""
    return Happening(after_s, ReportPhoneFailed, {"sip_status": sip_status, "q850": q850, "words": words})


def forwards(after_s: float, to: RawId) -> Happening:
    """It rings at `to` instead."""
    return Happening(after_s, ReportForwarded, {"to": to})


def presses(after_s: float, key: str) -> Happening:
    """It presses one key.

    Raises:
        BadInput: there is no such key.
    """
    (tone,) = tones_of(key)
    return Happening(after_s, ReportToneReceived, {"tone": tone})


def hangs_up(after_s: float) -> Happening:
    """It hangs up, after it has answered."""
    return Happening(after_s, ReportPhoneEnded)


NO_SUCH_NUMBER: Line = (fails(0, 404, words="no such number"),)
"""What becomes of dialling a number that the exchange does not know. RFC 3261 §21.4.5."""


@attrs.define(eq=False)
class _Attempt:
    """One call to one telephone, from being dialled to its end."""

    call_id: CallId
    number: RawId
    is_answered: bool = False
    sequences: set[int] = attrs.Factory(set[int])
    """The requests whose tones were sent."""

    keys: int = 0
    """How many keys it has pressed."""


class MemoryGateway:
    """See `TelephoneGateway`."""

    def __init__(self, lines: Mapping[RawId, Line], clock: Clock) -> None:
        """Nothing happens before `start`.

        Args:
            lines: what each number does; others do not exist.
            clock: where time comes from: the runtime's own.
        """
        self.dialled: list[tuple[CallId, RawId, str | None]] = []
        """Every call that was really placed, with the number that it showed."""

        self.sip_headers: dict[tuple[CallId, RawId], tuple[tuple[str, str], ...]] = {}
        """The headers, name and value, of the call to each telephone that was sent some."""

        self._lines = lines
        self._clock = clock
        self._attempts: dict[tuple[CallId, RawId], _Attempt] = {}
        self._heard: dict[RawId, list[Tone]] = {}

    def start(self, reports: TelephoneReports) -> None:
        """See `TelephoneGateway.start`. Must be called inside the event loop."""
        self._reports = reports
        self._timers: Timers[tuple[_Attempt, Happening]] = Timers(self._clock, self._happens)

    def heard(self, number: RawId) -> tuple[Tone, ...]:
        """Every tone that `number` was sent, in order."""
        return tuple(self._heard.get(number, ()))

    def shown(self, number: RawId) -> str | None:
        """What the last call to `number` showed as the caller's number; None where that is the gateway's."""
        return next((shown for _, to, shown in reversed(self.dialled) if to == number), None)

    def headers(self, number: RawId) -> tuple[tuple[str, str], ...]:
        """The SIP headers, name and value, that the last call to `number` brought."""
        last = next((call_id for call_id, to, _ in reversed(self.dialled) if to == number), None)
        return () if last is None else self.sip_headers.get((last, number), ())

    def fire(self) -> None:
        """Let everything happen whose time has come: for clocks that move only when told."""
        self._timers.fire()

    async def perform(self, call_id: CallId, effect: TelephoneEffect) -> None:
        """See `TelephoneGateway.perform`."""
        leg = (call_id, effect.participant)
        match effect:
            case Dial(caller_id=shown):
                if leg not in self._attempts:
                    self.sip_headers.pop(leg, None)  # those of a call before
                    if headers := context_to_sip(effect.custom_context):
                        self.sip_headers[leg] = headers
                    self._dial(_Attempt(*leg), shown)
            case SendTones():
                self._send(leg, effect)
            case StopDialling() | CloseMedia():
                self._attempts.pop(leg, None)

    def carries(self, call_id: CallId, participant: RawId) -> bool:
        """See `TelephoneGateway.carries`."""
        return (call_id, participant) in self._attempts

    async def aclose(self) -> None:
        """See `TelephoneGateway.aclose`."""
        self._attempts.clear()
        await self._timers.aclose()

    def _dial(self, attempt: _Attempt, shown: str | None) -> None:
        self._attempts[attempt.call_id, attempt.number] = attempt
        self.dialled.append((attempt.call_id, attempt.number, shown))
        now = self._clock.now()
        for happening in self._lines.get(attempt.number, NO_SUCH_NUMBER):
            self._timers.arm((attempt, happening), later(now, happening.after_s))
        self._timers.fire()

    def _happens(self, due: tuple[_Attempt, Happening], _at: Instant) -> None:
        """Say what the number does, unless its call is over."""
        attempt, happening = due
        leg = (attempt.call_id, attempt.number)
        if self._attempts.get(leg) is not attempt:
            return
        facts = dict(happening.facts)
        if happening.kind is ReportAnswered:
            attempt.is_answered = True
        elif happening.kind is ReportToneReceived:
            attempt.keys += 1
            facts["sequence"] = attempt.keys
        elif happening.kind in _OVER:
            del self._attempts[leg]
        self._reports.told(attempt.call_id, happening.kind, attempt.number, **facts)

    def _send(self, leg: tuple[CallId, RawId], effect: SendTones) -> None:
        attempt = self._attempts.get(leg)
        if attempt is None or not attempt.is_answered:
            words = "the telephone is not on the line"
            self._reports.told(leg[0], ReportTonesFailed, leg[1], sequence=effect.sequence, words=words)
            return
        if effect.sequence not in attempt.sequences:
            attempt.sequences.add(effect.sequence)
            self._heard.setdefault(attempt.number, []).extend(effect.tones)
        self._reports.told(leg[0], ReportTonesSent, leg[1], sequence=effect.sequence)
