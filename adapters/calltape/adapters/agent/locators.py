"""How a call is found that nobody is called into: a group by a GUID, a room by its id."""

import uuid

import attrs

from calltape.core import BadInput


@attrs.frozen
class RoomLocator:
    """The call of a room, for whom the room invites."""

    room_id: str


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
