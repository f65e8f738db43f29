"""Telephones: how dialling one went, and who hung up.

A telephone is no endpoint of ours. It is dialled by a gateway, which reports what the carrier says: alerting
and early media as for anybody, then `ReportAnswered`, or one of the observations here. The reasons follow the
vendor's rule for phone legs: 560000 plus the SIP status of a call that went out, 540000 plus that of one that
came in.
"""

import attrs

from calltape.core.call.caller_id import require_phone
from calltape.core.call.leaving import leave
from calltape.core.call.rooms import Events, decides
from calltape.core.call.state import Call
from calltape.core.commands import Command, command
from calltape.core.end_reasons import EndReason, Source
from calltape.core.errors import BadInput, Refused
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.reason_maps import read_reason
from calltape.core.reason_rows import Vocabulary
from calltape.core.states import CALL

_FAILURES = range(400, 700)
"""The SIP statuses that end an attempt. RFC 3261 §21.4 to §21.6."""

_BYE = 0
"""How the reason map writes a hang-up, which has no status."""


@command
class ReportPhoneFailed(Command):
    """Observed: the carrier gives the call to the telephone `participant` up before it was connected."""

    participant: RawId
    sip_status: int
    """400 to 699: busy is 486, declined 603, and so on."""

    q850: int | None = None
    """The cause, 0 to 127, where the carrier gives one too; kept in the words of the reason."""

    words: str | None = None
    """What the carrier said."""


@command
class ReportPhoneEnded(Command):
    """Observed: the telephone `participant`, which had answered or had called, hung up."""

    participant: RawId
    q850: int | None = None
    """The cause, 0 to 127, where the carrier gives one; kept in the words of the reason."""

    words: str | None = None
    """What the carrier said."""


@decides(ReportPhoneFailed)
def _failed(call: Call, seen: ReportPhoneFailed, limits: Limits) -> Events:
    require_phone(call, seen.participant, seen)
    if seen.sip_status not in _FAILURES:
        raise _refused(call, seen, f"SIP status {seen.sip_status} is no failure; give one from 400 to 699")
    source = Source.LOCAL if seen.sip_status in _PERSONS else Source.NETWORK
    return leave(call, seen.participant, _reason(call, seen, seen.sip_status, source), seen.at, limits)


_PERSONS = frozenset({486, 600, 603})
"""Busy and declined: whoever has the telephone will not take the call, the path to them is not to blame."""


@decides(ReportPhoneEnded)
def _ended(call: Call, seen: ReportPhoneEnded, limits: Limits) -> Events:
    require_phone(call, seen.participant, seen)
    return leave(call, seen.participant, _reason(call, seen, _BYE, Source.LOCAL), seen.at, limits)


def _reason(call: Call, seen: ReportPhoneFailed | ReportPhoneEnded, status: int, source: Source) -> EndReason:
    is_inbound = seen.participant == call.starter
    reason = read_reason(Vocabulary.SIP, status, source=source, words=seen.words, is_inbound=is_inbound)
    if seen.q850 is None:
        return reason
    try:
        cause = read_reason(Vocabulary.Q850, seen.q850, source=source)
    except BadInput as wrong:
        raise _refused(call, seen, str(wrong)) from None
    return attrs.evolve(reason, words=f"{reason.words}; Q.850 {seen.q850}, {cause.words}")


def _refused(call: Call, seen: ReportPhoneFailed | ReportPhoneEnded, reason: str) -> Refused:
    state = call.participants[seen.participant].call_state
    return Refused(CALL.name, state, type(seen).__name__, reason, CALL.accepted(state))
