"""A call driven step by step by a state machine of its own: the owner's view, with restarts in between."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from calltape.conformance.strategies import (
    CALL_IDS,
    GROUP_ID,
    NAMELESS,
    PEOPLE,
    START,
    any_command,
    candidates,
    earliest,
    endpoints,
)
from calltape.core import (
    SECOND,
    Call,
    CallState,
    Command,
    CommandId,
    Expire,
    Instant,
    Join,
    Ledger,
    Recorded,
    Refused,
    StartCall,
    call_stream,
    deadlines,
    digest,
    owed,
    replay,
)
from calltape.core.effects import Effect

pytestmark = pytest.mark.property

PEOPLE_WITH_ENDPOINTS = [who for who in PEOPLE if endpoints(who)]


class Owner(RuleBasedStateMachine):
    """Whoever owns a call: gives commands, lets time pass, crashes, and is asked what is owed."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.log: list[Recorded] = []
        self.at = START
        self.given: list[Command] = []

    @property
    def call(self) -> Call:
        return self.ledger.call

    def give(self, command: Command) -> None:
        self.given.append(command)
        before = digest(self.call)
        try:
            unrecorded = self.ledger.decide(command)
        except Refused:
            assert digest(self.call) == before
            return
        for each in unrecorded:
            self.log.append(
                Recorded(
                    position=len(self.log) + 1,
                    stream=call_stream(CALL_IDS[0]),
                    version=self.ledger.version + 1,
                    event=each.event,
                    at=each.at,
                    command_id=each.command_id,
                )
            )
            self.ledger.absorb(self.log[-1])

    def next_id(self) -> CommandId:
        return CommandId(f"command-{len(self.given)}")

    @initialize(
        who=st.sampled_from(PEOPLE_WITH_ENDPOINTS), callee=st.sampled_from(PEOPLE), joins=st.booleans()
    )
    def start(self, who: str, callee: str, joins: bool) -> None:
        person = next(p for p in PEOPLE if p == who)
        others = tuple(p for p in PEOPLE if p == callee)
        desk = endpoints(person)[0]
        if joins or callee == who:
            self.give(
                Join(
                    id=self.next_id(),
                    at=self.at,
                    call_id=CALL_IDS[0],
                    participant=person,
                    endpoint=desk,
                    group_id=GROUP_ID,
                )
            )
        else:
            self.give(
                StartCall(
                    id=self.next_id(),
                    at=self.at,
                    call_id=CALL_IDS[0],
                    participant=person,
                    endpoint=desk,
                    callees=others,
                )
            )
        assert self.log

    @rule(data=st.data(), pause_s=st.sampled_from([0, 0, 1, 39, 59]))
    def something_that_fits(self, data: st.DataObject, pause_s: int) -> None:
        self.at = Instant(self.at + pause_s * SECOND)
        self.give(data.draw(st.sampled_from(candidates(self.call, at=self.at, id=self.next_id()))))

    @rule(command=any_command(id=NAMELESS))
    def anything(self, command: Command) -> None:
        self.give(command)

    @precondition(lambda self: bool(deadlines(self.call)))
    @rule()
    def silence(self) -> None:
        key, due = earliest(self.call)
        self.at = max(self.at, due)
        before = len(self.log)
        self.give(Expire(id=self.next_id(), at=self.at, wait=key.wait, participant=key.participant))
        assert len(self.log) > before, f"{key} fell due and nothing came of it"

    @precondition(lambda self: self.given)
    @rule(data=st.data())
    def the_same_again(self, data: st.DataObject) -> None:
        applied = {each.command_id for each in self.log}
        again = data.draw(st.sampled_from(self.given))
        if again.id in applied:
            assert self.ledger.decide(again) == ()

    @rule()
    def crash(self) -> None:
        before = digest(self.call), owed(self.call), dict(deadlines(self.call))
        self.ledger = Ledger(self.log)
        assert (digest(self.call), owed(self.call), dict(deadlines(self.call))) == before

    @invariant()
    def the_log_tells_the_same(self) -> None:
        assert replay(each.event for each in self.log) == self.call

    @invariant()
    def nobody_waits_for_ever(self) -> None:
        if self.log and not self.call.is_over:
            assert deadlines(self.call)

    @invariant()
    def whoever_is_torn_down_is_owed_it(self) -> None:
        owing: set[str] = {effect.participant for effect in owed(self.call) if is_teardown(effect)}
        closing = CallState.DISCONNECTING
        assert owing == {p.id for p in self.call.participants.values() if p.call_state is closing}


def is_teardown(effect: Effect) -> bool:
    return type(effect).__name__ == "CloseMedia"


def test_the_owner_of_a_call() -> None:
    run_state_machine_as_test(Owner, settings=settings(max_examples=60, stateful_step_count=30))
