"""`calltape push`."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calltape.adapters.agent import CallClient, TokenCredential
from calltape.adapters.deciding import PUSHES, record
from calltape.adapters.runtime import InstantMedia
from calltape.adapters.stores import open_store
from calltape.core import (
    CommandId,
    Instant,
    RawId,
    Refused,
    RegisterPush,
    Scope,
    UnregisterPush,
    later,
    push_stream,
)

pytestmark = pytest.mark.example


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Alice has a device that ran out unnoticed and one that lives; Bob took his back."""
    url = f"sqlite:///{tmp_path}/push.db"
    log = open_store(url, create=True)
    now = Instant(time.time_ns() // 1_000)
    alice, bob = RawId("8:acs:alice"), RawId("8:acs:bob")
    for user, device, ago_s, ttl_s in (
        (bob, "laptop", 100, 3600),
        (alice, "old", 400, 300),
        (alice, "phone", 100, 3600),
    ):
        asked = RegisterPush(
            id=CommandId(device), at=later(now, -ago_s), user=user, device=device, ttl_s=ttl_s
        )
        record(log, push_stream(user), PUSHES, asked)
    record(log, push_stream(bob), PUSHES, UnregisterPush(id=CommandId("u"), at=now, user=bob))
    log.close()
    return url


def test_who_is_reachable_and_until_when(url: str, run: Callable[..., Any]) -> None:
    document = run("push", "--store", url, "--json").document
    assert [(each["user"], each["device"], each["state"], each["reachable"]) for each in document] == [
        ("8:acs:alice", "old", "Registered", False),
        ("8:acs:alice", "phone", "Registered", True),
        ("8:acs:bob", "laptop", "Unregistered", False),
    ]
    lines = run("push", "--store", url).out.splitlines()
    assert len(lines) == 4
    assert "not reachable" in lines[1]
    assert lines[2].count("-") == 2, "the date stands there once"
    assert "UTC" in lines[2]
    assert "58 min" in lines[2]


def test_a_store_without_registrations(tmp_path: Path, run: Callable[..., Any]) -> None:
    url = f"sqlite:///{tmp_path}/none.db"
    open_store(url, create=True).close()
    assert run("push", "--store", url, "--json").document == []
    assert run("push", "--store", url).out.startswith("nobody registered a device")


def test_a_store_that_is_not_there_is_told(tmp_path: Path, run: Callable[..., Any]) -> None:
    assert "calltape: " in run("push", "--store", f"sqlite:///{tmp_path}/nowhere.db").complaint
    assert list(tmp_path.iterdir()) == []


def test_whose_tokens_were_taken_back_is_not_reachable(tmp_path: Path, run: Callable[..., Any]) -> None:
    url = f"sqlite:///{tmp_path}/tokens.db"
    now_reachable = list[dict[str, bool]]()

    def reachable() -> dict[str, bool]:
        document = run("push", "--store", url, "--json").document
        return {each["device"]: each["reachable"] for each in document}

    async def register_and_revoke() -> None:
        async with CallClient(url, media=InstantMedia(), with_echo=False) as client:
            for user, device in (("8:acs:test_alice", "hers"), ("8:acs:test_bob", "his")):
                token = await client.tokens.issue(user, [Scope.VOIP])
                agent = await client.create_call_agent(user, credential=TokenCredential(token))
                await agent.register_push_notification(device)
            now_reachable.append(await asyncio.to_thread(reachable))
            await client.tokens.revoke("8:acs:test_bob")
            now_reachable.append(await asyncio.to_thread(reachable))
            with pytest.raises(Refused, match="taken back"):
                await agent.register_push_notification("his other")

    asyncio.run(register_and_revoke())
    assert now_reachable == [{"hers": True, "his": True}, {"hers": True, "his": False}]
    assert reachable() == {"hers": True, "his": False}
