"""What a scenario may look at of recording, consent and media access."""

from collections.abc import Mapping

from calltape.conformance.scenario_stage import Stage, same
from calltape.core import Call, Modality, RawId, consent_is_missing, is_permitted


def look_at_recordings(stage: Stage, wanted: Mapping[str, str]) -> None:
    """The recordings and transcriptions there were, by id."""
    found = {name: f"{each.kind} {each.state}" for name, each in stage.call.recordings.items()}
    same("the recordings", found, dict(wanted))


def lacks_consent(call: Call, who: RawId) -> bool:
    """Whether somebody's consent is asked for and not given."""
    return consent_is_missing(call, call.participants[who])


def permitted_of(call: Call, who: RawId) -> str:
    """What organizers let somebody send, as "audio video"."""
    person = call.participants[who]
    return " ".join(each for each in Modality if is_permitted(call, person, each))
