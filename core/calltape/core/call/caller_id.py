"""The number that is shown to a telephone that is dialled: the alternate caller id.

Whether one is needed is the gateway's policy, so it comes in on the command: a gateway that owns its numbers
can show one of them, the vendor's service refuses without one (403/510403).
"""

import re
from typing import Protocol

from calltape.core.call.state import Call
from calltape.core.commands import Command
from calltape.core.errors import Refused
from calltape.core.identity import Kind, RawId, parse
from calltape.core.states import CALL

_E164 = re.compile(r"\+[0-9]{1,15}", re.ASCII)


class _Dialling(Protocol):
    """A command that may dial telephones."""

    @property
    def participant(self) -> RawId: ...
    @property
    def alternate_caller_id(self) -> str | None: ...
    @property
    def is_caller_id_required(self) -> bool: ...


def is_phone(who: RawId) -> bool:
    """Whether `who` is a telephone."""
    return parse(who).kind is Kind.PHONE_NUMBER


def require_phone(call: Call, who: RawId, asked: Command) -> None:
    """Raise Refused unless `who` is a telephone."""
    if not is_phone(who):
        state = call.participants[who].call_state
        raise Refused(
            CALL.name, state, type(asked).__name__, f"{who} is not a telephone", CALL.accepted(state)
        )


def caller_id_fault(asked: _Dialling, called: tuple[RawId, ...]) -> str:
    """What is wrong with the alternate caller id for those who are `called`; empty when nothing is."""
    number = asked.alternate_caller_id
    if number is not None and not _E164.fullmatch(number):
        return "the alternate caller id is no number; write + and up to 15 digits, country code first"
    if number is None and asked.is_caller_id_required and any(is_phone(who) for who in called):
        return "a telephone is called without an alternate caller id (403/510403); give one"
    return ""
