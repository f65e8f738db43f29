"""Every command and every event in every place that small calls can get to."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs
import pytest

from calltape.conformance.alphabet import firing
from calltape.conformance.drawn_values import ROOM_ID
from calltape.conformance.exploring import Place, commands_about
from calltape.conformance.strategies import ALICE, BOB, CAROL, PHONE, START, Step, endpoints, take
from calltape.core import (
    BREAKOUT_STAY,
    CALL,
    CAPTIONS,
    DATA_CHANNEL,
    EVENTS,
    INCOMING_CALL,
    LIFECYCLES,
    PARTICIPANT,
    RECORDING,
    REGISTRY,
    SHARE_STREAM,
    STREAM_EFFECT,
    STREAM_LIFECYCLES,
    TRANSFER,
    VIDEO_STREAM,
    BreakoutRoomClosed,
    BreakoutRoomOpened,
    BreakoutRoomSet,
    BreakoutSettingsChanged,
    Call,
    CallEnded,
    CallKind,
    CallPromoted,
    CallStarted,
    CallState,
    CallYielded,
    ChannelCloseCause,
    ChannelPriority,
    Command,
    CorruptHistory,
    DeviceKind,
    EffectError,
    EffectWarning,
    Event,
    Instant,
    Lifecycle,
    MeetingMediaAccessChanged,
    Modality,
    ParticipantInvited,
    ParticipantJoined,
    RawId,
    RecordingKind,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
    RecordingStopped,
    Refused,
    Reliability,
    Role,
    ShareSurface,
    Source,
    StopCause,
    StreamEffect,
    TransferTarget,
    digest,
    evolve,
    later,
    moves,
)
from calltape.core.call.moving import peer_of
from calltape.core.call.rooms import CHANGES, MACHINES, WHOLE_CHANGES
from calltape.core.recordings import state_of_recording
from calltape.core.streams import state_in

pytestmark = pytest.mark.property

UP = ("Connected", "LocalHold", "RemoteHold")

PEOPLE = frozenset({ALICE, BOB, PHONE})


@attrs.frozen
class Tried:
    """A place in which every command was given."""

    place: Place
    steps: tuple[Step, ...]
    """Those that led to something."""

    refused: int
    is_unchanged: bool


@pytest.fixture(scope="module")
def tried(places: tuple[Place, ...]) -> tuple[Tried, ...]:
    """Every command in every place, given once for all tests here."""
    alphabet = commands_about(PEOPLE)
    return tuple(_try_all(place, (*alphabet, *firing(place.call))) for place in places)


def _try_all(place: Place, commands: Iterable[Command]) -> Tried:
    before = place.call.copy()
    steps, refused = list[Step](), 0
    for command in commands:
        step = take(place.call, command)  # anything but Refused would come through
        refused += step.refusal is not None
        if step.events:
            steps.append(step)
    return Tried(place, tuple(steps), refused, place.call == before)


def test_every_command_is_refused_or_leads_on(tried: tuple[Tried, ...]) -> None:
    for each in tried:
        assert each.is_unchanged, f"deciding changed the call after {each.place.way}"
        for step in each.steps:
            _all_legal(each.place.call, step.events)
    assert sum(each.refused for each in tried) > 1_000
    assert sum(len(each.steps) for each in tried) > 1_000


def _all_legal(call: Call, events: tuple[Event, ...]) -> None:
    """What decide emitted, evolve takes; and `moves` tells beforehand where every leg will be."""
    after = call.copy()
    for event in events:
        told = [move for move in moves(after, event) if move.lifecycle == CALL.name]
        known = {who: person.call_state for who, person in after.participants.items()}
        evolve(after, event)
        now = {who: person.call_state for who, person in after.participants.items()}
        for move in told:
            came_back = (
                move.source == CallState.NONE and known.get(move.participant) == CallState.DISCONNECTED
            )
            assert came_back or known.get(move.participant, CallState.NONE) == move.source
            assert now[move.participant] == move.target
        changed = {who for who in now if now[who] != known.get(who)}
        assert changed <= {move.participant for move in told} | {getattr(event, "participant", None)}


def test_a_refusal_says_where_and_what_would_be_accepted(places: tuple[Place, ...]) -> None:
    alphabet = commands_about(PEOPLE)
    for place in places[::25]:
        for command in alphabet:
            refusal = take(place.call, command).refusal
            if refusal is not None:
                _told_well(refusal, type(command).__name__)


def _told_well(refusal: Refused, command: str) -> None:
    life: Lifecycle[Any] = LIFECYCLES[refusal.lifecycle]
    assert refusal.command == command
    assert refusal.state in life.states
    if not refusal.reason:  # the table alone said no, so what it accepts is something else
        assert refusal.accepted == life.accepted(refusal.state)
        assert command not in refusal.accepted


def taken(tried: Tried) -> Iterator[tuple[str, str, str, str]]:
    """For every command about somebody that is accepted there: lifecycle, state met, command, event."""
    for step in tried.steps:
        who = getattr(step.command, "participant", None)
        after = tried.place.call.copy()
        for event in step.events:
            for move in moves(after, event):
                if move.whose == "self" and move.participant == who and type(event).__name__ != "OfferEnded":
                    yield (
                        *(move.lifecycle, str(move.source)),
                        *(type(step.command).__name__, type(event).__name__),
                    )
            evolve(after, event)


_TOLD_OF_EFFECTS = ("Started", "Failed", "Stopped", "Slow")
NEVER_TAKEN = {
    # The places are told apart without the microphone, so none of them is muted; the scenarios mute.
    *(("call", state, "Unmute") for state in ("Connecting", "Ringing", "EarlyMedia", "InLobby", *UP)),
    *(
        ("call", state, "UnmuteIncomingAudio")
        for state in ("Connecting", "Ringing", "EarlyMedia", "InLobby", *UP)
    ),
    # Only who waits for others rings, and no telephone does here; the lobby is not for calls of two.
    *(("call", s, c) for s in ("Ringing", "EarlyMedia") for c in ("ReportPhoneFailed", "ReportPhoneEnded")),
    *((life, "InLobby", "ReportPhoneEnded") for life in ("call", "participant")),
    # Nor do these; nothing is recorded in the places here, and the scenarios go on from there.
    *(
        ("call", state, "ReportRecordingStarted")
        for state in ("Connecting", "Ringing", "EarlyMedia", "InLobby", *UP)
    ),
    *(("call", state, "GrantConsent") for state in ("Connecting", "InLobby")),
    *(
        ("call", state, f"{what}Media")
        for state in ("Connecting", "EarlyMedia", "InLobby", "Connected", "LocalHold")
        for what in ("Permit", "Forbid", "ForbidOthers")
    ),
    *(
        ("video_stream", state, what)
        for state in ("Starting", "Started", "Stopping")
        for what in ("ForbidMedia", "ForbidOthersMedia", "ReportRecordingStarted")
    ),
    *(("share_stream", state, "ReportRecordingStarted") for state in ("Starting", "Started", "Stopping")),
    # Muting all names nobody.
    *(("call", state, "MuteAll") for state in ("Connected", "LocalHold")),
    # Admitting all names nobody; nor does a scenario miss it.
    *((life, "InLobby", "AdmitAll") for life in ("call", "participant")),
    # Opening and closing breakout rooms names nobody, nor does the end of their time.
    *(
        ("call", state, f"{what}BreakoutRooms")
        for state in ("Connected", "LocalHold")
        for what in ("Open", "Close")
    ),
    ("breakout_stay", "Main", "OpenBreakoutRooms"),
    *(("breakout_stay", state, "CloseBreakoutRooms") for state in ("Joining", "Away")),
    *(("breakout_stay", state, "Expire") for state in ("Joining", "Away")),
    # Silence about the whole call names nobody.
    *(("call", state, "Expire") for state in ("InLobby", *UP)),
    *(("participant", state, "Expire") for state in ("InLobby", "Connected", "Hold")),
    # The places are told apart without transfers, so none is under way; tests/core/test_transferring.py and
    # the scenarios go on from there.
    *(("call", state, told) for state in UP for told in ("ReportTransferred", "ReportTransferFailed")),
    *(("participant", state, "ReportTransferred") for state in ("Connected", "Hold")),
    *(("transfer", "Transferring", told) for told in ("ReportTransferred", "ReportTransferFailed", "Expire")),
    *(("transfer", "Failed", f"TransferTo{target}") for target in ("Participant", "Call", "Voicemail")),
    # The places are told apart without effects, so none is under way; the scenarios go on from there.
    *(
        ("call", state, command)
        for state in UP
        for command in ("StopStreamEffect", *(f"ReportStreamEffect{told}" for told in _TOLD_OF_EFFECTS))
    ),
    *(
        ("stream_effect", state, command)
        for state in ("Starting", "On")
        for command in ("StopStreamEffect", "ReportStreamEffectFailed", "ReportStreamEffectStopped")
    ),
    *(("stream_effect", "Starting", command) for command in ("ReportStreamEffectStarted", "Expire")),
    ("stream_effect", "On", "ReportStreamEffectSlow"),
    # Lowering the hands of others and the spotlight name nobody.
    *(("call", state, "LowerHands") for state in UP),
    *(("call", state, "LowerAllHands") for state in ("Connected", "LocalHold")),
    *(("call", state, f"{what}Spotlight") for state in UP for what in ("Start", "Stop", "StopAll")),
    # Captions come in calls of two here, which do not translate them; rooms do, in the scenarios.
    *(("call", state, "SetCaptionLanguage") for state in ("Connected", "LocalHold")),
    *(("captions", state, "SetCaptionLanguage") for state in ("Starting", "Active")),
    # The call has started in every place.
    ("call", "None", "StartCall"),
    ("participant", "Idle", "StartCall"),
    # The nearest places of a group of two do not reach this; a scenario does.
    ("call", "Ringing", "ReportInLobby"),
}
"""Rows, by lifecycle, state and command, that no command about somebody takes in the places here."""


def test_a_command_leads_where_its_own_row_says_and_every_row_is_taken(tried: tuple[Tried, ...]) -> None:
    rows = {
        (life.name, row.source, row.on, row.emits)
        for life in (
            *(CALL, PARTICIPANT, INCOMING_CALL, TRANSFER, VIDEO_STREAM, SHARE_STREAM),
            *(DATA_CHANNEL, CAPTIONS, STREAM_EFFECT, BREAKOUT_STAY),
        )
        for row in life.rows
        if row.on
    }
    seen = {step for each in tried for step in taken(each)}
    assert seen - rows == set()
    assert {step[:3] for step in rows - seen} == NEVER_TAKEN


# ── events ──

HANG_UP = REGISTRY.named("local_hang_up", source=Source.LOCAL)
VALUES: dict[str, object] = {
    "call_id": "call-1",
    "role": Role.ATTENDEE,
    "by": ALICE,
    "caller": ALICE,
    "reason": HANG_UP,
    "teardown_until": None,
    "winner": "call-0",
    "starter": ALICE,
    "kind": CallKind.ONE_TO_ONE,
    "device.selected kind": DeviceKind.CAMERA,
    "device": "headset",
    "call.forwarded to": CAROL,
    "is_first": False,
    "surface": ShareSurface.SCREEN,
    "cause": StopCause.TRACK_ENDED,
    "effect": StreamEffect.MUSIC_MODE,
    "error": EffectError.FAILED_TO_PROCESS,
    "warning": EffectWarning.TIME,
    "warn_at": START,
    "waits_for_answer": True,
    "transferee": BOB,
    "to": TransferTarget.PARTICIPANT,
    "target": CAROL,
    "new_call": "call-8",
    "room_id": ROOM_ID,
    "title": "Corner",
    "invitees": (BOB,),
    "is_auto_move": True,
    "is_return_disabled": True,
    "breakout_call": "call-7",
    "channel_id": 1,
    "modality": Modality.AUDIO,
    "is_permitted": False,
    "recording_id": "recording-1",
    "what": RecordingKind.RECORDING,
    "session": 1,
    "recipients": (),
    "bitrate_bps": 1,
    "reliability": Reliability.LOSSY,
    "priority": ChannelPriority.NORMAL,
    "data_channel.closed cause": ChannelCloseCause.SENDER_CLOSED,
}


_OF_A_CALL = {*CHANGES, *WHOLE_CHANGES}


def alphabet() -> Iterator[Event]:
    """Every kind of event a call knows, about everybody, at one of their endpoints and at none."""
    for kind in EVENTS.values():
        names = [field.name for field in attrs.fields(kind)]
        if not kind.__module__.startswith("calltape."):
            continue  # another test's
        if kind not in _OF_A_CALL:
            continue
        if "participant" not in names:
            yield _made(kind)
            continue
        for who in (ALICE, BOB, CAROL):
            if "endpoint" not in names:
                yield _made(kind, participant=who)
                continue
            for endpoint in endpoints(who):
                yield _made(kind, participant=who, endpoint=endpoint)


def _made(kind: Any, **given: object) -> Event:
    made: Event = kind(
        **{
            field.name: given.get(field.name, _value(kind, field.name))
            for field in attrs.fields(kind)
            if field.default is attrs.NOTHING or field.name in given
        }
    )
    return made


def _value(kind: Any, name: str) -> object:
    return VALUES.get(f"{kind.name} {name}", VALUES.get(name, Instant(START)))


def is_legal(call: Call, event: Event) -> bool:
    """What the tables, read row by row, and the few rules that no table holds say of `event`."""
    if call.is_over:
        return False
    name, who = type(event).__name__, getattr(event, "participant", None)
    if who is None:
        return _whole_is_legal(call, event)
    if isinstance(event, ParticipantJoined | ParticipantInvited):
        return _may_enter(call, who)
    person = call.participants.get(who)
    if person is None:
        return False
    ok = _has_row(CALL, person.call_state, name) and _has_row(PARTICIPANT, person.state, name)
    endpoint = getattr(event, "endpoint", None)
    if endpoint is not None:
        ok = ok and _has_row(INCOMING_CALL, person.offer(endpoint), name)
    machine = MACHINES.get(name)
    ok = ok and (machine is None or _has_row(machine.life, machine.read(person, event), name))
    for kind, life in STREAM_LIFECYCLES.items():
        ok = ok and _has_row(life, state_in(person.streams, kind), name)
    peer = peer_of(call, person)
    return ok and (peer is None or _has_row(CALL, peer.call_state, name, "peer"))


def _has_row(life: Lifecycle[Any], state: str, event: str, whose: str = "self") -> bool:
    rows = [row for row in life.rows if row.emits == event and row.whose == whose]
    return not rows or any(row.source == state for row in rows)


def _may_enter(call: Call, who: RawId) -> bool:
    person = call.participants.get(who)
    is_free = person is None or person.call_state is CallState.DISCONNECTED
    has_room = call.kind is not CallKind.ONE_TO_ONE or len(call.participants) < 2
    return is_free and has_room and ALICE in call.participants


def _whole_is_legal(call: Call, event: Event) -> bool:
    match event:
        case CallStarted():
            return False
        case CallPromoted():  # only from where it can come to it: see the row's own words
            legs = [person.call_state for person in call.participants.values()]
            is_promotable = all("CallPromoted" in CALL.legal(leg, "all") for leg in legs)
            return call.kind is CallKind.ONE_TO_ONE and is_promotable
        case CallYielded():
            return call.kind is CallKind.ONE_TO_ONE and not call.is_answered
        case MeetingMediaAccessChanged():
            return call.has_lobby and call.room_id is None
        case RecordingStarted() | RecordingPaused() | RecordingResumed() | RecordingStopped():
            state = state_of_recording(call.recordings, event.recording_id)
            return _has_row(RECORDING, state, type(event).__name__)
        case BreakoutSettingsChanged():
            return call.has_lobby and call.room_id is None
        case BreakoutRoomSet() | BreakoutRoomOpened():  # wherever there is a room here, it is open
            return call.has_lobby and not call.breakouts.rooms and isinstance(event, BreakoutRoomSet)
        case BreakoutRoomClosed():
            return bool(call.breakouts.rooms)
        case CallEnded():
            return all(p.call_state is CallState.DISCONNECTED for p in call.participants.values())
        case _:
            raise AssertionError(f"say when {event} is legal")


def _found_out(take_in: Callable[[Call, Event], object], call: Call, event: Event) -> CorruptHistory:
    """What is said of an illegal event."""
    try:
        take_in(call, event)
    except CorruptHistory as found:
        return found
    raise AssertionError(f"{event} was taken in")


def test_every_event_is_legal_or_found_out(places: tuple[Place, ...]) -> None:
    events = list(alphabet())
    legal = corrupt = 0
    for place in places[::3]:
        before, after = place.call, place.call.copy()
        for event in events:
            if is_legal(before, event):
                evolve(after, event)
                after = before.copy()
                legal += 1
                continue
            found = _found_out(evolve, after, event)
            assert found.event == event.name
            assert event.name not in found.accepted
            _found_out(moves, before, event)
            corrupt += 1
        assert after == before, f"an illegal event left a trace after {place.way}"
    assert legal > 1_000
    assert corrupt > 10_000


def test_an_unchanged_call_keeps_its_digest(places: tuple[Place, ...]) -> None:
    for place in places[::50]:
        after = place.call.copy()
        with pytest.raises(CorruptHistory):
            evolve(after, _made(CallStarted))
        assert digest(after) == digest(place.call)


def test_an_event_of_another_stream_is_no_event_of_a_call(places: tuple[Place, ...]) -> None:
    with pytest.raises(CorruptHistory):
        evolve(places[0].call.copy(), _made(EVENTS["push.expired"], user=ALICE, device="d"))


def test_time_is_a_whole_number_of_microseconds() -> None:
    assert later(START, 0.25) - START == 250_000
