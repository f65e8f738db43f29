"""Recordings and transcriptions of a call: what they are, which are on, and whose consent they wait for."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from calltape.core.identity import RawId
from calltape.core.states import RecordingState

if TYPE_CHECKING:
    from calltape.core.call.state import Call


class RecordingKind(StrEnum):
    """What is made of the call."""

    RECORDING = "recording"
    """Sound and pictures, by a service."""

    TRANSCRIPTION = "transcription"
    """What is said, written down by a service."""

    LOCAL_RECORDING = "local_recording"
    """Sound and pictures, by a participant's own program."""


@attrs.frozen(kw_only=True)
class Recording:
    """One recording or transcription."""

    kind: RecordingKind
    state: RecordingState
    initiator: RawId | None = None
    """Who makes it, where a participant does."""

    needs_consent: bool = False
    """Whether nobody may be heard or seen who has not agreed to it."""


Recordings = dict[str, Recording]
"""By id, in the order in which they started. Never changed: another one takes its place."""


def state_of_recording(recordings: Mapping[str, Recording], recording_id: str) -> RecordingState:
    """Where the recording of that id is."""
    recording = recordings.get(recording_id)
    return RecordingState.NONE if recording is None else recording.state


def needing_consent(recordings: Iterable[Recording]) -> bool:
    """Whether one of them asks for consent: from its start to its end, pauses included."""
    return any(each.needs_consent and each.state is not RecordingState.ENDED for each in recordings)


def is_active(call: "Call", kind: RecordingKind) -> bool:
    """Whether something of that kind is made of the call at this moment; not while it is paused."""
    return any(
        each.kind is kind and each.state is RecordingState.STARTED for each in call.recordings.values()
    )
