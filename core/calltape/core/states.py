"""The states, under the names the SDK gives them, and the lifecycles that join them."""

from collections.abc import Container
from enum import StrEnum

from calltape.core.lifecycle import Lifecycle, load
from calltape.core.limit_rows import every_limit
from calltape.core.limits import OPTIONAL_LIMITS


class CallState(StrEnum):
    """Where one participant's own leg is. Meanings: `specs/call.toml`."""

    NONE = "None"
    INCOMING = "Incoming"
    CONNECTING = "Connecting"
    RINGING = "Ringing"
    EARLY_MEDIA = "EarlyMedia"
    IN_LOBBY = "InLobby"
    CONNECTED = "Connected"
    LOCAL_HOLD = "LocalHold"
    REMOTE_HOLD = "RemoteHold"
    DISCONNECTING = "Disconnecting"
    DISCONNECTED = "Disconnected"


class ParticipantState(StrEnum):
    """Where a participant is, as the others see them. Meanings: `specs/participant.toml`."""

    IDLE = "Idle"
    CONNECTING = "Connecting"
    RINGING = "Ringing"
    EARLY_MEDIA = "EarlyMedia"
    IN_LOBBY = "InLobby"
    CONNECTED = "Connected"
    HOLD = "Hold"
    DISCONNECTED = "Disconnected"


class OfferState(StrEnum):
    """Where one offer to one endpoint is. Meanings: `specs/incoming_call.toml`."""

    NONE = "None"
    OFFERED = "Offered"
    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    REDIRECTED = "Redirected"
    ENDED = "Ended"


class TransferState(StrEnum):
    """Where a transfer is, as the transferor sees it. Meanings: `specs/transfer.toml`."""

    NONE = "None"
    TRANSFERRING = "Transferring"
    TRANSFERRED = "Transferred"
    FAILED = "Failed"


class CaptionsState(StrEnum):
    """How far somebody's captions are. Meanings: `specs/captions.toml`."""

    OFF = "Off"
    STARTING = "Starting"
    ACTIVE = "Active"


class StreamState(StrEnum):
    """How far a video or a share is. Meanings: `specs/video_stream.toml`, `specs/share_stream.toml`."""

    STOPPED = "Stopped"
    STARTING = "Starting"
    STARTED = "Started"
    STOPPING = "Stopping"


class DataChannelState(StrEnum):
    """How far one data channel is. Meanings: `specs/data_channel.toml`."""

    CLOSED = "Closed"
    OPEN = "Open"
    SILENT = "Silent"


class RecordingState(StrEnum):
    """Where one recording or transcription is. Meanings: `specs/recording.toml`."""

    NONE = "None"
    STARTED = "Started"
    PAUSED = "Paused"
    ENDED = "Ended"


CALL: Lifecycle[CallState] = load("call", CallState, known_limits={*every_limit(), *OPTIONAL_LIMITS})
PARTICIPANT: Lifecycle[ParticipantState] = load(
    "participant", ParticipantState, known_limits={*every_limit(), *OPTIONAL_LIMITS}
)
INCOMING_CALL: Lifecycle[OfferState] = load("incoming_call", OfferState, known_limits=every_limit())
TRANSFER: Lifecycle[TransferState] = load("transfer", TransferState, known_limits=every_limit())
VIDEO_STREAM: Lifecycle[StreamState] = load("video_stream", StreamState, known_limits=every_limit())
CAPTIONS: Lifecycle[CaptionsState] = load("captions", CaptionsState, known_limits=every_limit())
SHARE_STREAM: Lifecycle[StreamState] = load("share_stream", StreamState, known_limits=every_limit())
DATA_CHANNEL: Lifecycle[DataChannelState] = load("data_channel", DataChannelState, known_limits=every_limit())
RECORDING: Lifecycle[RecordingState] = load("recording", RecordingState, known_limits=every_limit())


class BreakoutStayState(StrEnum):
    """Where a participant of a meeting with rooms is. Meanings: `specs/breakout_stay.toml`."""

    MAIN = "Main"
    JOINING = "Joining"
    AWAY = "Away"
    RETURNING = "Returning"


BREAKOUT_STAY: Lifecycle[BreakoutStayState] = load(
    "breakout_stay", BreakoutStayState, known_limits=every_limit()
)


_FURTHEST_FIRST = (
    CallState.CONNECTED,
    CallState.LOCAL_HOLD,
    CallState.REMOTE_HOLD,
    CallState.EARLY_MEDIA,
    CallState.RINGING,
    CallState.IN_LOBBY,
    CallState.CONNECTING,
    CallState.INCOMING,
    CallState.NONE,
    CallState.DISCONNECTING,
    CallState.DISCONNECTED,
)


def furthest(legs: Container[CallState]) -> CallState:
    """Of the states of a call's legs the one furthest in, which is the state of the call as a whole."""
    return next((state for state in _FURTHEST_FIRST if state in legs), CallState.NONE)
