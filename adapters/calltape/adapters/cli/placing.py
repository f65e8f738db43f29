"""Placing a call: start it, let it last, hang it up, and say what came of it.

Imports the extra `calltape[webrtc]`; import this module only when a call is placed.
"""

import asyncio
import signal
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import attrs

from calltape.adapters.agent import Call, CallClient
from calltape.adapters.agent.echo import EchoAgent, add_echo
from calltape.adapters.cli.equipment import Equipment
from calltape.adapters.cli.live import Watcher
from calltape.adapters.cli.media_views import diagnostics_document, view_of
from calltape.adapters.cli.printing import reason_document
from calltape.adapters.stores import Store
from calltape.core import SECOND, CallId, EndReason, RawId, Recorded, call_stream
from calltape.projections import DIAGNOSED, ParticipantDiagnostics

CALLER = RawId("8:acs:calltape_caller")
"""Who calls: whoever sits at this command line."""


@attrs.frozen(kw_only=True)
class Outcome:
    """What came of a call."""

    call_id: str
    was_connected: bool
    was_interrupted: bool
    end_reason: EndReason | None
    duration_s: float
    """From the first recorded event to the last."""

    events: int
    """Of the call's own stream."""

    audio: dict[str, Any]
    video: dict[str, Any]
    diagnostics: tuple[ParticipantDiagnostics, ...]
    """What was wrong with the network and the devices of each participant."""

    final_state: str

    def document(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "call_id": self.call_id,
            "end_reason": reason_document(self.end_reason),
            "duration_s": self.duration_s,
            "events": self.events,
            "audio": self.audio,
            "video": self.video,
            "diagnostics": diagnostics_document(CallId(self.call_id), self.diagnostics)["participants"],
            "final_state": self.final_state,
        }


async def place(
    log: Store,
    target: RawId,
    seconds: float,
    equipment: Equipment,
    watcher: Watcher,
    *,
    is_muted: bool = False,
) -> Outcome:
    """Call `target`, talk for `seconds` once connected, hang up; Ctrl-C hangs up earlier.

    With `is_muted` nobody hears what is said: the microphone is muted as soon as the call is connected.
    """
    async with CallClient(log, with_echo=False) as client:
        echo = add_echo(client.runtime)
        agent = await client.create_call_agent(CALLER, display_name="calltape")
        with closing(equipment.camera), _interruption() as interrupted:
            call = await agent.start_call([target], kit=equipment.kit)
            watching = asyncio.create_task(watcher.watch(call, log))
            was_connected = await _talk(call, seconds, interrupted, is_muted=is_muted)
            await watching
        await echo.dispose()
    recorded = list(log.read(call_stream(call.id)))
    diagnosed = view_of(log, call.id, DIAGNOSED).rows
    return Outcome(
        call_id=call.id,
        was_connected=was_connected,
        was_interrupted=interrupted.is_set(),
        end_reason=call.end_reason,
        duration_s=_duration_s(recorded),
        events=len(recorded),
        audio=equipment.audio_figures(_windows(echo)),
        video=equipment.video_figures(),
        diagnostics=tuple(diagnosed.values()),
        final_state=call.state,
    )


async def _talk(call: Call, seconds: float, interrupted: asyncio.Event, *, is_muted: bool) -> bool:
    """Wait until connected, talk, hang up, wait for the end; whether it was connected."""
    over = asyncio.create_task(call.wait_for("Disconnected"))
    connected = asyncio.create_task(call.wait_for("Connected"))
    stopped = asyncio.create_task(interrupted.wait())
    try:
        await asyncio.wait({connected, stopped}, return_when=asyncio.FIRST_COMPLETED)
        was_connected = connected.done() and connected.result() == "Connected"
        if was_connected:
            if is_muted:
                await call.mute()
            await asyncio.wait({over, stopped}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        await call.hang_up()
        await over
    finally:
        for task in (over, connected, stopped):
            task.cancel()
    return was_connected


@contextmanager
def _interruption() -> Generator[asyncio.Event]:
    """An event that the first Ctrl-C, lost terminal or termination signal sets; a second one ends us."""
    interrupted, loop = asyncio.Event(), asyncio.get_running_loop()

    def interrupt(number: int) -> None:
        interrupted.set()
        loop.remove_signal_handler(number)

    caught = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # `nohup` asks to outlive the terminal
        caught.append(signal.SIGHUP)
    for number in caught:
        loop.add_signal_handler(number, interrupt, number)
    try:
        yield interrupted
    finally:
        for number in caught:
            loop.remove_signal_handler(number)


def _windows(echo: EchoAgent) -> Sequence[Any]:
    """What the echo says it heard and said again; nothing if it was never called."""
    kit = getattr(echo, "latest", None)
    return kit.windows if kit is not None else ()


def _duration_s(recorded: Sequence[Recorded]) -> float:
    return round((recorded[-1].at - recorded[0].at) / SECOND, 3) if recorded else 0.0
