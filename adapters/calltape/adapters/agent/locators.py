"""How a call is found that nobody is called into: a group or a meeting by a GUID, a room by its id."""

import uuid

import attrs

from calltape.core import BadInput


@attrs.frozen
class MeetingLocator:
    """A group with a lobby. Who starts it organizes it; who comes later waits to be let in."""

    group_id: str
    """A GUID."""


@attrs.frozen
class RoomLocator:
    """The call of a room, for whom the room invites."""

    room_id: str


def group_of(locator: str | MeetingLocator) -> tuple[str, bool]:
    """The id of a group in its canonical form, and whether it is a meeting's.

    Raises:
        BadInput: it is no GUID.
    """
    if isinstance(locator, MeetingLocator):
        return group_id(locator.group_id), True
    return group_id(locator), False


def group_id(text: str) -> str:
    """`text` as the canonical form of a GUID: lower case, with hyphens.

    Raises:
        BadInput: it is none.
    """
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise BadInput(
            f"{text[:60]!r} is no group id; give a GUID such as 29228d3e-040e-4656-a70e-890ab4e173e5"
        ) from None
