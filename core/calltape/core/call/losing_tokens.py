"""Somebody's access token runs out during a call, and no other can be had: they are out of it.

Whoever renews a token in time notices nothing. Tokens are kept in streams of their own, one a user; that one
was lost is observed at the endpoint that needs it.
"""

from calltape.core.call.caller_id import is_phone
from calltape.core.call.leaving import leave
from calltape.core.call.rooms import Events, decides
from calltape.core.call.state import Call
from calltape.core.commands import Command, command
from calltape.core.end_reasons import REGISTRY, Source
from calltape.core.errors import Refused
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CALL


@command
class ReportTokenLost(Command):
    """Observed: `participant`, who is in the call with a token, has no valid one and can get none."""

    participant: RawId


@decides(ReportTokenLost)
def _lost(call: Call, seen: ReportTokenLost, limits: Limits) -> Events:
    if is_phone(seen.participant):
        state = call.participants[seen.participant].call_state
        reason = "a telephone has no access token"
        raise Refused(CALL.name, state, "ReportTokenLost", reason, CALL.accepted(state))
    invalid = REGISTRY.reason(495, 4507, source=Source.LOCAL)
    return leave(call, seen.participant, invalid, seen.at, limits)
