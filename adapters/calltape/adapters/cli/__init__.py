"""The command line: `calltape`. Reference: `docs/reference/cli.md`."""

from calltape.adapters.cli.program import main, program

__all__ = ["main", "program"]
