"""What one may do in a call, as one agent's user is told: the feature Capabilities, and one's role."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from calltape.adapters.agent.asking import AskedCall
from calltape.adapters.agent.changes import Changes
from calltape.core import (
    CapabilitiesChangedReason,
    Capability,
    CapabilityChanges,
    ChangeRole,
    Role,
    capabilities,
    capabilities_changed,
    raw_id,
)
from calltape.core.call.authority import Standing, capable_as

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent


class CapabilitiesFeature:
    """What this side may do: `call.capabilities`. Calls without roles say of everything: not applicable."""

    def __init__(self, call: AskedCall, agent: "CallAgent") -> None:
        self.changed: Changes[CapabilityChanges] = Changes()
        """`capabilitiesChanged`: the names that are not as before, and no other."""

        self.role_changed: Changes[Role] = Changes()
        """This side's new role."""

        self._call = call
        self._agent = agent
        self._told = self._standing()
        self._known = self.latest

    @property
    def latest(self) -> Mapping[str, Capability]:
        """What this side may do, by each of the 25 names, and why not."""
        return capabilities(self._call.model, self._call.me.id)

    @property
    def role(self) -> Role:
        """What this side is in a room or a meeting; Unknown in calls without roles."""
        return self._call.me.role

    async def change_role(self, identifier: str, role: Role) -> None:
        """Give somebody a role in a meeting; for its organizers. It holds at once.

        Raises:
            BadInput: `identifier` is no raw id.
            Refused: this side may not, or there is no such role in a meeting.
        """
        who, by = raw_id(identifier), self._agent.raw_id
        await self._agent.runtime.give(self._call.id, ChangeRole, participant=who, role=role, by=by)

    def follow(self) -> None:
        """Tell what changed. For the call."""
        now = self._standing()
        if now == self._told:
            return
        (was, was_role, _), self._told = self._told, now
        old, self._known = self._known, self.latest
        if new := capabilities_changed(old, self._known):
            is_role = was is not None and now[0] is not None and was.role is not now[0].role
            before = MappingProxyType({name: old[name] for name in new})
            reason = CapabilitiesChangedReason.ROLE_CHANGED if is_role else None
            self.changed.tell(CapabilityChanges(old=before, new=new, reason=reason))
        if was_role is not self.role:
            self.role_changed.tell(self.role)

    def end(self) -> None:
        """The call is over. For the call."""
        self.changed.end()
        self.role_changed.end()

    def _standing(self) -> tuple[Standing | None, Role, bool]:
        """By what this side has its capabilities: cheaper to compare than these are."""
        model, me = self._call.model, self._call.me
        return capable_as(model, me), me.role, model.is_pstn_dial_out_enabled
