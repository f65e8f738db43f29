"""What the fields of drawn commands may hold where that names nobody and no moment."""

from collections.abc import Mapping, Sequence

from calltape.core.tones import Tone
from calltape.core.values import CallId

ROOM_ID = "room-1"
"""The room of a drawn call, and the breakout room of a drawn meeting."""

VALUES: Mapping[str, Sequence[object]] = {
    "tones": ((Tone.NUM_1, Tone.POUND), ()),
    "tone": (Tone.STAR,),
    "sequence": (1, 2),
    "room_id": (ROOM_ID,),
    "title": ("Corner",),
    "is_auto_move": (False, True),
    "breakout_call": (CallId("call-7"),),
}
