"""Lifecycles as pictures and as data for other languages. All three are read from the same rows."""

import json
from typing import TYPE_CHECKING, Any, Literal
from xml.etree import ElementTree

from calltape.core.lifecycle_parts import Row, StateDoc

if TYPE_CHECKING:
    from calltape.core.lifecycle import Lifecycle

    Drawn = Lifecycle[Any]


def draw(life: "Drawn", format: Literal["mermaid", "scxml", "json"]) -> str:  # noqa: A002 - see Lifecycle.draw
    """`life` in the format asked for, ending without a newline."""
    return {"mermaid": _mermaid, "scxml": _scxml, "json": _json}[format](life)


def _label(row: Row) -> str:
    whose = "" if row.whose == "self" else f" ({row.whose})"
    return f"{row.on} / {row.emits}" if row.on else f"{row.emits}{whose}"


def _mermaid(life: "Drawn") -> str:
    """One arrow a pair of states; the steps that take it are its label. Rows that stay put are left out."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in life.rows:
        if row.source != row.target:
            labels = arrows.setdefault((row.source, row.target), [])
            if _label(row) not in labels:
                labels.append(_label(row))
    lines = [f"    {_node(s)} --> {_node(t)}: {'<br>'.join(labels)}" for (s, t), labels in arrows.items()]
    ends = [f"    {_node(state)} --> [*]" for state in life.states if state in life.final]
    names = [f'    state "{state}" as {_node(state)}' for state in life.states]
    return "\n".join(["stateDiagram-v2", *names, f"    [*] --> {_node(life.initial)}", *lines, *ends])


def _node(state: str) -> str:
    """A node's id: Mermaid reserves some words, so ids are never bare state names."""
    return f"s_{state}"


def _scxml(life: "Drawn") -> str:
    """W3C SCXML 1.0:

    states, final states, and one transition a row; the command stands in `on`, as our own attribute.
    """
    ours = "urn:calltape:lifecycle"
    ElementTree.register_namespace("", "http://www.w3.org/2005/07/scxml")
    ElementTree.register_namespace("calltape", ours)
    w3c = "{http://www.w3.org/2005/07/scxml}"
    root = ElementTree.Element(
        f"{w3c}scxml", {"version": "1.0", "name": life.name, "initial": str(life.initial)}
    )
    for state, doc in life.states.items():
        kind = "final" if state in life.final else "state"
        node = ElementTree.SubElement(root, f"{w3c}{kind}", {"id": str(state), f"{{{ours}}}doc": doc.doc})
        if state in life.final:
            continue
        for row in (r for r in life.rows if r.source == state):
            event = row.emits if row.whose == "self" else f"{row.whose}.{row.emits}"
            arc = {"event": event, "target": row.target}
            if row.on:
                arc[f"{{{ours}}}on"] = row.on
            ElementTree.SubElement(node, f"{w3c}transition", arc)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode")


def _json(life: "Drawn") -> str:
    """Everything the file says, with lists of source states taken apart."""
    body = {
        "lifecycle": life.name,
        "title": life.title,
        "initial": str(life.initial),
        "final": sorted(str(state) for state in life.final),
        "states": {str(name): _state(doc) for name, doc in life.states.items()},
        "rows": [_row(row) for row in life.rows],
        "laws": {law.name: {"says": law.says, "test": law.test} for law in life.laws},
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def _state(doc: StateDoc) -> dict[str, Any]:
    waits = [{"after": list(d.after), "on": d.on, "when": d.when} for d in doc.expires]
    return {"doc": doc.doc, "expires": waits}


def _row(row: Row) -> dict[str, Any]:
    return {
        "row": row.row,
        "is": row.status,
        "from": row.source,
        "on": row.on,
        "emits": row.emits,
        "whose": row.whose,
        "to": row.target,
        "when": row.when,
        "why": row.why,
    }
