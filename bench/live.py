"""Calls that are up: two people each, connected, who mute and unmute. One command is one event."""

from collections.abc import Sequence

from bench.histories import History, one_to_one, when_connected
from bench.plain import PlainCall, PlainCalls, plain_call
from bench.workbench import batches
from calltape.core.call.muting import Mute, Unmute
from calltape.core.commands import Command
from calltape.core.errors import Conflict
from calltape.core.events import Recorded
from calltape.core.ledger import Ledger
from calltape.core.ports import Append, EventLog
from calltape.core.values import CommandId


def connected(count: int, seed: int) -> list[History]:
    """`count` histories that end when both are connected."""
    return [when_connected(one_to_one(seed + number, 13)) for number in range(count)]


def toggle(history: History, turn: int) -> Command:
    """Mute in even turns, unmute in odd ones."""
    at = history.recorded[-1].at
    kind = Unmute if turn % 2 else Mute
    return kind(id=CommandId(f"{history.call_id}/t{turn}"), at=at, participant=history.people[0])


class LiveCalls:
    """Our side: the ledgers of calls that are up, over a log."""

    def __init__(self, log: EventLog, histories: Sequence[History]) -> None:
        self._log = log
        self._calls: list[tuple[History, Ledger]] = []
        for some in batches(histories, 500):
            outcomes = log.append_many([Append(each.stream, 0, each.recorded) for each in some])
            self._calls += [(h, Ledger(_durable(o))) for h, o in zip(some, outcomes, strict=True)]
        self._turn = 0

    def all_at_once(self) -> int:
        """One command for every call: decide each, append all in one transaction, fold each."""
        asked = [
            (history, ledger, ledger.decide(toggle(history, self._turn))) for history, ledger in self._calls
        ]
        appends = [Append(history.stream, ledger.version, drafts) for history, ledger, drafts in asked]
        outcomes = self._log.append_many(appends)
        for (_, ledger, _), outcome in zip(asked, outcomes, strict=True):
            _absorb(ledger, _durable(outcome))
        self._turn += 1
        return len(asked)

    def one_by_one(self) -> int:
        """The same, with a transaction for every command."""
        for history, ledger in self._calls:
            drafts = ledger.decide(toggle(history, self._turn))
            _absorb(ledger, self._log.append(history.stream, ledger.version, drafts))
        self._turn += 1
        return len(self._calls)


def _durable(outcome: tuple[Recorded, ...] | Conflict) -> tuple[Recorded, ...]:
    if isinstance(outcome, Conflict) or not outcome:
        raise AssertionError(f"a benchmark's append was not recorded: {outcome}")
    return outcome


def _absorb(ledger: Ledger, recorded: tuple[Recorded, ...]) -> None:
    for each in recorded:
        ledger.absorb(each)


class PlainLiveCalls:
    """The peer's side: aggregates that are up, each command saved by itself."""

    def __init__(self, application: PlainCalls, histories: Sequence[History]) -> None:
        self._application = application
        self._calls: list[PlainCall] = [plain_call(history) for history in histories]
        for call in self._calls:
            application.save(call)
        self._turn = 0

    def one_by_one(self) -> int:
        """One command for every aggregate, one `save` for every command."""
        kind = PlainCall.Unmuted if self._turn % 2 else PlainCall.Muted
        for call in self._calls:
            call.trigger_event(kind, participant=call.starter)
            self._application.save(call)
        self._turn += 1
        return len(self._calls)
