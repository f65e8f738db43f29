"""Load a tape file and step through it, forwards and back. `python examples/replay.py [FILE.jsonl]`.

Without a file it takes the golden tape that comes with the package: a call recorded when `participant.left`
still had its first shape.
"""

import argparse
from collections.abc import Sequence
from importlib.resources import as_file, files
from itertools import islice
from pathlib import Path

from calltape.adapters.tape import TapeLog
from calltape.core import Call, CallState, CorruptHistory, Recorded, digest, evolve, replay

GOLDEN = files("calltape.specs") / "golden" / "left_shape_1.jsonl"


def read(path: Path) -> dict[str, list[Recorded]]:
    """The events of every call on the tape, by stream."""
    tape = TapeLog(path, create=False)
    try:
        return {name: list(tape.read(name)) for name in tape.streams("call-")}
    finally:
        tape.close()


def forwards(recorded: Sequence[Recorded]) -> Call:
    """Fold one event after the other and say whose view of the call each changed."""
    call = Call()
    for each in recorded:
        before = legs(call)
        evolve(call, each.event)
        changed = [
            f"{who} {before.get(who, 'None')} → {leg}"
            for who, leg in legs(call).items()
            if leg != before.get(who, CallState.NONE)
        ]
        print(f"{each.version:>4}  {each.event.name:<24} {', '.join(changed)}")
    return call


def legs(call: Call) -> dict[str, CallState]:
    """The call as each participant's own endpoint sees it."""
    return {person.id: person.call_state for person in call.participants.values()}


def at_version(recorded: Sequence[Recorded], version: int) -> Call:
    """The call as it was after its first `version` events: going back is replaying less."""
    return replay(each.event for each in islice(recorded, version))


def show(recorded: Sequence[Recorded]) -> None:
    print(f"\n{recorded[0].stream}")
    call = forwards(recorded)
    half = at_version(recorded, len(recorded) // 2)
    print(f"after {len(recorded) // 2} events it was {half.state}, in the end {call.state}")
    print(f"digest {digest(call)}")
    try:
        replay(each.event for each in (*recorded, recorded[0]))
    except CorruptHistory as found:
        print(f"with its first event once more at the end: {found}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("tape", nargs="?", type=Path, help="a tape file (default: the golden one)")
    given: Path | None = options.parse_args().tape
    with as_file(GOLDEN) as golden:
        for recorded in read(given or golden).values():
            show(recorded)


if __name__ == "__main__":
    main()
