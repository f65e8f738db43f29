"""Every kind of stream that has a lifecycle is folded by its name."""

import pytest

from calltape.core import (
    CallId,
    CorruptHistory,
    ParticipantMuted,
    PushExpired,
    RawId,
    call_stream,
    media_stream,
    push_stream,
)
from calltape.core.folding import FOLDS, Histories, fold_of
from calltape.core.push_notices import notice_stream

pytestmark = pytest.mark.example

CALL = CallId("one-of-them")
MUTED = ParticipantMuted(participant=RawId("8:acs:alice"))


@pytest.mark.parametrize("start", sorted(FOLDS))
def test_each_fold_refuses_what_has_no_place_at_its_beginning(start: str) -> None:
    fold = fold_of(f"{start}some-thing")
    assert fold is not None
    assert fold is FOLDS[start]
    empty = fold.empty()
    with pytest.raises(CorruptHistory):
        fold.evolve(empty, PushExpired(user=RawId("8:a"), device="d") if start != "push-" else MUTED)
    assert empty == fold.empty()


def test_streams_that_only_measure_have_no_fold() -> None:
    assert fold_of(media_stream(CALL, "8:acs:alice")) is None
    assert fold_of("nameless") is None
    assert fold_of(notice_stream(CALL, "8:acs:alice")) is not None


def test_histories_are_kept_apart() -> None:
    histories = Histories()
    histories.take_in(media_stream(CALL, "8:acs:alice"), MUTED)
    assert histories.states == {}
    with pytest.raises(CorruptHistory):
        histories.take_in(call_stream(CALL), MUTED)
    with pytest.raises(CorruptHistory):
        histories.take_in(push_stream("8:a"), MUTED)
    assert set(histories.states) <= {call_stream(CALL), push_stream("8:a")}
