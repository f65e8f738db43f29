"""The desk of one call: one command at a time, and nothing acknowledged before it is durable."""

import asyncio

from calltape.adapters.runtime.commit import GroupCommit
from calltape.core import (
    Call,
    CallId,
    Command,
    Conflict,
    EventLog,
    Ledger,
    Limits,
    Recorded,
    call_stream,
    react,
)
from calltape.core.effects import Effect

CONFLICTS_MAX = 10
"""How often a command is decided anew because another process was first, before that is an error."""


class Desk:
    """Owns one call's ledger within this process."""

    def __init__(self, call_id: CallId, log: EventLog, commit: GroupCommit, limits: Limits) -> None:
        self.call_id = call_id
        self._stream = call_stream(call_id)
        self._log = log
        self._commit = commit
        self._limits = limits
        self._turn = asyncio.Lock()
        self._ledger = Ledger(limits=limits)
        self._is_loaded = False

    @property
    def call(self) -> Call:
        """The call as of the last durable event. Read it; `copy()` what you keep."""
        return self._ledger.call

    @property
    def version(self) -> int:
        """How many events the call has."""
        return self._ledger.version

    async def load(self) -> None:
        """Read the call's history, if that has not been done.

        Raises:
            CorruptHistory, UnknownEvent: the history cannot be used.
        """
        async with self._turn:
            await self._load()

    async def _load(self) -> None:
        if not self._is_loaded:
            self._ledger = await asyncio.to_thread(self._read)
            self._is_loaded = True

    def _read(self) -> Ledger:
        return Ledger(self._log.read(self._stream), self._limits)

    async def submit(self, command: Command) -> tuple[tuple[Recorded, ...], tuple[tuple[str, Effect], ...]]:
        """Decide, append, evolve, react: one whole turn.

        Returns:
            What was recorded, and the effects with their ids.

        Raises:
            Refused: nothing was recorded.
            Conflict: other writers were first too many times.
        """
        async with self._turn:
            await self._load()
            for attempt in range(1, CONFLICTS_MAX + 1):
                drafts = self._ledger.decide(command)
                if not drafts:
                    return (), ()
                try:
                    recorded = await self._commit.append(self._stream, self._ledger.version, drafts)
                except Conflict:
                    if attempt == CONFLICTS_MAX:
                        raise
                    self._is_loaded = False
                    await self._load()
                else:
                    return recorded, self._absorb(recorded)
            raise AssertionError("unreachable: the last attempt returns or raises")

    def _absorb(self, recorded: tuple[Recorded, ...]) -> tuple[tuple[str, Effect], ...]:
        effects: list[tuple[str, Effect]] = []
        for each in recorded:
            self._ledger.absorb(each)
            wanted = react(self._ledger.call, each.event)
            effects += [(f"{self._stream}/{each.version}/{n}", effect) for n, effect in enumerate(wanted)]
        return tuple(effects)
