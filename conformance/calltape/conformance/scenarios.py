"""Scenarios: what people expect of a telephone, written down by hand, step by step, and played on the core.

They are data (`specs/scenarios/*.toml`, schema `specs/schemas/scenario.schema.json`), so an implementation
in another language can play them too. They are never made from the lifecycle tables: a table cannot show
that it is wrong.

A step does something (`do`, or `silence_until` a moment) and says what is to be seen afterwards. Whatever a
step does not mention may be anything, but what is refused must leave everything as it was.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files

import attrs

from calltape.conformance.row_use import RowBroken
from calltape.conformance.scenario_commands import command_of
from calltape.conformance.scenario_looks import LOOKS
from calltape.conformance.scenario_media import restart, see
from calltape.conformance.scenario_stage import START, ScenarioFailed, Stage, Step, names_of, same
from calltape.core import (
    LIMITS,
    BadSpec,
    CommandId,
    Expire,
    Refused,
    deadlines,
    later,
)


@attrs.frozen(kw_only=True)
class Scenario:
    """One expectation, with its reason."""

    name: str
    why: str
    source: str
    """What the expectation rests on."""

    capability: str
    """The file it stands in."""

    steps: tuple[Step, ...]
    limits: Mapping[str, float] = attrs.Factory(dict[str, float])
    """Limits that are other than usual."""


def load_scenarios() -> tuple[Scenario, ...]:
    """Every scenario of the specs, file by file.

    Raises:
        BadSpec: a file is not TOML, lacks a part, or two scenarios have one name.
    """
    folder = files("calltape.specs").joinpath("scenarios")
    texts = {f.name: f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".toml")}
    found = [scenario for name in sorted(texts) for scenario in read_scenarios(texts[name], name)]
    names = [scenario.name for scenario in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadSpec(f"two scenarios are called {twice[0]!r}; rename one")
    return tuple(found)


def read_scenarios(text: str, where: str) -> Iterator[Scenario]:
    """The scenarios of one file.

    Raises:
        BadSpec: see `load_scenarios`.
    """
    try:
        raw = tomllib.loads(text)["scenario"]
        for each in raw:
            yield Scenario(
                name=each["name"],
                why=each["why"],
                source=each["source"],
                capability=where.removesuffix(".toml"),
                steps=tuple(each["steps"]),
                limits=each.get("limits", {}),
            )
    except tomllib.TOMLDecodeError as broken:
        raise BadSpec(f"{where} is not TOML: {broken}; mend that line") from broken
    except (KeyError, TypeError) as broken:
        raise BadSpec(f"{where}: the part {broken} is missing; see schemas/scenario.schema.json") from broken


def run(scenario: Scenario, *, after_event: Callable[[Stage], None] | None = None) -> Stage:
    """Play `scenario` on the core.

    Args:
        scenario: what is played.
        after_event: told the stage after each event of a call; what it raises goes on to the caller.

    Returns:
        The stage as it is at the end: what was recorded, which rows were used.

    Raises:
        ScenarioFailed: the core does something else, or a step that its lifecycle does not describe.
        BadSpec: a step cannot be understood.
    """
    stage = Stage(LIMITS.with_(**scenario.limits), after_event)
    for number, step in enumerate(scenario.steps, 1):
        try:
            play(stage, step)
        except (ScenarioFailed, Refused, RowBroken) as failed:
            told = f"{scenario.name}, step {number} {_shown(step)}: {failed}"
            raise (RowBroken(told) if isinstance(failed, RowBroken) else ScenarioFailed(told)) from None
    return stage


_KINDS = {"silence_until": "silence", "restart": "restart", "seen": "media"}


def _shown(step: Step) -> str:
    at = f" at {step['at']} s" if "at" in step else ""
    return f"({step.get('do', _KINDS.get(next(iter(_KINDS.keys() & step.keys()), ''), 'look'))}{at})"


def play(stage: Stage, step: Step) -> None:
    """Do what `step` says, and look.

    Raises:
        ScenarioFailed: something else is to be seen.
        Refused: something was refused that should not have been.
    """
    stage.now_s = step.get("at", stage.now_s)
    stage.about = step.get("call", "call-1")
    stage.emitted, stage.effects, stage.followed, stage.signals.told = [], [], [], []
    stage.before = stage.call.copy()
    stage.tick(later(START, stage.now_s))
    if "silence_until" in step:
        _be_silent(stage, step)
    elif "restart" in step:
        restart(stage)
    elif "seen" in step:
        see(stage, step)
    elif "refused" in step:
        _be_refused(stage, step)
    elif "do" in step:
        for number in range(1, step.get("times", 1) + 1):
            stage.give(command_of(stage, step, number))
    for key, look in LOOKS.items():
        if key in step:
            look(stage, step[key])


def _be_silent(stage: Stage, step: Step) -> None:
    """Let every deadline of the call pass that falls due until the moment given, in order."""
    until = later(START, step["silence_until"])
    while running := deadlines(stage.call):
        key, at = min(running.items(), key=lambda item: (item[1], item[0].wait, item[0].participant or ""))
        if at > until:
            break
        stage.tick(at)
        stage.commands_given += 1
        id_ = CommandId(f"command-{stage.commands_given}")
        stage.give(Expire(id=id_, at=at, wait=key.wait, participant=key.participant))
    stage.tick(until)
    stage.now_s = step["silence_until"]


def _be_refused(stage: Stage, step: Step) -> None:
    wanted, before = step["refused"], stage.fingerprint()
    try:
        stage.give(command_of(stage, step, 1))
    except Refused as refused:
        found = {"lifecycle": refused.lifecycle, "state": refused.state}
        same("the refusal", found, {key: wanted[key] for key in found})
        if wanted.get("because", "") not in refused.reason:
            raise ScenarioFailed(f"refused because {refused.reason!r}, not {wanted['because']!r}") from None
        same("the state after a refusal", stage.fingerprint(), before)
        return
    raise ScenarioFailed(f"it was not refused; it led to {names_of(stage.emitted)}")
