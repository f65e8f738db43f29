"""Tokens: how long they live, what they allow at an instant, and that revoking takes back all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core import (
    SECOND,
    TOKEN,
    Command,
    CommandId,
    CorruptHistory,
    Event,
    ExpireToken,
    Instant,
    IssueToken,
    Mute,
    RawId,
    Refused,
    RevokeTokens,
    Scope,
    TokenBook,
    TokenExpired,
    TokenIssued,
    TokenRevoked,
    TokenState,
    decide_tokens,
    digest,
    evolve_tokens,
    later,
    may_join,
    may_start,
    token_deadlines,
)

pytestmark = pytest.mark.property

START = Instant(1_700_000_000 * SECOND)
USER = RawId("8:acs:resource_user")


def issue(life_s: int | None = None, token: str = "token-1", *scopes: Scope) -> IssueToken:
    return IssueToken(
        id=CommandId("issue"),
        at=START,
        user=USER,
        token=token,
        scopes=scopes or (Scope.VOIP,),
        life_s=life_s,
    )


def told(book: TokenBook, asked: Command) -> tuple[Event, ...]:
    events = decide_tokens(book, asked)
    for event in events:
        evolve_tokens(book, event)
    return events


def test_a_life_out_of_range_is_refused() -> None:
    for life_s in (3600, 86_400):
        book = TokenBook()
        told(book, issue(life_s))
        assert token_deadlines(book) == {"token-1": later(START, life_s)}
    for life_s in (-1, 0, 3599, 86_401):
        book = TokenBook()
        with pytest.raises(Refused, match="give 3600 to 86400 s"):
            told(book, issue(life_s))
        assert book == TokenBook()


@pytest.mark.parametrize(
    ("scope", "starts", "joins", "starts_room"),
    [
        (Scope.VOIP, True, True, True),
        (Scope.VOIP_JOIN, False, True, True),
        (Scope.CHAT, False, False, False),
        (Scope.CHAT_JOIN, False, False, False),
        (Scope.CHAT_JOIN_LIMITED, False, False, False),
    ],
)
def test_what_each_scope_allows(scope: Scope, starts: bool, joins: bool, starts_room: bool) -> None:
    book = TokenBook()
    told(book, issue(None, "token-1", scope))
    assert may_start(book, START) is starts
    assert may_join(book, START) is joins
    assert may_start(book, START, is_invited_to_room=True) is starts_room


def test_a_token_allows_nothing_from_its_last_instant_on_whether_or_not_anybody_said_so() -> None:
    book = TokenBook()
    told(book, issue(3600))
    assert may_start(book, Instant(later(START, 3600) - 1))
    assert not may_start(book, later(START, 3600))
    assert not may_join(book, later(START, 3600))


def test_what_is_not_about_tokens_is_refused() -> None:
    with pytest.raises(Refused, match="no such command"):
        decide_tokens(TokenBook(), Mute(id=CommandId("m"), at=START, participant=USER))


ALPHABET: tuple[Command, ...] = (
    *(issue(life_s, token) for life_s in (3599, 3600, None) for token in ("token-1", "token-2")),
    RevokeTokens(id=CommandId("revoke"), at=START, user=USER),
    *(
        ExpireToken(id=CommandId("x"), at=later(START, 3600), user=USER, token=token)
        for token in ("token-1", "token-2", "token-3")
    ),
)


@given(st.lists(st.sampled_from(ALPHABET), max_size=20))
def test_a_token_has_a_deadline_exactly_while_it_is_valid(commands: list[Command]) -> None:
    book, history = TokenBook(), list[Event]()
    for asked in commands:
        before = digest(book)
        try:
            events = decide_tokens(book, asked)
        except Refused:
            assert digest(book) == before
            continue
        assert digest(book) == before
        for event in events:
            evolve_tokens(book, event)
        history += events
        valid = {token for token, known in book.tokens.items() if known.state is TokenState.VALID}
        assert set(token_deadlines(book)) == valid
    again = TokenBook()
    for event in history:
        evolve_tokens(again, event)
    assert again == book


@pytest.mark.parametrize("state", TOKEN.states)
def test_every_event_in_every_state(state: TokenState) -> None:
    issued = TokenIssued(user=USER, token="token-1", scopes=(Scope.VOIP,), expires_at=START)
    facts: tuple[Event, ...] = (
        issued,
        TokenExpired(user=USER, token="token-1"),
        TokenRevoked(user=USER, token="token-1"),
    )
    ways: dict[TokenState, tuple[Event, ...]] = {
        TokenState.NONE: (),
        TokenState.VALID: (issued,),
        TokenState.EXPIRED: (issued, facts[1]),
        TokenState.REVOKED: (issued, facts[2]),
    }
    for fact in facts:
        book = TokenBook()
        for earlier in ways[state]:
            evolve_tokens(book, earlier)
        before = digest(book)
        row = [r for r in TOKEN.rows if r.source == state and r.emits == type(fact).__name__]
        if row:
            assert evolve_tokens(book, fact).state("token-1") == row[0].target
        else:
            with pytest.raises(CorruptHistory):
                evolve_tokens(book, fact)
            assert digest(book) == before


def test_an_event_of_something_else_is_no_token_history() -> None:
    with pytest.raises(CorruptHistory):
        evolve_tokens(TokenBook(), Event())
