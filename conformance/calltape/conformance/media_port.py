"""The contract of the `MediaPort` port, as a pytest class that any adapter's tests may inherit.

An adapter's own test is a class that opens a port::

    class TestMyMedia(MediaPortContract):
        @asynccontextmanager
        async def opened(self) -> AsyncGenerator[MediaPort]:
            yield MyMedia(...)

The suite starts the port, opens two legs and listens. How long it waits for a report is `patience_s`; an
adapter that refuses something (a hold, a video) says that it failed and meets the contract. Needs the extra
``calltape[testing]``, and no plugin for asyncio.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager

import attrs

from calltape.core import (
    CallId,
    Command,
    Event,
    MediaPort,
    MediaSampled,
    RawId,
    ReportHeld,
    ReportHoldFailed,
    ReportMediaClosed,
    ReportMediaConnected,
    ReportMediaFailed,
    ReportResumed,
    ReportResumeFailed,
    ReportShareFailed,
    ReportShareStarted,
    ReportShareStopped,
    ReportStreamEffectFailed,
    ReportStreamEffectStarted,
    ReportVideoFailed,
    ReportVideoStarted,
    ReportVideoStopped,
    StreamEffect,
    StreamKind,
    VideoConstraints,
)
from calltape.core.effects import (
    CloseMedia,
    ConstrainMediaStream,
    HoldMedia,
    OpenMedia,
    ResumeMedia,
    SetIncomingAudioMuted,
    SetMuted,
    StartMediaEffect,
    StartMediaStream,
    StopMediaEffect,
    StopMediaStream,
    SwitchMediaSource,
)
from calltape.core.outside import MediaEffect

CALL, OTHER_CALL = CallId("call-1"), CallId("call-2")
ALICE, BOB = RawId("8:acs:contract_alice"), RawId("8:acs:contract_bob")
STRANGER = RawId("8:acs:contract_stranger")


@attrs.frozen
class Told:
    """One report."""

    call_id: CallId
    kind: type[Command]
    participant: RawId
    words: str | None
    effect: StreamEffect | None


_EFFECT_OUTCOMES = {ReportStreamEffectStarted, ReportStreamEffectFailed}
_STARTED: dict[StreamKind, set[type[Command]]] = {
    StreamKind.VIDEO: {ReportVideoStarted, ReportVideoFailed},
    StreamKind.SCREEN_SHARING: {ReportShareStarted, ReportShareFailed},
}
_STOPPED: dict[StreamKind, set[type[Command]]] = {
    StreamKind.VIDEO: {ReportVideoStopped, ReportVideoFailed},
    StreamKind.SCREEN_SHARING: {ReportShareStopped, ReportShareFailed},
}


class Heard:
    """A port in use, and everything it reports."""

    def __init__(self, port: MediaPort, patience_s: float) -> None:
        self.port = port
        self.all: list[Told] = []
        self.sampled: set[tuple[CallId, RawId]] = set()
        self._patience_s = patience_s
        self._news = asyncio.Event()
        port.start(self)

    def observed(
        self,
        call_id: CallId,
        kind: type[Command],
        participant: RawId,
        words: str | None = None,
        *,
        effect: StreamEffect | None = None,
    ) -> None:
        """See `Reports.observed`."""
        self.all.append(Told(call_id, kind, participant, words, effect))
        self._news.set()

    def measured(self, call_id: CallId, participant: RawId, fact: Event) -> None:
        """See `Reports.measured`. What is measured decides nothing."""
        if isinstance(fact, MediaSampled):
            self.sampled.add((call_id, participant))
            self._news.set()

    async def samples_of(self, who: RawId) -> None:
        """Return when a leg was measured."""
        async with asyncio.timeout(self._patience_s):
            while (CALL, who) not in self.sampled:
                self._news.clear()
                await self._news.wait()

    def of(self, who: RawId, call_id: CallId = CALL) -> list[type[Command]]:
        """What was reported of one leg, in order."""
        return [each.kind for each in self.all if (each.call_id, each.participant) == (call_id, who)]

    async def one_of(
        self, kinds: Collection[type[Command]], who: RawId, call_id: CallId = CALL
    ) -> type[Command]:
        """The last report of one of `kinds` about a leg, waiting for it if need be."""
        async with asyncio.timeout(self._patience_s):
            while not (found := [kind for kind in self.of(who, call_id) if kind in kinds]):
                self._news.clear()
                await self._news.wait()
        return found[-1]

    async def ask(
        self, effect: MediaEffect, kinds: Collection[type[Command]], call_id: CallId = CALL
    ) -> None:
        """Ask for `effect` and wait for an outcome that was not there before."""
        who = effect.participant
        self.all = [
            each
            for each in self.all
            if each.kind not in kinds or (each.call_id, each.participant) != (call_id, who)
        ]
        await self.port.perform(call_id, effect)
        await self.one_of(kinds, who, call_id)

    async def open_both(self) -> None:
        """Two legs of one call, connected."""
        for who in (ALICE, BOB):
            await self.port.perform(CALL, opening(who))
        for who in (ALICE, BOB):
            assert await self.one_of({ReportMediaConnected, ReportMediaFailed}, who) is ReportMediaConnected

    async def close(self, who: RawId, call_id: CallId = CALL) -> None:
        """Close a leg and wait until it is."""
        await self.ask(CloseMedia(participant=who, endpoint=None), {ReportMediaClosed}, call_id)


def opening(who: RawId, *, is_alone: bool = False) -> OpenMedia:
    """Open the leg of `who`."""
    return OpenMedia(participant=who, endpoint=None, is_alone=is_alone)


class MediaPortContract:
    """What every `MediaPort` does. Override `opened`."""

    patience_s = 10.0
    """How long a report may take, in seconds; real media needs some."""

    def opened(self) -> AbstractAsyncContextManager[MediaPort]:
        """A port that was not started; the suite closes it."""
        raise NotImplementedError("override `opened` with one that gives a port")

    def _play(self, act: Callable[[Heard], Awaitable[None]]) -> None:
        async def played() -> None:
            async with self.opened() as port:
                heard = Heard(port, self.patience_s)
                try:
                    await act(heard)
                finally:
                    await port.aclose()

        asyncio.run(played())

    def test_nothing_is_carried_before_it_is_opened(self) -> None:
        """A port that was only started carries nothing and says nothing."""

        async def act(heard: Heard) -> None:
            assert not heard.port.carries(CALL, ALICE)
            assert heard.all == []

        self._play(act)

    def test_who_is_alone_is_connected_when_ready(self) -> None:
        """There is nobody whose media could arrive."""

        async def act(heard: Heard) -> None:
            await heard.ask(opening(ALICE, is_alone=True), {ReportMediaConnected})
            assert heard.port.carries(CALL, ALICE)
            assert not heard.port.carries(CALL, BOB)
            assert not heard.port.carries(OTHER_CALL, ALICE)

        self._play(act)

    def test_two_are_connected_and_carried(self) -> None:
        """Each is reported of its own."""

        async def act(heard: Heard) -> None:
            await heard.open_both()
            assert heard.port.carries(CALL, ALICE)
            assert heard.port.carries(CALL, BOB)

        self._play(act)

    def test_a_port_that_measures_does(self) -> None:
        """Both legs of a link; of one that it does not measure, nobody will miss anything."""

        async def act(heard: Heard) -> None:
            await heard.open_both()
            for who in (ALICE, BOB) if heard.port.measures else ():
                await heard.samples_of(who)

        self._play(act)

    def test_opening_what_is_open_does_no_harm(self) -> None:
        """Effects come at least once."""

        async def act(heard: Heard) -> None:
            await heard.open_both()
            await heard.port.perform(CALL, opening(ALICE))
            await heard.close(BOB)
            assert heard.port.carries(CALL, ALICE)
            told = heard.of(ALICE)
            assert not {ReportMediaFailed, ReportMediaClosed} & set(told)
            await heard.close(ALICE)
            assert not heard.port.carries(CALL, ALICE)

        self._play(act)

    def test_every_hold_and_resume_has_an_outcome(self) -> None:
        """Done or failed; and the same asked twice has one as well."""

        async def act(heard: Heard) -> None:
            await heard.open_both()
            for kind, outcomes in (
                (HoldMedia, {ReportHeld, ReportHoldFailed}),
                (ResumeMedia, {ReportResumed, ReportResumeFailed}),
            ):
                await heard.ask(kind(participant=ALICE, endpoint=None), outcomes)
                await heard.ask(kind(participant=ALICE, endpoint=None), outcomes)
            assert heard.port.carries(CALL, ALICE)

        self._play(act)

    def test_every_stream_that_is_asked_for_has_an_outcome(self) -> None:
        """A video or a share starts or fails, stops or fails."""

        async def act(heard: Heard) -> None:
            await heard.open_both()
            for kind in StreamKind:
                started = StartMediaStream(participant=ALICE, endpoint=None, kind=kind)
                await heard.ask(started, _STARTED[kind])
                await heard.ask(StopMediaStream(participant=ALICE, endpoint=None, kind=kind), _STOPPED[kind])
            assert heard.port.carries(CALL, ALICE)

        self._play(act)

    def test_every_effect_that_is_asked_for_has_an_outcome(self) -> None:
        """Started or failed, with which effect it is about; asked for twice it has one as well."""

        async def act(heard: Heard) -> None:
            await heard.open_both()
            for wanted in StreamEffect:
                for _ in range(2):
                    asked = StartMediaEffect(participant=ALICE, endpoint=None, effect=wanted)
                    await heard.ask(asked, _EFFECT_OUTCOMES)
                    told = [each for each in heard.all if each.kind in _EFFECT_OUTCOMES]
                    assert [(each.participant, each.effect) for each in told] == [(ALICE, wanted)]

        self._play(act)

    def test_what_has_no_outcome_is_silent(self) -> None:
        """Another camera, constraints, the end of an effect: nothing comes back, also of an unknown leg."""

        async def act(heard: Heard) -> None:
            await heard.open_both()
            said = len(heard.all)
            for who in (ALICE, STRANGER):
                silent: tuple[MediaEffect, ...] = (
                    SwitchMediaSource(participant=who, endpoint=None, source="camera-2"),
                    ConstrainMediaStream(
                        participant=who, endpoint=None, constraints=VideoConstraints(frame_height_max_px=240)
                    ),
                    StopMediaEffect(participant=who, endpoint=None, effect=StreamEffect.BACKGROUND_BLUR),
                )
                for effect in (*silent, *silent):
                    await heard.port.perform(CALL, effect)
            assert heard.all[said:] == []
            assert not heard.port.carries(CALL, STRANGER)

        self._play(act)

    def test_muting_is_silent(self) -> None:
        """Nothing comes back of it, known leg or not."""

        async def act(heard: Heard) -> None:
            await heard.open_both()
            said = len(heard.all)
            for who in (ALICE, STRANGER):
                for mute in (SetMuted, SetIncomingAudioMuted):
                    for is_muted in (True, True, False):
                        effect = mute(participant=who, endpoint=None, is_muted=is_muted)
                        await heard.port.perform(CALL, effect)
            assert heard.all[said:] == []

        self._play(act)

    def test_closing_is_always_answered(self) -> None:
        """Also for what is closed already, and for what was never open."""

        async def act(heard: Heard) -> None:
            await heard.open_both()
            await heard.close(ALICE)
            assert not heard.port.carries(CALL, ALICE)
            await heard.close(ALICE)
            await heard.close(STRANGER)

        self._play(act)

    def test_a_leg_can_be_opened_again(self) -> None:
        """Who comes back is a new leg."""

        async def act(heard: Heard) -> None:
            await heard.ask(opening(ALICE, is_alone=True), {ReportMediaConnected})
            await heard.close(ALICE)
            await heard.ask(opening(ALICE, is_alone=True), {ReportMediaConnected})
            assert heard.port.carries(CALL, ALICE)

        self._play(act)

    def test_calls_are_apart(self) -> None:
        """The same participant in two calls has two legs."""

        async def act(heard: Heard) -> None:
            for call_id in (CALL, OTHER_CALL):
                await heard.ask(opening(ALICE, is_alone=True), {ReportMediaConnected}, call_id)
            await heard.close(ALICE, CALL)
            assert not heard.port.carries(CALL, ALICE)
            assert heard.port.carries(OTHER_CALL, ALICE)

        self._play(act)

    def test_nothing_is_connected_after_it_was_closed(self) -> None:
        """A leg that is closed while it is being opened stays closed."""

        async def act(heard: Heard) -> None:
            await heard.port.perform(CALL, opening(ALICE))
            await heard.close(ALICE)
            assert not heard.port.carries(CALL, ALICE)
            await heard.port.aclose()
            assert heard.of(ALICE)[-1] is ReportMediaClosed

        self._play(act)

    def test_after_closing_the_port_nothing_is_carried_or_reported(self) -> None:
        """Everything is given back."""

        async def act(heard: Heard) -> None:
            await heard.open_both()
            await heard.port.aclose()
            said = len(heard.all)
            await asyncio.sleep(0)
            assert heard.all[said:] == []
            assert not heard.port.carries(CALL, ALICE)
            assert not heard.port.carries(CALL, BOB)

        self._play(act)
