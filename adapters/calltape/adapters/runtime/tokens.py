"""Access tokens, issued and taken back: the `user-<raw id>` streams of the runtime's log."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from calltape.adapters.deciding import TOKENS, read, record
from calltape.core import (
    Command,
    CommandId,
    IssueToken,
    RawId,
    RevokeTokens,
    Scope,
    TokenBook,
    raw_id,
    user_stream,
)

if TYPE_CHECKING:
    from calltape.adapters.runtime.runtime import Runtime


class Tokens:
    """What is known of every user's tokens. A token is named by its id; the secret itself is never here."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime

    async def issue(self, user: str, scopes: Iterable[Scope], *, life_s: int | None = None) -> str:
        """Issue a token to `user`, and give its id.

        Args:
            user: the raw id of a user of a communication resource.
            scopes: what it is good for.
            life_s: how long it lives, an hour to a day; None for a day.

        Raises:
            BadInput: `user` is no raw id.
            Refused: no scope is named, the life is out of range, or the user can have no token.
        """
        runtime, who, token = self._runtime, raw_id(user), self._runtime.new_id()
        id_, now = CommandId(runtime.new_id()), runtime.clock.now()
        asked = IssueToken(id=id_, at=now, user=who, token=token, scopes=tuple(scopes), life_s=life_s)
        await self._record(who, asked)
        return token

    async def revoke(self, user: str) -> None:
        """Take back every token of `user`: none of them lets them make an agent, start or join any more.

        Raises:
            BadInput: `user` is no raw id.
        """
        who, id_ = raw_id(user), CommandId(self._runtime.new_id())
        await self._record(who, RevokeTokens(id=id_, at=self._runtime.clock.now(), user=who))

    async def book(self, user: RawId) -> TokenBook:
        """What is known of the user's tokens."""
        return (await asyncio.to_thread(read, self._runtime.log, user_stream(user), TOKENS))[0]

    async def _record(self, user: RawId, asked: Command) -> None:
        runtime = self._runtime
        await asyncio.to_thread(record, runtime.log, user_stream(user), TOKENS, asked, runtime.limits)
