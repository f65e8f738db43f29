"""Views: what `advance` takes in, and the digest."""

import hashlib
from pathlib import Path
from typing import Any

import attrs
import pytest

from calltape.core import CallId, Instant, MediaSampled, RawId, Recorded
from calltape.projections import PROJECTIONS, View
from calltape.projections.followed import Followed, layout_number
from calltape.projections.ports import Head, Snapshot
from calltape.projections.projection import Projection, digest_of

pytestmark = pytest.mark.example


@attrs.define
class Seen:
    versions: list[int] = attrs.Factory(list[int])


def fold(row: Seen, recorded: Recorded) -> Seen:
    row.versions.append(recorded.version)
    return row


def key(recorded: Recorded) -> str | None:
    return recorded.stream if recorded.stream != "room-x" else None


SEEN = Projection(name="seen", key=key, initial=Seen, fold=fold, row_type=Seen)


def record(position: int, stream: str, version: int) -> Recorded:
    event = MediaSampled(call_id=CallId("c"), participant=RawId("8:a"), streams=())
    return Recorded(position=position, stream=stream, version=version, event=event, at=Instant(0))


def test_advance_names_the_rows_it_touched_and_passes_over_what_it_has_seen() -> None:
    view = View(SEEN)
    assert view.advance([record(3, "a", 1), record(5, "b", 1)]) == {"a", "b"}
    assert view.advance([record(3, "a", 1), record(5, "b", 1), record(8, "b", 2)]) == {"b"}
    assert view.advance([record(9, "room-x", 1)]) == set()
    assert view.position == 9, "what is none of its business moves the position all the same"
    assert view.rows == {"a": Seen([1]), "b": Seen([1, 2])}


def test_a_view_goes_on_from_rows_it_is_given() -> None:
    view = View(SEEN, {"a": Seen([1])}, position=3)
    assert view.advance([record(3, "a", 1), record(4, "a", 2)]) == {"a"}
    assert view.rows == {"a": Seen([1, 2])}


def test_a_fold_that_fails_leaves_the_position_before_its_event() -> None:
    def failing(row: Seen, recorded: Recorded) -> Seen:
        raise ZeroDivisionError

    view = View(attrs.evolve(SEEN, fold=failing))
    with pytest.raises(ZeroDivisionError):
        view.advance([record(1, "room-x", 1), record(2, "a", 1)])
    assert (view.position, view.rows) == (1, {})


def test_the_digest_is_that_of_the_rows_in_order_of_their_keys() -> None:
    view = View(SEEN, {"b": Seen([2]), "a": Seen([1])}, position=7)
    text = '["a",{"versions":[1]}]\n["b",{"versions":[2]}]\n'
    assert view.digest() == hashlib.sha256(text.encode()).hexdigest()
    assert view.digest() == digest_of([("a", Seen([1])), ("b", Seen([2]))])
    assert View(SEEN).digest() == hashlib.sha256(b"").hexdigest()


def test_values_of_the_port_compare_as_values() -> None:
    head = Head(schema=1, position=2, mark="x")
    assert head == Head(schema=1, position=2, mark="x") != Head(schema=2, position=2, mark="x")
    assert Snapshot(None, iter(())).head is None


def _layout(kind: type) -> str:
    """The fields of a row class and of the classes in them, as text."""
    attrs.resolve_types(kind)
    found = [f"{kind.__name__}({', '.join(f'{f.name}: {f.type}' for f in attrs.fields(kind))})"]
    inner = {part for f in attrs.fields(kind) for part in _classes(f.type)}
    return "; ".join([*found, *map(_layout, sorted(inner, key=repr))])


def _classes(kind: object) -> list[type]:
    inner = [part for each in getattr(kind, "__args__", ()) for part in _classes(each)]
    return [*inner, kind] if isinstance(kind, type) and attrs.has(kind) else inner


LAYOUTS = Path(__file__).with_name("layouts.txt")


FOLLOWING = [name for name, each in PROJECTIONS.items() if issubclass(each.row_type, Followed)]
"""Their rows hold the core's own state, and their numbers follow its layout by themselves."""


@pytest.mark.parametrize("name", FOLLOWING)
def test_rows_that_hold_the_state_of_the_core_have_its_layout_as_their_schema(name: str) -> None:
    projection = PROJECTIONS[name]
    assert projection.schema == layout_number(projection.row_type)


def test_the_number_of_a_layout_follows_what_is_deep_inside() -> None:
    fields = [{"value": attrs.field(type=kind)} for kind in (int, str)]
    leaves: list[type[Any]] = [attrs.make_class("Leaf", each) for each in fields]
    rows: list[type[Any]] = [attrs.make_class("Row", {"leaf": attrs.field(type=leaf)}) for leaf in leaves]
    assert layout_number(rows[0]) != layout_number(rows[1])


@pytest.mark.parametrize("name", [name for name in PROJECTIONS if name not in FOLLOWING])
def test_rows_of_another_layout_have_another_schema(name: str) -> None:
    """Stored rows are read by the schema's number alone, so a changed row class needs a new number."""
    projection = PROJECTIONS[name]
    layout = hashlib.sha256(_layout(projection.row_type).encode()).hexdigest()[:16]
    line = f"{name} {projection.schema} {layout}"
    assert line in LAYOUTS.read_text(encoding="utf-8").splitlines(), (
        f"the rows of {name} have changed: raise its schema and add the line {line!r} to {LAYOUTS.name}"
    )
