"""What one may do, and that it changes with the role and with the meeting: by the agent's methods."""

from collections.abc import AsyncIterator

import pytest

from calltape.adapters.agent import Call, CallClient, MeetingLocator
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia
from calltape.core import (
    BadInput,
    CapabilitiesChangedReason,
    CapabilityChanges,
    CapabilityReason,
    RawId,
    Refused,
    Role,
    digest,
)

pytestmark = pytest.mark.example

ALICE, BOB = (RawId(f"8:acs:test_{name}") for name in ("alice", "bob"))
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"


@pytest.fixture
async def client() -> AsyncIterator[CallClient]:
    async with CallClient(MemoryLog(), media=InstantMedia(), with_echo=False) as running:
        yield running


async def meet(client: CallClient) -> tuple[Call, Call]:
    hers, his = [
        await (await client.create_call_agent(who)).join(MeetingLocator(GROUP)) for who in (ALICE, BOB)
    ]
    await client.runtime.drained()
    return hers, his


async def test_another_role_and_what_the_meeting_forbids_are_told(client: CallClient) -> None:
    hers, his = await meet(client)
    told, roles = list[CapabilityChanges](), list[Role]()
    his.capabilities.changed.subscribe(told.append)
    his.capabilities.role_changed.subscribe(roles.append)
    assert his.capabilities.latest["unmuteMic"].reason is CapabilityReason.NOT_INITIALIZED
    await hers.lobby.admit_all()
    await client.runtime.drained()
    (came,) = told
    assert (came.reason, len(came.new)) == (None, 25)
    assert his.capabilities.latest == came.new
    assert (his.capabilities.role, his.capabilities.latest["muteOthers"].is_present) == (Role.ATTENDEE, False)

    told.clear()
    await hers.capabilities.change_role(BOB, Role.PRESENTER)
    assert (roles, his.capabilities.role) == ([Role.PRESENTER], Role.PRESENTER)
    assert [each.role for each in hers.remote_participants] == [Role.PRESENTER]
    (risen,) = told
    assert risen.reason is CapabilitiesChangedReason.ROLE_CHANGED
    assert "muteOthers" in risen.new
    assert all(risen.old[name] != now for name, now in risen.new.items())
    assert risen.old.keys() == risen.new.keys()

    await hers.capabilities.change_role(BOB, Role.ATTENDEE)
    told.clear()
    await hers.media_access.forbid_audio([BOB])
    (kept,) = told
    assert {name: now.reason for name, now in kept.new.items()} == {
        "unmuteMic": CapabilityReason.MEETING_RESTRICTED
    }
    told.clear()
    await hers.raise_hand()
    assert told == [], "what somebody else does changes nothing"


async def test_who_may_not_give_roles_is_refused_and_nothing_changes(client: CallClient) -> None:
    hers, his = await meet(client)
    await hers.lobby.admit_all()
    await client.runtime.drained()
    before = digest(hers.model)
    with pytest.raises(Refused):
        await his.capabilities.change_role(ALICE, Role.ATTENDEE)
    with pytest.raises(BadInput):
        await hers.capabilities.change_role("bob", Role.PRESENTER)
    assert digest(hers.model) == before


async def test_calls_without_roles_know_no_capabilities(client: CallClient) -> None:
    call = await (await client.create_call_agent(ALICE)).join(GROUP)
    await client.runtime.drained()
    assert {each.reason for each in call.capabilities.latest.values()} == {CapabilityReason.NOT_APPLICABLE}
    assert call.capabilities.role is Role.UNKNOWN
