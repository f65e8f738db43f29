"""One fingerprint for one state: the same on every store and every machine.

The state is written as JSON with sorted keys, without spaces, in UTF-8; the digest is that text's SHA-256,
in hexadecimal.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from enum import Enum
from typing import Any, cast

import attrs


def digest(value: object) -> str:
    """The SHA-256 of `value`'s canonical text.

    Args:
        value: attrs values, mappings with text or tuple keys, sequences, sets, enums, text, numbers,
        booleans, None.
    """
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def canonical(value: object) -> str:
    """`value` as canonical JSON."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def plain(value: object) -> Any:
    """`value` made of nothing but what JSON has."""
    if isinstance(value, Enum):
        return value.value
    kind = type(value)
    if attrs.has(kind):
        return {field.name: plain(getattr(value, field.name)) for field in attrs.fields(kind)}
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return {_key(key): plain(item) for key, item in items}
    if isinstance(value, Set):
        return sorted((plain(item) for item in cast("Set[object]", value)), key=canonical)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(item) for item in cast("Sequence[object]", value)]
    return value


def _key(key: object) -> str:
    """A mapping's key as text: the parts of a tuple joined by slashes, without those that are None."""
    if isinstance(key, tuple):
        parts = cast("tuple[object, ...]", key)
        return "/".join(_key(part) for part in parts if part is not None)
    return str(key.value if isinstance(key, Enum) else key)
