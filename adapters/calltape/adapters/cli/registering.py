"""`calltape register`: push calls to a device for a while."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from uuid import uuid4

import click

from calltape.adapters.cli.options import RAW_ID, json_option, opened, store_option
from calltape.adapters.cli.printing import clock, moment, print_json, say, span
from calltape.adapters.deciding import PUSHES, record
from calltape.adapters.stores import Store
from calltape.core import (
    SECOND,
    BadInput,
    CommandId,
    Instant,
    PushBook,
    PushRegistered,
    PushRenewed,
    RawId,
    Refused,
    RegisterPush,
    decide_push,
    push_stream,
)

DEVICE_MAX = 512
"""Characters a device may have: push tokens of the large services are shorter."""


@click.command()
@click.argument("user", metavar="RAW_ID", type=RAW_ID)
@click.argument("device")
@click.option("--ttl", "ttl_s", metavar="S", type=int, help="For how many seconds. [default: 24 hours]")
@store_option
@json_option
def register(user: RawId, device: str, ttl_s: int | None, store: str, as_json: bool) -> None:
    """Push calls to the user RAW_ID to DEVICE until its time to live is over; again to renew."""
    if not device or len(device) > DEVICE_MAX or not device.isprintable():
        raise BadInput(f"a device is 1 to {DEVICE_MAX} visible characters; give the push service's token")
    asked = RegisterPush(id=CommandId(str(uuid4())), at=_now(), user=user, device=device, ttl_s=ttl_s)
    with _in_words():
        decide_push(PushBook(), asked)  # refused before a store is touched
    with opened(store, create=True) as log:
        fact = _record(log, asked)
    if as_json:
        print_json(
            {
                "user": user,
                "device": device,
                "event": fact.name,
                "ttl_s": fact.ttl_s,
                "expires_at": moment(fact.expires_at),
            }
        )
        return
    done = "renewed" if isinstance(fact, PushRenewed) else "registered"
    left = span(fact.ttl_s * SECOND)
    say(f"{done}: calls to {user} are pushed to {device} until {clock(fact.expires_at)} UTC, {left}")


def _record(log: Store, asked: RegisterPush) -> PushRegistered | PushRenewed:
    with _in_words():
        (recorded,) = record(log, push_stream(asked.user), PUSHES, asked)
    fact = recorded.event
    assert isinstance(fact, PushRegistered | PushRenewed), "nothing else follows a registration"
    return fact


@contextmanager
def _in_words() -> Generator[None]:
    try:
        yield
    except Refused as refused:
        raise BadInput(refused.reason or str(refused)) from refused


def _now() -> Instant:
    return Instant(time.time_ns() // 1_000)
