"""`capabilities`: what each participant of a call may do, by the 25 names, and what changed of that.

What holds is the core's own answer, read off the row whenever somebody asks: 350 people times 25 names are
not kept. What an event costs does not depend on how many people are in the call: of those alone whom it
concerns it is looked whether that by which they have capabilities is another, and that is rare.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from calltape.core import (
    Call,
    CapabilitiesChangedReason,
    Capability,
    Instant,
    RawId,
    Recorded,
    RoleChanged,
    RoleScheme,
    capabilities,
)
from calltape.core.call.authority import Standing, capabilities_as, capabilities_changed, capable_as
from calltape.core.values import CallId

from .call_events import call_of
from .followed import Followed, layout_number, step
from .projection import Projection


@attrs.frozen(kw_only=True)
class CapabilitiesChange:
    """Somebody has other capabilities from one event on. Which, `CallCapabilities.changed` says."""

    version: int
    """The event of the call that it came with."""

    at: Instant
    participant: RawId
    reason: CapabilitiesChangedReason | None
    """None where they came up in the call or went, or were kept from something or no longer."""

    before: Standing | None
    """By what they had capabilities; None while they were not up in the call."""

    after: Standing | None


@attrs.define(kw_only=True)
class CallCapabilities(Followed):
    """The capabilities of everybody in one call."""

    call_id: CallId | None = None
    changes: list[CapabilitiesChange] = attrs.Factory(list[CapabilitiesChange])
    """In the order in which they happened; none in calls without roles."""

    def of(self, who: RawId) -> Mapping[str, Capability]:
        """What `who` may do now, by each of the 25 names in the feature's order."""
        return capabilities(self.call, who)

    def changed(self, change: CapabilitiesChange) -> Mapping[str, Capability]:
        """What `capabilitiesChanged` told then: the names alone that were not as before, in their order.

        Who adds these up, beginning with what somebody has who is not in the call, holds `of`.
        """
        before, after = (capabilities_as(self.call, each) for each in (change.before, change.after))
        return capabilities_changed(before, after)


@attrs.frozen(kw_only=True)
class ShownChange:
    """A change as readers are shown it."""

    version: int
    at: Instant
    participant: RawId
    reason: CapabilitiesChangedReason | None
    changed: Mapping[str, Capability]


@attrs.frozen(kw_only=True)
class ShownCapabilities:
    """A row as readers are shown it: in full."""

    call_id: CallId | None
    participants: Mapping[RawId, Mapping[str, Capability]]
    changes: tuple[ShownChange, ...]
    illegal_version: int | None


def _shown(row: CallCapabilities) -> ShownCapabilities:
    return ShownCapabilities(
        call_id=row.call_id,
        participants={who: row.of(who) for who in row.call.participants},
        changes=tuple(
            ShownChange(
                version=each.version,
                at=each.at,
                participant=each.participant,
                reason=each.reason,
                changed=row.changed(each),
            )
            for each in row.changes
        ),
        illegal_version=row.illegal_version,
    )


def _fold(row: CallCapabilities, recorded: Recorded) -> CallCapabilities:
    if row.illegal_version is not None:
        return row
    call = row.call
    if call.role_scheme is RoleScheme.NONE:  # nobody has a role, and that stays so
        if step(row, recorded):
            row.call_id = call.id
        return row
    before = {who: _standing(call, who) for who in _concerned(call, recorded.event)}
    if step(row, recorded):
        for who, standing in before.items():
            if _standing(call, who) != standing:
                row.changes.append(_change(call, who, standing, recorded))
    return row


def _concerned(call: Call, fact: Any) -> Iterable[RawId]:
    """Whose standing the event may change: of whom it names, and of the other side; else everybody's."""
    who: RawId | None = getattr(fact, "participant", None)
    if who is None:
        return call.participants
    return (who,) if call.is_answered or call.starter is None else (who, call.starter)


def _standing(call: Call, who: RawId) -> Standing | None:
    return capable_as(call, call.participants.get(who))


def _change(call: Call, who: RawId, before: Standing | None, recorded: Recorded) -> CapabilitiesChange:
    is_role = isinstance(recorded.event, RoleChanged)
    return CapabilitiesChange(
        version=recorded.version,
        at=recorded.at,
        participant=who,
        reason=CapabilitiesChangedReason.ROLE_CHANGED if is_role else None,
        before=before,
        after=_standing(call, who),
    )


CAPABILITIES = Projection(
    name="capabilities",
    schema=layout_number(CallCapabilities),
    key=call_of,
    initial=CallCapabilities,
    fold=_fold,
    row_type=CallCapabilities,
    shown=_shown,
)
"""What each participant may do, a row for each call."""
