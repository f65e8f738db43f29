"""Push registrations: how long they live, who may ask for how long, and that one unregisters all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core import (
    LIMITS,
    PUSH_REGISTRATION,
    SECOND,
    Command,
    CommandId,
    CorruptHistory,
    Event,
    ExpirePush,
    Instant,
    Mute,
    PushBook,
    PushExpired,
    PushRegistered,
    PushRenewed,
    PushRevoked,
    PushState,
    PushUnregistered,
    RawId,
    Refused,
    RegisterPush,
    RevokePush,
    TokenRevoked,
    UnregisterPush,
    decide_push,
    digest,
    evolve_push,
    later,
    push_consequences,
    push_deadlines,
)

pytestmark = pytest.mark.property

START = Instant(1_700_000_000 * SECOND)
USER = RawId("8:acs:resource_user")
M365 = RawId("8:orgid:user")
DEVICES = ("phone", "tablet")
DAY_S = 86_400


def register(user: RawId, ttl_s: int | None, device: str = "phone", at: Instant = START) -> RegisterPush:
    return RegisterPush(id=CommandId("register"), at=at, user=user, device=device, ttl_s=ttl_s)


def told(book: PushBook, asked: Command) -> tuple[Event, ...]:
    events = decide_push(book, asked)
    for event in events:
        evolve_push(book, event)
    return events


@pytest.mark.parametrize(
    ("user", "shortest_s", "longest_s"),
    [
        (USER, 300, 180 * DAY_S),
        (M365, 300, DAY_S),
        (RawId("8:dod:user"), 300, DAY_S),
        (RawId("28:orgid:app"), 300, DAY_S),
    ],
)
def test_a_ttl_out_of_range_is_refused(user: RawId, shortest_s: int, longest_s: int) -> None:
    for ttl_s in (shortest_s, longest_s):
        (event,) = decide_push(PushBook(), register(user, ttl_s))
        assert isinstance(event, PushRegistered)
        assert event.expires_at == START + ttl_s * SECOND
    for ttl_s in (-1, 0, shortest_s - 1, longest_s + 1):
        book = PushBook()
        with pytest.raises(Refused) as refused:
            told(book, register(user, ttl_s))
        assert f"{shortest_s} to {longest_s} s" in str(refused.value)
        assert book == PushBook()


def test_the_default_is_a_day() -> None:
    (event,) = decide_push(PushBook(), register(USER, None))
    assert isinstance(event, PushRegistered)
    assert event.ttl_s == DAY_S == LIMITS.push_ttl_default_s


def test_registering_again_renews_from_now() -> None:
    book = PushBook()
    told(book, register(USER, 300))
    (event,) = told(book, register(USER, 600, at=later(START, 200)))
    assert isinstance(event, PushRenewed)
    assert push_deadlines(book) == {"phone": later(START, 800)}


def test_unregistering_takes_back_every_device() -> None:
    book = PushBook()
    for device in DEVICES:
        told(book, register(USER, 300, device))
    events = told(book, UnregisterPush(id=CommandId("out"), at=START, user=USER))
    assert [type(event) for event in events] == [PushUnregistered, PushUnregistered]
    assert push_deadlines(book) == {}
    assert told(book, UnregisterPush(id=CommandId("out-2"), at=START, user=USER)) == ()


def test_revoked_tokens_take_back_every_device() -> None:
    book = PushBook()
    for device in DEVICES:
        told(book, register(USER, 300, device))
    revoked = TokenRevoked(user=USER, token="token-1")
    (asked,) = push_consequences(revoked, command_id=CommandId("revoked"), at=START)
    events = told(book, asked)
    assert [type(event) for event in events] == [PushRevoked, PushRevoked]
    assert book.reachable(START) == ()
    assert book.until("phone") is None
    assert told(book, asked) == ()
    assert push_consequences(events[0], command_id=CommandId("x"), at=START) == ()


def test_a_device_without_a_name_is_refused() -> None:
    book = PushBook()
    with pytest.raises(Refused, match="error flag 32"):
        told(book, register(USER, 300, ""))
    assert book == PushBook()


def test_a_registration_that_ran_out_is_not_reached_even_if_nobody_recorded_it() -> None:
    book = PushBook()
    told(book, register(USER, 300, "phone"))
    told(book, register(USER, 900, "tablet"))
    assert book.reachable(START) == ("phone", "tablet")
    assert book.reachable(later(START, 300)) == ("tablet",)


def test_a_registration_expires_when_it_is_due_and_not_before() -> None:
    book = PushBook()
    told(book, register(USER, 300))
    with pytest.raises(Refused, match="has not run out yet"):
        told(
            book, ExpirePush(id=CommandId("x"), at=Instant(later(START, 300) - 1), user=USER, device="phone")
        )
    assert book.state("phone") is PushState.REGISTERED
    (event,) = told(book, ExpirePush(id=CommandId("x"), at=later(START, 300), user=USER, device="phone"))
    assert isinstance(event, PushExpired)
    assert book.state("phone") is PushState.EXPIRED
    (again,) = told(book, register(USER, 300, at=later(START, 301)))
    assert isinstance(again, PushRegistered)


def test_what_is_not_about_pushes_is_refused() -> None:
    with pytest.raises(Refused, match="no such command"):
        decide_push(PushBook(), Mute(id=CommandId("m"), at=START, participant=USER))
    with pytest.raises(Refused):
        decide_push(PushBook(), ExpirePush(id=CommandId("x"), at=START, user=USER, device="phone"))


ALPHABET: tuple[Command, ...] = (
    *(register(USER, ttl_s, device) for ttl_s in (299, 300, 900, None) for device in DEVICES),
    UnregisterPush(id=CommandId("out"), at=START, user=USER),
    RevokePush(id=CommandId("revoked"), at=START, user=USER),
    *(ExpirePush(id=CommandId("x"), at=later(START, 900), user=USER, device=device) for device in DEVICES),
)


@given(st.lists(st.sampled_from(ALPHABET), max_size=20))
def test_a_device_has_a_deadline_exactly_while_it_is_registered(commands: list[Command]) -> None:
    book, history = PushBook(), list[Event]()
    for asked in commands:
        before = digest(book)
        try:
            events = decide_push(book, asked)
        except Refused:
            assert digest(book) == before
            continue
        assert digest(book) == before
        for event in events:
            evolve_push(book, event)
        history += events
        registered = {d for d, state in book.devices.items() if state is PushState.REGISTERED}
        assert set(push_deadlines(book)) == registered
    again = PushBook()
    for event in history:
        evolve_push(again, event)
    assert again == book


@pytest.mark.parametrize("state", PUSH_REGISTRATION.states)
def test_every_event_in_every_state(state: PushState) -> None:
    expiry = {"phone": START} if state is PushState.REGISTERED else dict[str, Instant]()
    facts: tuple[Event, ...] = (
        PushRegistered(user=USER, device="phone", ttl_s=300, expires_at=START),
        PushRenewed(user=USER, device="phone", ttl_s=300, expires_at=START),
        PushExpired(user=USER, device="phone"),
        PushUnregistered(user=USER, device="phone"),
        PushRevoked(user=USER, device="phone"),
    )
    for fact in facts:
        book = PushBook(devices={"phone": state}, expires=dict(expiry))
        row = [r for r in PUSH_REGISTRATION.rows if r.source == state and r.emits == type(fact).__name__]
        if row:
            assert evolve_push(book, fact).state("phone") == row[0].target
        else:
            with pytest.raises(CorruptHistory):
                evolve_push(book, fact)
            assert book == PushBook(devices={"phone": state}, expires=dict(expiry))
