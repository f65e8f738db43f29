"""Hypothesis strategies for what a log holds: several calls, interleaved.

Needs the extra ``calltape[testing]``.
"""

from collections.abc import Sequence

import attrs
from hypothesis import strategies as st

from calltape.conformance.alphabet import PEOPLE, recorded
from calltape.conformance.strategies import walks
from calltape.core.events import Recorded
from calltape.core.identity import RawId
from calltape.core.values import CallId


@st.composite
def recorded_histories(
    draw: st.DrawFn, calls: int = 3, *, max_size: int = 15, people: Sequence[RawId] = PEOPLE
) -> tuple[Recorded, ...]:
    """What a log holds of several interleaved calls: positions grow, versions are dense for each stream.

    The events of one command stand together, as one append writes them.
    """
    names = [CallId(f"call-{number}") for number in range(1, calls + 1)]
    left = {name: list(draw(walks(max_size=max_size, call_id=name, people=people))) for name in names}
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


def interleaved(draw: st.DrawFn, parts: Sequence[Sequence[Recorded]]) -> tuple[Recorded, ...]:
    """The parts as one log: each in its order, positions counted anew."""
    left = [list(part) for part in parts]
    mixed: list[Recorded] = []
    while waiting := [part for part in left if part]:
        mixed.append(draw(st.sampled_from(waiting)).pop(0))
    stride = draw(st.integers(1, 3))
    return tuple(attrs.evolve(each, position=1 + stride * place) for place, each in enumerate(mixed))
