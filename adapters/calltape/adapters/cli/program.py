"""The program: its name, its commands, its entry point."""

import logging
import os
from collections import UserDict
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType

import click

from calltape.adapters.cli.failing import Program

_HOMES: Mapping[str, str] = MappingProxyType(
    {
        "bench": "benching",
        "call": "calling",
        "calls": "calls",
        "check": "checking",
        "conform": "conforming",
        "conform-client": "conforming",
        "diagnostics": "media_views",
        "example": "examples",
        "history": "histories",
        "model": "modelling",
        "project": "projecting",
        "push": "reaching",
        "recover": "recovering",
        "register": "registering",
        "replay": "replaying",
        "room": "rooms",
        "roster": "rosters",
        "shrink": "shrinking",
        "spec": "specs",
        "speakers": "media_views",
        "stats": "media_views",
        "supports": "supporting",
        "tape": "tapes",
        "timeline": "timelines",
    }
)
"""Every command and the module it is in. A module is loaded when its command is run, or when all are listed:
most commands need little of what one or another of them needs.
"""


class _OnDemand(UserDict[str, click.Command]):
    """Commands by name, each loaded when somebody first wants it."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in self.data and name in _HOMES:
            module = import_module(f"{__package__}.{_HOMES[name]}")
            self.data[name] = getattr(module, name.replace("-", "_"))
        return self.data[name]

    def __contains__(self, name: object) -> bool:
        return name in _HOMES or name in self.data

    def __iter__(self) -> Iterator[str]:
        return iter({**_HOMES, **self.data})

    def __len__(self) -> int:
        return len({**_HOMES, **self.data})


@click.group(
    cls=Program,
    commands=_OnDemand(),
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
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
