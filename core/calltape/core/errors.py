"""What can go wrong, as types, split by whose mistake it is.

* CalltapeError
    * Refused          the asker's mistake or bad luck; nothing was recorded
    * Conflict         another writer was first; read again and decide again
    * CorruptHistory   the tape's mistake: it holds a step its lifecycle lacks
    * UnknownEvent     the tape is newer than this code
    * BadSpec          the author's mistake in a spec file; raised at load only
    * BadInput         what a user handed in cannot be read: a tape, an id, an option

Every message is a sentence that says what was wrong, where, and what to do. The raw values stay in `args`
and in attributes, so errors pickle and programs need not parse sentences.
"""


class CalltapeError(Exception):
    """Base of every error that calltape raises on purpose."""


class Refused(CalltapeError):
    """A command that may not happen now. Nothing happened and nothing was recorded.

    Attributes:
        lifecycle: the lifecycle that refused, for example ``call``.
        state: the state that was met.
        command: the name of the refused command.
        reason: why, as a clause without a full stop; empty when the table alone says it.
        accepted: the names of the commands that the state would accept.
    """

    def __init__(
        self, lifecycle: str, state: str, command: str, reason: str = "", accepted: tuple[str, ...] = ()
    ) -> None:
        super().__init__(lifecycle, state, command, reason, accepted)
        self.lifecycle = lifecycle
        self.state = state
        self.command = command
        self.reason = reason
        self.accepted = accepted

    def __str__(self) -> str:
        why = f": {self.reason}" if self.reason else ""
        instead = ", ".join(self.accepted) or "nothing more"
        return f"{self.lifecycle} in {self.state} refuses {self.command}{why}; it accepts {instead}"


class Conflict(CalltapeError):
    """The stream has moved on since it was read.

    Attributes:
        stream: the stream's name.
        expected: the version the writer believed in.
        actual: the version the log holds.
    """

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(stream, expected, actual)
        self.stream = stream
        self.expected = expected
        self.actual = actual

    def __str__(self) -> str:
        return (
            f"{self.stream} is at version {self.actual}, not {self.expected}: "
            "another writer was first; read it again and decide again"
        )


class CorruptHistory(CalltapeError):
    """A history holds an event that its lifecycle does not allow there.

    Attributes:
        lifecycle: the lifecycle that has no such row.
        state: the state the event met.
        event: the stored name of the event.
        position: where in the history, counted from 1, or None when not known.
        accepted: the stored names of the events that would have been legal.
    """

    def __init__(
        self,
        lifecycle: str,
        state: str,
        event: str,
        position: int | None = None,
        accepted: tuple[str, ...] = (),
    ) -> None:
        super().__init__(lifecycle, state, event, position, accepted)
        self.lifecycle = lifecycle
        self.state = state
        self.event = event
        self.position = position
        self.accepted = accepted

    def __str__(self) -> str:
        where = f" at event {self.position}" if self.position is not None else ""
        legal = ", ".join(self.accepted) or "nothing"
        met = f"{self.lifecycle} in {self.state} met {self.event}"
        return f"the history is not legal{where}: {met}; legal was {legal}"


class UnknownEvent(CalltapeError):
    """The tape holds an event, or a shape of one, that this code does not know.

    Attributes:
        name: the stored name of the event.
        version: its shape number.
    """

    def __init__(self, name: str, version: int) -> None:
        super().__init__(name, version)
        self.name = name
        self.version = version

    def __str__(self) -> str:
        unknown = f"the event {self.name} in shape {self.version}"
        return f"this calltape does not know {unknown}; read the tape with a newer one"


class BadSpec(CalltapeError):
    """A spec file contradicts itself or the code. Its one argument is the sentence."""


class BadInput(CalltapeError):
    """Something a user handed in cannot be used. Its one argument is the sentence."""
