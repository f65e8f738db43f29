"""What was recorded once is read for ever."""

from importlib.resources import as_file, files
from pathlib import Path

import pytest

import calltape.core
from calltape.adapters.codec import topic_of
from calltape.adapters.memory import MemoryLog
from calltape.adapters.tape import TapeLog, export_tape, import_tape
from calltape.core import CustomContext, RawId, context_for
from calltape.core.call.leaving import CallEnded, ParticipantLeft
from calltape.core.end_reasons import Category, EndReason, Source
from calltape.core.events import EVENTS
from calltape.core.media import MediaSampled
from calltape.core.observing import RosterReconciled
from calltape.core.values import CallId
from calltape.projections import take_over

pytestmark = pytest.mark.golden

GOLDEN = files("calltape.specs") / "golden"


def test_stored_names_are_the_golden_ones() -> None:
    """A name leaves this list never. A new event, or a new shape with its step in `versions.py`, is added by
    hand.
    """
    declared = {topic_of(n, c.shape) for n, c in EVENTS.items() if c.__module__.startswith("calltape.core")}
    assert (GOLDEN / "events.txt").read_text("utf-8").split() == sorted(declared)


def test_left_in_shape_1() -> None:
    """A call recorded before `participant.left` said who caused it still replays to its end."""
    with as_file(GOLDEN / "left_shape_1.jsonl") as path:
        log = TapeLog(path, create=False)
        events = list(log.events("call-left-shape-1"))
        log.close()
    left = [event for event in events if isinstance(event, ParticipantLeft)]
    assert [event.reason for event in left] == [EndReason(code=0, subcode=0, source=Source.SERVICE)] * 2
    assert str(calltape.core.replay(events).state) == "Disconnected"


def test_custom_context_in_shape_1() -> None:
    """It was one text, in `call.started` and in `transfer.requested`; it still reaches who is called."""
    with as_file(GOLDEN / "transferred_shape_1.jsonl") as path:
        log = TapeLog(path, create=False)
        call = calltape.core.replay(log.events("call-transferred-shape-1"))
        log.close()
    carol = call.participants[RawId("8:acs:r_carol")]
    assert call.origin is not None
    assert call.origin.transferor == "8:acs:r_alice"
    assert context_for(call, carol) == CustomContext(user_to_user="order 7")
    assert carol.transfer is not None
    assert carol.transfer.custom_context == CustomContext(user_to_user="ask for the gate")


def test_sampled_in_shape_1() -> None:
    """A sample recorded before microphones had levels of their own says nothing about them."""
    with as_file(GOLDEN / "sampled_shape_1.jsonl") as path:
        log = TapeLog(path, create=False)
        (sampled,) = log.events("media-sampled-shape-1-8:acs:r_alice")
        log.close()
    assert isinstance(sampled, MediaSampled)
    (sample,) = sampled.streams
    assert (sample.audio_input_level, sample.jitter_in_ms, sample.packets) == (8211, 4.5, 50)
    assert (sampled.microphone_level, sample.stream_id, sample.alt_layouts) == (None, None, ())


def test_reasons_recorded_before_they_had_evidence() -> None:
    """`EndReason` got an optional field without a new shape: an old reason says nothing about it."""
    with as_file(GOLDEN / "left_shape_1.jsonl") as path:
        assert b'"evidence"' not in path.read_bytes()
        log = TapeLog(path, create=False)
        ended = [event for event in log.events("call-left-shape-1") if isinstance(event, CallEnded)]
        log.close()
    assert [event.reason for event in ended] == [
        EndReason(code=0, subcode=0, category=Category.SUCCESS, source=Source.LOCAL, evidence=None)
    ]


def test_what_an_observer_took_over_in_shape_1() -> None:
    """It told of those present alone, and not how their endpoints saw the call."""
    with as_file(GOLDEN / "reconciled_shape_1.jsonl") as path:
        log = TapeLog(path, create=False)
        (event,) = log.events("observer-standup-8:acs:alice")
        log.close()
    assert isinstance(event, RosterReconciled)
    row = take_over(None, event)
    (alice,) = row.participants.values()
    assert (alice.id, str(alice.state), alice.is_muted, alice.is_present) == (
        "8:acs:alice",
        "Connected",
        True,
        True,
    )
    assert [each.id for each in event.departures if each.is_inferred] == ["8:acs:bob"]


def test_lifted_on_the_way_through(tmp_path: Path) -> None:
    """Imported and exported again, the old tape is one of present shapes: the same events."""
    log = MemoryLog()
    with as_file(GOLDEN / "left_shape_1.jsonl") as path:
        imported = import_tape(path, log)
    assert (imported.calls, imported.events, imported.added) == ((CallId("left-shape-1"),), 13, 13)
    assert export_tape(log, CallId("left-shape-1"), tmp_path / "new.jsonl") == 13
    assert b'"event":"participant.left","shape":2' in (tmp_path / "new.jsonl").read_bytes()
    again = TapeLog(tmp_path / "new.jsonl", create=False)
    assert list(again.read("call-left-shape-1")) == list(log.read("call-left-shape-1"))
    again.close()
