"""The shell: owns time, ids, the store and the adapters.

The law of use: *one command -> decide -> append -> evolve -> drain effects -> arm deadlines -> next.* Per
call one command at a time; across calls concurrently, and appends that wait together are committed
together. Nothing is acknowledged, shown or acted upon before it is durable. Effects are performed at least
once, carry ids, and come back as commands; after a crash they are derived again from the tape. Deadlines
are armed again after a restart, and one that fell due meanwhile fires at once.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, Self

from calltape.adapters.runtime.background import logged
from calltape.adapters.runtime.breakout_calls import BreakoutCalls
from calltape.adapters.runtime.clock import SystemClock
from calltape.adapters.runtime.commit import GroupCommit
from calltape.adapters.runtime.data_channels import DataChannels
from calltape.adapters.runtime.deadlines import Deadlines
from calltape.adapters.runtime.desk import Desk
from calltape.adapters.runtime.directory import Directory
from calltape.adapters.runtime.instant_data import InstantData
from calltape.adapters.runtime.instant_media import InstantMedia
from calltape.adapters.runtime.listening import joined
from calltape.adapters.runtime.measuring import Measurements, Told
from calltape.adapters.runtime.notifying import Notifier
from calltape.adapters.runtime.passing import Passing
from calltape.adapters.runtime.performing import Performer
from calltape.adapters.runtime.recovery import recover_calls
from calltape.adapters.runtime.rooms import Rooms
from calltape.adapters.runtime.tokens import Tokens
from calltape.adapters.runtime.transferring import Transfers
from calltape.adapters.runtime.watching import Watches
from calltape.core import (
    LIMITS,
    Call,
    CallId,
    Caption,
    Captioner,
    Clock,
    Command,
    CommandId,
    DataPort,
    Endpoint,
    EndpointId,
    Event,
    EventLog,
    Limits,
    MediaPort,
    PushSender,
    RawId,
    Recorded,
    Refused,
    TelephoneGateway,
)

log_ = logging.getLogger(__name__)
Listener = Callable[[CallId, Call, tuple[Recorded, ...]], None]


class Runtime:
    """Runs calls over one log. Use as an async context manager; everything happens in one event loop."""

    def __init__(
        self,
        log: EventLog,
        *,
        media: MediaPort | None = None,
        push: PushSender | None = None,
        data: DataPort | None = None,
        telephones: TelephoneGateway | None = None,
        clock: Clock | None = None,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
        limits: Limits = LIMITS,
        captioner: Captioner | None = None,
        keeps_text: bool = False,
    ) -> None:
        """Nothing runs until the context is entered.

        Args:
            log: where everything is recorded; stays the caller's to close.
            media: who carries media; None grants every wish at once, without media.
            push: who hands calls to push services when the user called is not connected; None for nobody.
            data: who carries data channels; None delivers at once, within this process.
            telephones: who calls telephones; without a gateway one can only be called where an agent stands
                for it.
            clock: where time comes from; None for the machine's.
            new_id: gives unique text; tests give counted ones.
            limits: what decisions go by.
            captioner: who makes captions; None fails every wish for them.
            keeps_text: record what is said in captions and written as real-time text, not only that it was.
        """
        self.log = log
        self.media: MediaPort = media if media is not None else InstantMedia()
        self._data: DataPort = data if data is not None else InstantData()
        self.telephones = telephones
        self.clock: Clock = clock if clock is not None else SystemClock()
        self.new_id = new_id
        self.limits = limits
        self.directory = Directory()
        self.notifier = Notifier(self, push)
        self._desks: dict[CallId, Desk] = {}
        self._listeners: list[Listener] = []
        self._measured_listeners: list[Told] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._group_turn = asyncio.Lock()
        self.captioner = captioner
        self.passing = Passing(self, keeps_text=keeps_text)
        """Reactions, captions and real-time text."""

    async def __aenter__(self) -> Self:
        self._commit = GroupCommit(self.log)
        self._measurements = Measurements(self.log, self._commit, self.clock, self._tell_measured)
        self.watches = Watches(self, self._measurements)
        """Says what follows from what is measured, and who speaks."""

        self._deadlines = Deadlines(self)
        self._performer = Performer(self)
        self.transfers = Transfers(self)
        """Places the calls that transfers ask for."""

        self.breakouts = BreakoutCalls(self)
        """Takes people into the calls of breakout rooms and out of them."""

        self.tokens = Tokens(self)
        """Issues access tokens and takes them back."""

        self.rooms = Rooms(self)
        """Keeps rooms, and the calls in them as they say."""

        self.data_channels = DataChannels(self, self._data)
        """Sends and receives on data channels."""

        self.passing.start()
        if self.captioner is not None:
            self.captioner.start(self)
        self.media.start(self)
        if self.telephones is not None:
            self.telephones.start(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.rooms.aclose()
        await self._deadlines.aclose()
        await self.watches.aclose()
        if self.telephones is not None:
            await self.telephones.aclose()
        await self.passing.aclose()
        if self.captioner is not None:
            await self.captioner.aclose()
        await self.media.aclose()
        await self._data.aclose()
        await self.drained()
        await self.notifier.aclose()
        await self._measurements.aclose()
        await self._commit.aclose()

    # --- commands
    # -------------------------------------------------------------------------------------------------

    async def submit(self, call_id: CallId, command: Command) -> tuple[Recorded, ...]:
        """Give `command` to the call; returns what was recorded, durable, with its effects under way.

        Raises:
            Refused: it may not happen now; nothing was recorded.
            CorruptHistory, UnknownEvent: the call's history cannot be used.
            Conflict: other processes kept being first.
        """
        # A turn that has begun is finished even if nobody waits for it any more: what it made durable must
        # also be evolved, shown and acted upon.
        turn = asyncio.get_running_loop().create_task(self._turn(call_id, command))
        try:
            return await asyncio.shield(turn)
        except asyncio.CancelledError:
            self.spawn(_outcome_of(turn))
            raise

    async def _turn(self, call_id: CallId, command: Command) -> tuple[Recorded, ...]:
        desk = self.desk(call_id)
        recorded, effects = await desk.submit(command)
        self._after(desk, recorded)
        for effect_id, effect in effects:
            self.spawn(self._performer.perform(call_id, effect_id, effect))
        return recorded

    def _after(self, desk: Desk, recorded: tuple[Recorded, ...]) -> None:
        for each in recorded:
            self.directory.note(desk.call_id, each.event)
            self._deadlines.arm(desk, each.event)
        self.notifier.follow(desk.call_id, recorded)
        if recorded:
            self.watches.happened(desk.call_id, desk.call, recorded)
            for listener in tuple(self._listeners):
                try:
                    listener(desk.call_id, desk.call, recorded)
                except Exception:
                    log_.exception("a listener failed")  # its own mistake; the command has succeeded
        if desk.call.is_over or desk.version == 0:
            self._desks.pop(desk.call_id, None)
            self.data_channels.forget(desk.call_id)

    async def give(
        self, call_id: CallId, kind: type[Command], /, *, cause: str | None = None, **fields: Any
    ) -> tuple[Recorded, ...]:
        """`submit` a command of `kind`, stamped with a new id and the present time.

        Raises:
            Refused: see `submit`.
        """
        stamped = kind(
            id=CommandId(self.new_id()),
            at=self.clock.now(),
            causation_id=cause,
            correlation_id=str(call_id),
            **fields,
        )
        return await self.submit(call_id, stamped)

    async def report(
        self, call_id: CallId, kind: type[Command], /, *, cause: str | None = None, **fields: Any
    ) -> bool:
        """`give` an observation.

        Late, duplicated and reordered ones are ordinary: refused means False, no error.
        """
        try:
            await self.give(call_id, kind, cause=cause, **fields)
        except Refused:
            return False
        return True

    def desk(self, call_id: CallId) -> Desk:
        """The desk of a call; it reads the call's history when first used."""
        desk = self._desks.get(call_id)
        if desk is None:
            desk = self._desks[call_id] = Desk(call_id, self.log, self._commit, self.limits)
        return desk

    async def call(self, call_id: CallId) -> Call:
        """The call as of its last durable event, live: read it, `copy()` what you keep."""
        desk = self.desk(call_id)
        await desk.load()
        if desk.version == 0 or desk.call.is_over:
            self._desks.pop(call_id, None)
        return desk.call

    def at_hand(self, call_id: CallId) -> Call | None:
        """The call as `call` gives it, without waiting; None where it is over or was not read yet."""
        desk = self._desks.get(call_id)
        return None if desk is None or desk.version == 0 else desk.call

    # --- what observers and adapters use
    # ----------------------------------------------------------------------------

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Be told of every durable batch of events, in order for each call; returns how to stop."""
        return joined(self._listeners, listener)

    def listen_measured(self, listener: Told) -> Callable[[], None]:
        """Be told of every durable batch of measurements of one leg, in order; returns how to stop."""
        return joined(self._measured_listeners, listener)

    def _tell_measured(self, recorded: tuple[Recorded, ...]) -> None:
        self.watches.note(recorded)
        for listener in tuple(self._measured_listeners):
            try:
                listener(recorded)
            except Exception:
                log_.exception("a listener failed")

    def register(self, user: RawId, endpoint: EndpointId, at: Endpoint) -> None:
        """`user` can be rung at `endpoint`."""
        self.directory.register(user, endpoint, at)

    def unregister(self, user: RawId, endpoint: EndpointId) -> None:
        """`user` can no longer be rung there."""
        self.directory.unregister(user, endpoint)

    def observed(
        self, call_id: CallId, kind: type[Command], participant: RawId, words: str | None = None, **more: Any
    ) -> None:
        """See `Reports.observed`."""
        about = {"participant": participant, "words": words, **more}
        fields = {name: each for name, each in about.items() if each is not None and hasattr(kind, name)}
        self.spawn(self._observe(call_id, kind, fields))

    async def _observe(self, call_id: CallId, kind: type[Command], fields: dict[str, Any]) -> None:
        await self.report(call_id, kind, **fields)

    def told(self, call_id: CallId, kind: type[Command], participant: RawId, **facts: object) -> None:
        """See `TelephoneReports.told`."""
        self.spawn(self._observe(call_id, kind, {"participant": participant, **facts}))

    def captioned(self, call_id: CallId, caption: Caption) -> None:
        """See `CaptionReports.captioned`."""
        self.passing.captioned(call_id, caption)

    def measured(self, call_id: CallId, participant: RawId, fact: Event) -> None:
        """See `Reports.measured`."""
        self._measurements.add(call_id, participant, fact)
        desk = self._desks.get(call_id)
        if desk is not None:
            self.watches.measured(call_id, desk.call, fact, self.clock.now())

    # --- recovery, tasks
    # ----------------------------------------------------------------------------------------------

    async def recover(self) -> tuple[CallId, ...]:
        """Take up every call that the log says is not over: arm its deadlines, do what is still owed.

        For the one process that owns the log's live calls. Returns their ids.
        """
        return await recover_calls(self)

    def arm_all(self, desk: Desk) -> None:
        """Arm every deadline of a call that was just read."""
        self._deadlines.arm_all(desk)

    def perform(self, call_id: CallId, effect_id: str, effect: Any) -> None:
        """Carry out an effect in the background."""
        self.spawn(self._performer.perform(call_id, effect_id, effect))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside everything else; what goes wrong in it is logged and stops nothing."""
        task = asyncio.get_running_loop().create_task(logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drained(self) -> None:
        """Return when no effect and no report is under way."""
        while self._tasks:
            await asyncio.gather(*tuple(self._tasks), return_exceptions=True)
            # From Python 3.12 on, gathering what is done gives the loop no turn, and it is the loop that
            # takes the done ones out.
            await asyncio.sleep(0)

    async def settled(self) -> None:
        """Return when nothing is due and nothing under way: for clocks that move only when told."""
        self._fire()
        while self._tasks:
            await self.drained()
            self._fire()

    def _fire(self) -> None:
        self._deadlines.fire()
        self.passing.fire()
        self.watches.fire()
        self.rooms.fire()

    async def in_group_turn(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """Run `work` while nobody else looks up or starts a call by group id."""
        async with self._group_turn:
            return await work()


async def _outcome_of(turn: asyncio.Task[Any]) -> None:
    """Let somebody hear how a turn ended whose asker has gone; a refusal concerns nobody any more."""
    with contextlib.suppress(Refused):
        await turn
