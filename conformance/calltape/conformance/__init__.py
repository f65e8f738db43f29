"""Is this implementation, or this recorded call, a legal one? The kit that answers.

The contract suites are pytest classes to inherit, each in a module named for its port; they and what draws
need the extra `calltape[testing]`. Names are looked up when they are first asked for, because pytest loads
`calltape.conformance.pytest_plugin` in every run, also where the extra is not installed.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calltape.conformance.alphabet import CROWD, PEOPLE
    from calltape.conformance.call_states import NoSuchState
    from calltape.conformance.captioner import CaptionerContract
    from calltape.conformance.case_client import CoreClient
    from calltape.conformance.case_form import Case, load_cases
    from calltape.conformance.case_judging import Verdict
    from calltape.conformance.case_run import Report, Result, run_cases
    from calltape.conformance.clock import ClockContract
    from calltape.conformance.data_port import DataPortContract
    from calltape.conformance.device_source import DeviceSourceContract
    from calltape.conformance.effect_outcomes import outcomes
    from calltape.conformance.endpoint import Bell, EndpointContract
    from calltape.conformance.event_log import DurableEventLogContract, EventLogContract
    from calltape.conformance.example_tapes import call_in_state
    from calltape.conformance.laws import LAWS, Breach, Law, first_breach, law
    from calltape.conformance.machine_for_cores import core_machine
    from calltape.conformance.machine_for_projections import ViewKeeper, projection_machine
    from calltape.conformance.machine_for_runtimes import Moment, Outside, RuntimeOnTrial, runtime_machine
    from calltape.conformance.machine_for_stores import store_machine
    from calltape.conformance.media_port import MediaPortContract
    from calltape.conformance.model import Checked, check_model
    from calltape.conformance.models import MODELS, Model, model_named
    from calltape.conformance.observation_strategies import Wanted, observations, wanted
    from calltape.conformance.pasted_test import regression_test
    from calltape.conformance.projection_logs import tapes
    from calltape.conformance.push_sender import PushSenderContract
    from calltape.conformance.shrinking import Cut, Shrunk, shrink
    from calltape.conformance.shrinking_tapes import shrink_tape
    from calltape.conformance.strategies import commands, histories
    from calltape.conformance.tape_failures import Failure, breaks_law, first_illegal, not_legal
    from calltape.conformance.telephone_exchange import Exchange
    from calltape.conformance.telephone_gateway import TelephoneGatewayContract
    from calltape.conformance.view_cells import differing_cells
    from calltape.conformance.view_failures import view_differs

__all__ = [
    "CROWD",
    "LAWS",
    "MODELS",
    "PEOPLE",
    "Bell",
    "Breach",
    "CaptionerContract",
    "Case",
    "Checked",
    "ClockContract",
    "CoreClient",
    "Cut",
    "DataPortContract",
    "DeviceSourceContract",
    "DurableEventLogContract",
    "EndpointContract",
    "EventLogContract",
    "Exchange",
    "Failure",
    "Law",
    "MediaPortContract",
    "Model",
    "Moment",
    "NoSuchState",
    "Outside",
    "PushSenderContract",
    "Report",
    "Result",
    "RuntimeOnTrial",
    "Shrunk",
    "TelephoneGatewayContract",
    "Verdict",
    "ViewKeeper",
    "Wanted",
    "breaks_law",
    "call_in_state",
    "check_model",
    "commands",
    "core_machine",
    "differing_cells",
    "first_breach",
    "first_illegal",
    "histories",
    "law",
    "load_cases",
    "model_named",
    "not_legal",
    "observations",
    "outcomes",
    "projection_machine",
    "regression_test",
    "run_cases",
    "runtime_machine",
    "shrink",
    "shrink_tape",
    "store_machine",
    "tapes",
    "view_differs",
    "wanted",
]

_HOMES = {
    "CROWD": "alphabet",
    "LAWS": "laws",
    "MODELS": "models",
    "PEOPLE": "alphabet",
    "Bell": "endpoint",
    "Breach": "laws",
    "CaptionerContract": "captioner",
    "Case": "case_form",
    "Checked": "model",
    "ClockContract": "clock",
    "CoreClient": "case_client",
    "Cut": "shrinking",
    "DataPortContract": "data_port",
    "DeviceSourceContract": "device_source",
    "DurableEventLogContract": "event_log",
    "EndpointContract": "endpoint",
    "EventLogContract": "event_log",
    "Exchange": "telephone_exchange",
    "Failure": "tape_failures",
    "Law": "laws",
    "MediaPortContract": "media_port",
    "Model": "models",
    "Moment": "machine_for_runtimes",
    "NoSuchState": "call_states",
    "Outside": "machine_for_runtimes",
    "PushSenderContract": "push_sender",
    "Report": "case_run",
    "Result": "case_run",
    "RuntimeOnTrial": "machine_for_runtimes",
    "Shrunk": "shrinking",
    "TelephoneGatewayContract": "telephone_gateway",
    "Verdict": "case_judging",
    "ViewKeeper": "machine_for_projections",
    "Wanted": "observation_strategies",
    "breaks_law": "tape_failures",
    "call_in_state": "example_tapes",
    "check_model": "model",
    "commands": "strategies",
    "core_machine": "machine_for_cores",
    "differing_cells": "view_cells",
    "first_breach": "laws",
    "first_illegal": "tape_failures",
    "histories": "strategies",
    "law": "laws",
    "load_cases": "case_form",
    "model_named": "models",
    "not_legal": "tape_failures",
    "observations": "observation_strategies",
    "outcomes": "effect_outcomes",
    "projection_machine": "machine_for_projections",
    "regression_test": "pasted_test",
    "run_cases": "case_run",
    "runtime_machine": "machine_for_runtimes",
    "shrink": "shrinking",
    "shrink_tape": "shrinking_tapes",
    "store_machine": "machine_for_stores",
    "tapes": "projection_logs",
    "view_differs": "view_failures",
    "wanted": "observation_strategies",
}
"""The module of each public name."""

_BARE = frozenset(
    {
        "alphabet",
        "call_states",
        "case_client",
        "case_form",
        "case_judging",
        "case_run",
        "effect_outcomes",
        "example_tapes",
        "laws",
        "model",
        "models",
        "pasted_test",
        "shrinking",
        "shrinking_tapes",
        "tape_failures",
        "view_cells",
        "view_failures",
    }
)
"""The modules that need neither Hypothesis nor pytest."""

CONTRACT_MODULES = tuple(
    sorted({f"{__name__}.{home}" for name, home in _HOMES.items() if name.endswith("Contract")})
)
"""Where the contract suites are, for the pytest plugin."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"calltape.conformance has no {name!r}")
    needed = () if _HOMES[name] in _BARE else ("hypothesis", "pytest")
    if missing := [package for package in needed if find_spec(package) is None]:
        raise ImportError(
            f"the conformance kit needs {' and '.join(missing)}: run pip install 'calltape[testing]'",
            name=missing[0],
        )
    return getattr(import_module(f"calltape.conformance.{_HOMES[name]}"), name)
