"""What the steps of a scenario may look at, each under the key that it is written under."""

from collections.abc import Callable, Mapping
from typing import Any, cast

import attrs

from calltape.conformance.scenario_breakouts import breakout_of, look_at_breakout_rooms, look_at_what_follows
from calltape.conformance.scenario_carried import look_at_contexts, look_at_dialled, look_at_origin
from calltape.conformance.scenario_channels import bitrates_of, channels_of, look_at_data
from calltape.conformance.scenario_consent import lacks_consent, look_at_recordings, permitted_of
from calltape.conformance.scenario_devices import (
    look_at_chosen,
    look_at_listed,
    look_at_notices,
    look_at_permissions,
    look_at_told_by_push,
)
from calltape.conformance.scenario_media import (
    look_at_diagnosed,
    look_at_others_told,
    look_at_speakers,
    look_at_speaking,
)
from calltape.conformance.scenario_policies import (
    look_at_environments,
    look_at_heights,
    look_at_minimums,
    look_at_optimal_counts,
    look_at_supported,
    look_at_told,
    look_at_views,
)
from calltape.conformance.scenario_projections import (
    look_at_changed_capabilities,
    look_at_coming_back,
    look_at_seen_speaking,
    look_at_seen_videos,
    look_at_stats,
    pair,
)
from calltape.conformance.scenario_signals import (
    look_at_hands,
    look_at_lines_until,
    look_at_lowered_by,
    look_at_orders,
    look_at_passed,
    look_at_spotlight,
)
from calltape.conformance.scenario_stage import (
    CAST,
    ROOM_ID,
    START,
    ScenarioFailed,
    Stage,
    names_of,
    person,
    same,
)
from calltape.core import (
    SECOND,
    Call,
    DeviceKind,
    ParticipantMuted,
    RawId,
    Room,
    ShareStopped,
    StopCause,
    StreamKind,
    TokenBook,
    VideoStopped,
    admission_counts,
    capabilities,
    crosses,
    deadlines,
    glare_winner,
    later,
    may_join,
    may_start,
    push_deadlines,
    token_deadlines,
    transfer_state,
)


def _each(what: str, read: Callable[[Call, RawId], object]) -> Callable[[Stage, Any], None]:
    """Look at something of each person named."""

    def look(stage: Stage, wanted: Mapping[str, object]) -> None:
        call = stage.call
        absent = [name for name in wanted if person(name) not in call.participants]
        if absent:
            raise ScenarioFailed(f"{what}: {absent[0]} is not in the call")
        same(what, {name: read(call, person(name)) for name in wanted}, dict(wanted))

    return look


def _look_at_call(stage: Stage, wanted: Mapping[str, object]) -> None:
    call = stage.call
    found: dict[str, object] = {
        "state": str(call.state),
        "kind": call.kind.value if call.kind else "",
        "is_over": call.is_over,
        "ended": pair(call.end_reason) if call.is_over else "",
        "present": call.present,
    }
    same("the call", {key: found[key] for key in wanted}, dict(wanted))


def _look_at_capabilities(stage: Stage, wanted: Mapping[str, Mapping[str, str]]) -> None:
    """What the Capabilities feature says to each person named, of each name asked about."""
    found = {
        name: {asked: str(capabilities(stage.call, person(name))[asked].reason) for asked in about}
        for name, about in wanted.items()
    }
    same("the capabilities", found, {name: dict(about) for name, about in wanted.items()})


def _look_at_admitted(stage: Stage, wanted: Mapping[str, int]) -> None:
    """The counts that admitting everybody gives back."""
    same("the counts", attrs.asdict(admission_counts(stage.before, stage.emitted)), dict(wanted))


def _look_at_room(stage: Stage, wanted: Mapping[str, object]) -> None:
    """The one room: where it is, whether it is open now, and whom it invites."""
    room = stage.rooms.get(ROOM_ID, Room())
    names = {raw: name for name, raw in CAST.items()}
    found: dict[str, object] = {
        "state": str(room.state),
        "is_valid": room.is_valid(later(START, stage.now_s)),
        "roles": {names[who]: str(role) for who, role in room.roles.items()},
    }
    same("the room", {key: found[key] for key in wanted}, dict(wanted))


def _look_at_waits(stage: Stage, wanted: Mapping[str, float]) -> None:
    """All deadlines that are running, in seconds; the whole call's only where the scenario mentions it."""
    names = {raw: name for name, raw in CAST.items()}
    found = {
        " ".join(filter(None, [key.wait, names.get(key.participant or "", key.participant)])): (at - START)
        / SECOND
        for key, at in deadlines(stage.call).items()
    }
    if "duration" not in wanted:
        found.pop("duration", None)
    same("the deadlines", found, dict(wanted))


def _look_at_effects(stage: Stage, wanted: list[str]) -> None:
    names = {raw: name for name, raw in CAST.items()}
    found = [
        f"{type(effect).__name__} {getattr(effect, 'endpoint', None) or names[effect.participant]}"
        for effect in stage.effects
    ]
    same("the effects", found, wanted)


def _look_at_muted_by(stage: Stage, wanted: Mapping[str, str]) -> None:
    """Of those whom the step muted: by whom; empty for who did so themselves."""
    muted = {event.participant: event.by for event in stage.emitted if isinstance(event, ParticipantMuted)}
    same(
        "who muted them",
        muted,
        {person(name): person(by) if by else None for name, by in wanted.items()},
    )


def _streams(call: Call, who: RawId) -> str:
    """What somebody sends, as "Video Started, ScreenSharing Starting"; empty for nothing."""
    streams = call.participants[who].streams
    return ", ".join(f"{kind} {streams[kind].state}" for kind in StreamKind if kind in streams)


def _tones(call: Call, who: RawId) -> str:
    """What a telephone is to be sent, as "1: Num1 Pound; 2: Star"; empty for nothing."""
    return "; ".join(f"{each.sequence}: {' '.join(each.tones)}" for each in call.participants[who].tones)


def _effects(call: Call, who: RawId) -> str:
    """The effects on what somebody sends, as "BackgroundBlur On, MusicMode Starting"; empty for none."""
    return ", ".join(
        f"{effect} {use.state}" for effect, use in sorted(call.participants[who].effects.items())
    )


def _look_at_sources(stage: Stage, wanted: Mapping[str, str]) -> None:
    """Which camera each one's video comes from."""
    people = stage.call.participants
    found = {name: people[person(name)].streams[StreamKind.VIDEO].source for name in wanted}
    same("the cameras", found, dict(wanted))


def _constraints(call: Call, who: RawId) -> dict[str, int]:
    """The maxima in force."""
    in_force = attrs.asdict(call.participants[who].video_constraints)
    return {name: maximum for name, maximum in in_force.items() if maximum is not None}


def _look_at_stop_causes(stage: Stage, wanted: Mapping[str, str]) -> None:
    """Of the streams that the step stopped: why."""
    stopped = [event for event in stage.emitted if isinstance(event, VideoStopped | ShareStopped)]
    same(
        "why they stopped",
        {event.participant: str(event.cause) for event in stopped},
        {person(name): cause for name, cause in wanted.items()},
    )


def _look_at_forbidden(stage: Stage, wanted: list[str]) -> None:
    """What the step ended because somebody may no longer do it."""
    found = [
        event.name
        for event in stage.emitted
        if (isinstance(event, ParticipantMuted) and event.is_forbidden)
        or (isinstance(event, VideoStopped | ShareStopped) and event.cause is StopCause.FORBIDDEN)
    ]
    same("what is forbidden", found, wanted)


def _look_at_devices_used(stage: Stage, wanted: Mapping[str, str]) -> None:
    people = stage.call.participants
    found: dict[str, str] = {}
    for key in wanted:
        name, _, kind = key.partition(" ")
        found[key] = people[person(name)].devices.of(DeviceKind(kind)) or ""
    same("the devices used", found, dict(wanted))


def _look_at_offers(stage: Stage, wanted: Mapping[str, str]) -> None:
    people = stage.call.participants
    found = {place: str(people[person(place.split("/")[0])].offer(cast("Any", place))) for place in wanted}
    same("the offers", found, dict(wanted))


def _look_at_glare(stage: Stage, wanted: Mapping[str, Any]) -> None:
    """Whether two calls cross, and which goes on, asked from both sides."""
    one, two = (stage.calls[name].call for name in wanted["of"])
    if one.id is None or two.id is None or two.starter is None:
        raise ScenarioFailed("both calls must have started")
    callee = next(who for who in two.participants if who != two.starter)
    same("whether the calls cross", crosses(one, two.starter, callee), wanted["crossing"])
    if "winner" in wanted:
        winners = {glare_winner(one.id, two.id), glare_winner(two.id, one.id)}
        same("the call that goes on", winners, {wanted["winner"]})


def _look_at_devices(stage: Stage, wanted: Mapping[str, str]) -> None:
    same("the devices", {device: str(stage.book.state(device)) for device in wanted}, dict(wanted))


def _look_at_push_until(stage: Stage, wanted: Mapping[str, float]) -> None:
    found = {device: (at - START) / SECOND for device, at in push_deadlines(stage.book).items()}
    same("when registrations run out", found, dict(wanted))


def _tokens(stage: Stage) -> TokenBook:
    """The tokens of the one user whose tokens a scenario is about."""
    return next(iter(stage.tokens.values()), TokenBook())


def _look_at_tokens(stage: Stage, wanted: Mapping[str, str]) -> None:
    same("the tokens", {token: str(_tokens(stage).state(token)) for token in wanted}, dict(wanted))


def _look_at_token_until(stage: Stage, wanted: Mapping[str, float]) -> None:
    found = {token: (at - START) / SECOND for token, at in token_deadlines(_tokens(stage)).items()}
    same("when tokens run out", found, dict(wanted))


def _look_at_may(stage: Stage, wanted: Mapping[str, bool]) -> None:
    """What the tokens allow now."""
    at = later(START, stage.now_s)
    found = {
        "start": may_start(_tokens(stage), at),
        "join": may_join(_tokens(stage), at),
        "start_room": may_start(_tokens(stage), at, is_invited_to_room=True),
    }
    same("what they may", {key: found[key] for key in wanted}, dict(wanted))


_NAMES = {raw: name for name, raw in CAST.items()}

LOOKS: Mapping[str, Callable[[Stage, Any], None]] = {
    "emits": lambda stage, wanted: same("the events", names_of(stage.emitted), wanted),
    "effects": _look_at_effects,
    "legs": _each("the legs", lambda call, who: str(call.participants[who].call_state)),
    "roster": _each("the roster", lambda call, who: str(call.participants[who].state)),
    "left": _each("why they left", lambda call, who: pair(call.participants[who].end_reason)),
    "transfers": _each("the transfers", lambda call, who: str(transfer_state(call.participants[who]))),
    "muted": _each("who is muted", lambda call, who: call.participants[who].is_muted),
    "muted_by": _look_at_muted_by,
    "hands": look_at_hands,
    "orders": look_at_orders,
    "lowered_by": look_at_lowered_by,
    "spotlight": look_at_spotlight,
    "captions": _each("the captions", lambda call, who: str(call.participants[who].captions)),
    "read": _each("the language they read", lambda call, who: call.participants[who].caption_language or ""),
    "passed": look_at_passed,
    "lines_until": look_at_lines_until,
    "spoken": lambda stage, wanted: same("the language spoken", stage.call.spoken_language, wanted),
    "hears_nothing": _each(
        "who hears nothing", lambda call, who: call.participants[who].is_incoming_audio_muted
    ),
    "streams": _each("what they send", _streams),
    "applied": _each("the effects that are applied", _effects),
    "cameras": _look_at_sources,
    "recorded": look_at_recordings,
    "consents": _each("whose consent is missing", lacks_consent),
    "permitted": _each("what is permitted", permitted_of),
    "channels": _each("the data channels", channels_of),
    "breakouts": _each("where they are among the breakout rooms", breakout_of),
    "breakout_rooms": look_at_breakout_rooms,
    "follows": look_at_what_follows,
    "bitrates": _each("the bitrates", bitrates_of),
    "data": look_at_data,
    "stopped_for": _look_at_stop_causes,
    "forbidden": _look_at_forbidden,
    "uses": _look_at_devices_used,
    "constrained": _each("the video's constraints", _constraints),
    "roles": _each("the roles", lambda call, who: str(call.participants[who].role)),
    "capabilities": _look_at_capabilities,
    "capabilities_changed": look_at_changed_capabilities,
    "admitted": _look_at_admitted,
    "room": _look_at_room,
    "forwarded_to": _each(
        "where it was forwarded to",
        lambda call, who: _NAMES.get(call.participants[who].forwarded_to or "", ""),
    ),
    "redirected_by": _each(
        "through whose hands the call came",
        lambda call, who: ", ".join(_NAMES.get(each, each) for each in call.participants[who].redirected_by),
    ),
    "shown_number": _each(
        "the number shown", lambda call, who: call.participants[who].alternate_caller_id or ""
    ),
    "tones_on_their_way": _each("the tones on their way", _tones),
    "talks_at": _each("where they talk", lambda call, who: call.participants[who].endpoint),
    "offers": _look_at_offers,
    "now": _look_at_call,
    "waits": _look_at_waits,
    "came_from": look_at_origin,
    "contexts": look_at_contexts,
    "dialled_with": look_at_dialled,
    "glare": _look_at_glare,
    "devices": _look_at_devices,
    "push_until": _look_at_push_until,
    "notices": look_at_notices,
    "permissions": look_at_permissions,
    "listed": look_at_listed,
    "chosen": look_at_chosen,
    "told_by_push": look_at_told_by_push,
    "tokens": _look_at_tokens,
    "token_until": _look_at_token_until,
    "may": _look_at_may,
    "views": look_at_views,
    "seen_videos": look_at_seen_videos,
    "seen_speaking": look_at_seen_speaking,
    "comes_back": look_at_coming_back,
    "heights": look_at_heights,
    "supported": lambda _, wanted: look_at_supported(wanted),
    "environments": lambda _, wanted: look_at_environments(wanted),
    "optimal_counts": look_at_optimal_counts,
    "minimums": lambda _, wanted: look_at_minimums(wanted),
    "stats": look_at_stats,
    "told": look_at_told,
    "diagnosed": look_at_diagnosed,
    "others_told": look_at_others_told,
    "speakers": look_at_speakers,
    "speaking": look_at_speaking,
}
"""What a step may look at, by the key it is written under."""
