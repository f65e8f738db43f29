"""The façade users write against: shaped and named like the calling SDK, in snake_case, on asyncio."""

from calltape.adapters.agent.admitting import TokenCredential
from calltape.adapters.agent.agent import CallAgent
from calltape.adapters.agent.breakout import (
    BreakoutRoom,
    BreakoutRoomsFeature,
    BreakoutRoomsUpdated,
    BreakoutSettings,
    BreakoutUpdate,
)
from calltape.adapters.agent.call import Call, RemoteParticipant, RosterDelta
from calltape.adapters.agent.capabilities import CapabilitiesFeature
from calltape.adapters.agent.changes import Changes
from calltape.adapters.agent.client import CallClient
from calltape.adapters.agent.data_channels import (
    DataChannelFeature,
    DataChannelReceiver,
    DataChannelSender,
    ReceivedMessage,
)
from calltape.adapters.agent.diagnosing import (
    Diagnostic,
    DiagnosticsFeature,
    OwnDiagnostics,
    RemoteDiagnostic,
    RemoteDiagnostics,
)
from calltape.adapters.agent.echo import EchoAgent
from calltape.adapters.agent.failing import OperationFailed
from calltape.adapters.agent.hearing import DominantSpeakersFeature
from calltape.adapters.agent.incoming import IncomingCall
from calltape.adapters.agent.lobby import LobbyFeature
from calltape.adapters.agent.locators import MeetingLocator, RoomLocator
from calltape.adapters.agent.media_access import MediaAccess, MediaAccessFeature, MeetingMediaAccess
from calltape.adapters.agent.media_stats import MediaStatsCollector, MediaStatsFeature
from calltape.adapters.agent.passing import Reaction, ReceivedCaption, ReceivedText
from calltape.adapters.agent.recording import RecordingFeature
from calltape.adapters.agent.seeing import RemoteVideoStream
from calltape.adapters.agent.sending import VideoOptions
from calltape.adapters.agent.signals import RaisedHand

__all__ = [
    "BreakoutRoom",
    "BreakoutRoomsFeature",
    "BreakoutRoomsUpdated",
    "BreakoutSettings",
    "BreakoutUpdate",
    "Call",
    "CallAgent",
    "CallClient",
    "CapabilitiesFeature",
    "Changes",
    "DataChannelFeature",
    "DataChannelReceiver",
    "DataChannelSender",
    "Diagnostic",
    "DiagnosticsFeature",
    "DominantSpeakersFeature",
    "EchoAgent",
    "IncomingCall",
    "LobbyFeature",
    "MediaAccess",
    "MediaAccessFeature",
    "MediaStatsCollector",
    "MediaStatsFeature",
    "MeetingLocator",
    "MeetingMediaAccess",
    "OperationFailed",
    "OwnDiagnostics",
    "RaisedHand",
    "Reaction",
    "ReceivedCaption",
    "ReceivedMessage",
    "ReceivedText",
    "RecordingFeature",
    "RemoteDiagnostic",
    "RemoteDiagnostics",
    "RemoteParticipant",
    "RemoteVideoStream",
    "RoomLocator",
    "RosterDelta",
    "TokenCredential",
    "VideoOptions",
]
