"""`calltape bench`: run the benchmarks of a checkout."""

import subprocess
import sys
from pathlib import Path

import click

from calltape.adapters.cli.options import json_option
from calltape.core import BadInput

CHECKOUT = Path(__file__).parents[4]
"""Where the source roots are when this is a checkout."""


@click.command()
@click.option("--only", metavar="NAME", help="Only that benchmark.")
@click.option("--quick", is_flag=True, help="Small sizes: shows that they run, not how fast.")
@json_option
@click.pass_context
def bench(ctx: click.Context, only: str | None, quick: bool, as_json: bool) -> None:
    """Run the benchmarks: rates, each with a peer's measured in the same run."""
    program = CHECKOUT / "bench" / "run.py"
    if not (program.is_file() and (CHECKOUT / "pyproject.toml").is_file()):
        raise BadInput(
            "the benchmarks are not installed with calltape: run this in a checkout of its sources"
        )
    options = ["--only", only] if only else []
    options += ["--quick"] if quick else []
    options += ["--json"] if as_json else []
    done = subprocess.run([sys.executable, program, *options], check=False)
    ctx.exit(done.returncode)
