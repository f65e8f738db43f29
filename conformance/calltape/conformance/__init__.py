"""Is this implementation, or this recorded call, a legal one? The kit that answers.

The contract suites are pytest classes to inherit, each in a module named for its port; they and what draws
need the extra `calltape[testing]`. Names are looked up when they are first asked for, because pytest loads
`calltape.conformance.pytest_plugin` in every run, also where the extra is not installed.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calltape.conformance.call_states import NoSuchState
    from calltape.conformance.captioner import CaptionerContract
    from calltape.conformance.case_client import CoreClient
    from calltape.conformance.case_form import Case, load_cases
    from calltape.conformance.case_judging import Verdict
    from calltape.conformance.case_run import Report, Result, run_cases
    from calltape.conformance.clock import ClockContract
    from calltape.conformance.data_port import DataPortContract
    from calltape.conformance.device_source import DeviceSourceContract
    from calltape.conformance.endpoint import Bell, EndpointContract
    from calltape.conformance.event_log import DurableEventLogContract, EventLogContract
    from calltape.conformance.example_tapes import call_in_state
    from calltape.conformance.laws import LAWS, Breach, Law, first_breach, law
    from calltape.conformance.media_port import MediaPortContract
    from calltape.conformance.model import Checked, check_model
    from calltape.conformance.models import MODELS, Model, model_named
    from calltape.conformance.pasted_test import regression_test
    from calltape.conformance.push_sender import PushSenderContract
    from calltape.conformance.shrinking import Cut, Shrunk, shrink
    from calltape.conformance.shrinking_tapes import shrink_tape
    from calltape.conformance.tape_failures import Failure, breaks_law, first_illegal, not_legal
    from calltape.conformance.telephone_exchange import Exchange
    from calltape.conformance.telephone_gateway import TelephoneGatewayContract
    from calltape.conformance.view_cells import differing_cells
    from calltape.conformance.view_failures import view_differs

__all__ = [
    "LAWS",
    "MODELS",
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
    "NoSuchState",
    "PushSenderContract",
    "Report",
    "Result",
    "Shrunk",
    "TelephoneGatewayContract",
    "Verdict",
    "breaks_law",
    "call_in_state",
    "check_model",
    "differing_cells",
    "first_breach",
    "first_illegal",
    "law",
    "load_cases",
    "model_named",
    "not_legal",
    "regression_test",
    "run_cases",
    "shrink",
    "shrink_tape",
    "view_differs",
]

_HOMES = {
    "LAWS": "laws",
    "MODELS": "models",
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
    "NoSuchState": "call_states",
    "PushSenderContract": "push_sender",
    "Report": "case_run",
    "Result": "case_run",
    "Shrunk": "shrinking",
    "TelephoneGatewayContract": "telephone_gateway",
    "Verdict": "case_judging",
    "breaks_law": "tape_failures",
    "call_in_state": "example_tapes",
    "check_model": "model",
    "differing_cells": "view_cells",
    "first_breach": "laws",
    "first_illegal": "tape_failures",
    "law": "laws",
    "load_cases": "case_form",
    "model_named": "models",
    "not_legal": "tape_failures",
    "regression_test": "pasted_test",
    "run_cases": "case_run",
    "shrink": "shrinking",
    "shrink_tape": "shrinking_tapes",
    "view_differs": "view_failures",
}
"""The module of each public name."""

_BARE = frozenset(
    {
        "call_states",
        "case_client",
        "case_form",
        "case_judging",
        "case_run",
        "example_tapes",
        "laws",
        "model",
        "models",
        "regression_test",
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
