"""The echo service `8:echo123`:

a participant like any other, who answers everybody and says again what it hears.
"""

from calltape.adapters.agent.agent import CallAgent
from calltape.adapters.agent.incoming import IncomingCall
from calltape.adapters.runtime import InstantMedia, Runtime
from calltape.core import ECHO, EndpointId, Refused


class EchoAgent(CallAgent):
    """Accepts every call.

    With real media each call has an echo of its own; its windows are kept for measuring.
    """

    _has_one_active_call = False

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime, ECHO, EndpointId("echo"), "Echo")
        self.incoming_call.subscribe(lambda incoming: runtime.spawn(self._answer(incoming)))

    async def _answer(self, incoming: IncomingCall) -> None:
        try:
            await incoming.accept(kit=self._kit())
        except Refused:
            return  # the caller gave up meanwhile

    def _kit(self) -> object | None:
        if isinstance(self.runtime.media, InstantMedia):
            return None
        from calltape.adapters.webrtc import EchoKit

        self.latest = EchoKit()
        """The equipment of the call accepted last."""

        return self.latest.kit


def add_echo(runtime: Runtime) -> EchoAgent:
    """Let `8:echo123` be called."""
    return EchoAgent(runtime)
