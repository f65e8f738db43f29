"""Constraints of one's own video: what is in force is what was asked, in order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core import (
    Call,
    CallId,
    Command,
    CommandId,
    ConstrainOwnVideo,
    EndpointId,
    Instant,
    Join,
    RawId,
    Refused,
    VideoConstrained,
    VideoConstraints,
    constrained,
    decide,
    digest,
    evolve,
    react,
)
from calltape.core.effects import ConstrainMediaStream
from calltape.core.video_constraints import UNCONSTRAINED

pytestmark = pytest.mark.property

ALICE = RawId("8:acs:resource_alice")
MAXIMA = st.none() | st.integers(-1, 2)
ASKED = st.builds(
    VideoConstraints, frame_height_max_px=MAXIMA, frame_rate_max_fps=MAXIMA, bitrate_max_bps=MAXIMA
)


def joined() -> Call:
    call = Call()
    take(
        call,
        Join(
            id=CommandId("j"),
            at=Instant(0),
            call_id=CallId("c"),
            participant=ALICE,
            endpoint=EndpointId("desk"),
            group_id="g",
        ),
    )
    return call


def take(call: Call, asked: Command) -> None:
    for event in decide(call, asked):
        evolve(call, event)


@given(st.lists(ASKED, max_size=8))
def test_what_is_in_force_was_asked_and_a_refusal_changes_nothing(wishes: list[VideoConstraints]) -> None:
    call, in_force = joined(), UNCONSTRAINED
    for number, wish in enumerate(wishes):
        asked = ConstrainOwnVideo(
            id=CommandId(str(number)), at=Instant(1), participant=ALICE, constraints=wish
        )
        before = digest(call)
        if -1 in (wish.frame_height_max_px, wish.frame_rate_max_fps, wish.bitrate_max_bps):
            with pytest.raises(Refused, match="give a number, 0 to take it away"):
                decide(call, asked)
            assert digest(call) == before
            continue
        in_force = constrained(in_force, wish)
        facts = decide(call, asked)
        assert digest(call) == before
        assert bool(facts) is (in_force != call.participants[ALICE].video_constraints)
        for fact in facts:
            evolve(call, fact)
        assert call.participants[ALICE].video_constraints == in_force


def test_the_media_is_told_what_is_in_force() -> None:
    call = joined()
    wish = VideoConstraints(frame_height_max_px=360, bitrate_max_bps=0)
    asked = ConstrainOwnVideo(id=CommandId("x"), at=Instant(1), participant=ALICE, constraints=wish)
    (fact,) = decide(call, asked)
    evolve(call, fact)
    in_force = VideoConstraints(frame_height_max_px=360)
    assert fact == VideoConstrained(participant=ALICE, constraints=in_force)
    assert react(call, fact) == (
        ConstrainMediaStream(participant=ALICE, endpoint=EndpointId("desk"), constraints=in_force),
    )
