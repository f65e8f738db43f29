"""What scenarios cannot say of muting what comes in: which way the switch is thrown."""

import pytest

from calltape.core import (
    Call,
    CallId,
    CommandId,
    EndpointId,
    IncomingAudioMuted,
    IncomingAudioUnmuted,
    Instant,
    Join,
    RawId,
    decide,
    evolve,
    react,
)
from calltape.core.effects import SetIncomingAudioMuted

pytestmark = pytest.mark.example

ALICE, DESK = RawId("8:acs:resource_alice"), EndpointId("alice/desk")


@pytest.mark.parametrize(("kind", "is_muted"), [(IncomingAudioMuted, True), (IncomingAudioUnmuted, False)])
def test_the_leg_is_told_whether_to_play_what_arrives(
    kind: type[IncomingAudioMuted | IncomingAudioUnmuted], is_muted: bool
) -> None:
    call = Call()
    join = Join(
        id=CommandId("j"), at=Instant(0), call_id=CallId("c"), participant=ALICE, endpoint=DESK, group_id="g"
    )
    for event in (*decide(call, join), IncomingAudioMuted(participant=ALICE), kind(participant=ALICE)):
        evolve(call, event)
    wanted = SetIncomingAudioMuted(participant=ALICE, endpoint=DESK, is_muted=is_muted)
    assert react(call, kind(participant=ALICE)) == (wanted,)
    assert not call.participants[ALICE].is_muted
