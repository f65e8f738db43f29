"""Laws about the tables alone: what must hold of their rows whatever anybody does."""

from collections.abc import Iterator, Mapping

from calltape.core import (
    BREAKOUT_STAY,
    CALL,
    CAPTIONS,
    DATA_CHANNEL,
    INCOMING_CALL,
    PARTICIPANT,
    SHARE_STREAM,
    STREAM_EFFECT,
    VIDEO_STREAM,
    CallState,
    EffectState,
    EndpointId,
    Participant,
    RawId,
    StreamKind,
)
from calltape.core.call.captioning import captions_state
from calltape.core.call.rooms import CHANGES
from calltape.core.states import DataChannelState
from calltape.core.streams import state_in

STAGES: Mapping[CallState, int] = {
    CallState.NONE: 0,
    CallState.INCOMING: 1,
    CallState.CONNECTING: 2,
    CallState.RINGING: 3,
    # An announcement may precede the lobby and follow it (P8, C11): neither is before the other.
    CallState.EARLY_MEDIA: 4,
    CallState.IN_LOBBY: 4,
    CallState.CONNECTED: 5,
    CallState.LOCAL_HOLD: 5,
    CallState.REMOTE_HOLD: 5,
    CallState.DISCONNECTING: 6,
    CallState.DISCONNECTED: 7,
}
"""How far a leg is. Typed by hand; the order is what people expect of a telephone."""

OWN_WAYS_OUT = frozenset({"HangUp", "Reject", "Expire", "ReportMediaClosed"})
"""What a participant's own side does to be out of a call, and what silence does."""


def table_faults() -> Iterator[str]:
    """A sentence for each law that the tables break."""
    yield from _not_fresh()
    yield from _backwards()
    yield from _no_way_out()
    yield from _without_rows()


def _not_fresh() -> Iterator[str]:
    """Everything starts in its initial state."""
    fresh = Participant(id=RawId("8:acs:resource_fresh"))
    starts = (
        (CALL, fresh.call_state),
        (PARTICIPANT, fresh.state),
        (INCOMING_CALL, fresh.offer(EndpointId("desk"))),
        (VIDEO_STREAM, state_in(fresh.streams, StreamKind.VIDEO)),
        (SHARE_STREAM, state_in(fresh.streams, StreamKind.SCREEN_SHARING)),
        (CAPTIONS, captions_state(fresh)),
        (BREAKOUT_STAY, fresh.breakout.state),
        (STREAM_EFFECT, EffectState.OFF),
        (DATA_CHANNEL, DataChannelState.CLOSED),
    )
    for life, state in starts:
        if life.initial != state:
            yield f"{life.name}: it starts in {life.initial}, and what is new is in {state}"


def _backwards() -> Iterator[str]:
    """Set-up only goes forwards."""
    for row in CALL.rows:
        if STAGES[CallState(row.source)] > STAGES[CallState(row.target)]:
            yield f"{CALL.name}: {row.emits} goes back from {row.source} to {row.target}"


def _no_way_out() -> Iterator[str]:
    """From every state of a live leg there is a way to its end that nobody else has to take."""
    for state in set(CALL.states) - CALL.final:
        reached = {str(state)}
        for _ in CALL.states:
            reached |= {r.target for r in CALL.rows if r.source in reached and r.on in OWN_WAYS_OUT}
        if CallState.DISCONNECTED not in reached:
            yield f"{CALL.name}: from {state} there is no way out"


def _without_rows() -> Iterator[str]:
    """Every event about a participant has rows for them, for how they are seen, or for the offer to them."""
    emitted = CALL.emitted | PARTICIPANT.emitted | INCOMING_CALL.emitted
    for kind in CHANGES:
        if kind.__name__ not in emitted:
            yield f"{CALL.name}: no row says when {kind.__name__} may be"
