"""What a scenario may look at of where a call came from, and of what it carries for who is called."""

from collections.abc import Mapping

import attrs

from calltape.conformance.scenario_stage import CAST, ScenarioFailed, Stage, person, same
from calltape.core import CustomContext, context_for, context_to_sip
from calltape.core.effects import Dial


def look_at_origin(stage: Stage, wanted: Mapping[str, str]) -> None:
    """What transfer made the call."""
    origin = stage.call.origin
    if origin is None:
        raise ScenarioFailed("no transfer made the call")
    names = {raw: name for name, raw in CAST.items()}
    found = {**attrs.asdict(origin), "transferor": names[origin.transferor]}
    same("where the call came from", {key: found[key] for key in wanted}, dict(wanted))


def look_at_contexts(stage: Stage, wanted: Mapping[str, Mapping[str, object]]) -> None:
    """What each who is called is to know."""
    call = stage.call
    found = {name: _written(context_for(call, call.participants[person(name)])) for name in wanted}
    same("the custom context", found, dict(wanted))


def _written(context: CustomContext | None) -> Mapping[str, object]:
    """`context` as a step looks at it: nothing of what it does not say."""
    if context is None:
        return {}
    found = {
        "user_to_user": context.user_to_user,
        "sip_headers": [[each.key, each.value] for each in context.sip_headers],
        "voip_headers": [[each.key, each.value] for each in context.voip_headers],
    }
    return {name: said for name, said in found.items() if said}


def look_at_dialled(stage: Stage, wanted: Mapping[str, object]) -> None:
    """Which telephones are to be dialled, with which SIP headers."""
    found = {
        each.participant: [list(pair) for pair in context_to_sip(each.custom_context)]
        for each in stage.effects
        if isinstance(each, Dial)
    }
    same("dialled with", found, {person(name): pairs for name, pairs in wanted.items()})
