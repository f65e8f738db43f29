"""Rows of views, written for programs."""

import pytest

from calltape.adapters.cli.plain_rows import plain_row
from calltape.core import CallId, Instant, RawId
from calltape.projections import CallRecord

pytestmark = pytest.mark.example


def test_instants_become_text_wherever_they_stand() -> None:
    row = CallRecord(call_id=CallId("one"), started_at=Instant(1), events=7)
    row.participants[RawId("8:acs:alice")] = Instant(2)
    assert plain_row({"row": (row,)}) == {
        "row": [
            {
                "call_id": "one",
                "kind": None,
                "group_id": None,
                "starter": None,
                "started_at": "1970-01-01T00:00:00.000001Z",
                "ended_at": None,
                "end_reason": None,
                "participants": {"8:acs:alice": "1970-01-01T00:00:00.000002Z"},
                "events": 7,
                "illegal_version": None,
            }
        ]
    }
