"""Lifecycles as data: read a table, refuse a bad one, compile it, say what follows.

The only place that knows which step is legal. A row is read twice: a decision reads *from + on -> emits*, a
fold reads
*from + emits -> to*. What has no row is illegal. One event may move several machines, so each row says
whose it moves: `self` (the participant whom the event names), `peer` (the other side) or `all`; only `self`
rows take commands.

`transitions` holds the table and never acts on it: there is no model, so nothing is mutated and no callback
can run during a replay. The hot path reads plain dictionaries compiled from that machine when the module is
loaded.
"""

import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar, cast

from transitions import Machine

from calltape.core.drawing import draw
from calltape.core.errors import BadSpec, CorruptHistory, Refused
from calltape.core.lifecycle_checks import check
from calltape.core.lifecycle_parts import WHOSE, Deadline, Law, Parts, Row, StateDoc, Whose

S = TypeVar("S", bound=str)
Format = Literal["mermaid", "scxml", "json"]


class Lifecycle(Generic[S]):
    """The legal steps of one kind of thing.

    Attributes:
        name: its name, as errors and timelines print it.
        title: one line for people.
        initial: the state everything starts in.
        final: the states that nothing leaves.
        states: every state with its sentence and its deadlines, in the file's order.
        rows: every row, one source state each, in the file's order.
        laws: what must hold of every history, each with the test that proves it.
    """

    def __init__(
        self, source: Mapping[str, Any], states: type[S], *, known_limits: Iterable[str] | None = None
    ) -> None:
        """Build from a parsed TOML document.

        Args:
            source: the document.
            states: the class of the states: a StrEnum whose members are the document's states, or plain
            `str`. known_limits: the names that deadlines may refer to; None does not check them.

        Raises:
            BadSpec: the document contradicts itself, the schema or the code; the sentence names the row.
        """
        parts = _read(source)
        self.name: str = parts.name
        self.title: str = parts.title
        check(parts, None if states is str else {str(s) for s in cast("Iterable[S]", states)}, known_limits)
        self.states: Mapping[S, StateDoc] = MappingProxyType({states(k): v for k, v in parts.states.items()})
        self.rows: tuple[Row, ...] = parts.rows
        self.laws: tuple[Law, ...] = parts.laws
        self.initial: S = states(parts.initial)
        self.commands: frozenset[str] = frozenset(r.on for r in self.rows if r.on)
        """Every command that some state accepts."""

        self.emitted: frozenset[str] = frozenset(r.emits for r in self.rows)
        """Every event that some row names."""

        self.final: frozenset[S] = frozenset(states(name) for name in parts.final)
        self.machine = _machine(self.rows, [str(s) for s in self.states], str(self.initial))
        self._tables = _compile(self.machine, states)
        self._commands: Mapping[str, tuple[str, ...]] = {
            state: tuple(dict.fromkeys(r.on for r in self.rows if r.source == state and r.on))
            for state in self.states
        }

    def table(self, event: str, whose: Whose = "self") -> Mapping[S, S] | None:
        """Where `event` (a class name) leads from each state, or None when it never moves `whose` machine."""
        return self._tables.get((whose, event))

    def after(self, state: S, event: str, whose: Whose = "self") -> S:
        """The state that `event` leads to from `state`.

        Raises:
            CorruptHistory: there is no such row.
        """
        target = self._tables.get((whose, event), {}).get(state)
        if target is None:
            raise CorruptHistory(self.name, state, event, None, self.legal(state, whose))
        return target

    def outcomes(self, state: S, command: str) -> tuple[Row, ...]:
        """The rows that `command` may take from `state`.

        Raises:
            Refused: there is none.
        """
        rows = tuple(r for r in self.rows if r.source == state and r.on == command)
        if not rows:
            raise Refused(self.name, state, command, "", self.accepted(state))
        return rows

    def accepts(self, state: S, command: str) -> bool:
        """Whether `state` has a row for `command`."""
        return command in self._commands[state]

    def accepted(self, state: S) -> tuple[str, ...]:
        """The commands that `state` accepts, in the file's order."""
        return self._commands[state]

    def legal(self, state: S, whose: Whose = "self") -> tuple[str, ...]:
        """The events that may move `whose` machine from `state`, in the file's order."""
        return tuple(dict.fromkeys(r.emits for r in self.rows if r.source == state and r.whose == whose))

    def draw(self, format: Format) -> str:  # noqa: A002 - the word the command line uses
        """The lifecycle as a Mermaid state diagram, an SCXML document, or JSON for programs in other
        languages.
        """
        return draw(self, format)


def load(name: str, states: type[S], *, known_limits: Iterable[str] | None = None) -> Lifecycle[S]:
    """The lifecycle in the specs' file `<name>.toml`.

    Raises:
        BadSpec: see `Lifecycle`.
    """
    return Lifecycle(parse(source_text(name), f"{name}.toml"), states, known_limits=known_limits)


def source_text(name: str) -> str:
    """The text of the specs' file `<name>.toml`."""
    return files("calltape.specs").joinpath(f"{name}.toml").read_text("utf-8")


def parse(text: str, where: str) -> Mapping[str, Any]:
    """A TOML document.

    Raises:
        BadSpec: `text` is not TOML; the sentence says where it breaks.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise BadSpec(f"{where} is not TOML: {broken}; mend that line") from broken


def _read(source: Mapping[str, Any]) -> Parts:
    try:
        return Parts(
            name=str(source["lifecycle"]),
            title=str(source.get("title", source["lifecycle"])),
            initial=str(source["initial"]),
            final=tuple(source["final"]),
            states={name: _read_state(body) for name, body in source["states"].items()},
            rows=tuple(row for raw in source["steps"]["rows"] for row in _read_rows(raw)),
            laws=tuple(
                Law(name, body["says"], body["test"]) for name, body in source.get("laws", {}).items()
            ),
        )
    except (KeyError, TypeError, AttributeError) as broken:
        raise BadSpec(
            f"lifecycle {source.get('lifecycle', '(nameless)')}: the part {broken} is missing or has the "
            "wrong type; see schemas/lifecycle.schema.json"
        ) from broken


def _read_state(body: Mapping[str, Any]) -> StateDoc:
    waits = [Deadline(tuple(e["after"]), e["on"], e.get("when", "")) for e in body.get("expires", ())]
    return StateDoc(body["doc"], tuple(waits))


def _read_rows(raw: Mapping[str, Any]) -> list[Row]:
    sources = [raw["from"]] if isinstance(raw["from"], str) else list(raw["from"])
    return [
        Row(
            row=raw["row"],
            status=raw["is"],
            source=source,
            on=raw.get("on"),
            emits=raw["emits"],
            whose=raw["whose"],
            target=raw.get("to", source),
            when=raw.get("when", ""),
            why=raw.get("why", ""),
        )
        for source in sources
    ]


def _machine(rows: Iterable[Row], states: list[str], initial: str) -> Machine:
    """The table as a `transitions` machine: model-less, without auto-transitions, conditions or callbacks."""
    steps = dict.fromkeys((f"{r.whose}/{r.emits}", r.source, r.target) for r in rows)
    return Machine(
        model=None,
        states=states,
        initial=initial,
        auto_transitions=False,
        transitions=[
            {"trigger": trigger, "source": source, "dest": target} for trigger, source, target in steps
        ],
    )


def _compile(machine: Machine, states: type[S]) -> Mapping[tuple[Whose, str], Mapping[S, S]]:
    """The machine as dictionaries: a trigger on a model costs about a hundred times such a look-up."""
    tables: dict[tuple[Whose, str], Mapping[S, S]] = {}
    for trigger, event in machine.events.items():
        whose, _, name = trigger.partition("/")
        edges = {states(str(s)): states(str(ts[0].dest)) for s, ts in event.transitions.items()}
        tables[cast("Whose", whose), name] = MappingProxyType(edges)
    return tables


__all__ = [
    "WHOSE",
    "Deadline",
    "Format",
    "Law",
    "Lifecycle",
    "Row",
    "StateDoc",
    "Whose",
    "load",
    "parse",
    "source_text",
]
