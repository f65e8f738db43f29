"""The program that is killed: takes up what the last one left, then places calls and says what is durable.

python crash_child.py STORE SEED call     until killed
python crash_child.py STORE SEED finish   until every call is over
"""

import asyncio
import random
import sys
from collections.abc import Sequence
from typing import Any

from calltape.adapters.runtime import Runtime
from calltape.adapters.stores import open_store
from calltape.core import (
    LIMITS,
    Accept,
    CallId,
    Command,
    Endpoint,
    EndpointId,
    EndReason,
    HangUp,
    Hold,
    Mute,
    RawId,
    Refused,
    Reject,
    Resume,
    Ringing,
    StartCall,
    Unmute,
)

ALICE, BOB = RawId("8:acs:test_alice"), RawId("8:acs:test_bob")
SHORT = LIMITS.with_(establish_one_to_one_s=0.6, reconnect_s=0.3, modality_s=0.3)


KINDS: Sequence[type[Command]] = [Accept] * 4 + [Reject, HangUp, Mute, Unmute, Hold, Resume]


class Phone:
    """Rings and does nothing else; the program answers for it."""

    async def ring(self, ringing: Ringing) -> bool:
        return True

    async def stop_ringing(self, call_id: CallId, reason: EndReason) -> None:
        return


async def place_calls(runtime: Runtime, dice: random.Random) -> None:
    phone: Endpoint = Phone()
    runtime.register(BOB, EndpointId("bob-1"), phone)
    runtime.register(BOB, EndpointId("bob-2"), phone)
    while True:
        await asyncio.gather(*(one_call(runtime, dice) for _ in range(3)))


async def one_call(runtime: Runtime, dice: random.Random) -> None:
    call_id = CallId(runtime.new_id())
    fields: dict[str, Any] = {"participant": ALICE, "endpoint": "alice-1", "callees": (BOB,)}
    await acknowledged(runtime, call_id, StartCall, call_id=call_id, **fields)
    for _ in range(dice.randrange(2, 14)):
        await asyncio.sleep(dice.random() * 0.02)
        who = dice.choice([ALICE, BOB])
        endpoint = {"endpoint": dice.choice(["bob-1", "bob-2"])}
        kind = dice.choice(KINDS)
        if kind in {Accept, Reject}:
            await acknowledged(runtime, call_id, kind, participant=BOB, **endpoint)
        else:
            await acknowledged(runtime, call_id, kind, participant=who)


async def acknowledged(runtime: Runtime, call_id: CallId, kind: type[Command], /, **fields: Any) -> None:
    try:
        recorded = await runtime.give(call_id, kind, **fields)
    except Refused:
        return
    for each in recorded:
        print(call_id, each.version, each.command_id, flush=True)


async def finish(runtime: Runtime, left: set[CallId]) -> None:
    while left:
        await asyncio.sleep(0.02)
        left -= {call_id for call_id in left if (await runtime.call(call_id)).is_over}


async def main(store: str, seed: str, mode: str) -> None:
    log = open_store(store, create=True)
    async with Runtime(log, limits=SHORT) as runtime:
        left = await runtime.recover()
        print("ready", flush=True)
        if mode == "finish":
            await finish(runtime, set(left))
        else:
            await place_calls(runtime, random.Random(seed))
    log.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
