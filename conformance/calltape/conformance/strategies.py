"""Hypothesis strategies for calls: commands, walks, histories.

What is drawn stands in `calltape.conformance.alphabet`. A walk asks `decide` step by step, mostly for what
the present states accept and sometimes for something at random; time moves on, and deadlines that fall due
are fired.

`calltape.conformance.log_strategies` draws logs of several calls. Needs the extra ``calltape[testing]``.
"""

from typing import Any

import attrs
from hypothesis import strategies as st

from calltape.conformance.alphabet import (
    ALICE,
    BOB,
    CALL_IDS,
    CAROL,
    GROUP_ID,
    NAMELESS,
    PEOPLE,
    PHONE,
    START,
    STRANGE_GROUP_ID,
    Step,
    candidates,
    earliest,
    endpoints,
    every_command,
    take,
)
from calltape.core.call import Call, deadlines, evolve
from calltape.core.call.expiring import Expire
from calltape.core.call.room_calls import JoinRoom
from calltape.core.call.starting import Join, StartCall
from calltape.core.commands import COMMANDS, Command
from calltape.core.events import Event
from calltape.core.values import SECOND, CallId, CommandId, Instant

__all__ = [
    "ALICE",
    "BOB",
    "CALL_IDS",
    "CAROL",
    "GROUP_ID",
    "NAMELESS",
    "PEOPLE",
    "PHONE",
    "START",
    "STRANGE_GROUP_ID",
    "Step",
    "any_command",
    "candidates",
    "commands",
    "earliest",
    "endpoints",
    "every_command",
    "histories",
    "take",
    "walks",
]

_PAUSES_S = (0, 0, 0, 1, 5, 30, 59, 60, 61)
"""How much time passes between two commands: mostly none, sometimes about as long as a deadline."""


# ── commands ──


def commands(
    call: Call,
    *,
    at: Instant = START,
    id: CommandId = NAMELESS,  # noqa: A002 - as the field is called
) -> st.SearchStrategy[Command]:
    """A command that the present states of `call` have a row for, so that it is likely to be accepted.

    Args:
        call: read when the strategy is made, not when it is drawn from.
        at: the time on the command.
        id: the command's id.
    """
    return st.sampled_from(candidates(call, at=at, id=id))


def any_command(
    *,
    at: Instant = START,
    id: CommandId = NAMELESS,  # noqa: A002 - as the field is called
) -> st.SearchStrategy[Command]:
    """Any command a call knows, over the alphabets, whether it makes sense or not."""
    return st.sampled_from(every_command()).map(lambda drawn: _with(drawn, at=at, id=id))


# ── walks and histories ──


@st.composite
def walks(
    draw: st.DrawFn, *, max_size: int = 30, min_size: int = 1, call_id: CallId = CALL_IDS[0]
) -> tuple[Step, ...]:
    """One call, command by command, refused ones and repeated ones included."""
    call, at = Call(), START
    steps: list[Step] = []
    for number in range(draw(st.sampled_from(range(min_size, max_size + 1)))):
        id_ = CommandId(f"{call_id}-command-{number}")
        at, command = _next(draw, call, at, id_, call_id)
        step = take(call, command)
        for event in step.events:
            evolve(call, event)
        steps.append(step)
        if call.is_over:
            break
    return tuple(steps)


_ROLLS = st.integers(0, 29)
"""A die; the low numbers are what shrinking looks for."""

_FORWARD = ("Accept", "ReportAlerted", "ReportAnswered", "ReportMediaConnected", "ReportHeld")
"""Commands that bring a call to where much can happen: drawn more often."""

_SELDOM = frozenset(
    {
        *("HangUp", "Remove", "Reject", "RedirectOffer", "ReportBusy"),
        *("ReportUnreachable", "ReportMediaFailed", "YieldToGlare", "ReportTransferred", "ReportReplaced"),
        *("StopVideo", "SwitchSource", "ReportVideoFailed", "ReportVideoStopped"),
        *(name for name in COMMANDS if "StreamEffect" in name or "Breakout" in name),
        *("StopShare", "ReportShareFailed", "ReportShareStopped"),
        *("Invite", "Mute", "Unmute", "MuteParticipant", "MuteAll", "ReportInLobby", "ReportMediaClosed"),
        *("ReturnToMainMeeting", "ChangeRole", "LoseInvitation", "ReportTokenLost", "JoinRoom"),
        *("RaiseHand", "LowerHand", "LowerHands", "LowerAllHands"),
        *("StopCaptions", "ReportCaptionsFailed", "ReportCaptionsStopped"),
        *("StartCaptions", "SetSpokenLanguage", "SetCaptionLanguage"),
        *("StartSpotlight", "StopSpotlight", "StopAllSpotlight"),
        *("TransferToParticipant", "TransferToCall", "TransferToVoicemail", "StartVideo", "StartShare"),
        *("MuteIncomingAudio", "UnmuteIncomingAudio", "ReportDeviceSelected", "ConstrainOwnVideo"),
        *("PermitMedia", "ForbidMedia", "ForbidOthersMedia", "GrantConsent", "ReportRecordingStarted"),
        *("OpenDataChannel", "SetDataChannelRecipients", "CloseDataChannel", "ReportDataChannelUsed"),
        *("ReportPhoneFailed", "ReportPhoneEnded", "ReportForwarded"),
        *("SendDtmf", "ReportTonesSent", "ReportTonesFailed", "ReportToneReceived"),
    }
)
"""Commands that take people out or lead aside: drawn less often, or few walks would get anywhere."""


def _next(
    draw: st.DrawFn, call: Call, at: Instant, id_: CommandId, call_id: CallId
) -> tuple[Instant, Command]:
    """The moment and the command that come next."""
    roll = draw(_ROLLS)
    if roll == 29 and deadlines(call):
        key, due = earliest(call)
        at = max(at, due)
        return at, Expire(id=id_, at=at, wait=key.wait, participant=key.participant)
    if roll >= 26:
        return at, _for(call_id, draw(any_command(at=at, id=id_)))
    at = Instant(at + SECOND * draw(st.sampled_from(_PAUSES_S)))
    by_name: dict[str, list[Command]] = {}
    for command in candidates(call, at=at, id=id_):
        by_name.setdefault(type(command).__name__, []).append(command)
    going_on = [name for name in by_name if name not in _SELDOM]
    going_on += [name for name in _FORWARD if name in by_name] * 3
    names = list(by_name) if roll >= 23 or not going_on else going_on
    return at, _for(call_id, draw(st.sampled_from(by_name[draw(st.sampled_from(names))])))


def _for(call_id: CallId, command: Command) -> Command:
    """`command`, starting the call that the walk is about, should it start one."""
    return _with(command, call_id=call_id) if isinstance(command, StartCall | Join | JoinRoom) else command


def _with(command: Command, **fields: object) -> Command:
    """`command` with other `fields`."""
    drawn: Any = command  # the declaring decorator hides from type checkers that it is an attrs class
    changed: Command = attrs.evolve(drawn, **fields)
    return changed


def histories(
    max_size: int = 30, *, min_size: int = 1, call_id: CallId = CALL_IDS[0]
) -> st.SearchStrategy[tuple[Event, ...]]:
    """The events of one call, not always to its end: of at most `max_size` commands."""
    return walks(max_size=max_size, min_size=min_size, call_id=call_id).map(
        lambda steps: tuple(event for step in steps for event in step.events)
    )
