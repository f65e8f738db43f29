"""How rows show that their histories are not right."""

import click
import pytest
from click.testing import CliRunner

from calltape.adapters.cli.marks import CORRUPT, corrupt_from, end_if_corrupt, mark
from calltape.projections import CallRecord, ParticipantStats, Roster

pytestmark = pytest.mark.example


def test_a_row_is_marked_from_its_first_wrong_event_on() -> None:
    broken = Roster(illegal_version=7)
    assert corrupt_from(broken) == 7
    assert str(mark(broken)) == "corrupt from event 7; run `calltape check`"


@pytest.mark.parametrize("row", [Roster(), CallRecord(), ParticipantStats()])
def test_a_row_with_nothing_wrong_has_no_mark(row: object) -> None:
    assert corrupt_from(row) is None
    assert not mark(row)


@pytest.mark.parametrize(
    ("rows", "status"), [([], 0), ([Roster()], 0), ([Roster(), Roster(illegal_version=1)], CORRUPT)]
)
def test_one_marked_row_makes_the_exit_status(rows: list[Roster], status: int) -> None:
    @click.command()
    def show() -> None:
        end_if_corrupt(rows)

    assert CliRunner().invoke(show, []).exit_code == status
