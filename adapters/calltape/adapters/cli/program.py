"""The program: its name, its commands, its entry point."""

import logging
import os

import click

from calltape.adapters.cli.benching import bench
from calltape.adapters.cli.calling import call
from calltape.adapters.cli.calls import calls
from calltape.adapters.cli.checking import check
from calltape.adapters.cli.conforming import conform, conform_client
from calltape.adapters.cli.examples import example
from calltape.adapters.cli.failing import Program
from calltape.adapters.cli.histories import history
from calltape.adapters.cli.media_views import diagnostics, speakers, stats
from calltape.adapters.cli.modelling import model
from calltape.adapters.cli.projecting import project
from calltape.adapters.cli.reaching import push
from calltape.adapters.cli.recovering import recover
from calltape.adapters.cli.registering import register
from calltape.adapters.cli.replaying import replay
from calltape.adapters.cli.rooms import room
from calltape.adapters.cli.rosters import roster
from calltape.adapters.cli.shrinking import shrink
from calltape.adapters.cli.specs import spec
from calltape.adapters.cli.supporting import supports
from calltape.adapters.cli.tapes import tape
from calltape.adapters.cli.timelines import timeline


@click.group(
    cls=Program, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="calltape", message="calltape %(version)s")
@click.pass_context
def program(ctx: click.Context) -> None:
    """Calls as explicit lifecycles, recorded as events: place, replay, explain and check them.

    STORE is sqlite:///FILE, postgresql://…, or a tape FILE.jsonl. Without --store it is what the variable
    CALLTAPE_STORE says, else sqlite:///calltape.db.
    """
    # Nobody reads the log of a short command; what matters to its user is an exit status and a sentence.
    debug = os.environ.get("CALLTAPE_DEBUG") == "1"
    logging.basicConfig(handlers=None if debug else [logging.NullHandler()])
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


_COMMANDS = (
    *(call, calls, replay, timeline, roster, history, stats, diagnostics, speakers),
    *(tape, check, shrink, model, example, conform, conform_client, spec),
    *(supports, project, recover, register, push, room, bench),
)
for _command in _COMMANDS:
    program.add_command(_command)
