"""Tokens, issued and taken back through the runtime."""

import pytest

from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import Runtime, SimulatedClock
from calltape.core import (
    BadInput,
    RawId,
    Refused,
    Scope,
    TokenState,
    later,
    may_start,
    token_deadlines,
    user_stream,
)

pytestmark = pytest.mark.example

ALICE = RawId("8:acs:test_alice")


async def test_a_token_is_issued_and_all_are_taken_back() -> None:
    async with Runtime(log := MemoryLog(), clock=SimulatedClock()) as runtime:
        one = await runtime.tokens.issue(ALICE, [Scope.VOIP])
        two = await runtime.tokens.issue(ALICE, [Scope.CHAT], life_s=3_600)
        book, now = await runtime.tokens.book(ALICE), runtime.clock.now()
        assert may_start(book, now)
        assert token_deadlines(book) == {one: later(now, 86_400), two: later(now, 3_600)}
        await runtime.tokens.revoke(ALICE)
        await runtime.tokens.revoke(ALICE)
        book = await runtime.tokens.book(ALICE)
        assert {book.state(token) for token in (one, two)} == {TokenState.REVOKED}
        assert log.version(user_stream(ALICE)) == 4


async def test_what_is_refused_is_not_recorded() -> None:
    async with Runtime(log := MemoryLog(), clock=SimulatedClock()) as runtime:
        with pytest.raises(Refused, match="no scope is named"):
            await runtime.tokens.issue(ALICE, [])
        with pytest.raises(Refused, match="out of range"):
            await runtime.tokens.issue(ALICE, [Scope.VOIP], life_s=60)
        with pytest.raises(Refused, match="have tokens elsewhere"):
            await runtime.tokens.issue("4:+14255550123", [Scope.VOIP])
        with pytest.raises(BadInput, match="alice"):
            await runtime.tokens.revoke("alice")
        assert list(log.read_all()) == []
