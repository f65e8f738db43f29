"""Hypothesis strategies for what a log holds: several calls, interleaved.

Needs the extra ``calltape[testing]``.
"""

from hypothesis import strategies as st

from calltape.conformance.alphabet import recorded
from calltape.conformance.strategies import walks
from calltape.core.events import Recorded
from calltape.core.values import CallId


@st.composite
def recorded_histories(draw: st.DrawFn, calls: int = 3, *, max_size: int = 15) -> tuple[Recorded, ...]:
    """What a log holds of several interleaved calls: positions grow, versions are dense for each stream.

    The events of one command stand together, as one append writes them.
    """
    names = [CallId(f"call-{number}") for number in range(1, calls + 1)]
    left = {name: list(draw(walks(max_size=max_size, call_id=name))) for name in names}
    stride = draw(st.integers(1, 3))
    log: list[Recorded] = []
    versions = dict.fromkeys(names, 0)
    while waiting := [name for name in names if left[name]]:
        name = waiting[draw(st.integers(0, len(waiting) - 1))]
        step = left[name].pop(0)
        for event in step.events:
            versions[name] += 1
            position = 1 + stride * len(log)
            log.append(recorded(name, versions[name], position, event, step.command))
    return tuple(log)
