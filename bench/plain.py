"""The peer: the same calls as plain `eventsourcing` aggregates, written as its documentation would have it.

Event classes with `apply`, the default JSON transcoder, the library's application, repository and recorder.
It moves the participants' states and checks nothing: what it leaves out is to its advantage.
"""

# ruff: noqa: D102, D106 - twenty small event classes, named like ours

from typing import Any
from uuid import UUID

import attrs
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, AggregateCreated, AggregateEvent

from bench.histories import History
from calltape.core.events import Event


class PlainCall(Aggregate):
    """A call."""

    class Started(AggregateCreated):
        call_id: str
        kind: str
        starter: str
        group_id: str | None
        waits_for_answer: bool
        ends_by: int

    class About(AggregateEvent):
        """An event about one participant."""

        participant: str

    class Joined(About):
        endpoint: str
        establish_until: int
        is_muted: bool
        display_name: str | None

        def apply(self, aggregate: "PlainCall") -> None:
            aggregate.people[self.participant] = {"state": "Connecting", "is_muted": self.is_muted}

    class Invited(About):
        by: str
        answer_until: int

        def apply(self, aggregate: "PlainCall") -> None:
            aggregate.people[self.participant] = {"state": "Connecting", "is_muted": False}

    class Offered(About):
        endpoint: str
        caller: str

    class Alerted(About):
        endpoint: str | None

        def apply(self, aggregate: "PlainCall") -> None:
            aggregate.people[self.participant]["state"] = "Ringing"

    class Accepted(About):
        endpoint: str | None
        is_muted: bool
        is_first: bool
        display_name: str | None

        def apply(self, aggregate: "PlainCall") -> None:
            aggregate.is_answered = True

    class Connected(About):
        def apply(self, aggregate: "PlainCall") -> None:
            aggregate.people[self.participant]["state"] = "Connected"

    class Muted(About):
        def apply(self, aggregate: "PlainCall") -> None:
            aggregate.people[self.participant]["is_muted"] = True

    class Unmuted(About):
        def apply(self, aggregate: "PlainCall") -> None:
            aggregate.people[self.participant]["is_muted"] = False

    class HoldRequested(About):
        until: int

        def apply(self, aggregate: "PlainCall") -> None:
            aggregate.waits[self.participant] = self.until

    class ResumeRequested(HoldRequested):
        pass

    class Held(About):
        def apply(self, aggregate: "PlainCall") -> None:
            aggregate.people[self.participant]["state"] = "Hold"
            aggregate.waits.pop(self.participant, None)

    class Resumed(About):
        def apply(self, aggregate: "PlainCall") -> None:
            aggregate.people[self.participant]["state"] = "Connected"
            aggregate.waits.pop(self.participant, None)

    class MediaLost(About):
        reconnect_until: int

        def apply(self, aggregate: "PlainCall") -> None:
            aggregate.waits[self.participant] = self.reconnect_until

    class MediaRestored(About):
        def apply(self, aggregate: "PlainCall") -> None:
            aggregate.waits.pop(self.participant, None)

    class Left(About):
        reason: dict[str, Any]
        teardown_until: int | None

        def apply(self, aggregate: "PlainCall") -> None:
            aggregate.people[self.participant]["state"] = "Disconnected"

    class Closed(About):
        pass

    class Ended(AggregateEvent):
        reason: dict[str, Any]

        def apply(self, aggregate: "PlainCall") -> None:
            aggregate.is_over = True

    def __init__(
        self,
        call_id: str,
        kind: str,
        starter: str,
        group_id: str | None,
        waits_for_answer: bool,
        ends_by: int,
    ) -> None:
        self.call_id = call_id
        self.kind = kind
        self.starter = starter
        self.group_id = group_id
        self.ends_by = ends_by
        self.people: dict[str, dict[str, Any]] = {}
        self.waits: dict[str, int] = {}
        self.is_answered = not waits_for_answer
        self.is_over = False

    @staticmethod
    def create_id(call_id: str) -> UUID:
        """The call's own id."""
        return UUID(call_id)


class PlainCalls(Application[UUID]):
    """The library's application, as it comes."""

    is_snapshotting_enabled = False


_PLAIN: dict[str, type[AggregateEvent]] = {
    "participant.joined": PlainCall.Joined,
    "participant.invited": PlainCall.Invited,
    "call.offered": PlainCall.Offered,
    "participant.alerted": PlainCall.Alerted,
    "call.accepted": PlainCall.Accepted,
    "participant.connected": PlainCall.Connected,
    "participant.muted": PlainCall.Muted,
    "participant.unmuted": PlainCall.Unmuted,
    "hold.requested": PlainCall.HoldRequested,
    "resume.requested": PlainCall.ResumeRequested,
    "participant.held": PlainCall.Held,
    "participant.resumed": PlainCall.Resumed,
    "media.lost": PlainCall.MediaLost,
    "media.restored": PlainCall.MediaRestored,
    "participant.left": PlainCall.Left,
    "leg.closed": PlainCall.Closed,
    "call.ended": PlainCall.Ended,
}


def plain_call(history: History) -> PlainCall:
    """The aggregate that has the same events, not yet saved."""
    first, *others = (each.event for each in history.recorded)
    call = PlainCall(**_fields(PlainCall.Started, first))
    for event in others:
        kind = _PLAIN[event.name]
        call.trigger_event(kind, **_fields(kind, event))
    return call


def _fields(kind: type[AggregateEvent], event: Event) -> dict[str, Any]:
    """The event's fields as JSON has them, as far as the peer keeps them; the rest is to its advantage."""
    kept = {name for each in kind.__mro__ for name in vars(each).get("__annotations__", {})}
    return {name: value for name, value in attrs.asdict(event).items() if name in kept}


def plain_id(history: History) -> UUID:
    """The aggregate's id."""
    return UUID(history.call_id)
