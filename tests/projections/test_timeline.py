"""The timeline as a view, by hand."""

import pytest

from calltape.conformance.scenario_commands import command_of
from calltape.conformance.scenario_stage import CAST, START, Stage
from calltape.core import LIMITS, Recorded
from calltape.projections import TIMELINE, View

pytestmark = pytest.mark.example


def recorded_start() -> list[Recorded]:
    """A call that is placed and offered."""
    stage = Stage(LIMITS)
    stage.give(command_of(stage, {"do": "StartCall", "who": "alice", "with": {"callees": ["bob"]}}, 1))
    stage.give(command_of(stage, {"do": "Offer", "who": "bob"}, 1))
    return [
        Recorded(position=n, stream="call-call-1", version=n, event=event, at=START)
        for n, event in enumerate(stage.emitted, 1)
    ]


def test_every_event_with_what_it_moved() -> None:
    view = View(TIMELINE)
    view.advance(recorded_start())
    row = view.rows["call-1"]
    assert (row.call_id, row.illegal_version) == ("call-1", None)
    assert [(each.version, each.event) for each in row.entries] == [
        (1, "call.started"),
        (2, "participant.joined"),
        (3, "participant.invited"),
        (4, "call.offered"),
    ]
    offered = row.entries[3]
    assert (offered.at, offered.participant) == (START, CAST["bob"])
    assert [(m.whose, m.lifecycle, m.source, m.target) for m in offered.moves] == [
        ("self", "call", "None", "Incoming"),
        ("self", "participant", "Connecting", "Connecting"),
        ("self", "incoming_call", "None", "Offered"),
    ]


def test_it_ends_before_a_step_that_is_not_legal() -> None:
    started, joined, *_ = recorded_start()
    view = View(TIMELINE)
    wrong = Recorded(position=3, stream="call-call-1", version=3, event=joined.event, at=START)
    view.advance([started, joined, wrong])
    row = view.rows["call-1"]
    assert (len(row.entries), row.illegal_version) == (2, 3)
