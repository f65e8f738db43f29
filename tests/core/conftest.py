"""Places: where small calls can get to, found once for all tests of a worker."""

from itertools import islice

import attrs
import pytest

from calltape.conformance.exploring import Place, explore
from calltape.conformance.strategies import ALICE, BOB, CALL_IDS, GROUP_ID, NAMELESS, PHONE, START, endpoints
from calltape.core import Join, RawId, StartCall


def _start(callee: RawId) -> StartCall:
    return StartCall(
        id=NAMELESS,
        at=START,
        call_id=CALL_IDS[0],
        participant=ALICE,
        endpoint=endpoints(ALICE)[0],
        callees=(callee,),
    )


_JOIN = Join(
    id=NAMELESS,
    at=START,
    call_id=CALL_IDS[0],
    participant=ALICE,
    endpoint=endpoints(ALICE)[0],
    group_id=GROUP_ID,
)


_MEETING = attrs.evolve(_JOIN, has_lobby=True)


@pytest.fixture(scope="session")
def places() -> tuple[Place, ...]:
    """All places of a call of two, to a telephone, of one alone; the nearest of a group of two."""
    return (
        *explore([_start(BOB)], [ALICE, BOB]),
        *explore([_start(PHONE)], [ALICE, PHONE]),
        *explore([_JOIN], [ALICE]),
        *islice(explore([_JOIN], [ALICE, BOB]), 400),
        *islice(explore([_MEETING], [ALICE, BOB]), 400),
    )
