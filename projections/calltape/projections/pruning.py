"""Pruning: a history without the samples of its media, in which every view is as it was.

Samples are by far the most of a long call. What they come to takes their place; what they said (diagnostics,
who spoke) was recorded beside them and stays, and so does everything that decides about the call.
"""

from collections.abc import Iterable, Iterator

import attrs

from calltape.core import Instant, MediaSampled, MediaSummarised, Recorded
from calltape.core.media_totals import ParticipantStats

from .projection import View
from .stats import STATS


def pruned(history: Iterable[Recorded], *, before: Instant | None = None) -> Iterator[Recorded]:
    """`history` with the samples of each media stream summed up.

    Each stream's summary stands where the last sample stood that went into it. Positions stay, versions count
    anew: what is pruned is another history, to be kept in another log, and no view of the old one is to be
    continued on it.

    Args:
        history: the events of one or more calls, in the log's order.
        before: samples from then on are kept as they are; None prunes all.
    """
    recorded = list(history)
    last = {each.stream: place for place, each in enumerate(recorded) if _goes(each, before)}
    views: dict[str, View[ParticipantStats]] = {}
    counts: dict[str, int] = {}
    versions: dict[str, int] = {}
    for place, each in enumerate(recorded):
        kept, fact = each, each.event
        if place <= last.get(each.stream, -1) and isinstance(fact, MediaSampled | MediaSummarised):
            view = views.setdefault(each.stream, View(STATS))
            view.advance([each])
            counts[each.stream] = counts.get(each.stream, 0) + _samples(fact)
            if place < last[each.stream]:
                continue
            kept = attrs.evolve(each, event=_summary(fact, view, counts[each.stream]))
        version = versions[each.stream] = versions.get(each.stream, 0) + 1
        yield attrs.evolve(kept, version=version)


def _goes(recorded: Recorded, before: Instant | None) -> bool:
    """Whether it is a sample, or a summary of some, that is to be summed up."""
    is_measured = isinstance(recorded.event, MediaSampled | MediaSummarised)
    return is_measured and (before is None or recorded.at < before)


def _samples(fact: MediaSampled | MediaSummarised) -> int:
    return fact.samples if isinstance(fact, MediaSummarised) else 1


def _summary(
    fact: MediaSampled | MediaSummarised, view: View[ParticipantStats], samples: int
) -> MediaSummarised:
    """What the samples of one stream came to."""
    (totals,) = view.rows.values()
    return MediaSummarised(call_id=fact.call_id, participant=fact.participant, samples=samples, totals=totals)
