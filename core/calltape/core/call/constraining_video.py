"""How tall, how fast and how heavy somebody's video may be at most: asked at any time, kept with the leg.

What is in force is on the event, decided once: 0 takes a maximum away, and one that is not mentioned stays.
What it comes to among the sizes that exist is `calltape.core.video_constraints`.
"""

from calltape.core.call.rooms import Events, changes, decides, reacts
from calltape.core.call.state import Call, Participant
from calltape.core.call.streaming import require_screen
from calltape.core.commands import Command, command
from calltape.core.effects import ConstrainMediaStream, Effect
from calltape.core.errors import BadInput, Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import Limits
from calltape.core.states import CALL
from calltape.core.video_constraints import VideoConstraints, constrained


@command
class ConstrainOwnVideo(Command):
    """`participant` wants their video to be sent within `constraints`; whoever is at a telephone has none."""

    participant: RawId
    constraints: VideoConstraints
    """None keeps a maximum, 0 removes it; nothing is less than 0."""


@event("video.constrained")
class VideoConstrained(Event):
    """Somebody's video is sent within these constraints from now on, whether it runs or not."""

    participant: RawId
    constraints: VideoConstraints
    """Those in force; None is unlimited."""


@decides(ConstrainOwnVideo)
def _constrain(call: Call, asked: ConstrainOwnVideo, limits: Limits) -> Events:
    me = require_screen(call, asked.participant, asked)
    try:
        in_force = constrained(me.video_constraints, asked.constraints)
    except BadInput as wrong:
        accepted = CALL.accepted(me.call_state)
        raise Refused(CALL.name, me.call_state, "ConstrainOwnVideo", str(wrong), accepted) from wrong
    if in_force == me.video_constraints:
        return ()
    return (VideoConstrained(participant=me.id, constraints=in_force),)


@changes(VideoConstrained)
def _constrained(call: Call, participant: Participant, fact: VideoConstrained) -> None:
    participant.video_constraints = fact.constraints


@reacts(VideoConstrained)
def _do_constrain(call: Call, fact: VideoConstrained) -> tuple[Effect, ...]:
    endpoint = call.participants[fact.participant].endpoint
    effect = ConstrainMediaStream(
        participant=fact.participant, endpoint=endpoint, constraints=fact.constraints
    )
    return (effect,)
