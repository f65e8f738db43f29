"""Every projection, every law, on drawn logs."""

from collections.abc import Sequence
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calltape.adapters.views import load
from calltape.adapters.views.row_codec import RowCodec
from calltape.adapters.views.sqlite import SQLiteViews
from calltape.conformance import projection as laws
from calltape.core import Recorded
from calltape.projections import PROJECTIONS, ROSTER, Projection, View
from calltape.projections.ports import Head

pytestmark = pytest.mark.property

R = TypeVar("R")
CUTS = st.lists(st.integers(1, 60), max_size=6)
FEW = settings(max_examples=25)
MORE = settings(max_examples=60)
every_projection = pytest.mark.parametrize("projection", PROJECTIONS.values(), ids=PROJECTIONS.keys())


def through_a_store(view: View[R]) -> View[R]:
    store = SQLiteViews()
    codec = RowCodec(view.projection)
    head = Head(schema=view.projection.schema, position=view.position, mark="")
    rows = {key: codec.text(row) for key, row in view.rows.items()}
    store.save(view.projection.name, rows, expected=None, head=head)
    loaded = load(store, view.projection)
    store.close()
    return loaded


@every_projection
@FEW
@given(history=laws.logs(), cuts=CUTS)
def test_any_batching_gives_the_same_view(
    projection: Projection[Any], history: Sequence[Recorded], cuts: list[int]
) -> None:
    laws.any_batching(projection, history, cuts)


@every_projection
@FEW
@given(history=laws.logs(), cuts=CUTS)
def test_redelivery_changes_nothing(
    projection: Projection[Any], history: Sequence[Recorded], cuts: list[int]
) -> None:
    laws.redelivery_changes_nothing(projection, history, cuts)


@every_projection
@FEW
@given(history=laws.logs(), at=st.integers(0, 60))
def test_a_subscriber_with_a_snapshot_equals_one_from_the_start(
    projection: Projection[Any], history: Sequence[Recorded], at: int
) -> None:
    laws.snapshot_equals_the_start(projection, history, at, through_a_store)


@every_projection
@FEW
@given(history=laws.logs())
def test_rows_fold_alone(projection: Projection[Any], history: Sequence[Recorded]) -> None:
    laws.rows_fold_alone(projection, history)


@every_projection
@FEW
@given(history=laws.logs(), places=st.lists(st.integers(0, 60), min_size=1, max_size=4))
def test_unknown_events_are_skipped(
    projection: Projection[Any], history: Sequence[Recorded], places: list[int]
) -> None:
    laws.unknown_events_are_skipped(projection, history, places)


@every_projection
@MORE
@given(history=laws.logs(max_size=20))
def test_the_view_agrees_with_replay(projection: Projection[Any], history: Sequence[Recorded]) -> None:
    laws.agrees_with_replay(projection, history)


@MORE
@given(history=laws.logs(max_size=20), cuts=CUTS)
def test_roster_deltas_add_up(history: Sequence[Recorded], cuts: list[int]) -> None:
    laws.deltas_add_up(ROSTER, history, cuts)
