"""Payloads: what is said is read back, and what cannot be read raises the vendor's flags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core import (
    BadPayload,
    Call,
    CallId,
    CommandId,
    EndpointId,
    Instant,
    PushKind,
    PushPayload,
    RawId,
    StartCall,
    decide,
    evolve,
    incoming_payload,
    later,
    read_payload,
    say_payload,
    stop_payload,
)

pytestmark = pytest.mark.property

ALICE, BOB = RawId("8:acs:resource_alice"), RawId("8:acs:resource_bob")

PAYLOADS = st.builds(
    PushPayload,
    kind=st.sampled_from(list(PushKind)),
    call_id=st.text(min_size=1).map(CallId),
    to=st.just(BOB),
    caller=st.sampled_from((ALICE, RawId("4:+14255550123"))),
    caller_display_name=st.none() | st.text(),
    is_with_video=st.booleans(),
    expires_at=st.integers(0, 2**60).map(Instant),
)


@given(PAYLOADS)
def test_what_is_said_is_read(payload: PushPayload) -> None:
    assert read_payload(say_payload(payload)) == payload


GOOD = {"eventType": "107", "callId": "c", "from": ALICE, "to": BOB, "expiresAt": "5"}


@pytest.mark.parametrize(
    ("changes", "flag", "says"),
    [
        ({"eventType": "108"}, 4, "its eventType is none of 107, 109, 110, 111"),
        ({"eventType": ""}, 4, "no push about a call"),
        ({"callId": ""}, 8, "does not say callId"),
        ({"from": ""}, 8, "does not say from"),
        ({"to": ""}, 8, "does not say to"),
        ({"expiresAt": "soon"}, 8, "whole microseconds"),
        ({"expiresAt": "-5"}, 8, "whole microseconds"),
    ],
)
def test_what_cannot_be_read(changes: dict[str, str], flag: int, says: str) -> None:
    with pytest.raises(BadPayload, match=says) as bad:
        read_payload({**GOOD, **changes})
    assert bad.value.flag == flag


def test_only_a_stop_needs_no_expiry() -> None:
    without = {name: said for name, said in GOOD.items() if name != "expiresAt"}
    with pytest.raises(BadPayload, match="does not say expiresAt"):
        read_payload(without)
    assert read_payload({**without, "eventType": "110"}).expires_at is None


def test_a_stop_names_the_call_and_nothing_personal() -> None:
    call = Call()
    start = StartCall(
        id=CommandId("s"),
        at=Instant(0),
        call_id=CallId("c"),
        participant=ALICE,
        endpoint=EndpointId("desk"),
        callees=(BOB,),
        display_name="Alice",
    )
    for event in decide(call, start):
        evolve(call, event)
    assert incoming_payload(call, BOB).expires_at == later(Instant(0), 85)
    said = say_payload(stop_payload(call, BOB))
    assert said == {"eventType": "110", "callId": "c", "from": ALICE, "to": BOB, "incomingWithVideo": "false"}
