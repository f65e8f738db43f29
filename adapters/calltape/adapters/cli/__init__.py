"""The command line: `calltape`. Reference: `docs/reference/cli.md`."""

import gc
import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line of this process, and exit."""
    try:  # loading takes some tenths of a second, in which somebody may change their mind
        gc.disable()  # what is loaded stays: looking for garbage among it is in vain, now and later
        from calltape.adapters.cli.program import program

        gc.freeze()
        gc.enable()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    program.main(prog_name="calltape")
