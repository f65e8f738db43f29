"""The rules that read diagnostics off samples, states and the call: each says what it finds at this moment.

How long that must last before it counts is in the diagnostic's row. None means that nothing can be said.
"""
# ruff: noqa: ARG001 - the rules of the table share one signature

from collections.abc import Callable, Mapping
from types import MappingProxyType

from calltape.core.diagnosis import Diagnosis, Finding, Standing
from calltape.core.diagnostic_rows import DIAGNOSTICS, DiagnosticRow, DiagnosticValue
from calltape.core.limits import Limits
from calltape.core.media import Direction, MediaSampled, StreamSample
from calltape.core.values import Instant, later

Rule = Callable[[Diagnosis, Standing, Instant, MediaSampled | None, Limits], Finding | None]

_PROBLEM, _FINE = Finding(DiagnosticValue.TRUE), Finding(DiagnosticValue.FALSE)
_OVER = Finding(DiagnosticValue.FALSE, at_once=True)
_GOOD, _POOR, _BAD = map(Finding, (DiagnosticValue.GOOD, DiagnosticValue.POOR, DiagnosticValue.BAD))


def _flag(is_problem: bool) -> Finding:
    return _PROBLEM if is_problem else _FINE


def _reconnect(
    diagnosis: Diagnosis, standing: Standing, at: Instant, sample: MediaSampled | None, limits: Limits
) -> Finding | None:
    """Bad when it was given up or every path failed, Poor while media is lost, Good while it is there."""
    said = diagnosis.said.get("networkReconnect")
    has_failed = bool(diagnosis.links) and all(state == "failed" for state in diagnosis.links.values())
    if standing.is_given_up or has_failed or said is DiagnosticValue.BAD:
        return _BAD
    if standing.is_media_lost or said is DiagnosticValue.POOR:
        return _POOR
    return _GOOD if standing.is_connected or said is DiagnosticValue.GOOD else None


def _receive_quality(
    diagnosis: Diagnosis, standing: Standing, at: Instant, sample: MediaSampled | None, limits: Limits
) -> Finding | None:
    """By what is lost, late or not there of what others send; nothing while nobody has to send."""
    if not standing.is_connected or standing.is_held or not standing.hears_somebody:
        return None
    streams = _rated(sample, "recv")
    came = sum(each.packets_per_second or 0 for each in streams)
    lost = max(0, sum(each.packets_lost_per_second or 0 for each in streams))
    if came + lost == 0:
        return _BAD if any(each.packets for each in streams) else None
    found = _by_loss(100 * lost / (came + lost), limits)
    return _POOR if found is _GOOD and _is_late(sample, streams, limits) else found


def _send_quality(
    diagnosis: Diagnosis, standing: Standing, at: Instant, sample: MediaSampled | None, limits: Limits
) -> Finding | None:
    """By what the peers report as lost of what is sent."""
    if not standing.is_connected or standing.is_held:
        return None
    streams = [each for each in _rated(sample, "send") if each.packets_lost_per_second is not None]
    sent = sum(each.packets_per_second or 0 for each in streams)
    lost = max(0, sum(each.packets_lost_per_second or 0 for each in streams))
    return _by_loss(100 * lost / sent, limits) if sent > 0 else None


def _speaking_while_muted(
    diagnosis: Diagnosis, standing: Standing, at: Instant, sample: MediaSampled | None, limits: Limits
) -> Finding | None:
    if not (standing.is_muted and standing.is_connected):
        return _OVER
    level = None if sample is None else sample.microphone_level
    return None if level is None else _flag(level >= limits.speaking_level_min)


def _silent_unmuted(
    diagnosis: Diagnosis, standing: Standing, at: Instant, sample: MediaSampled | None, limits: Limits
) -> Finding | None:
    if standing.is_muted or standing.is_held or not standing.is_connected:
        return _OVER
    level = None if sample is None else sample.microphone_level
    return None if level is None else _flag(level < limits.microphone_silent_level_min)


def _camera_freeze(
    diagnosis: Diagnosis, standing: Standing, at: Instant, sample: MediaSampled | None, limits: Limits
) -> Finding | None:
    """No frame from the camera since the last look; where there is no camera, none can freeze."""
    if standing.is_held or not standing.is_connected:
        return _OVER
    if sample is None:
        return None
    cameras = [each for each in sample.streams if each.kind == "video" and each.direction == "send"]
    if not cameras:
        return _OVER
    rates = [
        each.frame_rate_sent if each.frame_rate_input is None else each.frame_rate_input for each in cameras
    ]
    known = [rate for rate in rates if rate is not None]
    return _flag(max(known) == 0) if known else None


def _connected_without_media(
    diagnosis: Diagnosis, standing: Standing, at: Instant, sample: MediaSampled | None, limits: Limits
) -> Finding | None:
    """Nothing was measured to leave a leg that has had to send for long enough."""
    missing_at = media_missing_at(diagnosis, limits)
    if missing_at is None:
        return _OVER
    return _flag(missing_at <= at) if standing.is_measured else None


def _media_without_signalling(
    diagnosis: Diagnosis, standing: Standing, at: Instant, sample: MediaSampled | None, limits: Limits
) -> Finding | None:
    """Packets leave a leg that the call does not have, until they do no more or nobody measures them."""
    gone_at = media_gone_at(diagnosis, limits)
    if standing.is_present or gone_at is None or gone_at <= at:
        return _OVER
    return None if sample is None else _flag(diagnosis.flowed_at == at)


def media_missing_at(diagnosis: Diagnosis, limits: Limits) -> Instant | None:
    """When the media of a leg that has to send is missing; None while it need not."""
    if diagnosis.due_since is None:
        return None
    return later(max(diagnosis.due_since, diagnosis.flowed_at or diagnosis.due_since), limits.media_missing_s)


def media_gone_at(diagnosis: Diagnosis, limits: Limits) -> Instant | None:
    """When a leg flows no more of which nothing is measured from now on; None for one that never did."""
    return None if diagnosis.flowed_at is None else later(diagnosis.flowed_at, limits.media_missing_s)


def _rated(sample: MediaSampled | None, direction: Direction) -> list[StreamSample]:
    """The streams in one direction whose rates are known: the first look at a stream has none."""
    streams = () if sample is None else sample.streams
    return [each for each in streams if each.direction == direction and each.packets_per_second is not None]


def _by_loss(percent: float, limits: Limits) -> Finding:
    if percent >= limits.loss_bad_percent:
        return _BAD
    return _POOR if percent > limits.loss_poor_percent else _GOOD


def _is_late(sample: MediaSampled | None, streams: list[StreamSample], limits: Limits) -> bool:
    """Whether jitter or round trip are above the marks for a poor network."""
    round_trips = () if sample is None else (each.rtt_in_ms or 0 for each in sample.transports)
    jitters = (each.jitter_in_ms or 0 for each in streams)
    return (
        max(jitters, default=0) > limits.jitter_poor_ms
        or max(round_trips, default=0) > limits.round_trip_poor_ms
    )


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "reconnect": _reconnect,
        "receive_quality": _receive_quality,
        "send_quality": _send_quality,
        "speaking_while_muted": _speaking_while_muted,
        "silent_unmuted": _silent_unmuted,
        "camera_freeze": _camera_freeze,
        "connected_without_media": _connected_without_media,
        "media_without_signalling": _media_without_signalling,
    }
)
"""Every rule by the name that rows know it under."""

RULED: tuple[tuple[DiagnosticRow, Rule], ...] = tuple(
    (row, RULES[row.rule]) for row in DIAGNOSTICS.values() if row.rule
)
"""The diagnostics that have a rule, each with it."""

BY_SILENCE: Mapping[str, tuple[Callable[[Diagnosis, Limits], Instant | None], DiagnosticValue]] = (
    MappingProxyType(
        {
            "connected_without_media": (media_missing_at, DiagnosticValue.TRUE),
            "media_without_signalling": (media_gone_at, DiagnosticValue.FALSE),
        }
    )
)
"""The rules that find something because nothing is measured: when, and what."""
