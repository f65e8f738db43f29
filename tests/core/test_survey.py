"""The survey: scales, issues, one answer each; and its events survive being stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.adapters.codec import decode, encode
from calltape.conformance.strategies import ALICE, BOB, CALL_IDS, GROUP_ID, NAMELESS, START
from calltape.core import (
    Call,
    EndpointId,
    Join,
    Refused,
    decide,
    digest,
    evolve,
)
from calltape.core.errors import CorruptHistory
from calltape.core.survey import (
    ISSUES,
    Rating,
    RatingScale,
    SubmitSurvey,
    Survey,
    SurveyCategory,
    SurveySubmitted,
    decide_survey,
    evolve_survey,
    rating_fault,
)

pytestmark = pytest.mark.property


@pytest.fixture
def call() -> Call:
    joined = Call()
    join = Join(
        id=NAMELESS,
        at=START,
        call_id=CALL_IDS[0],
        participant=ALICE,
        endpoint=EndpointId("desk"),
        group_id=GROUP_ID,
    )
    for event in decide(joined, join):
        evolve(joined, event)
    return joined


def answer(**ratings: Rating) -> SubmitSurvey:
    return SubmitSurvey(
        id=NAMELESS,
        at=START,
        survey_id="s",
        call_id=CALL_IDS[0],
        participant=ALICE,
        ratings={SurveyCategory(category): rating for category, rating in ratings.items()},
    )


_NUMBERS = st.integers(-5, 105)


@given(_NUMBERS, _NUMBERS, _NUMBERS, _NUMBERS)
def test_a_rating_makes_sense_or_says_what_does_not(lower: int, upper: int, low: int, score: int) -> None:
    scale = RatingScale(lower_bound=lower, upper_bound=upper, low_score_threshold=low)
    fault = rating_fault(SurveyCategory.AUDIO, Rating(score=score, scale=scale))
    sensible = 0 <= lower < upper <= 100 and lower <= low <= upper and lower <= score <= upper
    assert (fault == "") is sensible


@pytest.mark.parametrize(("score", "is_low"), [(1, True), (2, True), (3, False), (5, False)])
def test_low_is_up_to_the_threshold(score: int, is_low: bool) -> None:
    assert Rating(score=score).is_low is is_low


def test_the_lists_are_those_of_the_typings() -> None:
    assert {category: len(issues) for category, issues in ISSUES.items()} == {
        SurveyCategory.OVERALL: 5,
        SurveyCategory.AUDIO: 9,
        SurveyCategory.VIDEO: 8,
        SurveyCategory.SCREEN_SHARE: 8,
    }
    assert all(issues[-1] == "OtherIssues" for issues in ISSUES.values())


def test_refused_means_unchanged(call: Call) -> None:
    survey = Survey()
    for event in decide_survey(survey, call, answer(overall=Rating(score=3))):
        evolve_survey(survey, event)
    before = digest([survey, call])
    for wrong in (answer(overall=Rating(score=3)), answer(), answer(audio=Rating(score=9))):
        with pytest.raises(Refused):
            decide_survey(survey, call, wrong)
    assert digest([survey, call]) == before


def test_a_second_answer_on_the_tape_is_found(call: Call) -> None:
    survey = Survey()
    (first,) = decide_survey(survey, call, answer(overall=Rating(score=3)))
    evolve_survey(survey, first)
    with pytest.raises(CorruptHistory):
        evolve_survey(survey, first)
    assert survey.answers == {ALICE: first}
    assert BOB not in survey.answers


def test_an_answer_comes_back_from_a_store_as_it_was(call: Call) -> None:
    rating = Rating(score=70, issues=("Echo",), scale=RatingScale(lower_bound=0, upper_bound=100))
    (event,) = decide_survey(Survey(), call, answer(audio=rating))
    again = decode(*encode(event))
    assert isinstance(again, SurveySubmitted)
    assert again == event
