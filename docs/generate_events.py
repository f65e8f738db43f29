"""Write docs/reference/events.md out of the code: `python docs/generate_events.py`.

The page says what the declared classes and the rows of the lifecycles say;
tests/test_docs_generated.py compares.
"""

import ast
import inspect
import sys
import textwrap
import typing
from collections.abc import Iterator
from pathlib import Path

import attrs

from calltape.core import (
    BREAKOUT_STAY,
    CALL,
    CAPTIONS,
    DATA_CHANNEL,
    EVENTS,
    INCOMING_CALL,
    PARTICIPANT,
    PUSH_REGISTRATION,
    RECORDING,
    ROOM,
    SHARE_STREAM,
    TOKEN,
    TRANSFER,
    VIDEO_STREAM,
    AltLayout,
    Departure,
    EndReason,
    Event,
    Rating,
    RatingScale,
    SeenParticipant,
    StreamSample,
    TransportSample,
    media,
)

PAGE = Path(__file__).parent / "reference" / "events.md"
LIFECYCLES = (
    *(
        CALL,
        PARTICIPANT,
        INCOMING_CALL,
        VIDEO_STREAM,
        SHARE_STREAM,
        DATA_CHANNEL,
        BREAKOUT_STAY,
        TRANSFER,
        RECORDING,
        CAPTIONS,
    ),
    *(PUSH_REGISTRATION, TOKEN, ROOM),
)

OPENING = """\
# Events

<!-- Written by docs/generate_events.py; a test compares. Change the code, then run it. -->

Every event that a tape can hold. A stored name is for ever. The number behind `@` is the shape of the
fields: a tape that holds an older shape is lifted to the present one when it is read, a newer shape is
refused by name.

An event is stored as a JSON object of all its fields, those that are null included. Where, when and why
it was recorded (position, stream, version, `at`, command, causation, correlation) is its envelope's
business: see [tapes](tape.md).

*After* names the commands that may lead to the event; *moves* lists the state machines that it takes
from one state to another, its participant's own unless another is named. An `Instant` is a whole number
of microseconds since 1970-01-01T00:00:00Z, a `RawId` a participant's id such as `8:acs:alice`. Fields
marked *personal* are personal data.
"""

SECTIONS = (
    ("Call streams", "`call-<call id>`: everything that changes what people may do.", "calltape.core.call."),
    (
        "Media streams",
        "`media-<call id>-<raw id>`: what was measured. They decide nothing and may be pruned.",
        ("calltape.core.media", "calltape.core.data_messages"),
    ),
    (
        "Media streams: diagnostics",
        "`media-<call id>-<raw id>` as well: what followed from what was measured. Pruning leaves it.",
        ("calltape.core.diagnosis", "calltape.core.remote_diagnostics"),
    ),
    (
        "Media streams: what passes",
        "`media-<call id>-<raw id>` as well, of whom it is from: what was signalled. They decide nothing.",
        "calltape.core.passing",
    ),
    (
        "Speaker streams",
        "`speakers-<call id>`: who spoke, the most dominant first. They decide nothing.",
        "calltape.core.dominance",
    ),
    (
        "Push streams",
        "`push-<raw id>`: one user's push registrations. `notice-<call id>-<raw id>`: pushes about a call.",
        ("calltape.core.push", "calltape.core.push_notices"),
    ),
    (
        "Device streams",
        "`devices-<client>`: one client's devices, apart from any call.",
        "calltape.core.device_book",
    ),
    (
        "Observer streams",
        "`observer-<call id>-<raw id>`: what somebody who was away took over. They decide nothing.",
        "calltape.core.observing",
    ),
    (
        "Room streams",
        "`room-<room id>`: a room's window, and whom it invites in which role.",
        "calltape.core.room",
    ),
    (
        "Survey streams",
        "`survey-<call id>`: what participants thought of a call, also said after it.",
        "calltape.core.survey",
    ),
    ("User streams", "`user-<raw id>`: one user's access tokens.", "calltape.core.identity_tokens"),
)
ALIASES = {
    name: " | ".join(f'"{value}"' for value in typing.get_args(alias))
    for name, alias in (("Kind", media.Kind), ("Direction", media.Direction))
}
VALUES = (
    EndReason,
    SeenParticipant,
    Departure,
    Rating,
    RatingScale,
    StreamSample,
    AltLayout,
    TransportSample,
)


def page() -> str:
    """The whole page."""
    parts = [OPENING]
    for title, about, modules in SECTIONS:
        parts.append(f"## {title}\n\n{about}\n")
        parts += [_event(kind) for _, kind in sorted(EVENTS.items()) if kind.__module__.startswith(modules)]
    parts.append("## Values\n\nWhat some fields are made of.\n")
    parts += [f"### {kind.__name__}\n\n{_prose(kind)}\n\n{_fields(kind)}\n" for kind in VALUES]
    return "\n".join(parts)


def _event(kind: type[Event]) -> str:
    lines = [f"### `{kind.name}@{kind.shape}`\n", f"{_prose(kind)}\n"]
    if after := _after(kind.__name__):
        lines.append(f"*After:* {after}\n")
    if moves := _moves(kind.__name__):
        lines.append(f"*Moves:* {moves}\n")
    return "\n".join([*lines, f"{_fields(kind)}\n"])


def _prose(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").split())


def _after(name: str) -> str:
    commands = {row.on for life in LIFECYCLES for row in life.rows if row.emits == name and row.on}
    return ", ".join(f"`{command}`" for command in sorted(commands))


def _moves(name: str) -> str:
    return "; ".join(part for life in LIFECYCLES for part in _moves_of(life, name))


def _moves_of(life: object, name: str) -> Iterator[str]:
    for whose, called in (("self", ""), ("peer", ", the other side's"), ("all", ", everybody's")):
        targets: dict[str, list[str]] = {}
        for row in life.rows:  # type: ignore[attr-defined]
            sources = targets.setdefault(row.target, []) if (row.emits, row.whose) == (name, whose) else []
            if row.source not in (row.target, *sources):
                sources.append(row.source)
        steps = [f"{' or '.join(sources)} → {target}" for target, sources in targets.items() if sources]
        if steps:
            yield f"{life.name}{called}: {', '.join(steps)}"  # type: ignore[attr-defined]


def _fields(kind: type) -> str:
    told = dict(_declared(kind))
    lines = ["| field | type | |", "|---|---|---|"]
    for field in attrs.fields(kind):
        type_, says = told[field.name]
        default = "" if field.default is attrs.NOTHING else f" = {_literal(field.default)}"
        marked = "*Personal.* " if field.metadata.get("personal") else ""
        shown = f"{type_}{default}".replace("|", "\\|")
        lines.append(f"| `{field.name}` | `{shown}` | {(marked + says).strip()} |")
    return "\n".join(lines)


def _literal(value: object) -> str:
    return {None: "null", True: "true", False: "false"}.get(value, repr(value))  # type: ignore[call-overload]


def _declared(kind: type) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each field's annotation as it is written, and the text below it."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(tree, ast.ClassDef)
    for statement, following in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            says = ""
            if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
                says = " ".join(str(following.value.value).split())
            type_ = ast.unparse(statement.annotation)
            yield statement.target.id, (ALIASES.get(type_, type_), says)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{len(EVENTS)} events are in {PAGE.name}\n")
