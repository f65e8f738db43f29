"""Commands and events show themselves as the expression that makes them."""

from typing import Any

import attrs
import pytest
from hypothesis import given

from calltape.conformance.strategies import Step, walks
from calltape.core import Event
from calltape.core.commands import Command

pytestmark = pytest.mark.property


def as_attrs_would(value: Any) -> str:
    """What the method says that attrs compiles for a class of the same name and fields."""
    declared = attrs.fields(value.__class__)
    fields = {each.name: attrs.field(repr=each.repr) for each in declared}
    twin: Any = attrs.make_class(value.__class__.__name__, fields, kw_only=True)
    return repr(twin(**{each.name: getattr(value, each.name) for each in declared}))


@given(walks(max_size=8))
def test_as_attrs_would_write_them(steps: tuple[Step, ...]) -> None:
    for step in steps:
        for each in (step.command, *step.events):
            assert repr(each) == as_attrs_would(each)


def test_what_is_not_to_be_shown_is_not_shown() -> None:
    @attrs.frozen(kw_only=True, repr=False)
    class Told(Event):
        what: str = attrs.field(repr=False)
        to: str

    assert repr(Told(what="a secret", to="bob")) == "Told(to='bob')"


def test_nothing_else_can_be_set_on_them() -> None:
    assert not hasattr(Event(), "__dict__")
    assert not [kind for kind in Command.__subclasses__() if "__dict__" in dir(kind)]
