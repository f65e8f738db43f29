"""The features of a call that are objects of their own, from one agent's side."""

from typing import TYPE_CHECKING

from calltape.adapters.agent.applying import CallEffects
from calltape.adapters.agent.asking import AskedCall
from calltape.adapters.agent.breakout import BreakoutRoomsFeature
from calltape.adapters.agent.capabilities import CapabilitiesFeature
from calltape.adapters.agent.data_channels import DataChannelFeature
from calltape.adapters.agent.diagnosing import DiagnosticsFeature
from calltape.adapters.agent.hearing import DominantSpeakersFeature
from calltape.adapters.agent.lobby import LobbyFeature
from calltape.adapters.agent.media_access import MediaAccessFeature
from calltape.adapters.agent.media_stats import MediaStatsFeature
from calltape.adapters.agent.recording import RecordingFeature
from calltape.core import Call as CallModel
from calltape.core import CallId, Recorded

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent


class FeaturedCall(AskedCall):
    """The part of `Call` that holds its features, and keeps them up with what is recorded."""

    def __init__(self, agent: "CallAgent", call_id: CallId, model: CallModel) -> None:
        super().__init__(agent, call_id, model)
        self.effects = CallEffects(agent.runtime, call_id, agent.raw_id, lambda: self.me)
        """The effects on this side's picture and sound."""

        self.data_channels = DataChannelFeature(agent, call_id)
        """Bytes to others, and from them."""

        self.dominant_speakers = DominantSpeakersFeature(agent, call_id)
        """Who speaks, the most dominant first."""

        self.diagnostics = DiagnosticsFeature(self, agent)
        """What is wrong with this side's network and devices, and with the others'."""

        self.media_stats = MediaStatsFeature(agent.raw_id)
        """Statistics of what this side sends and receives."""

        self.capabilities = CapabilitiesFeature(self, agent)
        """What this side may do, and its role."""

        self.recording = RecordingFeature(agent, call_id, model)
        """Whether the call is recorded, and this side's consent to it."""

        self.media_access = MediaAccessFeature(agent, call_id, model)
        """Who may be heard and seen in a meeting."""

        self.lobby = LobbyFeature(agent, call_id, model)
        """Who waits to be let into a meeting."""

        self.breakout_rooms = BreakoutRoomsFeature(self, agent)
        """The breakout rooms of a meeting, and the way there and back."""

    def follow_features(self, model: CallModel, recorded: tuple[Recorded, ...]) -> None:
        """Tell what has changed since the last time. For the call."""
        for each in recorded:
            self.data_channels.follow(each)
        self.capabilities.follow()
        self.recording.follow(model)
        self.media_access.follow(model)
        self.lobby.follow(model)
        self.diagnostics.follow()
        self.breakout_rooms.follow()

    def end_features(self) -> None:
        """The call is over. For the call."""
        for feature in (
            self.data_channels,
            self.dominant_speakers,
            self.diagnostics,
            self.media_stats,
            self.capabilities,
            self.recording,
            self.lobby,
            self.breakout_rooms,
        ):
            feature.end()
