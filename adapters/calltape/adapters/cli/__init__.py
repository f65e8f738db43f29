"""The command line: `calltape`. Reference: `docs/reference/cli.md`."""

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line of this process, and exit."""
    try:  # loading takes some tenths of a second, in which somebody may change their mind
        from calltape.adapters.cli.program import program
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    program.main(prog_name="calltape")
