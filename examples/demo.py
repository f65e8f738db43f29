"""Call the echo service, then read everything back off the tape: `make demo`.

Runs the commands a user would type, in an empty folder that is removed afterwards, and shows each of them.
Exit status: 0 when the call was recorded and its audio came back, 1 when it did not, else a command's own.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ECHO_SERVICE = "8:echo123"
CORRELATION_MIN = 0.6  # of the returned audio with what was sent
CALLTAPE = Path(sys.executable).with_name("calltape")


def run(folder: Path, *arguments: str, capture: bool = False) -> str:
    """Show a `calltape` command, run it in the folder, and give back what it printed if that is captured."""
    print(f"\n$ calltape {shlex.join(arguments)}", flush=True)
    done = subprocess.run(
        [CALLTAPE, *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "CALLTAPE_STORE"},
        check=False,
        stdout=subprocess.PIPE if capture else None,
        text=True,
    )
    if done.returncode != 0:
        sys.exit(done.returncode)
    return done.stdout or ""


def verdict(call: dict[str, Any]) -> str | None:
    """What is wrong with the outcome of a call as `calltape call --json` reports it; None when nothing is."""
    correlation = call["audio"]["correlation"]
    if correlation is None or correlation < CORRELATION_MIN:
        return (
            f"the audio that came back is not what was sent: correlation {correlation}, not {CORRELATION_MIN}"
        )
    if not call["video"]["frames_received"]:
        return "no video frame came back"
    if call["final_state"] != "Disconnected":
        return f"the call ended in {call['final_state']}, not in Disconnected"
    return None


def summary(call: dict[str, Any]) -> str:
    """The outcome of a good call, in a sentence."""
    audio, video = call["audio"], call["video"]
    return (
        f"{call['duration_s']:.1f} s of call, {call['events']} events recorded; the audio came back after"
        f" {audio['delay_ms']:.0f} ms with correlation {audio['correlation']:.2f}, and"
        f" {video['frames_received']} video frames for {video['frames_sent']} sent"
    )


def demonstrate(folder: Path, seconds: int) -> dict[str, Any]:
    """Place the call, read its tape back in every way; the outcome as `calltape call --json` reports it."""
    # With --json the document goes to standard output and the live display to standard error.
    printed = run(folder, "call", ECHO_SERVICE, "--seconds", str(seconds), "--json", capture=True)
    call: dict[str, Any] = json.loads(printed)
    print(json.dumps(call, indent=2), flush=True)
    run(folder, "calls")
    run(folder, "timeline", call["call_id"])
    run(folder, "replay", call["call_id"])
    run(folder, "project", "roster")
    run(folder, "check", "sqlite:///calltape.db")
    return call


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--seconds", type=int, default=8, help="how long the call lasts (default: 8)")
    seconds: int = options.parse_args().seconds
    if not CALLTAPE.exists():
        sys.exit(
            f"demo: there is no calltape beside {sys.executable}: run `make demo`, which installs it first"
        )
    with tempfile.TemporaryDirectory(prefix="calltape-demo-") as folder:
        call = demonstrate(Path(folder), seconds)
    complaint = verdict(call)
    if complaint:
        sys.exit(f"demo: {complaint}")
    print(f"\n{summary(call)}")


if __name__ == "__main__":
    main()
