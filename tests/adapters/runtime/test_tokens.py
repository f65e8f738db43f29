"""Tokens, issued and taken back through the runtime."""

import pytest

from calltape.adapters.deciding import PUSHES, TOKENS, read, record
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import Runtime, SimulatedClock
from calltape.core import (
    BadInput,
    CommandId,
    PushRevoked,
    RawId,
    Refused,
    RegisterPush,
    RevokeTokens,
    Scope,
    TokenState,
    later,
    may_start,
    push_stream,
    token_deadlines,
    user_stream,
)

pytestmark = pytest.mark.example

ALICE, BOB = (RawId(f"8:acs:test_{name}") for name in ("alice", "bob"))


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


async def test_who_has_no_token_any_more_is_pushed_to_no_more() -> None:
    async with Runtime(log := MemoryLog(), clock=SimulatedClock()) as runtime:
        await runtime.tokens.issue(ALICE, [Scope.VOIP])
        await runtime.tokens.issue(ALICE, [Scope.CHAT])
        now = runtime.clock.now()
        for who in (ALICE, BOB):
            asked = RegisterPush(id=CommandId(f"register-{who}"), at=now, user=who, device="phone")
            record(log, push_stream(who), PUSHES, asked)
        await runtime.tokens.revoke(ALICE)
        assert read(log, push_stream(ALICE), PUSHES)[0].reachable(now) == ()
        assert read(log, push_stream(BOB), PUSHES)[0].reachable(now) == ("phone",)
        *_, revoked = log.read(push_stream(ALICE))
        assert isinstance(revoked.event, PushRevoked)
        assert revoked.causation_id == f"{user_stream(ALICE)}/3"


async def test_revoking_again_does_what_a_crash_left_undone() -> None:
    async with Runtime(log := MemoryLog(), clock=SimulatedClock()) as runtime:
        await runtime.tokens.issue(ALICE, [Scope.VOIP])
        now = runtime.clock.now()
        register = RegisterPush(id=CommandId("register"), at=now, user=ALICE, device="phone")
        record(log, push_stream(ALICE), PUSHES, register)
        record(log, user_stream(ALICE), TOKENS, RevokeTokens(id=CommandId("revoke"), at=now, user=ALICE))
        await runtime.tokens.revoke(ALICE)
        assert log.version(user_stream(ALICE)) == 2, "the tokens were taken back already"
        assert read(log, push_stream(ALICE), PUSHES)[0].reachable(now) == ()
        await runtime.tokens.issue(ALICE, [Scope.VOIP])
        again = RegisterPush(id=CommandId("again"), at=now, user=ALICE, device="phone")
        record(log, push_stream(ALICE), PUSHES, again)
        await runtime.tokens.revoke(BOB)
        assert read(log, push_stream(ALICE), PUSHES)[0].reachable(now) == ("phone",)
        assert log.version(push_stream(BOB)) == 0


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
