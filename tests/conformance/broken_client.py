"""Our core as a program that can be told to fail: `die=CASE` on its command line ends it in that case."""

import json
import sys
from pathlib import Path

from calltape.conformance.case_client import CoreClient

FAULTS = dict(argument.split("=", 1) for argument in sys.argv[1:])
EXIT_STATUS = 7


def main() -> None:
    sys.stderr.write("this is broken_client\n")
    started = Path(FAULTS["once"]) if "once" in FAULTS else None
    if "greet" in FAULTS or (started and started.exists()):
        sys.exit(EXIT_STATUS)
    if started:
        started.touch()
    client, case = CoreClient(), ""
    for line in sys.stdin:
        message = json.loads(line)
        case = message.get("case", case)
        answer = dict(client.answer(message))
        if message["type"] == "hello" and "levels" in FAULTS:
            answer["levels"] = FAULTS["levels"].split(",")
        text = json.dumps(answer)
        if message["type"] == "command":
            text = failing(case, text)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def failing(case: str, answer: str) -> str:
    """The answer, or what stands in its place in a case that was named."""
    if FAULTS.get("die") == case:
        sys.exit(EXIT_STATUS)
    instead = {
        "garbage": "la la la",
        "error": '{"type": "error", "because": "out of order"}',
        "wrong": '{"type": "ready"}',
    }
    return next((text for fault, text in instead.items() if FAULTS.get(fault) == case), answer)


main()
