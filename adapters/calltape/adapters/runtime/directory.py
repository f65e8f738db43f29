"""Who can be rung where, which group is which call, and whose unanswered calls might cross another."""

from collections import defaultdict

from calltape.core import CallEnded, CallId, CallStarted, Endpoint, EndpointId, Event, RawId


class Directory:
    """What the runtime knows across calls.

    Rebuilt from the live calls after a restart, but for the endpoints.
    """

    def __init__(self) -> None:
        self._endpoints: dict[RawId, dict[EndpointId, Endpoint]] = defaultdict(dict)
        self._groups: dict[str, CallId] = {}
        self._group_of: dict[CallId, str] = {}
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
        return self._groups.get(group_id)

    def calls_started_by(self, user: RawId) -> tuple[CallId, ...]:
        """The live calls that `user` started."""
        return tuple(self._started_by.get(user, ()))

    def note(self, call_id: CallId, event: Event) -> None:
        """Keep up with what was recorded."""
        if isinstance(event, CallStarted):
            self.note_call(call_id, event.starter, event.group_id)
        elif isinstance(event, CallEnded):
            starter = self._starter_of.pop(call_id, None)
            if starter is not None:
                self._started_by[starter].discard(call_id)
            group_id = self._group_of.pop(call_id, None)
            if group_id is not None and self._groups.get(group_id) == call_id:
                del self._groups[group_id]

    def note_call(self, call_id: CallId, starter: RawId, group_id: str | None) -> None:
        """Know of a live call."""
        self._starter_of[call_id] = starter
        self._started_by[starter].add(call_id)
        if group_id is not None:
            self._groups[group_id] = call_id
            self._group_of[call_id] = group_id
