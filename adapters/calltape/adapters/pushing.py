"""Push services, as far as one is in this process: the reference adapter of the port `PushSender`."""

from collections.abc import Mapping

from calltape.core import PushOutcome


class MemoryPushSender:
    """See `PushSender`. Keeps what was sent, for who embeds the core and for tests."""

    def __init__(self) -> None:
        self.inboxes: dict[str, list[Mapping[str, str]]] = {}
        """What each device got, oldest first."""

        self._gone: dict[str, str] = {}

    def break_device(self, device: str, words: str = "gone") -> None:
        """From now on nothing reaches `device`, for the reason that `words` give."""
        self._gone[device] = words

    async def send(self, device: str, payload: Mapping[str, str]) -> PushOutcome:
        """See `PushSender.send`."""
        if device in self._gone:
            return PushOutcome(is_delivered=False, words=self._gone[device])
        self.inboxes.setdefault(device, []).append(dict(payload))
        return PushOutcome(is_delivered=True)

    async def aclose(self) -> None:
        """See `PushSender.aclose`. There is nothing to give back."""
