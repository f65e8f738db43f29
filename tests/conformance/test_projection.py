"""The laws catch what they are there to catch: one broken projection for each."""

import attrs
import pytest
from hypothesis import Phase, find, settings

from calltape.conformance import projection as laws
from calltape.conformance.projection_agreement import AGREEMENTS
from calltape.conformance.projection_logs import logs
from calltape.conformance.strategies import START
from calltape.core import CallId, CallKind, CallStarted, MediaSampled, RawId, Recorded, media_stream
from calltape.projections import CALLS, PROJECTIONS, CallRecord, Projection, View

pytestmark = pytest.mark.example

ALICE, BOB = RawId("8:acs:alice"), RawId("8:acs:bob")


@attrs.define
class Count:
    """How many looks; small enough to break in every way."""

    looks: int = 0


def look(position: int, who: RawId, version: int) -> Recorded:
    call_id = CallId("c")
    event = MediaSampled(call_id=call_id, participant=who, streams=())
    return Recorded(
        position=position, stream=media_stream(call_id, who), version=version, event=event, at=START
    )


HISTORY = [look(1, ALICE, 1), look(2, BOB, 1), look(3, ALICE, 2), look(4, BOB, 2)]


def key(recorded: Recorded) -> str | None:
    return recorded.event.participant if isinstance(recorded.event, MediaSampled) else None


def count(row: Count, recorded: Recorded) -> Count:
    row.looks += 1
    return row


SOUND = Projection(name="sound", key=key, initial=Count, fold=count, row_type=Count)


def test_a_sound_projection_passes() -> None:
    laws.any_batching(SOUND, HISTORY, [1, 3])
    laws.redelivery_changes_nothing(SOUND, HISTORY, [2])
    laws.rows_fold_alone(SOUND, HISTORY)
    laws.unknown_events_are_skipped(SOUND, HISTORY, [0, 2])
    laws.snapshot_equals_the_start(SOUND, HISTORY, 2, lambda view: view)


def test_a_fold_that_remembers_beside_its_rows_is_caught() -> None:
    seen: list[Recorded] = []

    def fold(row: Count, recorded: Recorded) -> Count:
        seen.append(recorded)
        return Count(len(seen))

    broken = attrs.evolve(SOUND, fold=fold)
    with pytest.raises(AssertionError, match="the size of the batches shows"):
        laws.any_batching(broken, HISTORY, [2])


def test_a_row_that_depends_on_others_is_caught() -> None:
    everything = {"looks": 0}

    def fold(row: Count, recorded: Recorded) -> Count:
        everything["looks"] = 1 if recorded.position == 1 else everything["looks"] + 1
        return Count(everything["looks"])

    with pytest.raises(AssertionError, match="depends on the events of others"):
        laws.rows_fold_alone(attrs.evolve(SOUND, fold=fold), HISTORY)


def test_a_view_that_takes_in_a_batch_twice_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(view: View[Count], batch: list[Recorded]) -> set[str]:
        for each in batch:
            view.rows[str(key(each))] = count(view.rows.get(str(key(each))) or Count(), each)
            view.position = each.position
        return {str(key(each)) for each in batch}

    monkeypatch.setattr(View, "advance", forgetful)
    with pytest.raises(AssertionError, match="takes in a batch that comes twice"):
        laws.redelivery_changes_nothing(SOUND, HISTORY, [2])


def test_a_store_that_loses_a_row_or_the_position_is_caught() -> None:
    def loses_rows(view: View[Count]) -> View[Count]:
        return View(SOUND, {ALICE: view.rows[ALICE]}, view.position)

    with pytest.raises(AssertionError, match="having been stored shows in the rows \\['8:acs:bob'\\]"):
        laws.snapshot_equals_the_start(SOUND, HISTORY, 2, loses_rows)
    with pytest.raises(AssertionError, match="forgot its position"):
        laws.snapshot_equals_the_start(SOUND, HISTORY, 2, lambda view: View(SOUND, view.rows))


def test_a_projection_that_minds_unknown_events_is_caught() -> None:
    def every_stream(recorded: Recorded) -> str:
        return recorded.stream

    minding = attrs.evolve(SOUND, key=every_stream)
    with pytest.raises(AssertionError, match="an event nobody knows shows"):
        laws.unknown_events_are_skipped(minding, HISTORY, [1])


def test_disagreement_with_the_core_is_caught() -> None:
    def forgets(row: CallRecord, recorded: Recorded) -> CallRecord:
        return CallRecord(events=recorded.version)

    fact = CallStarted(
        call_id=CallId("c"), kind=CallKind.GROUP, starter=ALICE, waits_for_answer=False, ends_by=START
    )
    history = [Recorded(position=1, stream="call-c", version=1, event=fact, at=START)]
    laws.agrees_with_replay(CALLS, history)
    with pytest.raises(AssertionError):
        laws.agrees_with_replay(attrs.evolve(CALLS, fold=forgets), history)


@pytest.mark.parametrize("name", PROJECTIONS)
def test_drawn_logs_hold_what_every_projection_is_about(name: str) -> None:
    key = PROJECTIONS[name].key
    keys = logs().map(
        lambda history: [key(recorded) for recorded in history]
    )  # a log itself is long to print
    assert any(find(keys, any, settings=settings(phases=[Phase.generate])))


def test_every_projection_has_something_to_agree_with() -> None:
    assert AGREEMENTS.keys() == PROJECTIONS.keys()


def test_a_history_is_cut_into_all_its_events() -> None:
    for cuts in ([], [0], [1, 1, 3], [4], [9, 2]):
        batches = list(laws.cut(HISTORY, cuts))
        assert [each for batch in batches for each in batch] == HISTORY
        assert all(batches)
    assert list(laws.cut([], [3])) == []
