"""What a call remembers of transfers: of one that was asked for in it, and of the one it came from."""

from enum import StrEnum

import attrs

from calltape.core.custom_context import CustomContext
from calltape.core.end_reasons import EndReason
from calltape.core.identity import RawId
from calltape.core.states import TransferState
from calltape.core.values import CallId


class TransferTarget(StrEnum):
    """What the other side is handed over to."""

    PARTICIPANT = "participant"
    """Somebody, who is called: a blind transfer."""

    CALL = "call"
    """Somebody the transferor is in another call with, whose place the new call takes: consultative."""

    VOICEMAIL = "voicemail"
    """Somebody's voicemail."""


@attrs.frozen(kw_only=True)
class Transfer:
    """The transfer that a participant asked for last."""

    state: TransferState = TransferState.TRANSFERRING
    transferee: RawId
    to: TransferTarget
    target: RawId
    target_call: CallId | None = None
    """The call to be replaced, for a consultative transfer."""

    new_call: CallId
    """The transferee's call to the target."""

    is_forwarding_disabled: bool = False
    custom_context: CustomContext | None = None
    reason: EndReason | None = None
    """Why it failed."""


@attrs.frozen(kw_only=True)
class TransferOrigin:
    """Where a call that a transfer made came from."""

    call_id: CallId
    """The call in which the transfer was asked for."""

    transferor: RawId
    replaces: CallId | None = None
    """The call of its callee whose place it takes."""

    is_forwarding_disabled: bool = False
