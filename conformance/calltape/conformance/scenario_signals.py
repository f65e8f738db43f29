"""What a scenario may look at of signals: hands, the spotlight, reactions, captions, real-time text."""

from collections.abc import Mapping

from calltape.conformance.scenario_stage import CAST, START, Stage, person, same
from calltape.core import (
    SECOND,
    Caption,
    HandLowered,
    HandRaised,
    ReactionSent,
    RealTimeText,
    text_deadlines,
)

_NAMES = {raw: name for name, raw in CAST.items()}


def look_at_hands(stage: Stage, wanted: list[str]) -> None:
    """Whose hands are up, in their order."""
    up = sorted((p.hand, p.id) for p in stage.call.participants.values() if p.hand is not None)
    same("the raised hands", [_NAMES[who] for _, who in up], wanted)


def look_at_orders(stage: Stage, wanted: Mapping[str, int]) -> None:
    """The orders of the hands that the step raised."""
    raised = {e.participant: e.order for e in stage.emitted if isinstance(e, HandRaised)}
    same("the orders", raised, {person(name): order for name, order in wanted.items()})


def look_at_lowered_by(stage: Stage, wanted: Mapping[str, str]) -> None:
    """Of the hands that the step lowered: by whom; empty for who did so themselves."""
    lowered = {e.participant: e.by for e in stage.emitted if isinstance(e, HandLowered)}
    same(
        "who lowered them",
        lowered,
        {person(name): person(by) if by else None for name, by in wanted.items()},
    )


def look_at_spotlight(stage: Stage, wanted: list[str]) -> None:
    """Who is in the spotlight, in the order in which it came to them; guests as guest-1, guest-2, …"""
    found = [_NAMES.get(who) or who.rpartition("_")[2] for who in stage.call.spotlighted]
    same("the spotlight", found, wanted)


def look_at_passed(stage: Stage, wanted: list[str]) -> None:
    """What passed: "alice like" for a reaction, "alice 1 Partial: Hell" for a line of text."""
    found: list[str] = []
    for signal in stage.signals.told:
        match signal:
            case ReactionSent():
                found.append(f"{_NAMES[signal.participant]} {signal.kind}")
            case RealTimeText():
                found.append(
                    f"{_NAMES[signal.sender]} {signal.sequence_id} {signal.result_type}: {signal.text}"
                )
            case Caption():
                found.append(f"{_NAMES[signal.speaker]} {signal.result_type}: {signal.text}")
    same("what passed", found, wanted)


def look_at_lines_until(stage: Stage, wanted: Mapping[str, float]) -> None:
    """When each open line is final unless something is added to it, in seconds."""
    found = {
        _NAMES[who]: (at - START) / SECOND
        for who, at in text_deadlines(stage.signals.texts, stage.limits).items()
    }
    same("when lines are final", found, dict(wanted))
