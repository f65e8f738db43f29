"""Access tokens, issued and taken back: the `user-<raw id>` streams of the runtime's log."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs

from calltape.adapters.deciding import PUSHES, TOKENS, Decider, read, record
from calltape.core import (
    Command,
    CommandId,
    EventLog,
    IssueToken,
    RawId,
    Recorded,
    RevokeTokens,
    Scope,
    TokenBook,
    push_consequences,
    push_stream,
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
        await self._record(user_stream(who), TOKENS, asked)
        return token

    async def revoke(self, user: str) -> None:
        """Take back every token of `user`: none of them lets them make an agent, start or join any more.

        The user's devices are forgotten with them, so that no call is pushed there. Where a crash came
        between the two, doing it again does the rest.

        Raises:
            BadInput: `user` is no raw id.
        """
        who, id_, now = raw_id(user), CommandId(self._runtime.new_id()), self._runtime.clock.now()
        stream = user_stream(who)
        recorded = await self._record(stream, TOKENS, RevokeTokens(id=id_, at=now, user=who))
        for each in recorded or await asyncio.to_thread(_last, self._runtime.log, stream):
            cause = f"{each.stream}/{each.version}"
            id_ = CommandId(f"{cause}-push")
            for asked in push_consequences(each.event, command_id=id_, at=now):
                given: Any = (
                    asked  # the declaring decorator hides from type checkers that it is an attrs class
                )
                await self._record(push_stream(who), PUSHES, attrs.evolve(given, causation_id=cause))

    async def book(self, user: RawId) -> TokenBook:
        """What is known of the user's tokens."""
        return (await asyncio.to_thread(read, self._runtime.log, user_stream(user), TOKENS))[0]

    async def _record(self, stream: str, kind: Decider[Any], asked: Command) -> tuple[Recorded, ...]:
        runtime = self._runtime
        return await asyncio.to_thread(record, runtime.log, stream, kind, asked, runtime.limits)


def _last(log: EventLog, stream: str) -> tuple[Recorded, ...]:
    """The last event of a stream; nothing where there is none."""
    return tuple(log.read(stream, max(0, log.version(stream) - 1)))
