"""Changes, told two ways: by callback, and by async iteration."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

T = TypeVar("T")
log_ = logging.getLogger(__name__)


class Changes(Generic[T]):
    """A source of changes of one kind.

    `changes.subscribe(callback)` calls back for each; `async for change in changes` waits for each. Every
    iteration sees all changes from its own start on, none before; it ends when the source does.
    """

    def __init__(self) -> None:
        self._callbacks: list[Callable[[T], None]] = []
        self._queues: list[asyncio.Queue[tuple[T] | None]] = []
        self._is_over = False

    def subscribe(self, callback: Callable[[T], None]) -> Callable[[], None]:
        """Call `callback` with each change, in the event loop; returns how to stop."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def __aiter__(self) -> AsyncIterator[T]:
        queue: asyncio.Queue[tuple[T] | None] = asyncio.Queue()
        if self._is_over:
            queue.put_nowait(None)
        self._queues.append(queue)
        return self._iterate(queue)

    async def _iterate(self, queue: asyncio.Queue[tuple[T] | None]) -> AsyncIterator[T]:
        try:
            while (change := await queue.get()) is not None:
                yield change[0]
        finally:
            self._queues.remove(queue)

    def tell(self, change: T) -> None:
        """Tell everybody. For the owner of the source."""
        for callback in tuple(self._callbacks):
            try:
                callback(change)
            except Exception:
                log_.exception("a callback failed")  # the next one is told all the same
        for queue in self._queues:
            queue.put_nowait((change,))

    def end(self) -> None:
        """Let every iteration end. For the owner of the source."""
        self._is_over = True
        for queue in self._queues:
            queue.put_nowait(None)
