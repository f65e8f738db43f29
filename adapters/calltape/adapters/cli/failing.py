"""Whatever goes wrong becomes one sentence on stderr and an exit status; nobody meets a traceback.

Exit status: 0 done; 1 the answer is no (a history that is not legal, a call that did not connect); 2 what was
asked for cannot be done as asked; 70 a fault of calltape's own; 130 interrupted.
"""

import os
import sys
import traceback
from typing import Any

import click

from calltape.adapters.cli import INTERRUPTED
from calltape.adapters.cli.printing import visible
from calltape.core import CalltapeError

CANNOT, FAULT = 2, 70


class Program(click.Group):
    """A group of commands that ends the process by those rules, also under click's own test runner."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command line and exit. Takes what `click.Command.main` takes."""
        _open_missing_streams()
        try:
            status = super().main(*arguments, **{**options, "standalone_mode": False})
            sys.stdout.flush()
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except click.Abort:  # what click makes of Ctrl-C
            sys.exit(INTERRUPTED)
        except BrokenPipeError:  # whoever read our output has read enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except Exception as error:
            sys.exit(_explain(error))
        sys.exit(status if isinstance(status, int) else 0)


def _open_missing_streams() -> None:
    """Where our caller has closed stdout or stderr nobody reads: what is printed there goes nowhere."""
    if sys.stdout is None or sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]
        nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - as long as the process
        sys.stdout = sys.stdout or nowhere
        sys.stderr = sys.stderr or nowhere


def _explain(error: Exception) -> int:
    """Say what went wrong on stderr; gives the exit status."""
    if os.environ.get("CALLTAPE_DEBUG") == "1":
        traceback.print_exception(error)
    status, sentence = _sentence(error)
    click.echo(f"calltape: {visible(' '.join(sentence.split()))}", err=True)
    return status


def _sentence(error: Exception) -> tuple[int, str]:
    match error:
        case click.UsageError():
            page = error.ctx.command_path if error.ctx else "calltape"
            message = error.format_message()
            joint = " See" if message.endswith("?") else "; see"
            return CANNOT, f"{message.rstrip('.')}{joint} `{page} --help`"
        case click.ClickException():
            return CANNOT, error.format_message()
        case CalltapeError():
            return CANNOT, str(error)
        case OSError() if error.strerror:
            return CANNOT, f"{error.strerror}: {error.filename}" if error.filename else error.strerror
        case _:
            return FAULT, (
                f"this is a fault of calltape itself ({type(error).__name__}: {error}); "
                "please report it with the command you ran and what CALLTAPE_DEBUG=1 makes it print"
            )
