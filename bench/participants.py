"""What a call's size costs: the same talk among 2, 100 and 350 people."""

from bench.histories import Scribe, talk
from bench.measure import Result, Target, clocked, compare
from bench.workbench import Workbench
from calltape.core.call import Call, decide, evolve, replay
from calltape.core.call.connecting import ReportMediaConnected
from calltape.core.call.starting import Join
from calltape.core.values import EndpointId

_TARGET = Target(1.2, at_most=True)


def participants_100(bench: Workbench) -> Result:
    """Cost of an event (read, decoded, folded) in a call of 100 against one in a call of 2."""
    return _replayed(bench, 100)


def participants_350(bench: Workbench) -> Result:
    """The same with 350, the most that a call holds."""
    return _replayed(bench, bench.sizes.crowd)


def _replayed(bench: Workbench, size: int) -> Result:
    for each in (2, size):
        bench.crowd(each)  # made before the clock runs
    return compare(
        f"participants_{size}",
        clocked(lambda _: _talk(bench, size)),
        "2 participants, cost by cost",
        clocked(lambda _: _talk(bench, 2)),
        rounds=bench.sizes.rounds,
        target=_TARGET,
    )


def _talk(bench: Workbench, size: int) -> int:
    """Replay a whole call. Most of it is talk; the entrances and exits of many people are on their bill."""
    history = bench.crowd(size)
    call: Call = replay(bench.log.events(history.stream))
    if len(call.participants) != size or not call.is_over:
        raise AssertionError(f"{history.stream} was not replayed to its end")
    return len(history.recorded)


def participants_350_live(bench: Workbench) -> Result:
    """Cost of deciding and folding a command in a call of 350 against one in a call of 2."""
    crowd, pair = _Meeting(bench.sizes.crowd), _Meeting(2)
    commands = bench.sizes.crowd_talk_events
    return compare(
        "participants_350_live",
        clocked(lambda _: crowd.go_on(commands)),
        "2 participants, cost by cost",
        clocked(lambda _: pair.go_on(commands)),
        rounds=bench.sizes.rounds,
        unit="commands/s",
        target=_TARGET,
    )


class _Meeting:
    """A group call in which everybody is connected."""

    def __init__(self, size: int) -> None:
        self._scribe = scribe = Scribe(size)
        self._people = tuple(scribe.person() for _ in range(size))
        meeting = {"call_id": scribe.call_id, "group_id": scribe.guid()}
        for who in self._people:
            scribe.give(Join, participant=who, endpoint=EndpointId(scribe.guid()), **meeting)
            scribe.give(ReportMediaConnected, participant=who)

    def go_on(self, commands: int) -> int:
        call = self._scribe.call
        for kind, who in talk(self._scribe.random, self._people, commands):
            for event in decide(call, self._scribe.command(kind, participant=who)):
                evolve(call, event)
        return commands
