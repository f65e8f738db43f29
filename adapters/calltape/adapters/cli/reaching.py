"""`calltape push`: who can be reached by a push, and until when."""

import time
from collections.abc import Iterable
from typing import Any

import click

from calltape.adapters.cli.options import json_option, opened, store_option
from calltape.adapters.cli.printing import (
    clock,
    moment_or_none,
    print_json,
    progress,
    say,
    screen,
    span,
    table,
)
from calltape.adapters.stores import Store
from calltape.core import Instant, PushState, Recorded
from calltape.projections.projection import View
from calltape.projections.push_ttl import PUSH_TTL, PushDevice, PushUser


@click.command()
@store_option
@json_option
def push(store: str, as_json: bool) -> None:
    """List the devices that were registered for pushes: which can be reached now, and until when."""
    now = Instant(time.time_ns() // 1_000)
    with opened(store) as log, progress("reading"):
        rows = sorted(_rows(log), key=lambda row: str(row.user))
    devices = [_document(row, name, device, now) for row in rows for name, device in row.devices.items()]
    if as_json:
        print_json(devices)
    elif not devices:
        say("nobody registered a device; `calltape register` does")
    else:
        _show(rows, now)


def _rows(log: Store) -> Iterable[PushUser]:
    """The view of the registrations alone: a store may hold millions of other events."""
    found: list[Recorded] = [each for stream in log.streams("push-") for each in log.read(stream)]
    view = View(PUSH_TTL)
    view.advance(sorted(found, key=lambda each: each.position))
    return view.rows.values()


def _is_reachable(device: PushDevice, now: Instant) -> bool:
    until = device.expires_at
    return device.state is PushState.REGISTERED and until is not None and now < until


def _document(row: PushUser, name: str, device: PushDevice, now: Instant) -> dict[str, Any]:
    return {
        "user": row.user,
        "device": name,
        "state": device.state.value,
        "reachable": _is_reachable(device, now),
        "expires_at": moment_or_none(device.expires_at),
        "registered_at": moment_or_none(device.registered_at),
        "renewed_at": moment_or_none(device.renewed_at),
    }


def _show(rows: Iterable[PushUser], now: Instant) -> None:
    cells = [
        (str(row.user), name, device.state.value, *_until(device, now))
        for row in rows
        for name, device in row.devices.items()
    ]
    table(screen(), "user", "device", "state", "reachable until", "left", rows=cells)


def _until(device: PushDevice, now: Instant) -> tuple[str, str]:
    if device.expires_at is None or not _is_reachable(device, now):
        return "not reachable", ""
    return f"{clock(device.expires_at)} UTC", span(device.expires_at - now)
