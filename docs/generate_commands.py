"""Write docs/reference/commands.md and the schema of commands: `python docs/generate_commands.py`.

tests/test_docs_commands.py compares both with what this program would write.
"""

import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import attrs
import msgspec

from calltape.core import COMMANDS, Level, every_level

PAGE = Path(__file__).parent / "reference" / "commands.md"
SCHEMA = Path(str(files("calltape.specs"))) / "schemas" / "command.schema.json"
COMMON = frozenset({"id", "at", "causation_id", "correlation_id"})

OPENING = """\
# Commands

<!-- Written by docs/generate_commands.py; a test compares. Change the code, then run it. -->

Every command and observation, by [level](conformance-protocol.md#levels), as one JSON object. `type` names
the command, `id` (text) is a name given to it once, `at` when it was given, and perhaps `causation_id` and
`correlation_id` what it belongs to; the other keys are its own fields. What is *optional* may be left out,
and what is null is left out.

An instant is a whole number of microseconds since 1970-01-01T00:00:00Z, a participant a raw id such as
`8:acs:alice`. The JSON Schema is `specs/calltape/specs/schemas/command.schema.json`.
"""


def schema() -> dict[str, Any]:
    """The JSON Schema of every command."""
    kinds = sorted((name, kind) for name, kind in COMMANDS.items() if kind.__module__.startswith("calltape."))
    shapes = [_shape(kind) for _, kind in kinds]
    _, parts = msgspec.json.schema_components(shapes, ref_template="#/$defs/{name}")
    for name, _ in kinds:
        part = parts[name]
        part["properties"] = {"type": {"const": name}, **part["properties"]}
        part["required"] = ["type", *part["required"]]
    for part in parts.values():  # indented as in the source before Python 3.13, and not from there on
        part["description"] = " ".join(part.get("description", "").split())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "calltape commands",
        "description": "Every command and observation. Instants are microseconds since 1970.",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name, _ in kinds],
        "$defs": dict(sorted(parts.items())),
    }


def _shape(kind: Any) -> type[msgspec.Struct]:
    """The fields of a command, with defaults that JSON has."""
    fields: list[Any] = []
    for field in attrs.fields(kind):
        made = getattr(field.default, "factory", dict if isinstance(field.default, Mapping) else None)
        default = field.default if made is None else msgspec.field(default_factory=made)
        fields.append((field.name, field.type, *(() if field.default is attrs.NOTHING else (default,))))
    namespace = {"__doc__": inspect.getdoc(kind)}
    return msgspec.defstruct(kind.__name__, fields, namespace=namespace, kw_only=True)


def page() -> str:
    """The whole page."""
    parts = schema()["$defs"]
    by_level = [line for level in every_level().values() for line in _level(level, parts)]
    values = [_value(name, part) for name, part in parts.items() if name not in COMMANDS]
    return "\n".join([OPENING, *by_level, "## Values\n\nWhat some fields are made of.\n", *values])


def _value(name: str, part: dict[str, Any]) -> str:
    """An object or a choice that stands in a field."""
    about = part["description"]
    if "enum" in part:
        return f"### {name}\n\n{about}\n\nOne of {', '.join(f'`{each}`' for each in part['enum'])}.\n"
    needed = part.get("required", [])
    return f"### {name}\n\n{about}\n\n{_fields(part['properties'], needed)}"


def _level(level: Level, parts: dict[str, Any]) -> Iterator[str]:
    if not level.commands:
        return
    yield f"## Level `{level.name}`\n\n{level.meaning}\n"
    for name in sorted(level.commands):
        yield f"### {name}\n\n{' '.join((inspect.getdoc(COMMANDS[name]) or '').split())}\n"
        fields = {
            key: part for key, part in parts[name]["properties"].items() if key not in COMMON | {"type"}
        }
        if fields:
            yield _fields(fields, parts[name]["required"])


def _fields(fields: Mapping[str, dict[str, Any]], needed: list[str]) -> str:
    lines = (
        f"| `{key}` | {_kind(part)} | {'' if key in needed else 'optional'} |" for key, part in fields.items()
    )
    return "\n".join(["| field | is | |", "|---|---|---|", *lines, ""])


def _kind(part: dict[str, Any]) -> str:
    """A field's JSON type in words."""
    if "$ref" in part:
        return f"`{part['$ref'].rpartition('/')[2]}`"
    if "anyOf" in part:
        return " or ".join(_kind(each) for each in part["anyOf"] if each.get("type") != "null")
    if part.get("type") == "array":
        return f"list of {_kind(part['items'])}" if part.get("items") else "list"
    if part.get("type") == "object":
        return (
            f"object of {_kind(part['additionalProperties'])}"
            if part.get("additionalProperties")
            else "object"
        )
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(
        part.get("type", ""), ""
    )


def schema_text() -> str:
    """The schema as its file has it: each command on a line of its own."""
    document = schema()
    parts = document.pop("$defs")
    lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(part)}" for name, part in parts.items())
    head = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in document.items())
    return f'{{\n{head},\n  "$defs": {{\n{lines}\n  }}\n}}\n'


def main() -> None:
    """Write both."""
    PAGE.write_text(page().rstrip() + "\n", encoding="utf-8")
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    sys.stdout.write(f"{len(COMMANDS)} commands are in {PAGE.name} and {SCHEMA.name}\n")


if __name__ == "__main__":
    main()
