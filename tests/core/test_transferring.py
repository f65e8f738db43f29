"""Transfer: what the scenarios cannot say."""

import attrs
import pytest

from calltape.conformance.strategies import ALICE, BOB, CALL_IDS, CAROL, NAMELESS, START
from calltape.core import (
    REGISTRY,
    TRANSFER,
    Accept,
    Call,
    CallId,
    CallStarted,
    Command,
    CorruptHistory,
    CustomContext,
    EndpointId,
    Offer,
    RawId,
    ReportMediaConnected,
    ReportTransferFailed,
    Source,
    StartCall,
    TransferCompleted,
    TransferFailed,
    TransferRequested,
    TransferState,
    TransferTarget,
    TransferToCall,
    TransferToParticipant,
    Wait,
    deadlines_of,
    decide,
    digest,
    evolve,
    later,
    moves,
    owed,
    react,
    transfer_state,
)
from calltape.core.effects import AbandonTransferredCall, PlaceTransferredCall

pytestmark = pytest.mark.example

DESK = EndpointId("desk")
NEW = CallId("call-9")
ANSWER = REGISTRY.named("declined", source=Source.REMOTE)


def given(call: Call, command: Command) -> Call:
    for event in decide(call, command):
        evolve(call, event)
    return call


@pytest.fixture
def talking() -> Call:
    """Alice and Bob, both up."""
    call = Call()
    for command in (
        StartCall(
            id=NAMELESS, at=START, call_id=CALL_IDS[0], participant=ALICE, endpoint=DESK, callees=(BOB,)
        ),
        Offer(id=NAMELESS, at=START, participant=BOB, endpoint=DESK),
        Accept(id=NAMELESS, at=START, participant=BOB, endpoint=DESK),
        ReportMediaConnected(id=NAMELESS, at=START, participant=BOB),
        ReportMediaConnected(id=NAMELESS, at=START, participant=ALICE),
    ):
        given(call, command)
    return call


def blind(target: RawId = CAROL) -> TransferToParticipant:
    return TransferToParticipant(
        id=NAMELESS,
        at=START,
        participant=ALICE,
        target=target,
        new_call=NEW,
        is_forwarding_disabled=True,
        custom_context=CustomContext(user_to_user="order 7"),
    )


def test_the_effect_carries_everything_that_the_new_call_needs(talking: Call) -> None:
    (asked,) = decide(talking, blind())
    evolve(talking, asked)
    placed = PlaceTransferredCall(
        participant=BOB,
        endpoint=DESK,
        transferor=ALICE,
        target=CAROL,
        new_call=NEW,
        is_forwarding_disabled=True,
        custom_context=CustomContext(user_to_user="order 7"),
    )
    assert react(talking, asked) == (placed,)
    assert owed(talking) == (placed,)  # a crash does not forget it
    assert deadlines_of(talking, ALICE)[Wait.TRANSFER] == later(START, 60)


def test_a_consultative_transfer_names_the_call_to_be_replaced(talking: Call) -> None:
    consulted = TransferToCall(
        id=NAMELESS, at=START, participant=ALICE, target=CAROL, target_call=CallId("call-5"), new_call=NEW
    )
    (asked,) = decide(talking, consulted)
    assert isinstance(asked, TransferRequested)
    assert asked.to is TransferTarget.CALL
    (placed,) = react(evolve(talking, asked), asked)
    assert isinstance(placed, PlaceTransferredCall)
    assert (placed.replaces, placed.target) == ("call-5", CAROL)


def test_a_failed_transfer_leaves_both_legs_as_they_were(talking: Call) -> None:
    before = {who: (p.call_state, p.state) for who, p in talking.participants.items()}
    given(talking, blind())
    failed = ReportTransferFailed(id=NAMELESS, at=START, participant=ALICE, new_call=NEW, reason=ANSWER)
    (fact,) = decide(talking, failed)
    evolve(talking, fact)
    assert {who: (p.call_state, p.state) for who, p in talking.participants.items()} == before
    mine = talking.participants[ALICE].transfer
    assert mine is not None
    assert (mine.state, mine.reason) == (TransferState.FAILED, ANSWER)
    assert react(talking, fact) == (AbandonTransferredCall(participant=BOB, new_call=NEW),)
    assert owed(talking) == ()
    assert deadlines_of(talking, ALICE) == {}


@pytest.mark.parametrize("state", TRANSFER.states)
@pytest.mark.parametrize("kind", [TransferRequested, TransferCompleted, TransferFailed])
def test_an_event_is_legal_where_the_lifecycle_says_so(talking: Call, state: str, kind: type) -> None:
    person = talking.participants[ALICE]
    if state != TransferState.NONE:
        given(talking, blind())
        assert person.transfer is not None
        person.transfer = attrs.evolve(person.transfer, state=TransferState(state))
    facts = {
        TransferRequested: TransferRequested(
            participant=ALICE,
            transferee=BOB,
            to=TransferTarget.PARTICIPANT,
            target=CAROL,
            new_call=NEW,
            transfer_until=START,
        ),
        TransferCompleted: TransferCompleted(participant=ALICE, new_call=NEW),
        TransferFailed: TransferFailed(participant=ALICE, new_call=NEW, reason=ANSWER),
    }
    rows = [row for row in TRANSFER.rows if row.source == state and row.emits == kind.__name__]
    before = digest(talking)
    if rows:
        (move,) = [each for each in moves(talking, facts[kind]) if each.lifecycle == TRANSFER.name]
        evolve(talking, facts[kind])
        assert (move.source, move.target) == (state, rows[0].target)
        assert transfer_state(person) == rows[0].target
        return
    for read in (evolve, moves):
        with pytest.raises(CorruptHistory) as found:
            read(talking, facts[kind])
        assert (found.value.lifecycle, found.value.state) == (TRANSFER.name, state)
        assert digest(talking) == before


def test_the_first_event_of_the_new_call_says_what_it_came_from() -> None:
    started, *_ = decide(
        Call(),
        StartCall(
            id=NAMELESS,
            at=START,
            call_id=NEW,
            participant=BOB,
            endpoint=DESK,
            callees=(CAROL,),
            transferor=ALICE,
            transferred_from=CALL_IDS[0],
            is_forwarding_disabled=True,
            custom_context=CustomContext(user_to_user="order 7"),
        ),
    )
    assert isinstance(started, CallStarted)
    placed = evolve(Call(), started)
    origin = placed.origin
    assert origin is not None
    assert (origin.transferor, origin.call_id, origin.replaces) == (ALICE, CALL_IDS[0], None)
    assert origin.is_forwarding_disabled
    assert placed.custom_context == CustomContext(user_to_user="order 7")
