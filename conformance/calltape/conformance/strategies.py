"""Hypothesis strategies for calls: commands, walks, histories.

What is drawn stands in `calltape.conformance.alphabet`. A walk asks `decide` step by step, mostly for what
the present states accept and sometimes for something at random; time moves on, and deadlines that fall due
are fired.

`calltape.conformance.log_strategies` draws logs of several calls. Needs the extra ``calltape[testing]``.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import attrs
from hypothesis import strategies as st

from calltape.conformance.alphabet import (
    ALICE,
    BOB,
    CALL_IDS,
    CAROL,
    CROWD,
    GROUP_ID,
    NAMELESS,
    PEOPLE,
    PHONE,
    START,
    STRANGE_GROUP_ID,
    Step,
    candidates,
    candidates_named,
    earliest,
    endpoints,
    every_command,
    fitting,
    take,
)
from calltape.conformance.stream_strategies import commands_beside, stream_histories
from calltape.core.call import Call, deadlines, evolve
from calltape.core.call.expiring import Expire
from calltape.core.call.room_calls import JoinRoom
from calltape.core.call.starting import Join, StartCall
from calltape.core.commands import COMMANDS, Command
from calltape.core.events import Event
from calltape.core.identity import RawId
from calltape.core.values import SECOND, CallId, CommandId, Instant

__all__ = [
    "ALICE",
    "BOB",
    "CALL_IDS",
    "CAROL",
    "CROWD",
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
    "next_commands",
    "take",
    "walks",
]

_PAUSES_S = (0, 0, 0, 1, 5, 30, 59, 60, 61)
"""How much time passes between two commands: mostly none, sometimes about as long as a deadline."""


# ── commands ──


def commands(
    state: object,
    *,
    at: Instant = START,
    id: CommandId = NAMELESS,  # noqa: A002 - as the field is called
    people: Sequence[RawId] = PEOPLE,
) -> st.SearchStrategy[Command]:
    """A command that the present states of a call have a row for, so that it is likely to be accepted; or
    any command about a stream beside the calls.

    Args:
        state: a `Call`, or a `PushBook`, `NoticeBook`, `DeviceBook`, `Room`, `TokenBook` or `Survey`; read
            when the strategy is made, not when it is drawn from.
        at: the time on the command.
        id: the command's id.
        people: who there is, for a call.

    Raises:
        TypeError: no stream adds up to such a state.
    """
    if isinstance(state, Call):
        return st.sampled_from(candidates(state, at=at, id=id, people=people))
    return commands_beside(state, at=at, id=id)


def any_command(
    *,
    at: Instant = START,
    id: CommandId = NAMELESS,  # noqa: A002 - as the field is called
) -> st.SearchStrategy[Command]:
    """Any command a call knows, over the alphabets, whether it makes sense or not."""
    return _anything().map(lambda drawn: _with(drawn, at=at, id=id))


@cache
def _anything() -> st.SearchStrategy[Command]:
    """Made once: Hypothesis looks at every one of them."""
    return st.sampled_from(every_command())


# ── walks and histories ──


@st.composite
def walks(
    draw: st.DrawFn,
    *,
    max_size: int = 30,
    min_size: int = 1,
    call_id: CallId = CALL_IDS[0],
    people: Sequence[RawId] = PEOPLE,
) -> tuple[Step, ...]:
    """One call, command by command, refused ones and repeated ones included."""
    call, at = Call(), START
    steps: list[Step] = []
    for number in range(draw(st.sampled_from(range(min_size, max_size + 1)))):
        id_ = CommandId(f"{call_id}-command-{number}")
        command = _next(draw, call, at, id_, call_id, people)
        at = command.at
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


@st.composite
def next_commands(
    draw: st.DrawFn,
    call: Call,
    *,
    at: Instant = START,
    id: CommandId = NAMELESS,  # noqa: A002 - as the field is called
    call_id: CallId = CALL_IDS[0],
    people: Sequence[RawId] = PEOPLE,
) -> Command:
    """What comes next in `call`, at `at` or later: mostly what leads on, seldom what leads aside, sometimes a
    deadline that falls due, and sometimes anything.

    Args:
        call: read when the strategy is drawn from.
        at: the earliest time on the command.
        id: the command's id.
        call_id: the id of the call, should the command start it.
        people: who there is.
    """
    return _next(draw, call, at, id, call_id, people)


def _next(
    draw: st.DrawFn, call: Call, at: Instant, id_: CommandId, call_id: CallId, people: Sequence[RawId]
) -> Command:
    roll = draw(_ROLLS)
    if roll == 29 and deadlines(call):
        key, due = earliest(call)
        return Expire(id=id_, at=max(at, due), wait=key.wait, participant=key.participant)
    if roll >= 26:
        return _for(call_id, draw(any_command(at=at, id=id_)))
    at = Instant(at + SECOND * draw(st.sampled_from(_PAUSES_S)))
    fits = fitting(call, people, at=at)
    going_on = [name for name in fits if name not in _SELDOM]
    going_on += [name for name in _FORWARD if name in fits] * 3
    names = fits if roll >= 23 or not going_on else going_on
    if not names:
        return _for(call_id, draw(any_command(at=at, id=id_)))
    name = draw(st.sampled_from(names))
    return _for(call_id, draw(st.sampled_from(candidates_named(call, name, at=at, id=id_, people=people))))


def _for(call_id: CallId, command: Command) -> Command:
    """`command`, starting the call that the walk is about, should it start one."""
    return _with(command, call_id=call_id) if isinstance(command, StartCall | Join | JoinRoom) else command


def _with(command: Command, **fields: object) -> Command:
    """`command` with other `fields`."""
    drawn: Any = command  # the declaring decorator hides from type checkers that it is an attrs class
    changed: Command = attrs.evolve(drawn, **fields)
    return changed


def histories(
    max_size: int = 30,
    *,
    min_size: int = 1,
    call_id: CallId = CALL_IDS[0],
    people: Sequence[RawId] = PEOPLE,
    of: str = "call",
) -> st.SearchStrategy[tuple[Event, ...]]:
    """The events of one call, not always to its end: of at most `max_size` commands. Or of another stream.

    Args:
        max_size: the most commands.
        min_size: the fewest commands of a call, refused ones included.
        call_id: the call's id.
        people: who there is: `PEOPLE`, or `CROWD` for six.
        of: "call", or the lifecycle of a stream beside the calls, such as "room"; see
            `calltape.conformance.stream_alphabet.BESIDE`.
    """
    if of != "call":
        return stream_histories(of, max_size=max_size)
    return walks(max_size=max_size, min_size=min_size, call_id=call_id, people=people).map(
        lambda steps: tuple(event for step in steps for event in step.events)
    )
