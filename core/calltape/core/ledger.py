"""What the owner of a call keeps: its state, its version, and which commands it has already applied.

The same command id is applied at most once, across restarts: the ids stand in the recorded envelopes, so a
ledger rebuilt from the log knows them again. A command that recorded nothing leaves no trace and is simply
decided again.
"""

from collections.abc import Iterable

from calltape.core.call import Call, decide, evolve
from calltape.core.commands import Command
from calltape.core.errors import CorruptHistory
from calltape.core.events import Event, Recorded, Unrecorded
from calltape.core.limits import LIMITS, Limits
from calltape.core.values import CommandId


class Ledger:
    """One call, as its only writer sees it."""

    def __init__(self, recorded: Iterable[Recorded] = (), limits: Limits = LIMITS) -> None:
        """Build from the recorded history.

        Raises:
            CorruptHistory: the history is not legal.
        """
        self.call = Call()
        self.version = 0
        self._limits = limits
        self._applied: set[CommandId] = set()
        for each in recorded:
            self.absorb(each)

    def decide(self, command: Command) -> tuple[Unrecorded, ...]:
        """What to record for `command`; nothing when its id has been applied before or all is already so.

        Raises:
            Refused: see `decide`.
        """
        if command.id in self._applied:
            return ()
        events = decide(self.call, command, self._limits)
        return tuple(envelope(event, command) for event in events)

    def absorb(self, recorded: Recorded) -> None:
        """Take in what the log has made durable.

        Raises:
            CorruptHistory: a version is missing, or the event is not legal.
        """
        if recorded.version != self.version + 1:
            raise CorruptHistory("stream", f"version {self.version}", recorded.event.name, recorded.version)
        evolve(self.call, recorded.event)
        self.version = recorded.version
        if recorded.command_id is not None:
            self._applied.add(recorded.command_id)


def envelope(event: Event, command: Command) -> Unrecorded:
    """`event` with what is to be known of the command that led to it."""
    return Unrecorded(
        event=event,
        at=command.at,
        command_id=command.id,
        causation_id=command.causation_id,
        correlation_id=command.correlation_id,
    )
