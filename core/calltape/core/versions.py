"""Old shapes of events, lifted to the present ones, one step a function.

A step takes the plain fields of the old shape and gives those of the next. Steps are never removed: a tape
recorded once must replay for ever. Each step has a golden tape of the old shape in `specs/golden/`.
"""

from collections.abc import Callable, Mapping
from typing import Any

Fields = Mapping[str, Any]


def _left_1_to_2(old: Fields) -> Fields:
    """Shape 1 of `participant.left` kept code and subcode side by side and did not say who caused them."""
    rest = {key: value for key, value in old.items() if key not in {"code", "subcode"}}
    return {**rest, "reason": {"code": old["code"], "subcode": old.get("subcode"), "source": "service"}}


def _sampled_1_to_2(old: Fields) -> Fields:
    """Shape 1 of `media.sampled` knew no microphone level, no stream ids and no further sizes."""
    return old


def _reconciled_1_to_2(old: Fields) -> Fields:
    """Shape 1 of `roster.reconciled` told only of who was present, and less of them."""
    rest = {key: value for key, value in old.items() if key != "present"}
    return {**rest, "participants": old["present"]}


def _context_1_to_2(old: Fields) -> Fields:
    """Shape 1 of what carries custom context had one text for it: a line between users, as opaque."""
    text = old.get("custom_context")
    return {**old, "custom_context": None if text is None else {"user_to_user": text}}


STEPS: Mapping[tuple[str, int], Callable[[Fields], Fields]] = {
    ("call.started", 1): _context_1_to_2,
    ("participant.left", 1): _left_1_to_2,
    ("roster.reconciled", 1): _reconciled_1_to_2,
    ("media.sampled", 1): _sampled_1_to_2,
    ("transfer.requested", 1): _context_1_to_2,
}
"""From (stored name, old shape) to the function that gives the next shape's fields."""


def lift(name: str, shape: int, fields: Fields, *, to: int) -> Fields:
    """The fields of event `name`, recorded in `shape`, as the shape `to` has them.

    Raises:
        KeyError: there is no step from some shape on the way; the caller says which event that was.
    """
    for step in range(shape, to):
        fields = STEPS[name, step](fields)
    return fields
