"""The call survey: what participants thought of a call, said during it or after.

One stream a call, beside the call's own: nothing follows the end of a call, and opinions do. A rating has a
scale of its own and a threshold up to which it counts as low; issues are those of the SDK's lists.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

from calltape.core.call.state import Call
from calltape.core.commands import Command, command
from calltape.core.errors import CorruptHistory, Refused
from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import LIMITS, Limits
from calltape.core.values import CallId


class SurveyCategory(StrEnum):
    """What is rated."""

    OVERALL = "overall"
    AUDIO = "audio"
    VIDEO = "video"
    SCREEN_SHARE = "screen_share"


_OTHER = "OtherIssues"
ISSUES: Mapping[SurveyCategory, tuple[str, ...]] = MappingProxyType(
    {
        SurveyCategory.OVERALL: (
            *("CallCannotJoin", "CallCannotInvite", "HadToRejoin", "CallEndedUnexpectedly"),
            _OTHER,
        ),
        SurveyCategory.AUDIO: (
            *("NoLocalAudio", "NoRemoteAudio", "Echo", "AudioNoise", "LowVolume"),
            *("AudioStoppedUnexpectedly", "DistortedSpeech", "AudioInterruption"),
            _OTHER,
        ),
        SurveyCategory.VIDEO: (
            *("NoVideoReceived", "NoVideoSent", "LowQuality", "Freezes", "StoppedUnexpectedly"),
            *("DarkVideoReceived", "AudioVideoOutOfSync"),
            _OTHER,
        ),
        SurveyCategory.SCREEN_SHARE: (
            *("NoContentLocal", "NoContentRemote", "CannotPresent", "LowQuality", "Freezes"),
            *("StoppedUnexpectedly", "LargeDelay"),
            _OTHER,
        ),
    }
)
"""The issues that each category knows, in the words of the SDK's typings."""


@attrs.frozen(kw_only=True)
class RatingScale:
    """From where to where a score goes, and up to where it is a low one. The SDK's defaults: 1, 5 and 2."""

    lower_bound: int = 1
    upper_bound: int = 5
    low_score_threshold: int = 2


@attrs.frozen(kw_only=True)
class Rating:
    """What somebody thought of one category."""

    score: int
    issues: tuple[str, ...] = ()
    scale: RatingScale = RatingScale()

    @property
    def is_low(self) -> bool:
        """Whether the score is at or below the scale's threshold."""
        return self.score <= self.scale.low_score_threshold


Ratings = Mapping[SurveyCategory, Rating]


@command
class SubmitSurvey(Command):
    """`participant` says what they thought of the call; `survey_id` names the answer for ever."""

    survey_id: str
    call_id: CallId
    participant: RawId
    ratings: Ratings = attrs.field(factory=dict[SurveyCategory, Rating])


@event("survey.submitted")
class SurveySubmitted(Event):
    """Somebody said what they thought of a call."""

    survey_id: str
    call_id: CallId
    participant: RawId
    ratings: Ratings


@attrs.define
class Survey:
    """All that was said of one call. `Survey()` is nothing yet."""

    answers: dict[RawId, SurveySubmitted] = attrs.Factory(dict[RawId, SurveySubmitted])


def decide_survey(
    survey: Survey, call: Call, asked: SubmitSurvey, limits: Limits = LIMITS
) -> tuple[SurveySubmitted, ...]:
    """What `asked` leads to. Reads `survey` and `call` and changes nothing.

    Raises:
        Refused: the asker was not in the call or has answered already, or a rating makes no sense.
    """
    if fault := _fault(survey, call, asked, limits):
        state = "Answered" if asked.participant in survey.answers else "Open"
        raise Refused("survey", state, "SubmitSurvey", fault, ())
    submitted = SurveySubmitted(
        survey_id=asked.survey_id,
        call_id=asked.call_id,
        participant=asked.participant,
        ratings=asked.ratings,
    )
    return (submitted,)


def _fault(survey: Survey, call: Call, asked: SubmitSurvey, limits: Limits) -> str:
    """What is wrong with an answer; empty when nothing is."""
    person = call.participants.get(asked.participant)
    if call.id != asked.call_id or person is None or not person.has_accepted:
        return f"{asked.participant} was not in the call {asked.call_id}"
    if asked.participant in survey.answers:
        return f"{asked.participant} has answered already"
    if not asked.ratings:
        return "nothing is rated; rate at least one category"
    faults = (rating_fault(category, rating, limits) for category, rating in asked.ratings.items())
    return next(filter(None, faults), "")


def rating_fault(category: SurveyCategory, rating: Rating, limits: Limits = LIMITS) -> str:
    """What is wrong with a rating; empty when nothing is."""
    scale = rating.scale
    lowest, highest = 0, limits.survey_score_max
    if not lowest <= scale.lower_bound < scale.upper_bound <= highest:
        return f"the scale of {category} does not go upwards from {lowest} or more to {highest} or less"
    if not scale.lower_bound <= scale.low_score_threshold <= scale.upper_bound:
        return f"the threshold of {category} is not on its scale"
    if not scale.lower_bound <= rating.score <= scale.upper_bound:
        return f"the score of {category} is not on its scale, {scale.lower_bound} to {scale.upper_bound}"
    if unknown := [issue for issue in rating.issues if issue not in ISSUES[category]]:
        return f"{category} has no issue {unknown[0]!r}; it has {', '.join(ISSUES[category])}"
    if len(set(rating.issues)) < len(rating.issues):
        return f"an issue of {category} is named twice"
    return ""


def evolve_survey(survey: Survey, event: Event) -> Survey:
    """`survey` after `event`; works in place.

    Raises:
        CorruptHistory: the event is no answer, or a second one of somebody; nothing was changed.
    """
    if not isinstance(event, SurveySubmitted) or event.participant in survey.answers:
        raise CorruptHistory("survey", "Open", event.name, None, ("survey.submitted",))
    survey.answers[event.participant] = event
    return survey
