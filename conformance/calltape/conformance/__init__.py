"""Is this implementation, or this recorded call, a legal one? The kit that answers.

The contract suites are pytest classes to inherit, each in a module named for its port; they and what draws
need the extra `calltape[testing]`. Names are looked up when they are first asked for, because pytest loads
`calltape.conformance.pytest_plugin` in every run, also where the extra is not installed.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calltape.conformance.data_port import DataPortContract
    from calltape.conformance.endpoint import Bell, EndpointContract
    from calltape.conformance.event_log import DurableEventLogContract, EventLogContract
    from calltape.conformance.media_port import MediaPortContract
    from calltape.conformance.telephone_gateway import Exchange, TelephoneGatewayContract

__all__ = [
    "Bell",
    "DataPortContract",
    "DurableEventLogContract",
    "EndpointContract",
    "EventLogContract",
    "Exchange",
    "MediaPortContract",
    "TelephoneGatewayContract",
]

_HOMES = {
    "Bell": "endpoint",
    "DataPortContract": "data_port",
    "DurableEventLogContract": "event_log",
    "EndpointContract": "endpoint",
    "EventLogContract": "event_log",
    "Exchange": "telephone_gateway",
    "MediaPortContract": "media_port",
    "TelephoneGatewayContract": "telephone_gateway",
}
"""The module of each public name."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"calltape.conformance has no {name!r}")
    if missing := [package for package in ("hypothesis", "pytest") if find_spec(package) is None]:
        raise ImportError(
            f"the conformance kit needs {' and '.join(missing)}: run pip install 'calltape[testing]'",
            name=missing[0],
        )
    return getattr(import_module(f"calltape.conformance.{_HOMES[name]}"), name)
