"""What is supported where: pure questions to the tables of `platform_rows`.

A name may be written as people write it: in capitals, with blanks or hyphens, or in the overview's own words.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import attrs

from calltape.core.errors import BadInput
from calltape.core.platform_rows import (
    HAD,
    PLATFORMS,
    CapabilityRow,
    MinimumRow,
    OperatingSystem,
    Release,
    Support,
)
from calltape.core.video_platforms import Platform

_NEAR = 3


def is_supported(
    capability: str, platform: Platform, *, system: OperatingSystem | None = None, browser: str = ""
) -> bool:
    """Whether `capability` can be had on `platform`: in preview and by raw media count as had.

    Args:
        capability: by name, such as ``background_blur``, or in the overview's words.
        platform: where the endpoint runs.
        system: the operating system under a browser, where it is known.
        browser: in small letters, where it is known.

    Raises:
        BadInput: there is no such capability; the sentence names the nearest.
    """
    return support(capability, platform, system=system, browser=browser) in HAD


def support(
    capability: str, platform: Platform, *, system: OperatingSystem | None = None, browser: str = ""
) -> Support:
    """What the tables say, word for word. See `is_supported`."""
    row = capability_named(capability)
    for each in PLATFORMS.exceptions:
        if row.name not in each.capabilities or platform is not each.platform:
            continue
        if (not each.systems or system in each.systems) and (not each.browsers or browser in each.browsers):
            return each.support
    return row.support[platform]


def capability_named(text: str) -> CapabilityRow:
    """The row of a capability.

    Raises:
        BadInput: there is none of that name; the sentence names the nearest.
    """
    wanted = _plain(text)
    rows = PLATFORMS.capabilities
    if wanted in rows:
        return rows[wanted]
    for row in rows.values():
        if _plain(row.title) == wanted:
            return row
    raise BadInput(f"there is no capability {text[:60]!r}; {_nearest(wanted, rows)}")


def platform_named(text: str) -> Platform:
    """The platform that a word means.

    Raises:
        BadInput: there is none of that name; the sentence names the nearest, or all.
    """
    wanted = _plain(text)
    if wanted in PLATFORMS.aliases:
        return PLATFORMS.aliases[wanted]
    raise BadInput(f"there is no platform {text[:60]!r}; there are {', '.join(Platform)}")


def _plain(text: str) -> str:
    """A name without what people write differently."""
    return "_".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _nearest(wanted: str, names: Iterable[str]) -> str:
    near = get_close_matches(wanted, sorted(names), n=_NEAR, cutoff=0.5)
    words = [name for name in sorted(names) if set(wanted.split("_")) & set(name.split("_"))]
    found = list(dict.fromkeys([*near, *words]))[:_NEAR]
    return f"did you mean {', '.join(found)}?" if found else "`calltape supports` lists them"


@attrs.frozen(kw_only=True)
class EnvironmentInfo:
    """Whether the web SDK is supported in one browser on one system. The vendor's `getEnvironmentInfo`."""

    system: OperatingSystem | None
    """None for one that the table lacks."""

    browser: str
    browser_version: Release | None
    platform: Platform | None
    """Which of our platforms this is; None for an unknown system."""

    is_supported_platform: bool
    is_supported_browser: bool
    is_preview: bool
    """Whether the browser is supported in public preview only."""

    is_supported_browser_version: bool | None
    """None where the version, or which releases there are, is not known."""

    @property
    def is_supported_environment(self) -> bool | None:
        """All of it; None where only the version is in doubt."""
        if not (self.is_supported_platform and self.is_supported_browser):
            return False
        return self.is_supported_browser_version


def environment_info(
    system: str, browser: str, version: Release | None = None, released: Sequence[Release] = ()
) -> EnvironmentInfo:
    """What the table of browsers says of `browser` on `system`.

    Args:
        system: the operating system, such as ``macos``; ``ubuntu`` is Linux.
        browser: in any case, such as ``Chrome``.
        version: the browser's, such as ``(128, 0)``; None where unknown.
        released: the releases of that browser that there are, in any order; which are the newest three is
            read off them, since no table can know.
    """
    name = {"ubuntu": "linux", "ubuntu/linux": "linux"}.get(_plain(system), _plain(system))
    known = OperatingSystem(name) if name in set(OperatingSystem) else None
    row = PLATFORMS.systems[known] if known is not None else None
    browser = _plain(browser)
    cell = row.support.get(browser, Support.NO) if row is not None else Support.NO
    return EnvironmentInfo(
        system=known,
        browser=browser,
        browser_version=version,
        platform=row.platform if row is not None else None,
        is_supported_platform=row is not None,
        is_supported_browser=cell in HAD,
        is_preview=cell is Support.PREVIEW,
        is_supported_browser_version=_is_kept(browser, version, released),
    )


def _is_kept(browser: str, version: Release | None, released: Sequence[Release]) -> bool | None:
    """Whether the version is one of the newest; one that is newer than all known is."""
    if not version or not released:
        return None
    numbers = 2 if browser in PLATFORMS.kept_by_minor else 1
    newest = sorted({_cut(each, numbers) for each in released}, reverse=True)[: PLATFORMS.releases_kept]
    return _cut(version, numbers) >= newest[-1]


def _cut(version: Release, numbers: int) -> Release:
    return (*version, 0, 0)[:numbers]


def minimum_versions(platform: Platform) -> tuple[MinimumRow, ...]:
    """The lowest versions that `platform` asks for; none where no page names any."""
    return tuple(row for row in PLATFORMS.minimum if row.platform is platform)


def meets_minimum(platform: Platform, of: str, version: Release) -> bool:
    """Whether `version` of `of`, for example ``api_level``, will do on `platform`.

    Raises:
        BadInput: no page names a lowest version of it.
    """
    rows = {row.of: row for row in minimum_versions(platform)}
    if of not in rows:
        known = ", ".join(rows) or "nothing"
        raise BadInput(f"no lowest version of {of!r} is known on {platform}; known there: {known}")
    lowest = rows[of].version
    width = max(len(lowest), len(version))
    return (*version, *[0] * (width - len(version))) >= (*lowest, *[0] * (width - len(lowest)))
