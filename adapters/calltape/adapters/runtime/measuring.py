"""The media streams:

what is measured goes to the same log by the same group commit, and never holds a call up.
"""

import asyncio
import logging
from collections.abc import Callable

from calltape.adapters.runtime.commit import GroupCommit
from calltape.core import CallId, Clock, Conflict, Event, EventLog, RawId, Recorded, Unrecorded, media_stream

log_ = logging.getLogger(__name__)
Told = Callable[[tuple[Recorded, ...]], None]

WAITING_MAX = 10_000
"""Measurements that may wait for the disk; beyond that the newest are dropped, for a call must not wait for
them.
"""


class Measurements:
    """Appends measurements in the order in which they came, stream by stream."""

    def __init__(self, log: EventLog, commit: GroupCommit, clock: Clock, told: Told = lambda _: None) -> None:
        """`told` hears of everything once it is recorded."""
        self._told = told
        self._log = log
        self._commit = commit
        self._clock = clock
        self._versions: dict[str, int] = {}
        self._queue: asyncio.Queue[tuple[str, Unrecorded] | None] = asyncio.Queue(WAITING_MAX)
        self.dropped = 0
        self._task = asyncio.get_running_loop().create_task(self._run())

    def add(self, call_id: CallId, participant: RawId, fact: Event) -> None:
        """Queue one measurement for the participant's media stream; returns at once."""
        self.record(media_stream(call_id, participant), call_id, fact)

    def record(self, stream: str, call_id: CallId, fact: Event) -> None:
        """Queue a fact for any stream of what is measured; returns at once."""
        draft = Unrecorded(event=fact, at=self._clock.now(), correlation_id=str(call_id))
        try:
            self._queue.put_nowait((stream, draft))
        except asyncio.QueueFull:
            self.dropped += 1

    async def aclose(self) -> None:
        """Write what waits, then stop."""
        await self._queue.put(None)
        await self._task

    async def _run(self) -> None:
        is_open = True
        while is_open:
            batch = [await self._queue.get()]
            while not self._queue.empty():
                batch.append(self._queue.get_nowait())
            is_open = None not in batch
            streams: dict[str, list[Unrecorded]] = {}
            for stream, draft in filter(None, batch):
                streams.setdefault(stream, []).append(draft)
            await asyncio.gather(*(self._record(stream, drafts) for stream, drafts in streams.items()))

    async def _record(self, stream: str, drafts: list[Unrecorded]) -> None:
        """Append, or let go: a call goes on without its measurements."""
        try:
            await self._append(stream, drafts)
        except Exception:
            self.dropped += len(drafts)
            log_.exception("measurements were not recorded")

    async def _append(self, stream: str, drafts: list[Unrecorded]) -> None:
        version = self._versions.get(stream)
        if version is None:
            version = await asyncio.to_thread(self._log.version, stream)
        try:
            recorded = await self._commit.append(stream, version, drafts)
        except Conflict as conflict:
            recorded = await self._commit.append(stream, conflict.actual, drafts)
        self._versions[stream] = recorded[-1].version
        self._told(recorded)
