"""Why a call, or somebody's part in it, ended.

A reason is a pair of numbers, `code` and `subcode`, as the SDK and the service report it. The data file
`end_reasons.toml` says what the documented pairs mean. No complete list exists, so an unknown pair is
ordinary input: it is kept as it came and has no category.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, cast

import attrs

from .errors import BadSpec

_FILE = "end_reasons.toml"
TABLES = ("generic", "call_end", "pstn", "client_api")
"""The tables of the file, in its order."""


class Category(StrEnum):
    """The vendor's four result categories."""

    SUCCESS = "Success"
    EXPECTED_ERROR = "ExpectedError"
    UNEXPECTED_CLIENT_ERROR = "UnexpectedClientError"
    UNEXPECTED_SERVER_ERROR = "UnexpectedServerError"


class Source(StrEnum):
    """Who or what caused an end."""

    LOCAL = "local"
    """The participant whose end this is."""

    REMOTE = "remote"
    """Another participant."""

    SERVICE = "service"
    """The service, or a program that acts through it."""

    DEADLINE = "deadline"
    """Silence: a time limit passed."""

    NETWORK = "network"
    """The path in between."""


@attrs.frozen(kw_only=True)
class EndReason:
    """Why this call or this participant's part ended: kept on events, first cause wins."""

    code: int
    subcode: int | None = None
    category: Category | None = None
    """The documented category; None where the pair is unknown or no page gives one."""

    source: Source
    words: str | None = None
    """What the vendor said, in its own words."""

    evidence: str | None = None
    """The value it was read from, where another system gave it: `sip:486`, `q850:17` (see `reason_maps`)."""


@attrs.frozen(kw_only=True)
class KnownReason:
    """One documented reason: a row of the file."""

    code: int | None = None
    """None where only the subcode is documented."""

    subcode: int | None = None
    """None where the code means the same with any subcode."""

    name: str = ""
    """What this framework calls it, for the rows it uses itself."""

    category: Category | None = None
    meaning: str
    source: str
    """Where it is documented."""

    note: str = ""
    table: str
    """The table of the file it stands in, one of `TABLES`."""


class EndReasons:
    """The documented reasons, looked up by pair or by name. Iterating gives every row in the file's order."""

    def __init__(self, rows: Iterable[KnownReason]) -> None:
        self._rows = tuple(rows)
        self._by_pair: dict[tuple[int | None, int | None], KnownReason] = {}
        self._by_name: dict[str, KnownReason] = {}
        for row in self._rows:
            pair = (row.code, row.subcode)
            if pair in self._by_pair:
                raise BadSpec(f"{_FILE}: {_pair_words(*pair)} is listed twice; keep one row")
            if row.name in self._by_name:
                raise BadSpec(f"{_FILE}: two rows are named {row.name}; rename one")
            self._by_pair[pair] = row
            if row.name:
                self._by_name[row.name] = row

    def __iter__(self) -> Iterator[KnownReason]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def lookup(self, code: int, subcode: int | None) -> KnownReason | None:
        """The row of this pair; where no page gives a code, that of the subcode; None for an unknown pair."""
        row = self._by_pair.get((code, subcode))
        if row is None and subcode is not None:
            row = self._by_pair.get((None, subcode))
        return row

    def meaning(self, code: int, subcode: int | None) -> str:
        """What the pair means in a few words, or else what its code means; empty when both are unknown."""
        row = self.lookup(code, subcode) or self._by_pair.get((code, None))
        return row.meaning if row else ""

    def reason(
        self, code: int, subcode: int | None = None, *, source: Source, words: str | None = None
    ) -> EndReason:
        """An end with this pair and its documented category, if any. Unknown pairs pass through."""
        row = self.lookup(code, subcode)
        category = row.category if row else None
        return EndReason(code=code, subcode=subcode, category=category, source=source, words=words)

    def named(self, name: str, *, source: Source, words: str | None = None) -> EndReason:
        """An end with the pair that this framework calls `name`.

        Raises:
            BadSpec: no row has that name, or its row gives no code.
        """
        row = self._by_name.get(name)
        if row is None or row.code is None:
            known = ", ".join(self._by_name)
            raise BadSpec(f"{_FILE} has no reason with a code that is named {name!r}; the names are {known}")
        return self.reason(row.code, row.subcode, source=source, words=words)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that `named` takes, in the file's order."""
        return tuple(self._by_name)


def read_end_reasons(text: str) -> EndReasons:
    """The reasons of a file given as TOML text.

    Raises:
        BadSpec: it is not TOML, a row is malformed or one is listed twice; the sentence names the row.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"{_FILE} is not TOML: {error}; correct that line") from error
    for table in document:
        if table not in TABLES:
            raise BadSpec(f"{_FILE} has an unknown table {table!r}; the tables are {', '.join(TABLES)}")
    return EndReasons(
        _row(table, number, row)
        for table, rows in document.items()
        for number, row in enumerate(_list_of_rows(table, rows), start=1)
    )


def _list_of_rows(table: str, rows: object) -> list[Mapping[str, Any]]:
    """The rows of one table, each known to be a table itself."""
    if not isinstance(rows, list):
        raise BadSpec(f"{_FILE}: {table} must be an array of rows, {table} = [ {{ … }}, … ]")
    listed = cast("list[object]", rows)
    for number, row in enumerate(listed, start=1):
        if not isinstance(row, dict):
            raise BadSpec(
                f"{_FILE}: row {number} of {table} must be a table with at least meaning and source"
            )
    return cast("list[Mapping[str, Any]]", listed)


_TYPES: Mapping[str, type] = {
    "code": int,
    "subcode": int,
    "name": str,
    "category": str,
    "meaning": str,
    "source": str,
    "note": str,
}


def _row(table: str, number: int, row: Mapping[str, Any]) -> KnownReason:
    """One row, checked."""
    where = f"{_FILE}: row {number} of {table} ({_pair_words(row.get('code'), row.get('subcode'))})"
    for key, value in row.items():
        if key not in _TYPES:
            raise BadSpec(f"{where} has an unknown key {key!r}; use {', '.join(_TYPES)}")
        if type(value) is not _TYPES[key]:
            wanted = "a whole number" if _TYPES[key] is int else "text"
            raise BadSpec(f"{where} has the {key} {value!r}; make it {wanted}")
    for key in ("meaning", "source"):
        if not row.get(key):
            raise BadSpec(f"{where} lacks {key}; add it")
    if "code" not in row and "subcode" not in row:
        raise BadSpec(f"{where} has neither code nor subcode; add at least one")
    fields: dict[str, Any] = {**row, "category": _category(where, row.get("category"))}
    return KnownReason(table=table, **fields)


def _category(where: str, word: str | None) -> Category | None:
    """The category called `word`; no word, no category."""
    try:
        return None if word is None else Category(word)
    except ValueError as error:
        raise BadSpec(f"{where} has the category {word!r}; use one of {', '.join(Category)}") from error


def _pair_words(code: object, subcode: object) -> str:
    """The pair as people write it, with a dash for what is not given."""
    return f"{'-' if code is None else code}/{'-' if subcode is None else subcode}"


@cache
def load_end_reasons() -> EndReasons:
    """The documented reasons, read from the file once.

    Raises:
        BadSpec: the file is malformed.
    """
    return read_end_reasons(files("calltape.specs").joinpath(_FILE).read_text(encoding="utf-8"))


REGISTRY = load_end_reasons()
"""The documented reasons."""
