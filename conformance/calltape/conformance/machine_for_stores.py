"""A state machine that plays with an `EventLog` and a model of it, until they differ.

The contract suite (`calltape.conformance.event_log`) tries what somebody thought of, and what only threads
show; this draws the rest: writers that looked a while ago, batches, readers from anywhere, subscribers, and
the log closed and opened in between. Give it a function that makes an empty log::

    TestMyLog = store_machine(MyLog).TestCase

Needs the extra ``calltape[testing]``.
"""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import ClassVar

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, rule

from calltape.conformance.event_log_material import noted
from calltape.core.errors import Conflict
from calltape.core.events import Recorded, Unrecorded
from calltape.core.ports import Append, EventLog, Subscription

_STREAMS = st.sampled_from(("call-a", "media-a"))
_SIZES = st.integers(1, 3)
_AFTERS = st.integers(0, 4)

_Follower = tuple[Subscription, list[Recorded], int]
"""A subscription, what it has given, and how many events there were before those it is to give."""


def store_machine(
    make: Callable[[], EventLog],
    *,
    reopen: Callable[[], EventLog] | None = None,
    patience_s: float = 5.0,
) -> type[RuleBasedStateMachine]:
    """A state machine for the logs that `make` gives; its `TestCase` is a test.

    Args:
        make: gives an empty log; called once for each example, and the log is closed after it.
        reopen: opens the log that `make` gave last, after it was closed; None for one that outlives nobody.
        patience_s: how many seconds readers of all streams and subscribers may be behind the writers.
    """
    trial = _Given(make=make, reopen=reopen or make, patience_s=patience_s)

    class StoreMachine(_StoreMachine):
        given = trial

    class DurableStoreMachine(_DurableStoreMachine):
        given = trial

    return StoreMachine if reopen is None else DurableStoreMachine


@attrs.frozen(kw_only=True)
class _Given:
    """What one machine was made with."""

    make: Callable[[], EventLog]
    reopen: Callable[[], EventLog]
    patience_s: float


class _StoreMachine(RuleBasedStateMachine):
    """What is in `self.order` was acknowledged, in that order."""

    given: ClassVar[_Given]

    writers: Bundle[tuple[str, int]] = Bundle("writers")
    followers: Bundle[_Follower] = Bundle("followers")

    def __init__(self) -> None:
        super().__init__()
        self.log = self.given.make()
        self.order: list[Recorded] = []
        self.following: list[_Follower] = []
        self.drafts = 0
        self.is_judged = True
        """Not in the middle of an answer that was found wrong."""

    def teardown(self) -> None:
        """All streams together are what was acknowledged, in the order of the positions; then let it go."""
        try:
            found = self._settled(0, None, self.order) if self.is_judged else self.order
            assert found == self.order, f"the log holds {_places(found)} of {_places(self.order)}"
        finally:
            for subscription, _, _ in self.following:
                subscription.close()
            self.log.close()

    # ── writing ──

    @rule(target=writers, stream=_STREAMS)
    def look(self, stream: str) -> tuple[str, int]:
        """A writer looks where the stream is, and may come back with that much later."""
        version = self.log.version(stream)
        assert version == len(self._stream(stream)), f"{stream} is said to be at version {version}"
        return stream, version

    @rule(writer=writers, size=_SIZES)
    def append(self, writer: tuple[str, int], size: int) -> None:
        """The writer appends to what it saw: only one whom nobody overtook may."""
        stream, expected = writer
        drafts = self._drafts(size)
        try:
            outcome: tuple[Recorded, ...] | Conflict = self.log.append(stream, expected, drafts)
        except Conflict as conflict:
            outcome = conflict
        self._take_in(Append(stream, expected, drafts), outcome)

    @rule(batch=st.lists(st.tuples(_STREAMS, st.integers(-1, 1), st.integers(0, 2)), max_size=4))
    def append_many(self, batch: list[tuple[str, int, int]]) -> None:
        """Several at once, some of them off by one: each is answered on its own, in the order given."""
        appends = [
            Append(stream, max(0, len(self._stream(stream)) + off), self._drafts(size))
            for stream, off, size in batch
        ]
        outcomes = self.log.append_many(appends)
        assert len(outcomes) == len(appends), "an append of the batch was not answered"
        for append, outcome in zip(appends, outcomes, strict=True):
            self._take_in(append, outcome)

    def _drafts(self, size: int) -> Sequence[Unrecorded]:
        """Events that are unlike all others."""
        self.drafts += size
        return [noted(number) for number in range(self.drafts - size, self.drafts)]

    def _take_in(self, append: Append, outcome: tuple[Recorded, ...] | Conflict) -> None:
        """Judge an answer by the model, and put what was acknowledged into it."""
        self.is_judged = False
        stream, actual = append.stream, len(self._stream(append.stream))
        if isinstance(outcome, Conflict):
            said = (outcome.stream, outcome.expected, outcome.actual)
            assert said == (stream, append.expected, actual), f"a conflict says {said}, {stream}: {actual}"
            assert append.expected != actual, f"{stream} is at {actual}, and its writer was refused"
            self.is_judged = True
            return
        assert append.expected == actual, f"{stream} is at {actual}, and a writer at {append.expected} won"
        assert [each.draft for each in outcome] == list(append.events), "recorded is not what was given"
        places = [(each.stream, each.version) for each in outcome]
        assert places == [(stream, actual + n + 1) for n in range(len(append.events))], f"recorded: {places}"
        self.order += outcome
        positions = [each.position for each in self.order]
        assert positions == sorted(set(positions)), f"positions do not grow: {positions}"
        assert not positions or positions[0] > 0, "the first position is not past 0"
        self.is_judged = True

    # ── reading ──

    @rule(stream=_STREAMS, after=_AFTERS)
    def read(self, stream: str, after: int) -> None:
        """A stream is read from anywhere, with envelopes and without."""
        wanted = self._stream(stream)[after:]
        assert list(self.log.read(stream, after)) == wanted, (
            f"{stream} after {after} is not what was appended"
        )
        assert list(self.log.events(stream, after)) == [each.event for each in wanted], (
            f"{stream} after {after} has other events without envelopes"
        )

    @rule(place=_AFTERS, limit=st.none() | st.integers(0, 4))
    def read_all(self, place: int, limit: int | None) -> None:
        """All streams are read from anywhere, not always to the end."""
        after = self._position(place)
        wanted = self.order[place:] if limit is None else self.order[place : place + limit]
        assert self._settled(after, limit, wanted) == wanted, f"all after {after}, at most {limit}, differ"

    def _settled(self, after: int, limit: int | None, wanted: Sequence[Recorded]) -> list[Recorded]:
        """What is read, once that is as much as `wanted`: readers may be a moment behind."""
        until = monotonic() + self.given.patience_s
        found = list(self.log.read_all(after, limit))
        while len(found) < len(wanted) and monotonic() < until:
            found = list(self.log.read_all(after, limit))
        return found

    # ── following ──

    @rule(target=followers, place=_AFTERS)
    def subscribe(self, place: int) -> _Follower:
        """Somebody follows from a position that has been."""
        place = min(place, len(self.order))
        self.following.append((self.log.subscribe(self._position(place)), [], place))
        return self.following[-1]

    @rule(follower=followers)
    def be_told(self, follower: _Follower) -> None:
        """A follower is told of everything past its position, once and in order."""
        subscription, told, place = follower
        if follower not in self.following:
            return  # its log was closed
        wanted = self.order[place:]
        until = monotonic() + self.given.patience_s
        while len(told) < len(wanted):
            told += subscription.next_batch(max(0.0, min(0.2, until - monotonic())))
            if monotonic() >= until:
                break
        told += subscription.next_batch(0)
        assert told == wanted, f"a follower from {place} was told of {_places(told)}"

    @rule(follower=consumes(followers))
    def stop(self, follower: _Follower) -> None:
        """A follower that stops is told of nothing any more."""
        if follower in self.following:
            self.following.remove(follower)
        follower[0].close()
        assert list(follower[0].next_batch(0)) == [], "a closed subscription goes on"

    # ── the model ──

    def _stream(self, name: str) -> list[Recorded]:
        return [each for each in self.order if each.stream == name]

    def _position(self, place: int) -> int:
        """The position behind which so many events lie."""
        return self.order[min(place, len(self.order)) - 1].position if place and self.order else 0


class _DurableStoreMachine(_StoreMachine):
    """The same, for a log that is there again when it is opened again."""

    @rule()
    def close_and_open(self) -> None:
        """The program ends and another begins: what was acknowledged is there, and goes on."""
        self.log.close()
        self.following.clear()
        self.log = self.given.reopen()


def _places(told: Sequence[Recorded]) -> list[tuple[int, str, int]]:
    return [(each.position, each.stream, each.version) for each in told]
