"""How commands and events show themselves: written as the expression that makes them.

One function for all of them. attrs would compile one for each class, which was a fifth of what it costs to
import the core; nobody shows so many of them that their own would pay.
"""

from typing import Any

import attrs


class Written:
    """Shows its class and its fields, but for those that are declared with ``repr=False``."""

    __slots__ = ()

    def __repr__(self) -> str:
        kind: Any = type(self)
        shown = (each.name for each in attrs.fields(kind) if each.repr)
        return f"{kind.__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"
