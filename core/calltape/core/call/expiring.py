"""Silence:

what a deadline that passed turns into. The shell only says which one fell due; what it means is decided
here.
"""

from collections.abc import Callable

from calltape.core.call.applying_effects import overdue_effects
from calltape.core.call.breakout_rooms import closed_by_time
from calltape.core.call.breakout_stays import not_moved
from calltape.core.call.captioning import CaptionsFailed
from calltape.core.call.data_channel import silenced
from calltape.core.call.dialling_tones import overdue_tones
from calltape.core.call.holding import HoldFailed, ResumeFailed
from calltape.core.call.leaving import close, departures, drop, leave
from calltape.core.call.lobby import turned_away
from calltape.core.call.rooms import Events, decides
from calltape.core.call.sharing import ShareFailed
from calltape.core.call.state import Asked, Call, DeadlineKey, Wait
from calltape.core.call.transferring import overdue
from calltape.core.call.video import VideoFailed
from calltape.core.call.waiting import deadline
from calltape.core.commands import Command, command
from calltape.core.end_reasons import REGISTRY, Source
from calltape.core.errors import Refused
from calltape.core.events import Event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CALL


@command
class Expire(Command):
    """The deadline `wait` of `participant`, or of the whole call when that is None, has passed."""

    wait: Wait
    participant: RawId | None = None


@decides(Expire)
def _expire(call: Call, asked: Expire, limits: Limits) -> Events:
    due = deadline(call, DeadlineKey(asked.wait, asked.participant))
    if due is None or asked.at < due:
        who = call.participants.get(asked.participant) if asked.participant is not None else None
        state = call.state if who is None else who.call_state
        reason = "no such deadline is running" if due is None else "the deadline has not passed yet"
        raise Refused(CALL.name, state, "Expire", reason, CALL.accepted(state))
    if asked.participant is None:
        end = closed_by_time if asked.wait is Wait.BREAKOUT_END else _everyone
        return end(call, asked, limits)
    return _MEANINGS[asked.wait](call, asked.participant, asked, limits)


def _everyone(call: Call, asked: Expire, limits: Limits) -> Events:
    """The call lasted as long as a call may: whoever is there is disconnected."""
    reason = REGISTRY.named("call_over", source=Source.DEADLINE)
    leaving = {p.id: reason for p in call.participants.values() if p.is_present}
    return departures(call, leaving, asked.at, limits, cause=reason)


def _not_established(call: Call, who: RawId, asked: Expire, limits: Limits) -> Events:
    name = "setup_timeout" if call.is_answered and call.participants[who].has_accepted else "no_answer"
    return leave(call, who, REGISTRY.named(name, source=Source.DEADLINE), asked.at, limits)


def _not_back(call: Call, who: RawId, asked: Expire, limits: Limits) -> Events:
    return drop(call, who, REGISTRY.named("media_lost", source=Source.NETWORK), asked.at, limits)


_SILENCE = "no outcome was reported in time"


def _not_done(call: Call, who: RawId, asked: Expire, limits: Limits) -> tuple[Event, ...]:
    if call.participants[who].asked is Asked.RESUME and CALL.accepts(
        call.participants[who].call_state, "ReportResumed"
    ):
        return (ResumeFailed(participant=who, words=_SILENCE),)
    return (HoldFailed(participant=who, words=_SILENCE),)


def _video_not_done(call: Call, who: RawId, asked: Expire, limits: Limits) -> Events:
    return (VideoFailed(participant=who, words=_SILENCE),)


def _effect_not_on(call: Call, who: RawId, asked: Expire, limits: Limits) -> Events:
    return overdue_effects(call.participants[who], asked.at)


def _share_not_done(call: Call, who: RawId, asked: Expire, limits: Limits) -> Events:
    return (ShareFailed(participant=who, words=_SILENCE),)


def _tones_not_sent(call: Call, who: RawId, asked: Expire, limits: Limits) -> Events:
    return overdue_tones(call, who, _SILENCE)


def _nothing_came(call: Call, who: RawId, asked: Expire, limits: Limits) -> Events:
    return silenced(call.participants[who], asked.at)


def _no_captions(call: Call, who: RawId, asked: Expire, limits: Limits) -> Events:
    return (CaptionsFailed(participant=who, words=_SILENCE),)


def _not_moved(call: Call, who: RawId, asked: Expire, limits: Limits) -> Events:
    return not_moved(call, who, asked.at, limits, _SILENCE)


def _not_admitted(call: Call, who: RawId, asked: Expire, limits: Limits) -> Events:
    return leave(call, who, turned_away(Source.DEADLINE), asked.at, limits)


def _not_closed(call: Call, who: RawId, asked: Expire, limits: Limits) -> Events:
    return close(call, who)


def _not_transferred(call: Call, who: RawId, asked: Expire, limits: Limits) -> Events:
    return overdue(call, who)


_MEANINGS: dict[Wait, Callable[[Call, RawId, Expire, Limits], Events]] = {
    Wait.ESTABLISH: _not_established,
    Wait.RECONNECT: _not_back,
    Wait.MODALITY: _not_done,
    Wait.TRANSFER: _not_transferred,
    Wait.VIDEO: _video_not_done,
    Wait.EFFECT: _effect_not_on,
    Wait.SHARE: _share_not_done,
    Wait.TONES: _tones_not_sent,
    Wait.DATA_CHANNEL: _nothing_came,
    Wait.CAPTIONS: _no_captions,
    Wait.BREAKOUT: _not_moved,
    Wait.LOBBY: _not_admitted,
    Wait.TEARDOWN: _not_closed,
}
