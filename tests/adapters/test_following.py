"""Followers: no ring is slept through, no position given twice, and closing is no error."""

from collections.abc import Iterator
from threading import Thread

import pytest

from calltape.adapters.following import BATCH, Bell, Follower
from calltape.conformance.event_log_material import noted
from calltape.core.errors import BadInput
from calltape.core.events import Recorded
from calltape.core.values import Instant

pytestmark = pytest.mark.example


def recorded(position: int) -> Recorded:
    return Recorded(position=position, stream="call-1", version=position, event=noted(1).event, at=Instant(1))


def test_batches_have_a_size() -> None:
    everything = [recorded(position) for position in range(1, BATCH + 11)]

    def read_all(after: int, limit: int | None) -> Iterator[Recorded]:
        return iter(everything[after:][:limit])

    follower = Follower(read_all, Bell(), after=3)
    first, second = follower.next_batch(0), follower.next_batch(0)
    assert [*first, *second] == everything[3:]
    assert len(first) == BATCH


def test_a_ring_between_looking_and_waiting_is_heard() -> None:
    """What is appended right after the follower looked wakes it at once, not at the next poll."""
    bell, found = Bell(), list[Recorded]()

    def read_all(after: int, limit: int | None) -> Iterator[Recorded]:
        seen = list(found)
        if not found:  # the append comes now, when this look has already seen nothing
            found.append(recorded(1))
            bell.ring()
        return iter(seen)

    assert Follower(read_all, bell, 0, poll_s=1_000).next_batch(1_000) == (recorded(1),)


def test_log_closed_while_reading() -> None:
    bell = Bell()

    def read_all(after: int, limit: int | None) -> Iterator[Recorded]:
        closing = Thread(target=bell.close)
        closing.start()
        closing.join()
        raise BadInput("this log is closed; open it again")

    assert Follower(read_all, bell, 0).next_batch(1_000) == ()


def test_other_errors_are_told() -> None:
    def read_all(after: int, limit: int | None) -> Iterator[Recorded]:
        raise BadInput("the disk is gone")

    with pytest.raises(BadInput, match="the disk is gone"):
        Follower(read_all, Bell(), 0).next_batch(0)
