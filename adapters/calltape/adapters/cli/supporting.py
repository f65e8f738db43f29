"""`calltape supports`: can this be had there?"""

from typing import Any

import click

from calltape.adapters.cli.options import json_option
from calltape.adapters.cli.printing import print_json, say, screen, table
from calltape.core import (
    PLATFORMS,
    BadInput,
    CapabilityRow,
    Platform,
    Support,
    capability_named,
    is_supported,
    platform_named,
    support,
)

NO = 1
"""The exit status when it cannot be had."""

_SAYS = {
    Support.YES: "supported",
    Support.PREVIEW: "supported, in public preview",
    Support.RAW_MEDIA: "supported, by the raw media interface",
    Support.SYSTEM: "not supported; use the operating system's own interface",
    Support.NO: "not supported",
    Support.UNSAID: "not supported, as far as anybody says",
}


@click.command()
@click.argument("capability", required=False)
@click.argument("platform", required=False)
@json_option
@click.pass_context
def supports(ctx: click.Context, capability: str | None, platform: str | None, as_json: bool) -> None:
    """Say whether CAPABILITY can be had on PLATFORM; without them, list which there are.

    Exit status: 0 when it can, 1 when it cannot, 2 when there is no such name.
    """
    if capability is None:
        _list(as_json)
        return
    row = capability_named(capability)
    if platform is None:
        raise BadInput(f"say where: calltape supports {row.name} with one of {', '.join(Platform)}")
    where = platform_named(platform)
    if as_json:
        print_json(_document(row, where))
    else:
        say(f"{row.title} on {where}: {_SAYS[support(row.name, where)]}")
    if not is_supported(row.name, where):
        ctx.exit(NO)


def _document(row: CapabilityRow, platform: Platform) -> dict[str, Any]:
    return {
        "capability": row.name,
        "title": row.title,
        "group": row.group,
        "platform": platform.value,
        "supported": is_supported(row.name, platform),
        "support": support(row.name, platform).value,
    }


def _list(as_json: bool) -> None:
    rows = PLATFORMS.capabilities.values()
    if as_json:
        print_json([_document(row, platform) for row in rows for platform in Platform])
        return
    cells = [(row.name, *(support(row.name, each).value for each in Platform), row.title) for row in rows]
    table(screen(), "capability", *(each.value for each in Platform), "what it is", rows=cells)
