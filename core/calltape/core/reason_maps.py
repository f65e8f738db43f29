"""Why a call ended, read from what another system says and said so that another system understands it.

Both directions go by the rows of `end_reason_maps.toml`. Nothing is refused for being unknown: an unknown
value keeps its own words and its `evidence`, and is said again as it came. Many ways lose something, because
one side has fewer words than the other; each such row says so, and after one trip there and back nothing
moves any more.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import attrs

from calltape.core.end_reasons import REGISTRY, EndReason, Source
from calltape.core.errors import BadInput
from calltape.core.reason_rows import (
    Pair,
    ReasonRow,
    ReasonTable,
    Vocabulary,
    load_reason_tables,
)

_OUTBOUND = 560_000
_INBOUND = 540_000
"""The vendor's rule for phone legs: these plus the SIP status of the carrier. PSTN end codes."""


@attrs.frozen(kw_only=True)
class Said:
    """A reason in another system's language."""

    vocabulary: Vocabulary
    value: int
    name: str
    """The vocabulary's own words for the value; empty where it has none."""

    is_exact: bool
    """Whether reading the value gives the same code and subcode again."""


class ReasonMap:
    """One vocabulary in both directions."""

    def __init__(self, table: ReasonTable, sip: "ReasonMap | None" = None) -> None:
        self.table = table
        self._sip = sip
        self._read = {row.value: row for row in table.rows if row.way != "out"}
        self._names = {row.value: row.name for row in table.rows if row.name}
        said = [row for row in table.rows if row.way != "in"]
        self._said_pairs: dict[Pair, int] = {row.pair: row.value for row in said if row.pair is not None}
        self._said_statuses = {row.sip: row.value for row in said if row.sip is not None}

    def pair_of(self, value: int, *, is_inbound: bool = False) -> Pair:
        """The code and subcode that `value` is read as.

        Args:
            value: one the vocabulary can say, known or not.
            is_inbound: whether it comes from the carrier of a call that came in: 540xxx, not 560xxx.
        """
        row = self._read.get(value)
        if row is not None and row.pair is not None:
            return _turned(row.pair) if is_inbound else row.pair
        if self._sip is None:
            return _carried(value, is_inbound=is_inbound) if self._is_status() else self.table.unread
        if row is None or row.sip is None:
            return self.table.unread
        return self._sip.pair_of(row.sip, is_inbound=is_inbound)

    def value_of(self, code: int, subcode: int | None) -> int:
        """The value that says this pair."""
        for pair in ((code, subcode), (None, subcode)):
            if subcode is not None and pair in self._said_pairs:
                return self._said_pairs[pair]
        status = carrier_status(subcode)
        if status is not None and (self._is_status() or self._sip is not None):
            return self._value_of_status(status)
        if (code, None) in self._said_pairs:
            return self._said_pairs[code, None]
        if self._sip is not None:
            return self._value_of_status(self._sip.value_of(code, subcode))
        return code if self._is_status() and 300 <= code <= self.table.highest else self.table.unsaid

    def name_of(self, value: int) -> str:
        """The vocabulary's own words for `value`; empty where it has none."""
        return self._names.get(value, "")

    def _is_status(self) -> bool:
        return self.table.vocabulary is Vocabulary.SIP

    def _value_of_status(self, status: int) -> int:
        """What a SIP status is said with."""
        if self._is_status():
            return status
        otherwise = self.table.unsaid_class.get(status // 100, self.table.unsaid)
        return self._said_statuses.get(status, otherwise)


def read_reason(
    vocabulary: Vocabulary, value: int, *, source: Source, words: str | None = None, is_inbound: bool = False
) -> EndReason:
    """What another system said, as our reason: code, subcode, category, words, and the value as evidence.

    Args:
        vocabulary: the language of `value`.
        value: a known or an unknown value of that language.
        source: who caused the end, as the adapter knows it; the value alone does not tell.
        words: what was said along with it; else the vocabulary's own words.
        is_inbound: whether a carrier says it of a call that came in from a phone.

    Raises:
        BadInput: the language cannot say such a number.
    """
    reason_map = MAPS[vocabulary]
    table = reason_map.table
    if not table.lowest <= value <= table.highest:
        allowed = f"{table.lowest} to {table.highest}"
        raise BadInput(f"{value} is not a {table.title}; give a whole number from {allowed}")
    code, subcode = reason_map.pair_of(value, is_inbound=is_inbound)
    said = words or reason_map.name_of(value) or f"{table.title} {value}"
    reason = REGISTRY.reason(code or 0, subcode, source=source, words=said)
    return attrs.evolve(reason, evidence=f"{vocabulary}:{value}")


def say_reason(vocabulary: Vocabulary, reason: EndReason) -> Said:
    """`reason` in another system's language: as it came, if it came in that language; else by the rows."""
    reason_map = MAPS[vocabulary]
    value = _evident(reason_map.table, reason.evidence)
    if value is None:
        value = reason_map.value_of(reason.code, reason.subcode)
    pair = (reason.code, reason.subcode)
    is_exact = pair in {reason_map.pair_of(value), reason_map.pair_of(value, is_inbound=True)}
    return Said(vocabulary=vocabulary, value=value, name=reason_map.name_of(value), is_exact=is_exact)


def carrier_status(subcode: int | None) -> int | None:
    """The SIP status that a phone leg's subcode carries, 0 for a normal end; None for any other subcode."""
    for base in (_OUTBOUND, _INBOUND):
        if subcode is not None and base <= subcode < base + 700:
            return subcode - base
    return None


def rows_of(vocabulary: Vocabulary) -> tuple[ReasonRow, ...]:
    """The rows of one vocabulary, for documentation and tools."""
    return MAPS[vocabulary].table.rows


def _carried(status: int, *, is_inbound: bool) -> Pair:
    """A carrier's status as a pair."""
    return status, status + (_INBOUND if is_inbound else _OUTBOUND)


def _turned(pair: Pair) -> Pair:
    """A pair of an outbound leg as that of an inbound one."""
    status = carrier_status(pair[1])
    return pair if status is None else (pair[0], _INBOUND + status)


def _evident(table: ReasonTable, evidence: str | None) -> int | None:
    """The value that `evidence` names, if it is in this table's language."""
    vocabulary, _, value = (evidence or "").partition(":")
    if vocabulary != table.vocabulary or not value.isdecimal():
        return None
    return int(value) if table.lowest <= int(value) <= table.highest else None


@cache
def load_reason_maps() -> Mapping[Vocabulary, ReasonMap]:
    """The maps, read from the file once.

    Raises:
        BadSpec: the file is malformed.
    """
    tables = load_reason_tables()
    sip = ReasonMap(tables[Vocabulary.SIP])
    through_sip = (Vocabulary.Q850, Vocabulary.ASTERISK)
    others = {name: ReasonMap(tables[name], sip if name in through_sip else None) for name in tables}
    return MappingProxyType({**others, Vocabulary.SIP: sip})


MAPS = load_reason_maps()
"""Every vocabulary in both directions."""
