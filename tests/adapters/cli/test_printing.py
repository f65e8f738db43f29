"""Instants, durations and ids as people and programs read them."""

import pytest

from calltape.adapters.cli.printing import (
    headline,
    moment,
    offset,
    reason_text,
    say,
    screen,
    short,
    span,
    table,
)
from calltape.core import SECOND, BadInput, EndReason, Instant, Source

pytestmark = pytest.mark.example


def test_instants() -> None:
    assert moment(Instant(0)) == "1970-01-01T00:00:00.000000Z"
    assert moment(Instant(1_795_341_600_000_001)) == "2026-11-22T10:00:00.000001Z"
    with pytest.raises(BadInput, match="beyond the year 9999"):
        moment(Instant(10**30))


@pytest.mark.parametrize(
    ("microseconds", "shown"),
    [
        (0, "0 ms"),
        (250_000, "250 ms"),
        (4_200_000, "4.20 s"),
        (125 * SECOND, "2 min 05 s"),
        (108_000 * SECOND - SECOND, "29 h 59 min"),
        (-90 * SECOND, "-1 min 30 s"),
    ],
)
def test_lengths_of_time(microseconds: int, shown: str) -> None:
    assert span(microseconds) == shown


@pytest.mark.parametrize(
    ("microseconds", "shown"),
    [
        (0, "0.000"),
        (59_999_999, "59.999"),
        (205_120_000, "3:25.120"),
        (3_723_004_000, "1:02:03.004"),
        (-2_500_000, "-2.500"),
    ],
)
def test_offsets(microseconds: int, shown: str) -> None:
    assert offset(microseconds) == shown


def test_reasons_and_ids() -> None:
    assert reason_text(EndReason(code=987654, subcode=None, source=Source.SERVICE)) == "987654"
    assert reason_text(EndReason(code=603, subcode=0, source=Source.REMOTE, words="No!")) == "603/0 No!"
    assert short("8:acs:0123456789_abcdef", 11) == "8:acs…bcdef"
    assert short("8:echo123", 24) == "8:echo123"


def test_what_a_tape_says_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    table(screen(), "who", rows=[("[bold]\x1b[31mred",)])
    say("[/bold]\x1b[2J")
    headline(screen(), "[x]\x07", "", "rest")
    printed = capsys.readouterr().out
    assert not any(mark in printed for mark in "\x1b\x07")
    assert [line.strip() for line in printed.splitlines()] == [
        "who",
        "[bold]�[31mred",
        "[/bold]�[2J",
        "[x]�  rest",
    ]
