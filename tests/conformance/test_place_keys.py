"""What is left out of the key of a place cannot matter: two calls in one place lead to the same places."""

from collections.abc import Hashable
from itertools import islice

import pytest

from calltape.conformance.alphabet import BOB, Step, firing, take
from calltape.conformance.exploring import Walk, fold
from calltape.conformance.models import MODELS, Model, model_named
from calltape.conformance.place_keys import LEFT_OUT, Keys
from calltape.core import REGISTRY, Call, EndpointId, Instant, Source, digest, replay

pytestmark = pytest.mark.property

SMALL = {"one-to-one", "with-phone"}
ONE_IN = 25
"""How many of the calls that come to a known place by another way are followed up: one in so many."""


def leads_to(call: Call, of: Model, keys: Keys) -> set[tuple[str, Hashable]]:
    """Where every command leads that leads anywhere, and every deadline."""
    steps = (take(call, command) for command in (*of.alphabet(), *firing(call)))
    return {(type(step.command).__name__, keys(fold(call, step))) for step in steps if step.events}


def meetings(of: Model) -> list[tuple[Call, Call]]:
    """Calls that differ and are in one place."""
    keys, first, found = Keys(), dict[Hashable, Call](), list[tuple[Call, Call]]()

    def after(call: Call, step: Step) -> Call:
        there = fold(call, step)
        known = first.setdefault(keys(there), there)
        if known is not there and known != there:
            found.append((known, there))
        return there

    for _ in Walk(of.opening, of.alphabet(), keys, after=after):
        pass
    return found


@pytest.mark.parametrize(
    "name",
    [
        each if each in SMALL else pytest.param(each, marks=pytest.mark.slow)
        for each in MODELS
        if each != "group-of-three"
    ],
)
def test_calls_in_one_place_lead_to_the_same_places(name: str) -> None:
    keys, of = Keys(), model_named(name)
    pairs = meetings(of)[::ONE_IN]
    assert len(pairs) > 50
    for one, other in pairs:
        assert digest(one) != digest(other)
        assert leads_to(one, of, keys) == leads_to(other, of, keys)


def up() -> Call:
    of = model_named("one-to-one")
    walk = Walk(of.opening, of.alphabet(), Keys())
    return next(
        place.call.copy()
        for place in walk
        if all(person.establish_until is None for person in place.call.participants.values())
        and place.call.present == 2
    )


def test_everything_else_is_told_apart() -> None:
    keys, call = Keys(), up()
    here = keys(call)
    for change in (
        {"is_muted": True},
        {"hand": 1},
        {"modality_until": Instant(1)},
        {"endpoint": None},
        {"has_declined": True},
        {"end_reason": REGISTRY.named("removed", source=Source.REMOTE)},
    ):
        other = call.copy()
        for name, value in change.items():
            setattr(other.participants[BOB], name, value)
        assert keys(other) != here, change
    assert keys(call.copy()) == here


def test_what_is_left_out_is_not() -> None:
    keys, call = Keys(), up()
    other = call.copy()
    other.tones_requested += 1
    other.ends_by = Instant(1)
    bob = other.participants[BOB]
    bob.offers = {EndpointId("another"): state for state in bob.offers.values()}
    bob.endpoint = EndpointId("another")
    assert keys(other) == keys(call)
    assert set(LEFT_OUT) == {"instants", "reasons", "endpoints", "sources", "transfers", "counters"}


def test_a_place_is_found_by_a_shortest_way() -> None:
    of = model_named("one-to-one")
    depth = 0
    for place in islice(Walk(of.opening, of.alphabet(), Keys()), 300):
        assert depth <= place.depth == len(place.way) - 1
        depth = place.depth
        call = Call()
        for command in place.way:
            replay(take(call, command).events, call)
        assert call == place.call
