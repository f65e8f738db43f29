"""Who can be reached, and who must be renewed by when: by hand."""

import pytest

from calltape.core import (
    SECOND,
    Event,
    Instant,
    PushExpired,
    PushRegistered,
    PushRenewed,
    PushRevoked,
    PushState,
    PushUnregistered,
    RawId,
    Recorded,
)
from calltape.projections import View
from calltape.projections.push_ttl import PUSH_TTL, Due, PushDevice, PushUser, reachable, renew_by

pytestmark = pytest.mark.example

ALICE, BOB, CAROL = RawId("8:acs:alice"), RawId("8:acs:bob"), RawId("8:orgid:carol")


def s(second: int) -> Instant:
    return Instant(second * SECOND)


def registered(user: RawId, device: str, at: int, ttl_s: int) -> tuple[int, Event]:
    return at, PushRegistered(user=user, device=device, ttl_s=ttl_s, expires_at=s(at + ttl_s))


def renewed(user: RawId, device: str, at: int, ttl_s: int) -> tuple[int, Event]:
    return at, PushRenewed(user=user, device=device, ttl_s=ttl_s, expires_at=s(at + ttl_s))


def rows(*facts: tuple[int, Event]) -> list[PushUser]:
    view = View(PUSH_TTL)
    for number, (at, event) in enumerate(facts, 1):
        stream = f"push-{getattr(event, 'user', '')}"
        view.advance([Recorded(position=number, stream=stream, version=number, event=event, at=s(at))])
    assert all(row.user == key for key, row in view.rows.items())
    return list(view.rows.values())


# Alice's phone until 310 and tablet until 1000; Bob's phone renewed at 200 until 500; Carol's ran out at 300.
FACTS = (
    registered(ALICE, "phone", 10, 300),
    registered(ALICE, "tablet", 100, 900),
    registered(BOB, "phone", 150, 300),
    renewed(BOB, "phone", 200, 300),
    registered(CAROL, "phone", 0, 300),
    (301, PushExpired(user=CAROL, device="phone")),
)


def test_a_registration_and_its_renewal() -> None:
    (bob,) = rows(*FACTS[2:4])
    assert bob.devices == {
        "phone": PushDevice(
            state=PushState.REGISTERED,
            registered_at=s(150),
            renewed_at=s(200),
            ttl_s=300,
            expires_at=s(500),
        )
    }


def test_who_must_be_renewed_by_when() -> None:
    phone = Due(expires_at=s(310), user=ALICE, device="phone", ttl_s=300)
    bobs = Due(expires_at=s(500), user=BOB, device="phone", ttl_s=300)
    tablet = Due(expires_at=s(1_000), user=ALICE, device="tablet", ttl_s=900)
    found = rows(*FACTS)
    assert renew_by(found, s(2_000)) == [phone, bobs, tablet]
    assert renew_by(found, s(500)) == [phone, bobs], "whose time is up at that very moment is included"
    assert renew_by(found, Instant(s(500) - 1)) == [phone]
    assert renew_by(found, s(309)) == []


def test_who_can_be_reached_now() -> None:
    found = rows(*FACTS)
    assert {user: [due.device for due in devices] for user, devices in reachable(found, s(302)).items()} == {
        ALICE: ["tablet", "phone"],
        BOB: ["phone"],
    }
    assert [due.device for due in reachable(found, Instant(s(310) - 1))[ALICE]] == ["tablet", "phone"]
    assert [due.device for due in reachable(found, s(310))[ALICE]] == ["tablet"], "it has run out unnoticed"
    assert list(reachable(found, s(700))) == [ALICE]
    assert reachable(found, s(1_000)) == {}


@pytest.mark.parametrize(
    ("kind", "state"),
    [(PushUnregistered, PushState.UNREGISTERED), (PushRevoked, PushState.REVOKED)],
)
def test_unregistering_and_revoking_take_every_device_back(
    kind: type[PushUnregistered | PushRevoked], state: PushState
) -> None:
    gone = [(400, kind(user=ALICE, device=device)) for device in ("phone", "tablet")]
    found = rows(*FACTS, *gone)
    assert ALICE not in reachable(found, s(401))
    assert [due.user for due in renew_by(found, s(9_999))] == [BOB]
    (alice,) = (row for row in found if row.user == ALICE)
    assert [(d.state, d.ended_at) for d in alice.devices.values()] == [(state, s(400))] * 2


def test_a_device_that_registers_anew_starts_again() -> None:
    again = registered(CAROL, "phone", 600, 300)
    (carol,) = rows(*FACTS[4:], again)
    assert carol.devices["phone"] == PushDevice(
        state=PushState.REGISTERED, registered_at=s(600), ttl_s=300, expires_at=s(900)
    )


def test_a_step_that_is_not_legal_leaves_the_registration_as_it_was() -> None:
    (bob,) = rows(*FACTS[2:4], registered(BOB, "phone", 250, 9_000))
    assert bob.devices["phone"].expires_at == s(500)
