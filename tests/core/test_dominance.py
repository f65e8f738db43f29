"""Who speaks and who is most dominant; the worked cases are scenarios."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core.dominance import (
    Dominance,
    DominantSpeakersChanged,
    announcement,
    hear,
    hush,
    leave,
    level_of,
    listen,
)
from calltape.core.identity import RawId
from calltape.core.limits import LIMITS
from calltape.core.media import MediaSampled, StreamSample
from calltape.core.values import SECOND, CallId, Instant

pytestmark = pytest.mark.property

PEOPLE = tuple(RawId(f"8:acs:{name}") for name in "abcdef")
CALL = CallId("c")
LEVELS = st.sampled_from((0, 1_999, 2_000, 6_000, 9_000, 20_000, 65_536))
ROUNDS = st.lists(st.dictionaries(st.sampled_from(PEOPLE), LEVELS), max_size=25)


def at(second: float) -> Instant:
    return Instant(round(second * SECOND))


def after(rounds: list[dict[RawId, int]]) -> Dominance:
    dominance = Dominance()
    for second, levels in enumerate(rounds):
        for who, level in levels.items():
            hear(dominance, who, level, at(second))
        listen(dominance, at(second))
    return dominance


@given(ROUNDS)
def test_the_same_levels_give_the_same_ranking(rounds: list[dict[RawId, int]]) -> None:
    assert after(rounds) == after(rounds)


@given(ROUNDS)
def test_who_speaks_is_ahead_of_all_others_and_nobody_is_listed_twice(rounds: list[dict[RawId, int]]) -> None:
    dominance = after(rounds)
    flags = [dominance.voices[who].is_speaking for who in dominance.ranking]
    assert flags == sorted(flags, reverse=True)
    assert len(set(dominance.ranking)) == len(dominance.ranking)
    assert dominance.speaking == tuple(dominance.ranking[: sum(flags)])
    assert all(who in dominance.ranking for who, voice in dominance.voices.items() if voice.is_speaking)


@given(ROUNDS, st.sampled_from(PEOPLE))
def test_who_leaves_is_gone_and_the_others_keep_their_order(
    rounds: list[dict[RawId, int]], who: RawId
) -> None:
    dominance = after(rounds)
    others = [each for each in dominance.ranking if each != who]
    leave(dominance, who)
    assert dominance.ranking == others
    assert who not in dominance.voices


@given(ROUNDS)
def test_silence_ends_every_speech(rounds: list[dict[RawId, int]]) -> None:
    dominance = after(rounds)
    end = len(rounds) + LIMITS.speaking_release_s
    for second in (len(rounds), end, end + LIMITS.speaking_release_s):
        listen(dominance, at(second))
    assert dominance.speaking == ()


@given(ROUNDS)
def test_only_what_counts_is_announced_and_the_announcements_add_up(rounds: list[dict[RawId, int]]) -> None:
    dominance = Dominance()
    last: DominantSpeakersChanged | None = None
    for second, levels in enumerate(rounds):
        for who, level in levels.items():
            hear(dominance, who, level, at(second))
        found = announcement(dominance, last, CALL)
        last = found or last
        shown: tuple[tuple[RawId, ...], set[RawId]] = ((), set())
        if last is not None:
            shown = last.speakers[:4], set(last.speaking)
        assert shown == (tuple(dominance.ranking[:4]), set(dominance.speaking))
        assert announcement(dominance, last, CALL) is None


@pytest.mark.example
def test_six_may_speak_and_four_are_most_dominant() -> None:
    levels = {who: 3_000 * (place + 1) for place, who in enumerate(PEOPLE)}
    dominance = after([levels, levels, levels])
    assert set(dominance.speaking) == set(PEOPLE)
    fact = announcement(dominance, None, CALL)
    assert fact is not None
    assert len(fact.speakers) == 6
    assert fact.speakers[0] == PEOPLE[1], "who began with the second is ahead only by half as much again"


@pytest.mark.example
def test_hushing_somebody_unknown_or_silent_changes_nothing() -> None:
    dominance = after([{PEOPLE[0]: 0}])
    hush(dominance, PEOPLE[0])
    hush(dominance, PEOPLE[1])
    leave(dominance, PEOPLE[1])
    assert dominance == after([{PEOPLE[0]: 0}])


@pytest.mark.example
def test_the_level_of_a_sample_is_the_loudest_that_is_sent() -> None:
    def sent(level: int | None, direction: str = "send") -> StreamSample:
        return StreamSample(
            id="s",
            kind="audio",
            direction=direction,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
            transport_id="t",
            audio_input_level=level,
        )

    def sample(*streams: StreamSample) -> MediaSampled:
        return MediaSampled(call_id=CALL, participant=PEOPLE[0], streams=streams)

    assert level_of(sample(sent(3), sent(9), sent(None), sent(50, "recv"))) == 9
    assert level_of(sample(sent(None))) is None
