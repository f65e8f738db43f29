"""What an agent's access token lets it do, and what happens when the token runs out.

A token is looked at when an agent is made, when a call is started, joined or accepted, and when it runs out.
Whoever can get another one then goes on; whoever cannot is out of their calls with 495/4507.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

import attrs

from calltape.adapters.runtime import Runtime
from calltape.core import (
    TOKEN,
    Instant,
    RawId,
    Refused,
    TokenBook,
    TokenState,
    may_join,
    may_start,
)

log_ = logging.getLogger(__name__)

Refresher = Callable[[], Awaitable[str]]
"""Gets another token from whoever issues them, and gives its id."""


@attrs.frozen
class TokenCredential:
    """The token by which somebody is let in: its id, and where another one comes from when it has run out."""

    token: str
    refresher: Refresher | None = None
    """None: the token is used as long as it lives, and not renewed."""


class Admission(Protocol):
    """Says what an agent may do. Each method raises `Refused` when it may not."""

    async def require_join(self, operation: str) -> None:
        """Coming into a call that is there, and everything in it."""
        ...

    async def require_start(self, operation: str, *, is_invited_to_room: bool = False) -> None:
        """Starting a call."""
        ...

    async def run_out(self) -> None:
        """Return when the agent may be in no call any more."""
        ...


class TrustedAdmission:
    """The program that makes the agent vouches for its user."""

    async def require_join(self, operation: str) -> None:
        """See `Admission.require_join`."""

    async def require_start(self, operation: str, *, is_invited_to_room: bool = False) -> None:
        """See `Admission.require_start`."""

    async def run_out(self) -> None:
        """Never."""
        await asyncio.Event().wait()


TRUSTED: Admission = TrustedAdmission()


class TokenAdmission:
    """What the user's token allows, read anew each time."""

    def __init__(self, runtime: Runtime, user: RawId, credential: TokenCredential) -> None:
        self._runtime = runtime
        self._user = user
        self._token = credential.token
        self._refresher = credential.refresher
        self._refreshing = asyncio.Lock()

    async def require_join(self, operation: str) -> None:
        """See `Admission.require_join`."""
        book, now = await self._valid(operation)
        if not may_join(book, now):
            raise self._refusal(book, operation, "the token allows no calling; it takes voip or voip.join")

    async def require_start(self, operation: str, *, is_invited_to_room: bool = False) -> None:
        """See `Admission.require_start`."""
        book, now = await self._valid(operation)
        if not may_start(book, now, is_invited_to_room=is_invited_to_room):
            reason = "the token starts no calls; it takes voip, or for the call of a room voip.join"
            raise self._refusal(book, operation, reason)

    async def run_out(self) -> None:
        """See `Admission.run_out`: when the token's life is over and no other can be had."""
        while True:
            try:
                book, _ = await self._valid("Refresh")
            except Refused:
                return
            await self._runtime.clock.wait(asyncio.Event(), book.tokens[self._token].expires_at)

    async def _valid(self, operation: str) -> tuple[TokenBook, Instant]:
        """What is known of the token, which is valid: this one, or another that was got in its place."""
        async with self._refreshing:
            book = await self._book()
            if not self._is_valid(book) and self._refresher is not None:
                await self._refresh(self._refresher, book, operation)
                book = await self._book()
            if not self._is_valid(book):
                raise self._refusal(book, operation, self._why(book))
            return book, self._runtime.clock.now()

    async def _refresh(self, refresher: Refresher, book: TokenBook, operation: str) -> None:
        try:
            self._token = await refresher()
        except Exception as broken:
            log_.warning("a token could not be renewed", extra={"error": type(broken).__name__})
            reason = "the token has run out and could not be renewed (495/4507)"
            raise self._refusal(book, operation, reason) from broken

    def _is_valid(self, book: TokenBook) -> bool:
        return self._state(book) is TokenState.VALID

    def _state(self, book: TokenBook) -> TokenState:
        """Where the token is now: it runs out by itself, whether or not anybody recorded that it did."""
        state = book.state(self._token)
        if state is TokenState.VALID and book.tokens[self._token].expires_at <= self._runtime.clock.now():
            return TokenState.EXPIRED
        return state

    def _why(self, book: TokenBook) -> str:
        match self._state(book):
            case TokenState.EXPIRED:
                return "the token has run out; give one that is valid (495/4507)"
            case TokenState.REVOKED:
                return "the token was taken back; give one that is valid (495/4507)"
            case _:
                return f"no such token was issued to {self._user}; give one that was (495/4507)"

    async def _book(self) -> TokenBook:
        """What is known of this token alone: the user's others let nobody in here."""
        book = await self._runtime.tokens.book(self._user)
        return TokenBook(
            tokens={token: known for token, known in book.tokens.items() if token == self._token}
        )

    def _refusal(self, book: TokenBook, operation: str, reason: str) -> Refused:
        state = self._state(book)
        return Refused(TOKEN.name, state, operation, reason, TOKEN.accepted(state))
