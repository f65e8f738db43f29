"""The tables of `platforms.toml`: which capability is supported where, in which browsers and versions."""

import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import attrs

from calltape.core.errors import BadSpec
from calltape.core.video_platforms import Platform

_FILE = "platforms.toml"

Release = tuple[int, ...]
"""A version as numbers, such as (17, 4)."""


class Support(StrEnum):
    """What a cell of the tables says."""

    YES = "yes"
    PREVIEW = "preview"
    """In public preview: it can be had."""

    RAW_MEDIA = "raw_media"
    """Not by a call of its own; it can be had by the interface for raw media."""

    SYSTEM = "system"
    """Not by the SDK; the operating system's own interface does it."""

    NO = "no"
    UNSAID = "unsaid"
    """The cell is empty."""


HAD = frozenset({Support.YES, Support.PREVIEW, Support.RAW_MEDIA})
"""What counts as supported: the SDK can do it, however finished."""


class OperatingSystem(StrEnum):
    """The rows of the table of browsers."""

    ANDROID = "android"
    IOS = "ios"
    MACOS = "macos"
    WINDOWS = "windows"
    LINUX = "linux"


@attrs.frozen(kw_only=True)
class CapabilityRow:
    """One row of the table of capabilities."""

    name: str
    """What we call it."""

    group: str
    title: str
    """The overview's words."""

    support: Mapping[Platform, Support]


@attrs.frozen(kw_only=True)
class SupportException:
    """What the text beside the table takes away again."""

    capabilities: frozenset[str]
    platform: Platform
    systems: frozenset[OperatingSystem]
    """Where it holds; empty for everywhere on the platform."""

    browsers: frozenset[str]
    """In which browsers; empty for all."""

    support: Support
    source: str
    note: str


@attrs.frozen(kw_only=True)
class BrowserRow:
    """One operating system: which of our platforms its browsers are, and what each is worth."""

    platform: Platform
    support: Mapping[str, Support]


@attrs.frozen(kw_only=True)
class MinimumRow:
    """The lowest version of something that a platform needs."""

    platform: Platform
    of: str
    version: Release
    source: str
    note: str = ""


@attrs.frozen(kw_only=True)
class PlatformRows:
    """The whole file."""

    capabilities: Mapping[str, CapabilityRow]
    aliases: Mapping[str, Platform]
    """Every word for a platform, its own name included."""

    exceptions: tuple[SupportException, ...]
    browsers: tuple[str, ...]
    systems: Mapping[OperatingSystem, BrowserRow]
    releases_kept: int
    """How many of the newest releases of a browser are supported."""

    kept_by_minor: frozenset[str]
    """The browsers whose releases are counted by their second number too."""

    minimum: tuple[MinimumRow, ...]


def read_platform_rows(text: str) -> PlatformRows:
    """The rows of a file given as TOML text.

    Raises:
        BadSpec: it is not TOML, a part is missing, a word is unknown, or a name stands twice.
    """
    try:
        document = tomllib.loads(text)
        read = _rows(document)
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"{_FILE} is not TOML: {error}; correct that line") from error
    except (KeyError, TypeError, ValueError) as error:
        parts = "columns, aliases, matrix, exceptions, browsers, kept and minimum"
        raise BadSpec(f"{_FILE} must hold {parts}, each whole; look at {error}") from error
    _check(read, document)
    return read


def _rows(document: Mapping[str, Any]) -> PlatformRows:
    columns = {name: [Platform(each) for each in of] for name, of in document["columns"].items()}
    browsers, kept = document["browsers"], document["kept"]
    capabilities = [_capability(row, columns) for row in document["matrix"]["rows"]]
    return PlatformRows(
        capabilities=MappingProxyType({row.name: row for row in capabilities}),
        aliases=MappingProxyType(dict(_aliases(document["aliases"]))),
        exceptions=tuple(_exception(row) for row in document["exceptions"]),
        browsers=tuple(browsers["names"]),
        systems=MappingProxyType(
            {each: _browser_row(browsers["systems"][each], browsers["names"]) for each in OperatingSystem}
        ),
        releases_kept=int(kept["releases"]),
        kept_by_minor=frozenset(kept["minor"]),
        minimum=tuple(_minimum(row) for row in document["minimum"]),
    )


def _capability(row: Mapping[str, Any], columns: Mapping[str, list[Platform]]) -> CapabilityRow:
    support = {platform: Support(row[column]) for column, named in columns.items() for platform in named}
    missing = [platform for platform in Platform if platform not in support]
    if missing:
        raise ValueError(f"columns, which do not speak of {missing[0]}")
    return CapabilityRow(
        name=row["name"], group=row["group"], title=row["title"], support=MappingProxyType(support)
    )


def _aliases(words: Mapping[str, list[str]]) -> Iterator[tuple[str, Platform]]:
    for platform in Platform:
        yield platform.value, platform
    for name, others in words.items():
        yield from ((other, Platform(name)) for other in others)


def _exception(row: Mapping[str, Any]) -> SupportException:
    return SupportException(
        capabilities=frozenset(row["capabilities"]),
        platform=Platform(row["platform"]),
        systems=frozenset(OperatingSystem(each) for each in row.get("systems", ())),
        browsers=frozenset(row.get("browsers", ())),
        support=Support(row["support"]),
        source=row["source"],
        note=row["note"],
    )


def _browser_row(row: Mapping[str, str], names: list[str]) -> BrowserRow:
    support = {name: Support(row[name]) for name in names}
    return BrowserRow(platform=Platform(row["platform"]), support=MappingProxyType(support))


def _minimum(row: Mapping[str, Any]) -> MinimumRow:
    fields = dict(row)
    platform, version = Platform(fields.pop("platform")), tuple(fields.pop("version"))
    return MinimumRow(platform=platform, version=version, **fields)


def _check(read: PlatformRows, document: Mapping[str, Any]) -> None:
    """Every name stands once, and what is spoken of elsewhere is there."""
    names = [row["name"] for row in document["matrix"]["rows"]]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadSpec(f"{_FILE} lists the capability {twice[0]!r} twice; rename one")
    for each in read.exceptions:
        for name in sorted(each.capabilities - set(names)):
            raise BadSpec(f"{_FILE}: an exception speaks of {name!r}, which has no row; correct the name")
        for browser in sorted(each.browsers - set(read.browsers)):
            raise BadSpec(f"{_FILE}: an exception speaks of the browser {browser!r}; correct the name")


@cache
def load_platform_rows() -> PlatformRows:
    """The rows, read from the file once.

    Raises:
        BadSpec: the file is malformed.
    """
    return read_platform_rows(files("calltape.specs").joinpath(_FILE).read_text(encoding="utf-8"))


PLATFORMS = load_platform_rows()
"""What is documented of platforms, browsers and versions."""
