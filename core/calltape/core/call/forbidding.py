"""What somebody may no longer do stops at once: they are muted, their video and their share are over.

Whatever takes it from them (another role, a meeting that forbids it) records that first, and these facts in
the same decision, each saying that it was not their own doing. Nobody is asked: the others neither see nor
hear them from here on, and their endpoint is told to stop.
"""

from collections.abc import Collection

from calltape.core.call.muting import ParticipantMuted
from calltape.core.call.rooms import Events
from calltape.core.call.sharing import ShareStopped
from calltape.core.call.state import Participant
from calltape.core.call.video import VideoStopped
from calltape.core.events import Event
from calltape.core.identity import RawId
from calltape.core.states import CALL
from calltape.core.streams import StopCause, StreamKind


def stopped_at_once(person: Participant, forbidden: Collection[str], *, by: RawId | None = None) -> Events:
    """What `person` does at the moment and stops doing.

    Args:
        person: read only.
        forbidden: the capabilities that they have no longer, by name; those that are about nothing one sends
            do no harm.
        by: who took them away; None for a room.
    """
    events: list[Event] = []
    # Who is not in the call yet comes in muted.
    if "unmuteMic" in forbidden and not person.is_muted and CALL.accepts(person.call_state, "Mute"):
        events.append(ParticipantMuted(participant=person.id, by=by, is_forbidden=True))
    if "turnVideoOn" in forbidden and StreamKind.VIDEO in person.streams:
        events.append(VideoStopped(participant=person.id, cause=StopCause.FORBIDDEN))
    if "shareScreen" in forbidden and StreamKind.SCREEN_SHARING in person.streams:
        events.append(ShareStopped(participant=person.id, cause=StopCause.FORBIDDEN))
    return tuple(events)
