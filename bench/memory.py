"""Memory of a live call: what stays allocated when it has been read back from the store."""

import gc
import tracemalloc
from collections.abc import Callable, Sequence

from bench.histories import History, before_the_end, group, one_to_one
from bench.measure import Result
from bench.plain import plain_call, plain_id
from bench.workbench import Workbench, plain_calls, store
from calltape.core.call import replay


def memory_per_live_call_2(bench: Workbench) -> Result:
    """A one-to-one call."""
    count = bench.sizes.memory_calls
    return _compared(bench, "memory_per_live_call_2", [one_to_one(4_000_000 + n, 30) for n in range(count)])


def memory_per_live_call_350(bench: Workbench) -> Result:
    """A call of 350 participants."""
    size, count = bench.sizes.crowd, max(1, bench.sizes.memory_calls // 100)
    histories = [group(5_000_000 + n, size, 4 * size + 2) for n in range(count)]
    return _compared(bench, "memory_per_live_call_350", histories)


def _compared(bench: Workbench, name: str, whole: Sequence[History]) -> Result:
    histories = [before_the_end(each) for each in whole]
    application = plain_calls(bench.folder / f"{name}.db")
    store(bench.log, histories)
    for each in histories:
        application.save(plain_call(each))
    ours = _bytes_kept(lambda each: replay(bench.log.events(each.stream)), histories)
    theirs = _bytes_kept(lambda each: application.repository.get(plain_id(each)), histories)
    application.close()
    return Result(
        name=name,
        rate=ours,
        unit="bytes",
        peer="eventsourcing aggregate",
        peer_rate=theirs,
        ratio=ours / theirs,
        rounds=1,
    )


def _bytes_kept(build: Callable[[History], object], histories: Sequence[History]) -> float:
    """Bytes that each built object keeps alive, by Python's own count of allocations."""
    build(histories[0])  # so that caches are filled and not counted
    gc.collect()
    tracemalloc.start()
    try:
        kept = [build(each) for each in histories]
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / len(kept)
    finally:
        tracemalloc.stop()
