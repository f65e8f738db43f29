"""A call that is being offered to an agent."""

from typing import TYPE_CHECKING

from calltape.adapters.agent.changes import Changes
from calltape.adapters.agent.sending import VideoOptions
from calltape.core import EndReason, OfferState, Ringing

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent
    from calltape.adapters.agent.call import Call


class IncomingCall:
    """A call that is being offered to an agent."""

    def __init__(self, agent: "CallAgent", ringing: Ringing) -> None:
        self.id = ringing.call_id
        self.caller = ringing.caller
        self.caller_display_name = ringing.caller_display_name
        self.redirected_by = ringing.redirected_by
        """Who sent the call on instead of answering, the last one last."""

        self.transferor = ringing.redirected_by[-1] if ringing.redirected_by else ringing.transferor
        """Who sent the call here: whoever redirected it last, or handed the caller over."""

        self.replaces = ringing.replaces
        """The call that this one takes the place of."""

        self.custom_context = ringing.custom_context
        """What the caller, or who invited or transferred, wants this side to know."""

        self.state = OfferState.OFFERED
        self.end_reason: EndReason | None = None
        self.call_ended: Changes[EndReason] = Changes()
        """Why the offer is over without this endpoint."""

        self._agent = agent

    async def accept(
        self, *, is_muted: bool = False, video: VideoOptions | None = None, kit: object | None = None
    ) -> "Call":
        """Take the call.

        Args:
            is_muted: come in with the microphone muted.
            video: the video to come with, once the call is up; None for the camera off.
            kit: what to talk, listen and look with; a `MediaKit` of `calltape.adapters.webrtc`.

        Raises:
            Refused: it is no longer offered here.
        """
        return await self._agent.accept(self, is_muted=is_muted, video=video, kit=kit)

    async def reject(self) -> None:
        """Decline the call here.

        Raises:
            Refused: it is no longer offered here.
        """
        await self._agent.reject(self)

    async def redirect(self, target: str) -> None:
        """Send the call on instead of answering: `target`, a raw id, is called in this user's place.

        This user's other endpoints fall silent too. The target sees who calls, and who sent the call on.

        Raises:
            BadInput: `target` is no raw id.
            Refused: it is no longer offered here, the target has to do with it already, it was redirected too
                often, or the call may not be sent on.
        """
        await self._agent.redirect(self, target)

    def close(self, state: OfferState, reason: EndReason | None = None) -> None:
        """The offer is over. For the agent."""
        if self.state is OfferState.OFFERED:
            self.state = state
            self.end_reason = reason
            if reason is not None:
                self.call_ended.tell(reason)
            self.call_ended.end()
