"""Identity and tokens: what a user's access tokens allow, and until when.

One stream a user. What is recorded is that a token was issued, under an id; the token itself is a secret and
never comes here. Everything is kept by the token's own expiry, so who may do what at an instant needs no
command to have run at that instant.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

from calltape.core.commands import Command, command
from calltape.core.errors import CorruptHistory, Refused
from calltape.core.events import Event, event
from calltape.core.identity import Kind, RawId, parse
from calltape.core.lifecycle import Lifecycle, load
from calltape.core.limit_rows import every_limit
from calltape.core.limits import LIMITS, Limits
from calltape.core.values import Instant, later


class TokenState(StrEnum):
    """Where one token is. Meanings: `specs/token.toml`."""

    NONE = "None"
    VALID = "Valid"
    EXPIRED = "Expired"
    REVOKED = "Revoked"


TOKEN: Lifecycle[TokenState] = load("token", TokenState, known_limits=every_limit())


class Scope(StrEnum):
    """What a token is good for, under the names the identity service gives."""

    CHAT = "chat"
    CHAT_JOIN = "chat.join"
    CHAT_JOIN_LIMITED = "chat.join.limited"
    VOIP = "voip"
    """All calling."""

    VOIP_JOIN = "voip.join"
    """Joining calls and doing everything in them, but starting none except those of rooms."""


@command
class IssueToken(Command):
    """Issue `token` (its id, not itself) to `user`, good for `scopes`."""

    user: RawId
    token: str
    scopes: tuple[Scope, ...]
    life_s: int | None = None
    """How long it lives: 60 to 1440 minutes; None takes the default of 24 hours."""


@command
class RevokeTokens(Command):
    """Take back every token of `user`."""

    user: RawId


@command
class ExpireToken(Command):
    """The life of `token` is over."""

    user: RawId
    token: str


@event("token.issued")
class TokenIssued(Event):
    """The token is good for its scopes until `expires_at`."""

    user: RawId
    token: str
    scopes: tuple[Scope, ...]
    expires_at: Instant


@event("token.expired")
class TokenExpired(Event):
    """The token's life is over."""

    user: RawId
    token: str


@event("token.revoked")
class TokenRevoked(Event):
    """The token was taken back with all others of the user."""

    user: RawId
    token: str


@attrs.frozen(kw_only=True)
class Token:
    """One token."""

    state: TokenState
    scopes: tuple[Scope, ...]
    expires_at: Instant


@attrs.define
class TokenBook:
    """One user's tokens. `TokenBook()` knows none."""

    tokens: dict[str, Token] = attrs.Factory(dict[str, Token])

    def state(self, token: str) -> TokenState:
        """Where the token is."""
        known = self.tokens.get(token)
        return TOKEN.initial if known is None else known.state


def decide_tokens(book: TokenBook, asked: Command, limits: Limits = LIMITS) -> tuple[Event, ...]:
    """What `asked` leads to. Reads `book` and changes nothing.

    Raises:
        Refused: the life is out of range, no scope is named, the user can have no token, the id is used, or
            nothing is there to expire.
    """
    match asked:
        case IssueToken():
            return (_issue(book, asked, limits),)
        case RevokeTokens():
            valid = [token for token, known in book.tokens.items() if known.state is TokenState.VALID]
            return tuple(TokenRevoked(user=asked.user, token=token) for token in valid)
        case ExpireToken():
            return (_expire(book, asked),)
        case _:
            raise Refused(TOKEN.name, "None", type(asked).__name__, "tokens know no such command")


def _issue(book: TokenBook, asked: IssueToken, limits: Limits) -> Event:
    state = book.state(asked.token)
    TOKEN.outcomes(state, "IssueToken")
    life_s = limits.token_default_s if asked.life_s is None else asked.life_s
    fault = ""
    if parse(asked.user).kind is not Kind.COMMUNICATION_USER:
        fault = f"{asked.user} is no user of a communication resource, and others have tokens elsewhere"
    elif not asked.scopes:
        fault = f"no scope is named; give one or more of {', '.join(Scope)}"
    elif not limits.token_min_s <= life_s <= limits.token_max_s:
        fault = f"a life of {life_s} s is out of range; give {limits.token_min_s} to {limits.token_max_s} s"
    if fault:
        raise Refused(TOKEN.name, state, "IssueToken", fault, TOKEN.accepted(state))
    return TokenIssued(
        user=asked.user, token=asked.token, scopes=asked.scopes, expires_at=later(asked.at, life_s)
    )


def _expire(book: TokenBook, asked: ExpireToken) -> Event:
    state = book.state(asked.token)
    TOKEN.outcomes(state, "ExpireToken")
    if asked.at < book.tokens[asked.token].expires_at:
        raise Refused(
            TOKEN.name, state, "ExpireToken", "the token has not run out yet", TOKEN.accepted(state)
        )
    return TokenExpired(user=asked.user, token=asked.token)


def evolve_tokens(book: TokenBook, fact: Event) -> TokenBook:
    """What `book` is after `fact`. Works in place on a book that the caller owns, and returns it.

    Raises:
        CorruptHistory: the event is not legal here; `book` is unchanged.
    """
    if not isinstance(fact, TokenIssued | TokenExpired | TokenRevoked):
        raise CorruptHistory(TOKEN.name, TOKEN.initial, fact.name)
    state = TOKEN.after(book.state(fact.token), type(fact).__name__)
    if isinstance(fact, TokenIssued):
        book.tokens[fact.token] = Token(state=state, scopes=fact.scopes, expires_at=fact.expires_at)
    else:
        book.tokens[fact.token] = attrs.evolve(book.tokens[fact.token], state=state)
    return book


def token_deadlines(book: TokenBook) -> Mapping[str, Instant]:
    """When each valid token runs out."""
    return MappingProxyType(
        {token: known.expires_at for token, known in book.tokens.items() if known.state is TokenState.VALID}
    )


def may_start(book: TokenBook, at: Instant, *, is_invited_to_room: bool = False) -> bool:
    """Whether the user may start a call at `at`.

    Args:
        book: the user's tokens.
        at: the instant in question.
        is_invited_to_room: whether it is the call of a room that invites them; then a token for joining will
            do.
    """
    held = _scopes(book, at)
    return Scope.VOIP in held or (is_invited_to_room and Scope.VOIP_JOIN in held)


def may_join(book: TokenBook, at: Instant) -> bool:
    """Whether the user may join a call that goes on, and do at `at` all that is done in calls."""
    return bool(_scopes(book, at) & {Scope.VOIP, Scope.VOIP_JOIN})


def _scopes(book: TokenBook, at: Instant) -> frozenset[Scope]:
    """What the tokens that are valid at `at` are good for."""
    return frozenset(
        scope
        for known in book.tokens.values()
        if known.state is TokenState.VALID and at < known.expires_at
        for scope in known.scopes
    )
