"""Asking a user what they thought of a call, during it or after, and recording the answer."""

import asyncio
from typing import TYPE_CHECKING

from calltape.core import (
    CallId,
    CommandId,
    Conflict,
    Rating,
    SubmitSurvey,
    Survey,
    SurveyCategory,
    SurveySubmitted,
    Unrecorded,
    decide_survey,
    evolve_survey,
    survey_stream,
)

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent


async def submit_survey(
    agent: "CallAgent", call_id: CallId, ratings: dict[SurveyCategory, Rating]
) -> SurveySubmitted:
    """Record the answer of the agent's user; durable when this returns.

    Raises:
        Refused: a rating makes no sense, or the user has answered already or was not in the call.
    """
    runtime = agent.runtime
    asked = SubmitSurvey(
        id=CommandId(runtime.new_id()),
        at=runtime.clock.now(),
        survey_id=runtime.new_id(),
        call_id=call_id,
        participant=agent.raw_id,
        ratings=ratings,
    )
    call = await runtime.call(call_id)
    while True:
        survey, version = Survey(), 0
        for recorded in await asyncio.to_thread(lambda: tuple(runtime.log.read(survey_stream(call_id)))):
            evolve_survey(survey, recorded.event)
            version = recorded.version
        (answer,) = decide_survey(survey, call, asked, runtime.limits)
        draft = Unrecorded(event=answer, at=asked.at, command_id=asked.id, correlation_id=str(call_id))
        try:
            await asyncio.to_thread(runtime.log.append, survey_stream(call_id), version, [draft])
        except Conflict:
            continue  # somebody else answered first: read theirs, decide again
        return answer
