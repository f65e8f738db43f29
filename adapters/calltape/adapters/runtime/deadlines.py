"""The deadlines of all calls: armed by what happens in them, and given to them when they fall due."""

from typing import TYPE_CHECKING

from calltape.adapters.runtime.desk import Desk
from calltape.adapters.runtime.timers import Timers
from calltape.core import (
    CallId,
    CommandId,
    DeadlineKey,
    Event,
    Expire,
    Instant,
    ParticipantInvited,
    ParticipantJoined,
    RawId,
    Refused,
    Wait,
    deadline,
    deadlines,
    deadlines_of,
)

if TYPE_CHECKING:
    from calltape.adapters.runtime.runtime import Runtime

_DURATION = DeadlineKey(Wait.DURATION)


class Deadlines:
    """Lets the deadlines of a runtime's calls fall due. Begins in the loop that it is made in."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self._timers: Timers[tuple[CallId, DeadlineKey]] = Timers(runtime.clock, self._fell_due)

    def arm(self, desk: Desk, event: Event) -> None:
        """Arm what `event` may have changed:

        its participant's deadlines, or the whole call's. Never all of them.
        """
        who: RawId | None = getattr(event, "participant", None)
        self._arm_those_of(desk, who)
        if isinstance(event, ParticipantInvited) and event.redirected_by:
            self._arm_those_of(desk, event.by)  # who calls waits for another answer now
        if isinstance(event, ParticipantJoined) and (at_last := deadline(desk.call, _DURATION)) is not None:
            self._timers.arm((desk.call_id, _DURATION), at_last)

    def _arm_those_of(self, desk: Desk, who: RawId | None) -> None:
        for wait, at in deadlines_of(desk.call, who).items():
            self._timers.arm((desk.call_id, DeadlineKey(wait, who)), at)

    def arm_all(self, desk: Desk) -> None:
        """Arm every deadline of a call that was just read."""
        for key, at in deadlines(desk.call).items():
            self._timers.arm((desk.call_id, key), at)

    def fire(self) -> None:
        """Let everything fall due whose time has come."""
        self._timers.fire()

    async def aclose(self) -> None:
        """Stop; nothing falls due any more."""
        await self._timers.aclose()

    def _fell_due(self, running: tuple[CallId, DeadlineKey], at: Instant) -> None:
        call_id, key = running
        call = self._runtime.at_hand(call_id)
        if call is not None and deadline(call, key) == at:
            self._runtime.spawn(self._expire(call_id, key, at))

    async def _expire(self, call_id: CallId, key: DeadlineKey, at: Instant) -> None:
        # The id is made of what fell due, so that two owners of a call, or one before and after a crash,
        # expire it once.
        runtime = self._runtime
        if key.wait is Wait.DATA_CHANNEL and key.participant is not None:
            await runtime.data_channels.before_silence(call_id, key.participant)
        expire = Expire(
            id=CommandId(f"expire/{key.wait}/{key.participant or ''}/{at}"),
            at=runtime.clock.now(),
            wait=key.wait,
            participant=key.participant,
            correlation_id=str(call_id),
        )
        try:
            await runtime.submit(call_id, expire)
        except Refused:
            return
