"""`calltape call`: place a call, show it while it lasts, and say what came of it."""

import asyncio
import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from calltape.adapters.cli import INTERRUPTED
from calltape.adapters.cli.options import RAW_ID, json_option, opened, shown, store_option
from calltape.adapters.cli.printing import clock, headline, print_json, reason_text, screen
from calltape.core import BadInput, RawId

if TYPE_CHECKING:
    from calltape.adapters.cli.placing import Outcome

NOT_CONNECTED = 1
"""The exit status when nobody was reached."""

SECONDS_MAX = 3_600.0
_FILE = click.Path(path_type=Path)


def _a_number(ctx: click.Context, param: click.Parameter, seconds: float | None) -> float | None:
    """`nan` is in every range, and no call would ever last that long."""
    if seconds is not None and math.isnan(seconds):
        raise click.BadParameter("it is not a number", ctx, param)
    return seconds


@click.command()
@click.argument("target", type=RAW_ID)
@store_option
@click.option(
    "--seconds",
    type=click.FloatRange(0, SECONDS_MAX, min_open=True),
    default=10.0,
    callback=_a_number,
    show_default=True,
    help="How long to talk once connected.",
)
@click.option("--audio", metavar="F", type=_FILE, help="Play this sound file instead of the generated voice.")
@click.option(
    "--video", metavar="F", type=_FILE, help="Show this video file instead of the generated pattern."
)
@click.option("--mute", "is_muted", is_flag=True, help="Mute the microphone once connected, and talk on.")
@click.option(
    "--drop-video-after",
    metavar="N",
    type=click.FloatRange(0, SECONDS_MAX),
    callback=_a_number,
    help="Take the camera away after N seconds of pictures.",
)
@json_option
@click.pass_context
def call(
    ctx: click.Context,
    target: RawId,
    store: str,
    seconds: float,
    audio: Path | None,
    video: Path | None,
    is_muted: bool,
    drop_video_after: float | None,
    as_json: bool,
) -> None:
    """Call TARGET with real audio and video, and record the call. 8:echo123 says again what it hears.

    Ctrl-C hangs up. Exit status: 0 after a call that was connected, 1 if nobody was reached.
    """
    what_with = (audio, video, drop_video_after)
    outcome = _place(target, store, seconds, what_with, is_muted=is_muted, as_json=as_json)
    if as_json:
        print_json(outcome.document())
    else:
        _show(outcome, store)
    if outcome.was_interrupted:
        ctx.exit(INTERRUPTED)
    if not outcome.was_connected:
        ctx.exit(NOT_CONNECTED)


def _place(
    target: RawId,
    store: str,
    seconds: float,
    what_with: tuple[Path | None, Path | None, float | None],
    *,
    is_muted: bool,
    as_json: bool,
) -> "Outcome":
    try:
        import calltape.adapters.webrtc as _webrtc  # says itself which extra it lacks
    except ImportError as missing:
        raise BadInput(str(missing).rstrip(".")) from missing
    del _webrtc
    from calltape.adapters.cli.equipment import Equipment
    from calltape.adapters.cli.live import Watcher
    from calltape.adapters.cli.placing import CALLER, place

    # What can be refused is refused before a store is made.
    if target == CALLER:
        raise BadInput(f"{CALLER} is who calls from here, and nobody can call themselves; call somebody else")
    equipment = Equipment(*what_with)
    console = screen(stderr=as_json)
    watcher = Watcher(None if as_json and not console.is_terminal else console, equipment, seconds)
    with opened(store, create=True) as log:
        return asyncio.run(place(log, target, seconds, equipment, watcher, is_muted=is_muted))


def _show(outcome: "Outcome", store: str) -> None:
    out, audio, video = screen(), outcome.audio, outcome.video
    out.print()
    headline(out, "ended ", reason_text(outcome.end_reason), f"after {outcome.duration_s:.1f} s")
    if outcome.was_connected:
        came_back = (
            "nothing to compare"
            if audio["correlation"] is None
            else f"came back after {audio['delay_ms']:.0f} ms with correlation {audio['correlation']:.2f}"
        )
        headline(out, "audio ", f"{audio['sent_s']:.1f} s sent, {audio['received_s']:.1f} s heard", came_back)
        headline(out, "video ", f"{video['frames_sent']} pictures sent, {video['frames_received']} seen")
    for row in outcome.diagnostics:
        for each in row.history:
            headline(out, "found ", f"{each.diagnostic} {each.value}", f"{row.participant}, {clock(each.at)}")
    headline(out, "record", f"call {outcome.call_id}", f"{outcome.events} events in {shown(store)}")
