"""What folds a stream: for each kind of history that has a lifecycle, its first state and its `evolve`.

Streams are told apart by what their names begin with. Those that only measure or list (media, speakers) have
no lifecycle, and no fold.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from calltape.core.call import Call, evolve
from calltape.core.device_book import DeviceBook, devices_stream, evolve_devices
from calltape.core.events import Event
from calltape.core.identity_tokens import TokenBook, evolve_tokens
from calltape.core.push import PushBook, evolve_push
from calltape.core.push_notices import NoticeBook, evolve_notice
from calltape.core.room import Room, evolve_room
from calltape.core.survey import Survey, evolve_survey
from calltape.core.values import CallId, call_stream, push_stream, room_stream, survey_stream, user_stream


class Fold(NamedTuple):
    """How the histories of one kind of stream add up."""

    empty: Callable[[], Any]
    """What nothing has happened to yet."""

    evolve: Callable[[Any, Any], Any]
    """The state after an event; in place. Raises CorruptHistory, and then nothing was changed."""


FOLDS: Mapping[str, Fold] = MappingProxyType(
    {
        call_stream(CallId("")): Fold(Call, evolve),
        push_stream(""): Fold(PushBook, evolve_push),
        devices_stream(""): Fold(DeviceBook, evolve_devices),
        "notice-": Fold(NoticeBook, evolve_notice),
        room_stream(""): Fold(Room, evolve_room),
        user_stream(""): Fold(TokenBook, evolve_tokens),
        survey_stream(CallId("")): Fold(Survey, evolve_survey),
    }
)
"""By what the names of the streams begin with."""


def fold_of(stream: str) -> Fold | None:
    """What folds the stream of that name; None for one without a lifecycle."""
    return FOLDS.get(stream[: stream.find("-") + 1])


class Histories:
    """Any number of streams, each as far as its events have been taken in."""

    def __init__(self) -> None:
        """None has begun."""
        self.states: dict[str, Any] = {}
        """What each stream that has a lifecycle adds up to so far."""

    def take_in(self, stream: str, event: Event) -> None:
        """One more event of `stream`; nothing changes where it has no lifecycle.

        Raises:
            CorruptHistory: it is not legal there; nothing was changed.
        """
        fold = fold_of(stream)
        if fold is not None:
            state = self.states.get(stream)
            self.states[stream] = fold.evolve(fold.empty() if state is None else state, event)
