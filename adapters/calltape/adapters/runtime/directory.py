"""Who can be rung where, which group or room is which call, and whose unanswered calls might cross."""

from collections import defaultdict
from typing import Literal, NamedTuple

from calltape.core import CallEnded, CallId, CallStarted, Endpoint, EndpointId, Event, RawId


class Place(NamedTuple):
    """Where people meet without being called: what a locator names."""

    kind: Literal["group", "room"]
    id: str


class Directory:
    """What the runtime knows across calls.

    Rebuilt from the live calls after a restart, but for the endpoints.
    """

    def __init__(self) -> None:
        self._endpoints: dict[RawId, dict[EndpointId, Endpoint]] = defaultdict(dict)
        self._calls_at: dict[Place, CallId] = {}
        self._place_of: dict[CallId, Place] = {}
        self._started_by: dict[RawId, set[CallId]] = defaultdict(set)
        self._starter_of: dict[CallId, RawId] = {}

    def register(self, user: RawId, endpoint: EndpointId, at: Endpoint) -> None:
        """`user` can be rung at `endpoint` from now on."""
        self._endpoints[user][endpoint] = at

    def unregister(self, user: RawId, endpoint: EndpointId) -> None:
        """`user` can no longer be rung there."""
        self._endpoints[user].pop(endpoint, None)

    def endpoints(self, user: RawId) -> tuple[EndpointId, ...]:
        """Where `user` can be rung."""
        return tuple(self._endpoints.get(user, ()))

    def endpoint(self, user: RawId, endpoint: EndpointId) -> Endpoint | None:
        """That endpoint, or None when it is not registered."""
        return self._endpoints.get(user, {}).get(endpoint)

    def call_of_group(self, group_id: str) -> CallId | None:
        """The live call that people join by `group_id`."""
        return self._calls_at.get(Place("group", group_id))

    def call_of_room(self, room_id: str) -> CallId | None:
        """The live call that takes place in the room."""
        return self._calls_at.get(Place("room", room_id))

    def calls_in_rooms(self) -> tuple[tuple[str, CallId], ...]:
        """The rooms in which a call is on, each with its call."""
        return tuple((place.id, call_id) for place, call_id in self._calls_at.items() if place.kind == "room")

    def calls_started_by(self, user: RawId) -> tuple[CallId, ...]:
        """The live calls that `user` started."""
        return tuple(self._started_by.get(user, ()))

    def note(self, call_id: CallId, event: Event) -> None:
        """Keep up with what was recorded."""
        if isinstance(event, CallStarted):
            self.note_call(call_id, event.starter, group_id=event.group_id, room_id=event.room_id)
        elif isinstance(event, CallEnded):
            starter = self._starter_of.pop(call_id, None)
            if starter is not None:
                self._started_by[starter].discard(call_id)
            place = self._place_of.pop(call_id, None)
            if place is not None and self._calls_at.get(place) == call_id:
                del self._calls_at[place]

    def note_call(
        self, call_id: CallId, starter: RawId, *, group_id: str | None, room_id: str | None
    ) -> None:
        """Know of a live call."""
        self._starter_of[call_id] = starter
        self._started_by[starter].add(call_id)
        place = _place(group_id, room_id)
        if place is not None:
            self._calls_at[place] = call_id
            self._place_of[call_id] = place


def _place(group_id: str | None, room_id: str | None) -> Place | None:
    if room_id is not None:
        return Place("room", room_id)
    return None if group_id is None else Place("group", group_id)
