"""The file `end_reason_maps.toml` as checked rows: what other systems say, and which of our pairs that is.

What the rows mean together, and how they are applied, is in `calltape.core.reason_maps`.
"""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, cast

import attrs

from calltape.core.errors import BadSpec

_FILE = "end_reason_maps.toml"
_ANY_CODE = -1

Pair = tuple[int | None, int | None]
"""Code and subcode; None for one that does not matter."""


class Vocabulary(StrEnum):
    """A language in which another system says why a call ended. The words are persisted, in `evidence`."""

    SIP = "sip"
    Q850 = "q850"
    ASTERISK = "asterisk"
    LIVEKIT = "livekit"


@attrs.frozen(kw_only=True)
class ReasonRow:
    """One row: a foreign value joined with a SIP status or with a pair of ours."""

    value: int
    name: str = ""
    """The vocabulary's own words for the value; empty where another row has them."""

    sip: int | None = None
    pair: Pair | None = None
    way: Literal["both", "in", "out"]
    """`in` and `out` lose something: the way back leads elsewhere."""

    status: Literal["documented", "inferred"]
    source: str
    note: str = ""


@attrs.frozen(kw_only=True)
class ReasonTable:
    """The rows of one vocabulary, and what to do where no row fits."""

    vocabulary: Vocabulary
    title: str
    source: str
    lowest: int
    highest: int
    unread: Pair
    """What a value without a row is read as."""

    unsaid: int
    """What is said for a pair that no row knows."""

    unsaid_class: Mapping[int, int]
    """The same by the first digit of the SIP status, where the vocabulary makes that difference."""

    rows: tuple[ReasonRow, ...]


def load_reason_tables() -> Mapping[Vocabulary, ReasonTable]:
    """The tables of the file.

    Raises:
        BadSpec: the file is malformed; the sentence names the row.
    """
    return read_reason_tables(files("calltape.specs").joinpath(_FILE).read_text(encoding="utf-8"))


def read_reason_tables(text: str) -> Mapping[Vocabulary, ReasonTable]:
    """The tables of a file given as TOML text.

    Raises:
        BadSpec: it is not TOML, a table is missing or unknown, or a row is malformed or contradicts another.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"{_FILE} is not TOML: {error}; correct that line") from error
    if set(document) != set(Vocabulary):
        raise BadSpec(f"{_FILE} must hold the tables {', '.join(Vocabulary)} and nothing else")
    return MappingProxyType({name: _table(name, document[name]) for name in Vocabulary})


def _table(vocabulary: Vocabulary, table: Mapping[str, Any]) -> ReasonTable:
    """One vocabulary, checked."""
    try:
        lowest, highest = table["values"]
        classes: Mapping[str, int] = table.get("unsaid_class", {})
        read = ReasonTable(
            vocabulary=vocabulary,
            title=table["title"],
            source=table["source"],
            lowest=lowest,
            highest=highest,
            unread=_pair(table["unread"]),
            unsaid=table["unsaid"],
            unsaid_class=MappingProxyType({int(digit): value for digit, value in classes.items()}),
            rows=tuple(_row(vocabulary, number, row) for number, row in enumerate(table["rows"], start=1)),
        )
    except (KeyError, TypeError, ValueError) as error:
        wanted = "title, source, values = [lowest, highest], unread, unsaid and rows"
        raise BadSpec(f"{_FILE}: {vocabulary} must have {wanted}; look at {error}") from error
    _check_one_way_each(read)
    return read


_TEXT = ("name", "way", "is", "source", "note")


def _row(vocabulary: Vocabulary, number: int, row: object) -> ReasonRow:
    """One row, checked."""
    where = f"{_FILE}: row {number} of {vocabulary}"
    if not isinstance(row, dict):
        raise BadSpec(f"{where} must be a table with value, way, is and source")
    fields = cast("dict[str, Any]", row)
    for key, value in fields.items():
        if key not in {*_TEXT, "value", "sip", "pair"}:
            raise BadSpec(f"{where} has an unknown key {key!r}; use value, sip, pair, {', '.join(_TEXT)}")
        if key != "pair" and type(value) is not (str if key in _TEXT else int):
            raise BadSpec(
                f"{where} has the {key} {value!r}; make it {'text' if key in _TEXT else 'a number'}"
            )
    for key in ("value", "way", "is", "source"):
        if key not in fields:
            raise BadSpec(f"{where} lacks {key}; add it")
    if fields["way"] not in {"both", "in", "out"} or fields["is"] not in {"documented", "inferred"}:
        raise BadSpec(f"{where}: the way is both, in or out, and it is documented or inferred")
    if "sip" in fields and ("pair" in fields or vocabulary is Vocabulary.SIP):
        raise BadSpec(f"{where} gives a SIP status where a pair stands already or is meant; keep one")
    if "sip" not in fields and "pair" not in fields and vocabulary is not Vocabulary.SIP:
        raise BadSpec(f"{where} leads nowhere; add sip or pair")
    pair = _pair(fields.pop("pair")) if "pair" in fields else None
    return ReasonRow(pair=pair, status=fields.pop("is"), **fields)


def _pair(listed: object) -> Pair:
    """`[code]`, `[code, subcode]` or `[-1, subcode]` as a pair."""
    numbers = cast("list[int]", listed) if isinstance(listed, list) else []
    if not 1 <= len(numbers) <= 2 or any(type(number) is not int for number in numbers):
        raise BadSpec(f"{_FILE}: {listed!r} is not a pair; write [code], [code, subcode] or [-1, subcode]")
    code = None if numbers[0] == _ANY_CODE else numbers[0]
    return code, numbers[1] if len(numbers) == 2 else None


def _check_one_way_each(table: ReasonTable) -> None:
    """A value is read in one way, and a pair or a status is said in one way.

    Raises:
        BadSpec: two rows contradict each other, or a value is out of the vocabulary's range.
    """
    read: set[int] = set()
    said: set[object] = set()
    for row in table.rows:
        where = f"{_FILE}: {table.vocabulary} {row.value}"
        if not table.lowest <= row.value <= table.highest:
            raise BadSpec(f"{where} is not a value from {table.lowest} to {table.highest}; correct it")
        if row.way != "out":
            if row.value in read:
                raise BadSpec(f"{where} is read in two ways; make one of them out")
            read.add(row.value)
        target = row.pair or (row.value if row.sip is None else row.sip)
        if row.way != "in":
            if target in said:
                raise BadSpec(f"{where}: {target} is said in two ways; make one of them in")
            said.add(target)
