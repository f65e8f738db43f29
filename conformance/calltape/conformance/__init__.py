"""Is this implementation, or this recorded call, a legal one? The kit that answers.

Needs the extra `calltape[testing]`. The contract suites are pytest classes to inherit, each in a module named
for its port.
"""

from importlib.util import find_spec

if missing := [name for name in ("hypothesis", "pytest") if find_spec(name) is None]:
    raise ImportError(
        f"the conformance kit needs {' and '.join(missing)}: run pip install 'calltape[testing]'",
        name=missing[0],
    )

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
