"""Media access: organizers of a meeting keep attendees from being heard or seen, one by one or all of them.

Forbidding mutes or stops, and blocks. Permitting only takes the block away: nobody is unmuted by others. What
is said of *others* changes the meeting's own setting; what was said of somebody alone counts before it.
Roles above Attendee are always permitted.
"""

from collections.abc import Iterable, Iterator

from calltape.core.call.authority import require_capability
from calltape.core.call.forbidding import stopped_at_once
from calltape.core.call.hindrances import TARGETED, Modality, is_permitted
from calltape.core.call.leaving import require_connected
from calltape.core.call.rooms import Events, changes, changes_whole, decides
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command, command
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.roles import RoleScheme
from calltape.core.states import CALL


@command
class PermitMedia(Command):
    """`by` lets `participants` send sound, or video, again."""

    participants: tuple[RawId, ...]
    modality: Modality
    by: RawId


@command
class ForbidMedia(Command):
    """`by` keeps `participants` from sending sound, or video."""

    participants: tuple[RawId, ...]
    modality: Modality
    by: RawId


@command
class PermitOthersMedia(Command):
    """`by` lets every attendee send sound, or video, of whom nothing else was said."""

    modality: Modality
    by: RawId


@command
class ForbidOthersMedia(Command):
    """`by` keeps every attendee from sending sound, or video, of whom nothing else was said."""

    modality: Modality
    by: RawId


@event("media_access.changed")
class MediaAccessChanged(Event):
    """Somebody may send sound or video from now on, or may not; whatever holds for the others."""

    participant: RawId
    modality: Modality
    is_permitted: bool
    by: RawId


@event("media_access.meeting_changed")
class MeetingMediaAccessChanged(Event):
    """Attendees may send sound or video from now on, or may not."""

    modality: Modality
    is_permitted: bool
    by: RawId


# ── decisions ──


@decides(PermitMedia)
def _permit(call: Call, asked: PermitMedia, limits: Limits) -> Events:
    return tuple(_said_of_each(call, asked, is_permitted=True))


@decides(ForbidMedia)
def _forbid(call: Call, asked: ForbidMedia, limits: Limits) -> Events:
    said = tuple(_said_of_each(call, asked, is_permitted=False))
    people = [call.participants[who] for who in asked.participants]
    return (*said, *_stops(people, asked.modality, asked.by))


@decides(PermitOthersMedia)
def _permit_others(call: Call, asked: PermitOthersMedia, limits: Limits) -> Events:
    _require_may(call, asked)
    return _said_of_all(call, asked, is_permitted=True)


@decides(ForbidOthersMedia)
def _forbid_others(call: Call, asked: ForbidOthersMedia, limits: Limits) -> Events:
    _require_may(call, asked)
    people = [
        person
        for person in call.participants.values()
        if person.is_present and person.role in TARGETED and _said(person, asked.modality) is None
    ]
    said = _said_of_all(call, asked, is_permitted=False)
    return (*said, *_stops(people, asked.modality, asked.by)) if said else ()


def _said_of_all(call: Call, asked: PermitOthersMedia | ForbidOthersMedia, *, is_permitted: bool) -> Events:
    now = call.audio_permitted if asked.modality is Modality.AUDIO else call.video_permitted
    if now is is_permitted:
        return ()
    return (MeetingMediaAccessChanged(modality=asked.modality, is_permitted=is_permitted, by=asked.by),)


def _said_of_each(call: Call, asked: PermitMedia | ForbidMedia, *, is_permitted: bool) -> Iterator[Event]:
    _require_may(call, asked)
    if fault := _fault(call, asked.participants):
        raise _refused(call, asked, fault)
    for who in asked.participants:
        if _said(call.participants[who], asked.modality) is not is_permitted:
            yield MediaAccessChanged(
                participant=who, modality=asked.modality, is_permitted=is_permitted, by=asked.by
            )


def _said(person: Participant, modality: Modality) -> bool | None:
    """What was said of them alone."""
    return person.audio_permitted if modality is Modality.AUDIO else person.video_permitted


def _fault(call: Call, people: tuple[RawId, ...]) -> str:
    if not people:
        return "nobody is named; name at least one attendee"
    if len(set(people)) < len(people):
        return "somebody is named twice"
    for who in people:
        person = call.participants.get(who)
        if person is None or not CALL.accepts(person.call_state, "ForbidMedia"):
            return f"{who} is not in the meeting"
        if person.role not in TARGETED:
            return f"{who} is no attendee, and may always send (403/46504)"
    return ""


def _stops(people: Iterable[Participant], modality: Modality, by: RawId) -> Iterator[Event]:
    forbidden = ("unmuteMic",) if modality is Modality.AUDIO else ("turnVideoOn",)
    for person in people:
        yield from stopped_at_once(person, forbidden, by=by)


def _require_may(
    call: Call, asked: PermitMedia | ForbidMedia | PermitOthersMedia | ForbidOthersMedia
) -> None:
    if call.role_scheme is not RoleScheme.MEETING:
        raise _refused(call, asked, "only a meeting has media access (403/46503)")
    require_connected(call, asked.by, asked)
    name = "forbidOthersAudio" if asked.modality is Modality.AUDIO else "forbidOthersVideo"
    require_capability(call, asked.by, name, asked)


def _refused(
    call: Call, asked: PermitMedia | ForbidMedia | PermitOthersMedia | ForbidOthersMedia, why: str
) -> Refused:
    asker = call.participants.get(asked.by)
    state = CALL.initial if asker is None else asker.call_state
    return Refused(CALL.name, state, type(asked).__name__, why, CALL.accepted(state))


# ── changes ──


@changes(MediaAccessChanged)
def _was_said(call: Call, participant: Participant, fact: MediaAccessChanged) -> None:
    if fact.modality is Modality.AUDIO:
        participant.audio_permitted = fact.is_permitted
    else:
        participant.video_permitted = fact.is_permitted


@changes_whole(
    MeetingMediaAccessChanged,
    when=lambda call: call.role_scheme is RoleScheme.MEETING,
    place="in a meeting",
)
def _is_set(call: Call, fact: MeetingMediaAccessChanged) -> None:
    if fact.modality is Modality.AUDIO:
        call.audio_permitted = fact.is_permitted
    else:
        call.video_permitted = fact.is_permitted


__all__ = [
    "ForbidMedia",
    "ForbidOthersMedia",
    "MediaAccessChanged",
    "MeetingMediaAccessChanged",
    "Modality",
    "PermitMedia",
    "PermitOthersMedia",
    "is_permitted",
]
