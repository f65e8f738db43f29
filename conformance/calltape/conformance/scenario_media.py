"""Steps of scenarios in which media is seen, and looks at what follows: diagnostics and dominant speakers.

What is seen is a sample, a condition that an endpoint reports, the states of a path, or the levels of several
people at once; with `until` it is seen once a second until then.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from calltape.conformance.scenario_stage import CAST, START, ScenarioFailed, Stage, Step, person, same
from calltape.core import (
    BadSpec,
    CallId,
    Condition,
    DiagnosticChanged,
    Event,
    MediaConditionObserved,
    MediaSampled,
    MediaStatesObserved,
    RawId,
    RemoteDiagnosticSent,
    RemoteDiagnosticsSwitched,
    StreamSample,
    TransportSample,
    Watch,
    digest,
    later,
)

_NAMES = {raw: name for name, raw in CAST.items()}
FLOWS = 50.0
"""Packets a second of a stream of which only something else is said."""


def see(stage: Stage, step: Step) -> None:
    """Let the call's watch see what `step` says, once a second until it is over.

    Raises:
        ScenarioFailed: the call itself changed, which nothing that is measured may do.
    """
    before = digest(stage.call)
    last_s = step.get("until", stage.now_s)
    while stage.now_s <= last_s:
        at = later(START, stage.now_s)
        stage.tick(at)
        if step["seen"] == {"measuring": True}:
            stage.follow(stage.watch.begin(stage.call, at), at)
        for fact in _facts(stage, step):
            stage.keep(fact, at)
            stage.follow(stage.watch.measured(stage.call, fact, at), at)
        stage.now_s += 1
    stage.now_s = last_s
    same("the call, of which media was only seen", digest(stage.call), before)


def restart(stage: Stage) -> None:
    """Let whoever watches the call begin anew in another process, with what was recorded of its media."""
    stage.watches[stage.about] = Watch(CallId(stage.about), stage.limits)
    for recorded in stage.kept.get(stage.about, []):
        stage.watch.remember(recorded)
    at = later(START, stage.now_s)
    stage.follow(stage.watch.go_on(stage.call, at), at)


def _facts(stage: Stage, step: Step) -> Iterator[Event]:
    """What is seen each time."""
    call_id, seen = CallId(stage.about), step["seen"]
    match seen:
        case {"levels": levels}:
            for name, level in levels.items():
                yield _sample(call_id, person(name), {"audio send": {"audio_input_level": level}})
        case {"sample": sample}:
            yield _sample(call_id, person(step["who"]), sample)
        case {"condition": condition}:
            yield MediaConditionObserved(
                call_id=call_id, participant=person(step["who"]), condition=Condition(condition)
            )
        case {"path_to": peer, "is": state}:
            yield MediaStatesObserved(
                call_id=call_id,
                participant=person(step["who"]),
                peer=person(peer),
                ice=state,
                dtls="connected",
                connection=state,
            )
        case {"sends_diagnostics": bool(is_sending)}:
            yield RemoteDiagnosticsSwitched(
                call_id=call_id, participant=person(step["who"]), is_sending=is_sending
            )
        case {"measuring": True}:
            return
        case _:
            raise BadSpec(f"nobody can see {seen!r}; see schemas/scenario.schema.json")


def _sample(call_id: CallId, who: RawId, said: Mapping[str, Any]) -> MediaSampled:
    """A sample of the streams named as `audio send`; packets flow unless it is said that they do not."""
    streams = [_stream(of, metrics) for of, metrics in said.items() if " " in of]
    return MediaSampled(
        call_id=call_id,
        participant=who,
        streams=tuple(streams),
        transports=(TransportSample(id="link", rtt_in_ms=said.get("rtt_in_ms")),),
        microphone_level=said.get("microphone"),
    )


def _stream(of: str, metrics: Mapping[str, Any]) -> StreamSample:
    kind, direction = of.split(" ")
    metrics = {"packets_per_second": FLOWS, "packets": 1_000, **metrics}
    return StreamSample(
        id=of,
        kind=kind,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        direction=direction,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        transport_id="link",
        **metrics,
    )


def look_at_diagnosed(stage: Stage, wanted: list[str]) -> None:
    """Exactly the diagnostics that changed: when, whose, which, and to what."""
    found = [fact for fact in stage.followed if isinstance(fact[1], DiagnosticChanged)]
    same("the diagnostics that changed", [_said(*each) for each in found], wanted)


def look_at_others_told(stage: Stage, wanted: list[str]) -> None:
    """Exactly the diagnostics that the others were told of, written in the same way."""
    found = [fact for fact in stage.followed if isinstance(fact[1], RemoteDiagnosticSent)]
    same("what the others were told", [_said(*each) for each in found], wanted)


def look_at_speakers(stage: Stage, wanted: list[str]) -> None:
    """Who is most dominant, in order."""
    found = () if stage.speakers is None else stage.speakers.speakers
    same("the dominant speakers", [_NAMES.get(who, who) for who in found], wanted)


def look_at_speaking(stage: Stage, wanted: list[str]) -> None:
    """Who speaks, the most dominant first."""
    found = () if stage.speakers is None else stage.speakers.speaking
    same("who speaks", [_NAMES.get(who, who) for who in found], wanted)


def _said(at_s: float, fact: Event) -> str:
    if not isinstance(fact, DiagnosticChanged | RemoteDiagnosticSent):
        raise ScenarioFailed(f"{fact.name} is no diagnostic")
    return f"{at_s:g} {_NAMES.get(fact.participant, fact.participant)} {fact.diagnostic} {fact.value}"
