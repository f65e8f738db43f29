"""What streams beside the calls are made of: whose they are, how they are decided, and small alphabets.

One entry for each lifecycle with streams of its own. Nothing here draws, so it needs no extra.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import attrs

from calltape.conformance.alphabet import ALICE, BOB, CALL_IDS, CAROL, GROUP_ID, START, endpoints, take
from calltape.conformance.drawn_values import ROOM_ID
from calltape.core import (
    SECOND,
    AskDevicePermission,
    Call,
    CallId,
    Command,
    CommandId,
    CreateRoom,
    DeleteRoom,
    Device,
    DeviceAccess,
    DeviceBook,
    DeviceKind,
    DeviceUse,
    Event,
    ExpirePush,
    ExpireToken,
    HandlePush,
    Instant,
    IssueToken,
    Join,
    NoticeBook,
    PushBook,
    PushKind,
    Rating,
    RawId,
    RegisterPush,
    RemoveRoomParticipants,
    ReportDevicePermission,
    ReportDevices,
    ReportMediaConnected,
    ReportPushDelivered,
    ReportPushFailed,
    RevokePush,
    RevokeTokens,
    Role,
    Room,
    Scope,
    SelectDevice,
    SendPush,
    StartPreheat,
    StopPreheat,
    SubmitSurvey,
    Survey,
    SurveyCategory,
    TokenBook,
    UnregisterPush,
    UpdateRoom,
    UpsertRoomParticipants,
    decide_devices,
    decide_notice,
    decide_push,
    decide_room,
    decide_survey,
    decide_tokens,
    devices_stream,
    evolve,
    evolve_devices,
    evolve_notice,
    evolve_push,
    evolve_room,
    evolve_survey,
    evolve_tokens,
    later,
    notice_stream,
    push_stream,
    room_stream,
    survey_stream,
    user_stream,
)

S = TypeVar("S")
_CALL = CALL_IDS[0]


@attrs.frozen(kw_only=True)
class Beside(Generic[S]):
    """One kind of stream beside the calls."""

    empty: Callable[[], S]
    """The state that nothing has happened to; a class, which is also how the kind is known."""

    owners: Sequence[str]
    """Whose the drawn streams are: users, clients, rooms, calls."""

    stream: Callable[[str], str]
    """The name of an owner's stream."""

    decide: Callable[[S, Any], tuple[Event, ...]]
    evolve: Callable[[S, Event], S]
    alphabet: Callable[[str, Mapping[str, Any]], Sequence[Command]]
    """Every command about an owner, over small alphabets, with these ids and this time."""


_DEVICES = ("phone", "tablet")


def _push(user: str, stamp: Mapping[str, Any]) -> Sequence[Command]:
    who = RawId(user)
    return (
        *(RegisterPush(user=who, device=device, ttl_s=300, **stamp) for device in _DEVICES),
        RegisterPush(user=who, device="phone", **stamp),
        RegisterPush(user=who, device="phone", ttl_s=1, **stamp),
        *(ExpirePush(user=who, device=device, **stamp) for device in _DEVICES),
        UnregisterPush(user=who, **stamp),
        RevokePush(user=who, **stamp),
    )


def _notices(user: str, stamp: Mapping[str, Any]) -> Sequence[Command]:
    who, ends = RawId(user), later(START, 85)
    said = {"callId": _CALL, "from": ALICE, "to": user}
    payloads = {
        PushKind.INCOMING_CALL: {**said, "eventType": "107", "expiresAt": str(ends)},
        PushKind.STOP_RINGING: {**said, "eventType": "110"},
    }
    found: list[Command] = []
    for device in _DEVICES:
        for kind, payload in payloads.items():
            about: dict[str, Any] = {"call_id": _CALL, "user": who, "device": device, "kind": kind, **stamp}
            found += [
                SendPush(registered_until=later(START, 300), expires_at=ends, **about),
                ReportPushDelivered(**about),
                ReportPushFailed(**about, words="410 Gone"),
                HandlePush(user=who, device=device, payload=payload, **stamp),
            ]
    return found


_MICROPHONE = Device(id="built-in", kind=DeviceKind.MICROPHONE, is_system_default=True)
_HEADSET = Device(id="headset", kind=DeviceKind.MICROPHONE)
_CAMERA = Device(id="webcam", kind=DeviceKind.CAMERA)


def _devices(client: str, stamp: Mapping[str, Any]) -> Sequence[Command]:
    plugged = ((_MICROPHONE,), (_MICROPHONE, _HEADSET), (_MICROPHONE, _CAMERA), ())
    return (
        AskDevicePermission(client=client, audio=True, **stamp),
        AskDevicePermission(client=client, audio=True, video=True, **stamp),
        *(
            ReportDevicePermission(client=client, use=use, access=access, **stamp)
            for access in DeviceAccess
            for use in DeviceUse
        ),
        *(ReportDevices(client=client, devices=devices, **stamp) for devices in plugged),
        *(
            SelectDevice(client=client, kind=device.kind, device=device.id, **stamp)
            for device in (_HEADSET, _CAMERA)
        ),
        StartPreheat(client=client, **stamp),
        StopPreheat(client=client, **stamp),
    )


def _room(room_id: str, stamp: Mapping[str, Any]) -> Sequence[Command]:
    at: Instant = stamp["at"]
    return (
        CreateRoom(room_id=room_id, valid_until=later(at, 3600), **stamp),
        CreateRoom(room_id=room_id, valid_until=later(at, 3600), roles={ALICE: Role.PRESENTER}, **stamp),
        CreateRoom(room_id=room_id, valid_until=at, **stamp),
        UpdateRoom(room_id=room_id, valid_until=later(at, 7200), **stamp),
        UpdateRoom(room_id=room_id, is_pstn_dial_out_enabled=True, **stamp),
        UpsertRoomParticipants(room_id=room_id, roles={BOB: Role.ATTENDEE}, **stamp),
        UpsertRoomParticipants(room_id=room_id, roles={BOB: Role.CONSUMER, ALICE: Role.PRESENTER}, **stamp),
        RemoveRoomParticipants(room_id=room_id, participants=(BOB,), **stamp),
        DeleteRoom(room_id=room_id, **stamp),
    )


def _tokens(user: str, stamp: Mapping[str, Any]) -> Sequence[Command]:
    who, tokens = RawId(user), ("token-1", "token-2")
    return (
        *(IssueToken(user=who, token=token, scopes=(Scope.VOIP,), **stamp) for token in tokens),
        IssueToken(user=who, token="token-2", scopes=(Scope.VOIP_JOIN,), life_s=3600, **stamp),
        IssueToken(user=who, token="token-3", scopes=(), **stamp),
        *(ExpireToken(user=who, token=token, **stamp) for token in tokens),
        RevokeTokens(user=who, **stamp),
    )


def _survey(call_id: str, stamp: Mapping[str, Any]) -> Sequence[Command]:
    good, bad = Rating(score=5), Rating(score=1, issues=("Echo",))
    answers: Sequence[Mapping[SurveyCategory, Rating]] = (
        {SurveyCategory.OVERALL: good},
        {SurveyCategory.AUDIO: bad},
        {SurveyCategory.OVERALL: bad},
        {},
    )
    return [
        SubmitSurvey(
            survey_id=f"survey-{number}",
            call_id=CallId(call_id),
            participant=who,
            ratings=ratings,
            **stamp,
        )
        for who in (ALICE, BOB, CAROL)
        for number, ratings in enumerate(answers)
    ]


@cache
def meeting(call_id: CallId) -> Call:
    """A group call in which Alice and Bob are connected; only to be read."""
    call = Call()
    for who in (ALICE, BOB):
        stamp: dict[str, Any] = {"at": START, "participant": who}
        where: dict[str, Any] = {"call_id": call_id, "group_id": GROUP_ID, "endpoint": endpoints(who)[0]}
        for asked in (
            Join(id=CommandId(f"join-{who}"), **where, **stamp),
            ReportMediaConnected(id=CommandId(f"connect-{who}"), **stamp),
        ):
            for event in take(call, asked).events:
                evolve(call, event)
    return call


_KINDS: Sequence[tuple[str, Beside[Any]]] = (
    (
        "push_registration",
        Beside(
            empty=PushBook,
            owners=(ALICE, CAROL),
            stream=push_stream,
            decide=decide_push,
            evolve=evolve_push,
            alphabet=_push,
        ),
    ),
    (
        "push_notice",
        Beside(
            empty=NoticeBook,
            owners=(BOB,),
            stream=lambda user: notice_stream(_CALL, user),
            decide=decide_notice,
            evolve=evolve_notice,
            alphabet=_notices,
        ),
    ),
    (
        "device_permission",
        Beside(
            empty=DeviceBook,
            owners=("client-1",),
            stream=devices_stream,
            decide=decide_devices,
            evolve=evolve_devices,
            alphabet=_devices,
        ),
    ),
    (
        "room",
        Beside(
            empty=Room,
            owners=(ROOM_ID, "room-2"),
            stream=room_stream,
            decide=decide_room,
            evolve=evolve_room,
            alphabet=_room,
        ),
    ),
    (
        "token",
        Beside(
            empty=TokenBook,
            owners=(ALICE, BOB),
            stream=user_stream,
            decide=decide_tokens,
            evolve=evolve_tokens,
            alphabet=_tokens,
        ),
    ),
    (
        "survey",
        Beside(
            empty=Survey,
            owners=(_CALL,),
            stream=lambda call_id: survey_stream(CallId(call_id)),
            decide=lambda survey, asked: decide_survey(survey, meeting(asked.call_id), asked),
            evolve=evolve_survey,
            alphabet=_survey,
        ),
    ),
)

BESIDE: Mapping[str, Beside[Any]] = MappingProxyType(dict(_KINDS))
"""The kinds of streams beside the calls, by the name of their lifecycle (surveys have none, only a stream).

A drawn survey and the drawn notices are about `call-1` as the one who decides was told it is; a call of that
id that is drawn beside them need not agree.
"""

PAUSES_S = (0, 0, 1, 60, 85, 300, 3600, 86_400)
"""How much time passes between two commands: mostly about as long as something lives."""


def beside(state: object) -> Beside[Any]:
    """The kind of stream that adds up to `state`.

    Raises:
        TypeError: none does.
    """
    for kind in BESIDE.values():
        if type(state) is kind.empty:
            return kind
    raise TypeError(f"no stream beside the calls adds up to a {type(state).__name__}")


def stamped(id_: CommandId, at: Instant) -> Mapping[str, Any]:
    """What every command bears."""
    return {"id": id_, "at": at}


def after(at: Instant, pause_s: int) -> Instant:
    """So many seconds later."""
    return Instant(at + pause_s * SECOND)
