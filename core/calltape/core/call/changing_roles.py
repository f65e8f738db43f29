"""Roles that change while the call goes on, at once and with all that follows from them.

In a meeting (a group call with a lobby) its organizers give roles. In a room the room does, and who loses
the invitation is out of the call. What the new role does not include stops in the same breath: the voice,
the video, the share.
"""

import attrs

from calltape.core.call.authority import SENDING, capabilities_changed, capabilities_of, hindrance, is_capable
from calltape.core.call.forbidding import stopped_at_once
from calltape.core.call.leaving import require_connected
from calltape.core.call.rooms import Events, changes, decides
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command, command
from calltape.core.errors import Refused
from calltape.core.events import Event, event
from calltape.core.identity import Kind, RawId, parse
from calltape.core.limits import Limits
from calltape.core.roles import ROLES, Role, RoleScheme
from calltape.core.states import CALL


@command
class ChangeRole(Command):
    """`participant` gets `role`: from `by` in a meeting, from the room in the call of a room."""

    participant: RawId
    role: Role
    by: RawId | None = None
    """Who gives it; None for the room."""


@event("participant.role_changed")
class RoleChanged(Event):
    """Somebody has another role from now on."""

    participant: RawId
    role: Role
    by: RawId | None = None
    """Who gave it; None for the room."""

    gained: tuple[str, ...] = ()
    """The capabilities that came with it, by name, decided once."""

    lost: tuple[str, ...] = ()
    """The capabilities that went with it."""


@decides(ChangeRole)
def _change_role(call: Call, asked: ChangeRole, limits: Limits) -> Events:
    person = call.participants[asked.participant]
    if call.role_scheme is RoleScheme.MEETING and asked.by is not None:
        require_connected(call, asked.by, asked)
    if fault := _fault(call, person, asked):
        raise Refused(CALL.name, person.call_state, "ChangeRole", fault, CALL.accepted(person.call_state))
    if person.role is asked.role:
        return ()
    changed = capabilities_changed(capabilities_of(call, person.role), capabilities_of(call, asked.role))
    role_changed = RoleChanged(
        participant=person.id,
        role=asked.role,
        by=asked.by,
        gained=tuple(name for name, now in changed.items() if now.is_present),
        lost=tuple(name for name, now in changed.items() if not now.is_present),
    )
    then = attrs.evolve(person, role=asked.role)
    forbidden = [
        name for name in SENDING if not is_capable(call, asked.role, name) or hindrance(call, then, name)
    ]
    return (role_changed, *stopped_at_once(person, forbidden, by=asked.by))


def _fault(call: Call, person: Participant, asked: ChangeRole) -> str:
    """What keeps the role from being given; empty when nothing does."""
    scheme = call.role_scheme
    if scheme is RoleScheme.NONE:
        return "this kind of call has no roles"
    if parse(person.id).kind is Kind.PHONE_NUMBER:
        return "a telephone has no role"
    if asked.role not in ROLES.kinds[scheme].roles:
        return f"a {scheme} has no role {asked.role}"
    if scheme is RoleScheme.ROOM:
        return "" if asked.by is None else "roles of a room are given in the room, not in its call"
    if asked.by is None or call.participants[asked.by].role not in ROLES.kinds[scheme].given_by:
        return "only the organizers of a meeting give roles"
    if Role.ORGANIZER in {asked.role, person.role}:
        return "a meeting has one organizer, from its start to its end"
    return ""


@changes(RoleChanged)
def _has_role(call: Call, participant: Participant, fact: RoleChanged) -> None:
    participant.role = fact.role
    if "raiseHand" in fact.lost:
        participant.hand = None
