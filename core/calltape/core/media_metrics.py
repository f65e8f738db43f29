"""The file `media_metrics.toml` as checked rows: every metric of media statistics, and what is poor."""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import attrs

from calltape.core.errors import BadSpec
from calltape.core.media import StreamSample, TransportSample

_FILE = "media_metrics.toml"
STREAMS = tuple(f"{kind}/{way}" for kind in ("audio", "video", "screen_share") for way in ("send", "recv"))
"""Every kind of stream in each direction, as in ``video/recv``."""


class Adds(StrEnum):
    """How the values of a metric add up."""

    GAUGE = "gauge"
    """A level or a rate: aggregated."""

    COUNTER = "counter"
    """Counts since the link began: totalled."""

    TEXT = "text"
    """Says what something is: not aggregated."""


@attrs.frozen(kw_only=True)
class Metric:
    """One metric."""

    name: str
    """As the web SDK calls it: `jitterInMs`."""

    field: str
    """As samples here call it: `jitter_in_ms`."""

    streams: tuple[str, ...]
    """Which kinds and directions have it; empty for a transport's."""

    adds: Adds
    unit: str


@attrs.frozen(kw_only=True)
class PoorMark:
    """Beyond what a stream is poor, in the words of the service's logs."""

    of: str
    """A metric's field, or `loss`, or `freeze_per_minute`."""

    stream: str
    bound: float
    is_above: bool
    """Whether more is worse."""


@attrs.frozen(kw_only=True)
class MetricRows:
    """The whole file."""

    streams: Mapping[str, Metric]
    """By field."""

    transports: Mapping[str, Metric]
    poor: tuple[PoorMark, ...]


def field_of(name: str) -> str:
    """The field of a sample that holds the metric which the SDK calls `name`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def metrics(of: str, adds: Adds) -> tuple[str, ...]:
    """The fields of the streams `of` a kind and direction that add up so."""
    return tuple(each.field for each in METRICS.streams.values() if of in each.streams and each.adds is adds)


def read_metrics(text: str) -> MetricRows:
    """The rows of a file given as TOML text.

    Raises:
        BadSpec: it is not TOML, a row is malformed, or a metric is no field of a sample.
    """
    try:
        raw = tomllib.loads(text)
        read = MetricRows(
            streams=_metrics(raw["streams"], StreamSample),
            transports=_metrics(raw["transports"], TransportSample),
            poor=tuple(mark for row in raw["poor"] for mark in _marks(row)),
        )
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"{_FILE} is not TOML: {error}; correct that line") from error
    except (KeyError, TypeError, ValueError) as error:
        raise BadSpec(f"{_FILE} must hold streams, transports, poor, each whole; look at {error}") from error
    known = {*read.streams, "loss", "freeze_per_minute"}
    for mark in read.poor:
        if mark.of not in known:
            raise BadSpec(f"{_FILE}: the mark of {mark.of!r} is about no metric; correct the name")
    return read


def _metrics(table: Mapping[str, Any], sample: type) -> Mapping[str, Metric]:
    fields = {field.name for field in attrs.fields(sample)}
    found: dict[str, Metric] = {}
    for name, row in table.items():
        field = field_of(name)
        if field not in fields:
            raise BadSpec(f"{_FILE}: {name} is no field of {sample.__name__}; correct the name")
        streams = _streams(row.get("in", []))
        found[field] = Metric(
            name=name, field=field, streams=streams, adds=Adds(row["adds"]), unit=row["unit"]
        )
    return MappingProxyType(found)


def _streams(named: list[str]) -> tuple[str, ...]:
    """The streams that a row names; `video` stands for shares too."""
    also = [each.replace("video", "screen_share") for each in named]
    return STREAMS if named == ["all"] else tuple(each for each in STREAMS if each in {*named, *also})


def _marks(row: Mapping[str, Any]) -> tuple[PoorMark, ...]:
    is_above = "above" in row
    word = "above" if is_above else "below"
    share = row.get(f"share_{word}", row[word])
    name = row["of"]
    of = name if name in {"loss", "freeze_per_minute"} else field_of(name)
    return tuple(
        PoorMark(
            of=of,
            stream=stream,
            bound=share if stream.startswith("screen_share") else row[word],
            is_above=is_above,
        )
        for stream in _streams(row["in"])
    )


@cache
def load_metrics() -> MetricRows:
    """The rows, read from the file once.

    Raises:
        BadSpec: the file is malformed.
    """
    return read_metrics(files("calltape.specs").joinpath(_FILE).read_text(encoding="utf-8"))


METRICS = load_metrics()
"""Every metric of media statistics."""
