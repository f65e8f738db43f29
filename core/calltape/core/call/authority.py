"""Who may do what in a call: roles, read against the matrix of `roles.toml`.

Two questions that the vendor answers apart. *May they?* (`require_capability`): in calls without roles, yes.
*What does the Capabilities feature say?* (`capabilities`): it knows rooms and meetings only, and says of all
else that it is not applicable.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

from calltape.core.call.hindrances import Modality, consent_is_missing, is_permitted
from calltape.core.call.state import Call, Participant
from calltape.core.commands import Command
from calltape.core.errors import Refused
from calltape.core.identity import RawId
from calltape.core.roles import ROLES, Role, RoleScheme, is_silent
from calltape.core.states import CALL, CallState


class CapabilityReason(StrEnum):
    """Why somebody has a capability, or has it not: those of the SDK's reasons that we have grounds for."""

    CAPABLE = "Capable"
    NOT_APPLICABLE = "CapabilityNotApplicableForTheCallType"
    ROLE_RESTRICTED = "RoleRestricted"
    MEETING_RESTRICTED = "MeetingRestricted"
    """The room or the organizers do not allow it, whatever the role."""

    EXPLICIT_CONSENT_REQUIRED = "ExplicitConsentRequired"
    """The call is recorded or written down, and they have not agreed to it."""

    NOT_INITIALIZED = "NotInitialized"
    """They are not up in the call (yet, or any more)."""


@attrs.frozen
class Capability:
    """What the Capabilities feature says of one name."""

    is_present: bool
    reason: CapabilityReason


_UP = frozenset({CallState.CONNECTED, CallState.LOCAL_HOLD, CallState.REMOTE_HOLD})


def capabilities(call: Call, who: RawId) -> Mapping[str, Capability]:
    """What `who` can do, for each of the 25 names in the feature's order.

    Who is not up in the call has none of them yet. Costs the same in every call.
    """
    return capabilities_as(call, capable_as(call, call.participants.get(who)))


@attrs.frozen
class Standing:
    """By what somebody has capabilities while they are up in a call."""

    role: Role
    hindrances: tuple[tuple[str, CapabilityReason], ...] = ()
    """What they are kept from although their role allows it, and why."""


def capable_as(call: Call, person: Participant | None) -> Standing | None:
    """By what somebody has capabilities; None while they are not up in the call."""
    if person is None or person.call_state not in _UP:
        return None
    kept_from = ((name, hindrance(call, person, name)) for name in SENDING)
    return Standing(person.role, tuple((name, why) for name, why in kept_from if why is not None))


def capabilities_as(call: Call, standing: Standing | None) -> Mapping[str, Capability]:
    """What whoever is `capable_as` `standing` can do in `call`."""
    if call.role_scheme is RoleScheme.NONE:
        return _everything(CapabilityReason.NOT_APPLICABLE)
    if standing is None:
        return _everything(CapabilityReason.NOT_INITIALIZED)
    known = capabilities_of(call, standing.role)
    kept_from = {name: Capability(False, why) for name, why in standing.hindrances if known[name].is_present}
    return MappingProxyType({**known, **kept_from}) if kept_from else known


SENDING: Mapping[str, Modality | None] = MappingProxyType(
    {"turnVideoOn": Modality.VIDEO, "unmuteMic": Modality.AUDIO, "shareScreen": None}
)
"""The capabilities of being heard and seen, with what organizers forbid of them."""


def hindrance(call: Call, person: Participant, capability: str) -> CapabilityReason | None:
    """What keeps `person` from what `capability` names although their role allows it; None for nothing."""
    if capability not in SENDING:
        return None
    if consent_is_missing(call, person):
        return CapabilityReason.EXPLICIT_CONSENT_REQUIRED
    modality = SENDING[capability]
    if modality is None or is_permitted(call, person, modality):
        return None
    return CapabilityReason.MEETING_RESTRICTED


def comes_in_silent(call: Call, comer: Participant) -> bool:
    """Whether who comes in may not be heard, whatever they wish."""
    return is_silent(call.role_scheme, comer.role) or hindrance(call, comer, "unmuteMic") is not None


def require_unhindered(call: Call, who: RawId, capability: str, asked: Command) -> None:
    """Raise Refused if something beside their role keeps `who` from what `capability` names."""
    person = call.participants[who]
    why = hindrance(call, person, capability)
    if why is not None:
        words = _HINDRANCES[why].format(who=who, capability=capability)
        state = person.call_state
        raise Refused(CALL.name, state, type(asked).__name__, words, CALL.accepted(state))


_HINDRANCES: Mapping[CapabilityReason, str] = {
    CapabilityReason.EXPLICIT_CONSENT_REQUIRED: "the call is recorded or written down, and {who} has not"
    " consented (ExplicitConsentRequired)",
    CapabilityReason.MEETING_RESTRICTED: "the organizers do not permit {capability} to {who}",
}


def _everything(reason: CapabilityReason) -> Mapping[str, Capability]:
    return MappingProxyType(dict.fromkeys(ROLES.capabilities, Capability(False, reason)))


def capabilities_of(call: Call, role: Role) -> Mapping[str, Capability]:
    """What whoever has `role` can do once they are up in `call`."""
    return MappingProxyType({name: _capability(call, role, name) for name in ROLES.capabilities})


def _capability(call: Call, role: Role, name: str) -> Capability:
    if call.role_scheme is RoleScheme.NONE:
        return Capability(False, CapabilityReason.NOT_APPLICABLE)
    reason = _reason(call, role, name)
    return Capability(reason is CapabilityReason.CAPABLE, reason)


def _reason(call: Call, role: Role, name: str) -> CapabilityReason:
    """What stands in the way of `name`, in a call that has roles."""
    grant = ROLES.grants.get((call.role_scheme, name))
    if grant is None:
        return CapabilityReason.NOT_APPLICABLE
    if role not in grant.may:
        return CapabilityReason.ROLE_RESTRICTED
    if grant.needs_pstn_dial_out and not call.is_pstn_dial_out_enabled:
        return CapabilityReason.MEETING_RESTRICTED
    return CapabilityReason.CAPABLE


def capabilities_changed(
    before: Mapping[str, Capability], after: Mapping[str, Capability]
) -> Mapping[str, Capability]:
    """Those of `after` that are not as they were `before`: what `capabilitiesChanged` carries."""
    return MappingProxyType({name: now for name, now in after.items() if before.get(name) != now})


class CapabilitiesChangedReason(StrEnum):
    """Why capabilities changed: the one of the SDK's four reasons that a call has grounds for."""

    ROLE_CHANGED = "RoleChanged"


@attrs.frozen(kw_only=True)
class CapabilityChanges:
    """What the event `capabilitiesChanged` carries."""

    old: Mapping[str, Capability]
    """What the names that changed were before. No other name is in it."""

    new: Mapping[str, Capability]
    """What the same names are now."""

    reason: CapabilitiesChangedReason | None
    """None for who has come up in the call or left it, or was kept from something or no longer."""


def capability_changes(before: Call, after: Call, who: RawId) -> CapabilityChanges | None:
    """What changed of what `who` can do, from one moment of a call to another; None when nothing did.

    An event about `who` changes it, and one about the whole call (a recording, a meeting's media access): an
    observer compares one participant around one event. Reads both calls, and costs the same in every call.
    """
    old = capabilities(before, who)
    new = capabilities_changed(old, capabilities(after, who))
    if not new:
        return None
    was, is_now = (capable_as(call, call.participants.get(who)) for call in (before, after))
    is_role = was is not None and is_now is not None and was.role is not is_now.role
    return CapabilityChanges(
        old=MappingProxyType({name: old[name] for name in new}),
        new=new,
        reason=CapabilitiesChangedReason.ROLE_CHANGED if is_role else None,
    )


def is_capable(call: Call, role: Role, capability: str) -> bool:
    """Whether `role` allows what `capability` names; true for everybody in a call without roles."""
    if call.role_scheme is RoleScheme.NONE:
        return True
    return _reason(call, role, capability) is CapabilityReason.CAPABLE


def require_capability(call: Call, who: RawId, capability: str, asked: Command, code: str = "") -> None:
    """Raise Refused unless `who` may do what `capability` names (one of the 25 names, or one that roles
    alone know).

    In one-to-one calls and plain groups everybody may: there are no roles. `code` is what the vendor's API
    says then, as "403/45903"; empty where no page names one.
    """
    person = call.participants.get(who)
    role = Role.UNKNOWN if person is None else person.role
    if call.role_scheme is RoleScheme.NONE or is_capable(call, role, capability):
        return
    state = CALL.initial if person is None else person.call_state
    why = _WORDS[_reason(call, role, capability)].format(who=who, role=role, capability=capability)
    why += f" ({code})" if code else ""
    raise Refused(CALL.name, state, type(asked).__name__, why, CALL.accepted(state))


_WORDS: Mapping[CapabilityReason, str] = {
    CapabilityReason.NOT_APPLICABLE: "{capability} is not available in this kind of call",
    CapabilityReason.ROLE_RESTRICTED: "{who} has the role {role}, which does not include {capability}",
    CapabilityReason.MEETING_RESTRICTED: "the room does not allow {capability}",
}
