"""Which rows scenarios use; a row that none uses is named."""

import pytest

from calltape.conformance.row_coverage import row_coverage, rows_of_walks
from calltape.conformance.row_use import every_row
from calltape.conformance.scenarios import load_scenarios

pytestmark = pytest.mark.example


def test_a_row_without_a_scenario_is_named() -> None:
    few = row_coverage([each for each in load_scenarios() if each.capability == "hold"])
    faults = few.faults()
    (admit,) = [told for told in faults if told.startswith("call: InLobby, Admit -> ParticipantAdmitted:")]
    assert "no scenario uses this row" in admit
    assert not any(told.startswith("call: Connected, Hold -> HoldRequested:") for told in faults)


def test_walks_come_by_many_rows_but_not_by_all() -> None:
    walked = rows_of_walks(40)
    assert walked == rows_of_walks(40)
    assert 50 < len(walked) < len(every_row())
    assert {row.lifecycle for row in walked} > {"call", "participant"}  # and some that hang on them
    assert not any(row.lifecycle == "token" for row in walked)
