"""`calltape recover`: bring the calls that a dead process left to their end."""

import asyncio
from typing import Any

import attrs
import click

from calltape.adapters.cli.options import json_option, opened, shown, store_option
from calltape.adapters.cli.printing import (
    clock,
    moment_or_none,
    print_json,
    reason_document,
    reason_text,
    say,
)
from calltape.adapters.runtime import Runtime
from calltape.adapters.runtime.absent_media import AbsentMedia
from calltape.adapters.stores import Store
from calltape.core import BadInput, Call, CallId, EndReason, Instant, Wait, deadlines


@attrs.frozen(kw_only=True)
class Recovered:
    """What became of one call."""

    call_id: CallId
    end_reason: EndReason | None
    """Why it ended; None while it has not."""

    ends_by: Instant | None
    """When it does, unless its people come back; None for one that has ended."""


@click.command()
@click.option("--wait", "waits", is_flag=True, help="Stay until every call has ended.")
@store_option
@json_option
def recover(waits: bool, store: str, as_json: bool) -> None:
    """Take up the calls that no program runs any more, and end what is due.

    Their media died with the program that ran them; who is not back within the time to reconnect is dropped.
    """
    with opened(store) as log:
        if not log.claim():
            raise BadInput(f"another program runs the calls of {shown(store)}; it takes up what was left")
        found = asyncio.run(_recovered(log, waits=waits))
    if as_json:
        for each in found:
            print_json(document(each))
    else:
        _show(found, store)


def document(each: Recovered) -> dict[str, Any]:
    """What `--json` prints for one call."""
    return {
        "call_id": each.call_id,
        "is_over": each.ends_by is None,
        "end_reason": reason_document(each.end_reason),
        "ends_by": moment_or_none(each.ends_by),
    }


async def _recovered(log: Store, *, waits: bool) -> list[Recovered]:
    async with Runtime(log, media=AbsentMedia()) as runtime:
        over: dict[CallId, Call] = {}
        changed = asyncio.Event()

        def follow(call_id: CallId, call: Call, _: object) -> None:
            if call.is_over:
                over[call_id] = call
                changed.set()

        runtime.listen(follow)
        found = await runtime.recover()
        await runtime.settled()
        while waits and len(over) < len(found):
            changed.clear()
            await changed.wait()
        return [_fate(each, over.get(each) or await runtime.call(each)) for each in found]


def _fate(call_id: CallId, call: Call) -> Recovered:
    if call.is_over:
        return Recovered(call_id=call_id, end_reason=call.end_reason, ends_by=None)
    # Every participant waits for something, or the whole call for its end: the last of these is the latest.
    waits = [at for key, at in deadlines(call).items() if key.wait is not Wait.DURATION]
    return Recovered(call_id=call_id, end_reason=None, ends_by=max(waits, default=call.ends_by))


def _show(found: list[Recovered], store: str) -> None:
    for each in found:
        if each.ends_by is None:
            say(f"{each.call_id}: ended, {reason_text(each.end_reason)}")
        else:
            say(f"{each.call_id}: ends by {clock(each.ends_by)} UTC; recover again then, or with --wait now")
    if not found:
        say(f"no call in {shown(store)} is left to take up")
