"""The small calls that are searched to the end, each with what is tried in it.

A model names its people and its commands; everything those can do to such a call is in its joint state
space, the deadlines included. What a model does not try (microphones, hands, captions, …) is a facet that no
lifecycle of the call asks about; the walks and the exhaustive tests try those.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs

from calltape.conformance.alphabet import (
    ALICE,
    BOB,
    CALL_IDS,
    CAROL,
    GROUP_ID,
    PHONE,
    endpoints,
    joined,
    placed,
)
from calltape.conformance.exploring import commands_about
from calltape.core.call.starting import Join
from calltape.core.commands import Command
from calltape.core.errors import BadInput
from calltape.core.identity import RawId


@attrs.frozen(kw_only=True)
class Model:
    """One small call."""

    name: str
    """As on the command line: words joined by hyphens."""

    sentence: str
    """Who is in it and what they may do."""

    people: tuple[RawId, ...]
    opening: tuple[Command, ...]
    """How it starts: commands that are given once."""

    tries: frozenset[str]
    """The commands that are given in every place, by class name; deadlines pass in every model."""

    endpoints_each: int = 2
    """At how many endpoints somebody can be rung and talk."""

    def alphabet(self) -> Sequence[Command]:
        """The commands, with every value that leads to another place."""
        return [each for each in commands_about(frozenset(self.people)) if self._is_tried(each)]

    def _is_tried(self, command: Command) -> bool:
        fields: Any = command
        if type(command).__name__ not in self.tries or getattr(command, "custom_context", None) is not None:
            return False
        too_many = endpoints(getattr(command, "participant", RawId("")))[self.endpoints_each :]
        if getattr(command, "endpoint", None) in too_many:
            return False
        if isinstance(command, Join):
            return (fields.call_id, fields.group_id, fields.has_lobby) == (CALL_IDS[0], GROUP_ID, False)
        return True


_CALLED = {
    "Offer",
    "ReportAlerted",
    "ReportEarlyMedia",
    "ReportUnreachable",
    "Accept",
    "Reject",
    "ReportBusy",
}
_MEDIA = {f"ReportMedia{what}" for what in ("Connected", "Failed", "Lost", "Restored", "Closed")}
_HOLD = {"Hold", "Resume", *(f"Report{what}" for what in ("Held", "HoldFailed", "Resumed", "ResumeFailed"))}
_LEAVE = {"HangUp", "Remove", "ReportTokenLost"}
_TRANSFER = {
    *("TransferToParticipant", "TransferToCall"),
    *("ReportTransferred", "ReportTransferFailed", "ReportReplaced"),
}


def _stream(name: str) -> set[str]:
    """The commands about one kind of stream."""
    return {
        f"Start{name}",
        f"Stop{name}",
        *(f"Report{name}{what}" for what in ("Started", "Failed", "Stopped")),
    }


_ALL = (
    Model(
        name="one-to-one",
        sentence="Two people with two endpoints each: ringing, answering, media, holds on both sides, glare.",
        people=(ALICE, BOB),
        opening=(placed(BOB),),
        tries=frozenset({*_CALLED, *_MEDIA, *_HOLD, *_LEAVE, "YieldToGlare"}),
    ),
    Model(
        name="with-phone",
        sentence="A telephone is called: it has no endpoint of ours, and reports what became of it.",
        people=(ALICE, PHONE),
        opening=(placed(PHONE),),
        tries=frozenset(
            {*_CALLED, *_MEDIA, *_HOLD, *_LEAVE, "ReportAnswered", "ReportPhoneFailed", "ReportPhoneEnded"}
        ),
    ),
    Model(
        name="with-transfer",
        sentence="Of two people either may hand the other over; what the new call does is what is reported.",
        people=(ALICE, BOB, CAROL),
        opening=(placed(BOB),),
        tries=frozenset({*_CALLED, *_MEDIA, *_HOLD, *_LEAVE, *_TRANSFER}),
    ),
    Model(
        name="with-sharing",
        sentence="Two people who share their screens, one at a time, also while either holds.",
        people=(ALICE, BOB),
        opening=(placed(BOB),),
        tries=frozenset({"Offer", "Accept", *_MEDIA, *_HOLD, *_stream("Share"), "HangUp"}),
    ),
    Model(
        name="with-video",
        sentence="Two people, at an endpoint each, who show their cameras, also while either holds.",
        people=(ALICE, BOB),
        opening=(placed(BOB),),
        tries=frozenset({"Offer", "Accept", *_MEDIA, *_HOLD, *_stream("Video"), "HangUp"}),
        endpoints_each=1,
    ),
    Model(
        name="with-forwarding",
        sentence="Who is called sends the call on, from one of two endpoints or wherever they ring.",
        people=(ALICE, BOB, CAROL),
        opening=(placed(BOB),),
        tries=frozenset({*_CALLED, *_MEDIA, "HangUp", "RedirectOffer", "ReportForwarded"}),
    ),
    Model(
        name="with-lobby",
        sentence="A meeting whose organizer admits or turns away who comes, and who may come back.",
        people=(ALICE, BOB),
        opening=(joined(has_lobby=True),),
        tries=frozenset(
            {
                *(*_MEDIA, *_HOLD, *_LEAVE, "Join", "ReportEarlyMedia"),
                *("ReportInLobby", "Admit", "AdmitAll", "RejectFromLobby", "ChangeRole"),
            }
        ),
    ),
    Model(
        name="group-of-three",
        sentence="One calls two, who have an endpoint each; who left may be invited again.",
        people=(ALICE, BOB, CAROL),
        opening=(placed(BOB, CAROL),),
        tries=frozenset({*_CALLED, *_MEDIA, *_HOLD, *_LEAVE, "Invite"}),
        endpoints_each=1,
    ),
)
MODELS: Mapping[str, Model] = MappingProxyType({each.name: each for each in _ALL})
"""All of them, by name, the quick ones first."""


def model_named(name: str) -> Model:
    """The model called `name`.

    Raises:
        BadInput: there is none; says which there are.
    """
    if name not in MODELS:
        raise BadInput(f"there is no model {name!r}; there are {', '.join(MODELS)}")
    return MODELS[name]
