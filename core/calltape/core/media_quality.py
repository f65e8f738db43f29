"""Which streams are poor, by the marks of the service's logs: a policy over what many samples came to."""

from calltape.core.media_metrics import METRICS
from calltape.core.media_totals import Number, StreamStats
from calltape.core.values import SECOND

_MINUTE = 60 * SECOND


def loss_ratio(totals: dict[str, Number], *, is_received: bool) -> float | None:
    """Packets lost ÷ packets expected, 0 to 1; None where nothing was counted.

    A receiver expects what came and what was lost; a sender, what it sent.
    """
    lost, packets = totals.get("packets_lost"), totals.get("packets")
    if lost is None or packets is None:
        return None
    expected = packets + lost if is_received else packets
    return max(0.0, lost / expected) if expected > 0 else None


def poor_marks(stream: StreamStats) -> tuple[str, ...]:
    """What is poor about a stream: metrics by their fields, `loss`, `freeze_per_minute`; empty if nothing is.

    A level or a rate is judged by its mean; what was not measured is not poor.
    """
    of = f"{stream.kind}/{stream.direction}"
    found: list[str] = []
    for mark in METRICS.poor:
        value = _value(stream, mark.of) if mark.stream == of else None
        if value is not None and (value > mark.bound if mark.is_above else value < mark.bound):
            found.append(mark.of)
    return tuple(found)


def _value(stream: StreamStats, of: str) -> float | None:
    if of == "loss":
        return loss_ratio(stream.totals, is_received=stream.direction == "recv")
    if of == "freeze_per_minute":
        frozen_ms, lasted = stream.totals.get("total_freeze_duration_in_ms"), stream.last_at - stream.first_at
        # Less than a minute is judged as a whole one: a short freeze at the beginning is not many a minute.
        return None if frozen_ms is None else frozen_ms * _MINUTE / max(lasted, _MINUTE)
    aggregate = stream.aggregates.get(of)
    return None if aggregate is None else aggregate.mean
