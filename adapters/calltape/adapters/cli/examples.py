"""`calltape example`: a tape of a call in any state that a call can be in."""

from collections.abc import Iterable
from pathlib import Path

import click

from calltape.adapters.cli.options import json_option, require_free
from calltape.adapters.cli.printing import print_json, say
from calltape.adapters.memory import MemoryLog
from calltape.adapters.tape import export_tape
from calltape.core import CallId, Recorded, Unrecorded


@click.command()
@click.argument("state")
@click.option("-o", "--output", metavar="FILE", required=True, type=click.Path(path_type=Path))
@click.option("--participants", default=2, show_default=True, help="How many people the roster lists.")
@json_option
def example(state: str, output: Path, participants: int, as_json: bool) -> None:
    """Write a tape of a call in STATE: no tape of fewer commands gets there.

    STATE is that of a lifecycle: RemoteHold; call.Connected where several lifecycles have one of that name.
    """
    from calltape.conformance.call_states import state_named
    from calltape.conformance.example_tapes import call_in_state

    tape = call_in_state(state, participants=participants)
    require_free(output, "memory:")
    call_id = CallId(tape[0].stream.removeprefix("call-"))
    events = export_tape(_log_of(tape), call_id, output, source="calltape example")
    if as_json:
        said = {"call_id": call_id, "state": str(state_named(state)), "participants": participants}
        print_json({**said, "events": events})
    else:
        say(f"{events} events of a call of {participants} in {state_named(state)} are in {output}")


def _log_of(tape: Iterable[Recorded]) -> MemoryLog:
    log = MemoryLog()
    for each in tape:
        unrecorded = Unrecorded(event=each.event, at=each.at, command_id=each.command_id)
        log.append(each.stream, each.version - 1, [unrecorded])
    return log
