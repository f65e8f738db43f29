"""Group commit: appends that wait together are made durable together.

While one batch is being written, in a thread of its own, the next one gathers. Under load a flush to disk
is thus shared by hundreds of calls; a lone append waits for nobody.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from calltape.core import Append, Conflict, EventLog, Recorded, Unrecorded

BATCH_EVENTS_MAX = 1000
"""Events in one batch; PostgreSQL's driver was seen to hang on batches of several thousand."""

_Waiting = tuple[Append, "asyncio.Future[tuple[Recorded, ...]]"]


class GroupCommit:
    """The one writer of a log within this process."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._waiting: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._is_closing = False
        self._thread = ThreadPoolExecutor(1, "calltape-commit")
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def append(self, stream: str, expected: int, events: Sequence[Unrecorded]) -> tuple[Recorded, ...]:
        """Add `events` to `stream`; returns when they are durable.

        Raises:
            Conflict: the stream is not at `expected`; nothing was written.
        """
        if self._is_closing:
            raise RuntimeError("the runtime is closing and takes no more appends")
        done: asyncio.Future[tuple[Recorded, ...]] = asyncio.get_running_loop().create_future()
        self._waiting.append((Append(stream, expected, events), done))
        self._wake.set()
        return await done

    async def aclose(self) -> None:
        """Write what waits, then stop."""
        self._is_closing = True
        self._wake.set()
        await self._task
        self._thread.shutdown()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting or not self._is_closing:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
                continue
            batch = self._take()
            appends = [append for append, _ in batch]
            try:
                outcomes = await loop.run_in_executor(self._thread, self._log.append_many, appends)
            except Exception as broken:
                _fail(batch, broken)
            else:
                _tell(batch, outcomes)

    def _take(self) -> list[_Waiting]:
        """The next batch: at least one append, and no more events than a batch may hold."""
        batch = [self._waiting.popleft()]
        size = len(batch[0][0].events)
        while self._waiting and size + len(self._waiting[0][0].events) <= BATCH_EVENTS_MAX:
            batch.append(self._waiting.popleft())
            size += len(batch[-1][0].events)
        return batch


def _tell(batch: list[_Waiting], outcomes: Sequence[tuple[Recorded, ...] | Conflict]) -> None:
    for (_, done), outcome in zip(batch, outcomes, strict=True):
        if done.cancelled():
            continue
        if isinstance(outcome, Conflict):
            done.set_exception(outcome)
        else:
            done.set_result(outcome)


def _fail(batch: list[_Waiting], broken: Exception) -> None:
    for _, done in batch:
        if not done.cancelled():
            done.set_exception(broken)
