"""The core as one implementation among others: answers what the kit asks.

It plays by the same protocol as a program in any other language, so that whatever the kit demands of others
is demanded of ours too.
"""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import msgspec

from calltape.conformance.case_judging import pair_text
from calltape.conformance.case_messages import PROTOCOL, Message
from calltape.conformance.command_codec import decode_command
from calltape.conformance.scenario_breakouts import breakout_of
from calltape.conformance.scenario_consent import lacks_consent, permitted_of
from calltape.conformance.scenario_stage import Stage
from calltape.core import (
    LIMITS,
    BadInput,
    Call,
    CalltapeError,
    CommandId,
    EndReason,
    Event,
    Expire,
    Instant,
    Participant,
    Refused,
    StreamKind,
    deadlines,
    every_level,
    transfer_state,
)
from calltape.core.streams import state_in


class CoreClient:
    """Our core, asked one message at a time."""

    def __init__(self) -> None:
        self._stage = Stage(LIMITS)

    def answer(self, message: Message) -> Message:
        """What the core says to `message`."""
        try:
            return self._answer(message)
        except CalltapeError as problem:
            return {"type": "error", "because": str(problem)}
        except (KeyError, TypeError) as problem:
            return {"type": "error", "because": f"this is no message of the protocol: {problem}"}

    def _answer(self, message: Message) -> Message:
        match message["type"]:
            case "hello":
                name, claims = "calltape core", [*every_level()]
                return {
                    "type": "hello",
                    "protocol": PROTOCOL,
                    "implementation": name,
                    "version": version("calltape"),
                    "levels": claims,
                }
            case "begin":
                self._stage = Stage(LIMITS.with_(**message["limits"]))
                return {"type": "ready"}
            case "command":
                return self._command(message["call"], message["command"])
            case "silence":
                return self._silence(message["call"], message["until"])
            case "end":
                return {"type": "ended"}
            case other:
                raise BadInput(f"there is no message {other!r}")

    def _command(self, call: str, written: Mapping[str, Any]) -> Message:
        stage, command = self._turn_to(call), decode_command(written)
        if late := [key for key, at in deadlines(stage.call).items() if at <= command.at]:
            raise BadInput(f"the wait {late[0].wait} is over, and no silence said so")
        try:
            stage.give(command)
        except Refused as refused:
            told = {"lifecycle": refused.lifecycle, "state": refused.state, "reason": refused.reason}
            return {"type": "refused", **told, "states": self._states(call)}
        return self._outcome(call)

    def _silence(self, call: str, until: Instant) -> Message:
        """Let every deadline of the call pass that falls due until then, in order."""
        stage = self._turn_to(call)
        while running := deadlines(stage.call):
            key, at = min(
                running.items(), key=lambda item: (item[1], item[0].wait, item[0].participant or "")
            )
            if at > until:
                break
            stage.commands_given += 1
            id_ = CommandId(f"silence-{stage.commands_given}")
            stage.give(Expire(id=id_, at=at, wait=key.wait, participant=key.participant))
        return self._outcome(call)

    def _turn_to(self, call: str) -> Stage:
        self._stage.about = call
        self._stage.emitted = []
        return self._stage

    def _outcome(self, call: str) -> Message:
        events = [told(event) for event in self._stage.emitted]
        return {"type": "outcome", "events": events, "states": self._states(call)}

    def _states(self, call: str) -> Message:
        self._stage.about = call
        found = self._stage.call
        return {
            "call": _call(found),
            "participants": {who: _sight(found, person) for who, person in found.participants.items()},
        }


def told(event: Event) -> Message:
    """An event as a tape's line has it: its stored name, its shape, and all its fields."""
    return {"event": event.name, "shape": event.shape, "data": msgspec.to_builtins(event, order="sorted")}


def _call(call: Call) -> Mapping[str, Any]:
    return {
        "kind": call.kind.value if call.kind else None,
        "is_over": call.is_over,
        "ended": _pair(call.end_reason) if call.is_over else None,
        "present": call.present,
        "recordings": {id_: str(each.state) for id_, each in sorted(call.recordings.items())},
    }


def _sight(call: Call, person: Participant) -> Mapping[str, Any]:
    """What is shown of one participant."""
    return {
        "leg": str(person.call_state),
        "roster": str(person.state),
        "left": _pair(person.end_reason),
        "offers": {str(place): str(state) for place, state in sorted(person.offers.items())},
        "muted": person.is_muted,
        "hears_nothing": person.is_incoming_audio_muted,
        "video": str(state_in(person.streams, StreamKind.VIDEO)),
        "share": str(state_in(person.streams, StreamKind.SCREEN_SHARING)),
        "effects": {str(effect): str(use.state) for effect, use in sorted(person.effects.items())},
        "role": str(person.role),
        "permitted": permitted_of(call, person.id).split(),
        "breakout": breakout_of(call, person.id),
        "transfer": str(transfer_state(person)),
        "forwarded_to": person.forwarded_to,
        "hand": person.hand is not None,
        "spotlight": person.id in call.spotlighted,
        "captions": str(person.captions),
        "lacks_consent": lacks_consent(call, person.id),
        "channels": {str(number): str(each.state) for number, each in sorted(person.channels.items())},
    }


def _pair(reason: EndReason | None) -> str | None:
    return None if reason is None else pair_text(reason.code, reason.subcode)
