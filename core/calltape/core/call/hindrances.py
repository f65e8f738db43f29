"""What keeps somebody from being heard or seen, beside their role: consent not given, media not permitted."""

from enum import StrEnum

from calltape.core.call.caller_id import is_phone
from calltape.core.call.state import Call, Participant
from calltape.core.recordings import needing_consent
from calltape.core.roles import Role, RoleScheme


class Modality(StrEnum):
    """What the organizers of a meeting permit and forbid."""

    AUDIO = "audio"
    VIDEO = "video"


TARGETED = frozenset({Role.ATTENDEE, Role.CONSUMER})
"""The roles that can be kept from sending; those above are always permitted."""


def is_permitted(call: Call, person: Participant, modality: Modality) -> bool:
    """Whether the organizers let `person` send: what was said of them alone counts before what was said of
    everybody, and roles above Attendee always may.
    """
    if call.role_scheme is not RoleScheme.MEETING or person.role not in TARGETED:
        return True
    own, everybody = (
        (person.audio_permitted, call.audio_permitted)
        if modality is Modality.AUDIO
        else (person.video_permitted, call.video_permitted)
    )
    return everybody if own is None else own


def consent_is_missing(call: Call, person: Participant) -> bool:
    """Whether a recording or transcription waits for the consent of `person`.

    A telephone cannot be asked: it hears an announcement.
    """
    if not call.recordings or person.has_consented or is_phone(person.id):
        return False
    return needing_consent(call.recordings.values())
