"""The file `diagnostics.toml` as checked rows: every user-facing diagnostic, what raises and clears it.

How the rows are applied is in `calltape.core.diagnosing`.
"""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, cast

import attrs

from calltape.core.errors import BadSpec
from calltape.core.limits import Limits
from calltape.core.media import Condition

_FILE = "diagnostics.toml"


class DiagnosticGroup(StrEnum):
    """Where the SDK lists it. The last is ours."""

    NETWORK = "network"
    MEDIA = "media"
    REMOTE = "remote"
    ROSTERS = "rosters"
    """Signalling and media disagree about who is there."""


class DiagnosticKind(StrEnum):
    """What values it has. The SDK's `DiagnosticValueType`."""

    FLAG = "flag"
    QUALITY = "quality"


class DiagnosticValue(StrEnum):
    """What a diagnostic says: of a flag, whether there is a problem; of a quality, how good it is."""

    TRUE = "true"
    FALSE = "false"
    GOOD = "Good"
    POOR = "Poor"
    BAD = "Bad"

    @property
    def is_problem(self) -> bool:
        """Whether something is wrong."""
        return self not in {DiagnosticValue.FALSE, DiagnosticValue.GOOD}

    @property
    def as_sdk(self) -> bool | int:
        """The value as the SDK has it: true and false, or Good 1, Poor 2, Bad 3."""
        return _AS_SDK[self]


_AS_SDK: Mapping[DiagnosticValue, bool | int] = {
    DiagnosticValue.TRUE: True,
    DiagnosticValue.FALSE: False,
    DiagnosticValue.GOOD: 1,
    DiagnosticValue.POOR: 2,
    DiagnosticValue.BAD: 3,
}
VALUES: Mapping[DiagnosticKind, tuple[DiagnosticValue, ...]] = MappingProxyType(
    {
        DiagnosticKind.FLAG: (DiagnosticValue.FALSE, DiagnosticValue.TRUE),
        DiagnosticKind.QUALITY: (DiagnosticValue.GOOD, DiagnosticValue.POOR, DiagnosticValue.BAD),
    }
)
"""The values of each kind, the best first."""


@attrs.frozen(kw_only=True)
class DiagnosticRow:
    """One diagnostic."""

    name: str
    """As the web SDK calls it."""

    native: str
    """As the native SDKs call it."""

    web: bool
    """Whether the web SDK has it."""

    group: DiagnosticGroup
    kind: DiagnosticKind
    means: str
    """One sentence for people."""

    on: Mapping[Condition, DiagnosticValue]
    """What each condition that an endpoint reports leads to."""

    rule: str
    """The rule that reads it off samples, states and the call; empty where there is none."""

    found: Mapping[DiagnosticValue, str]
    """For what the rule finds each value, in words; empty where there is none."""

    after: Mapping[DiagnosticValue, str]
    """The limit that says how long a value must last before it counts; absent: it counts at once."""

    is_sent: bool
    """Whether it may be sent to the others."""

    status: Literal["documented", "inferred"]
    source: str
    note: str

    @property
    def fine(self) -> DiagnosticValue:
        """What it says when nothing is wrong."""
        return VALUES[self.kind][0]


def read_diagnostics(text: str) -> Mapping[str, DiagnosticRow]:
    """The rows of a file given as TOML text, by name.

    Raises:
        BadSpec: it is not TOML, or a row is malformed or names what does not exist.
    """
    try:
        rows = [_row(dict(raw)) for raw in tomllib.loads(text)["diagnostic"]]
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"{_FILE} is not TOML: {error}; correct that line") from error
    except (KeyError, TypeError, ValueError) as error:
        raise BadSpec(f"{_FILE} must hold [[diagnostic]] tables, each whole; look at {error}") from error
    for row in rows:
        _check(row)
    by_name = {row.name: row for row in rows}
    if len(by_name) < len(rows):
        raise BadSpec(f"{_FILE} has two diagnostics of one name; rename one")
    return MappingProxyType(by_name)


def _row(raw: dict[str, Any]) -> DiagnosticRow:
    """One row as its table has it."""
    kind = DiagnosticKind(raw.pop("kind"))
    on = cast("Mapping[str, list[str]]", raw.pop("on", {}))
    after = cast("Mapping[str, str]", raw.pop("after", {}))
    found = cast("Mapping[str, str]", raw.pop("found", {}))
    name = raw.pop("name")
    return DiagnosticRow(
        name=name,
        native=raw.pop("native", name),
        web=raw.pop("web", True),
        group=DiagnosticGroup(raw.pop("group")),
        kind=kind,
        on={Condition(each): DiagnosticValue(value) for value, these in on.items() for each in these},
        after={DiagnosticValue(value): limit for value, limit in after.items()},
        rule=raw.pop("rule", ""),
        found={DiagnosticValue(value): words for value, words in found.items()},
        is_sent=raw.pop("sent", True),
        status=raw.pop("is"),
        note=raw.pop("note", ""),
        **raw,
    )


def _check(row: DiagnosticRow) -> None:
    """The values are of the row's kind, the limits exist, and something leads to it."""
    named = {field.name for field in attrs.fields(Limits)}
    for value in {*row.on.values(), *row.after} - set(VALUES[row.kind]):
        raise BadSpec(f"{_FILE}: {row.name} is a {row.kind} and cannot be {value}; correct the value")
    for limit in set(row.after.values()) - named:
        raise BadSpec(f"{_FILE}: {row.name} names the limit {limit!r}, which the code does not go by")
    if row.rule and set(row.found) != set(VALUES[row.kind]):
        raise BadSpec(f"{_FILE}: {row.name} has a rule; say in `found` for what it finds each value")
    if not (row.on or row.rule):
        raise BadSpec(f"{_FILE}: nothing leads to {row.name}; give it `on` or `rule`")


@cache
def load_diagnostics() -> Mapping[str, DiagnosticRow]:
    """The rows, read from the file once.

    Raises:
        BadSpec: the file is malformed.
    """
    return read_diagnostics(files("calltape.specs").joinpath(_FILE).read_text(encoding="utf-8"))


DIAGNOSTICS = load_diagnostics()
"""Every diagnostic by its name on the web."""
