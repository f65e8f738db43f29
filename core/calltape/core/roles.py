"""Who may do what, by role: the matrix of `specs/roles.toml`, read.

Only rooms and meetings (our group calls with a lobby) have roles. Everywhere else everybody's role is
`Role.UNKNOWN`, and nobody's role stands in the way of anything.
"""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import attrs

from calltape.core.errors import BadSpec

_FILE = "roles.toml"


class Role(StrEnum):
    """What somebody is in a call, under the names the SDK gives them."""

    UNKNOWN = "Unknown"
    """No role: calls without roles, and telephones."""

    ATTENDEE = "Attendee"
    PRESENTER = "Presenter"
    ORGANIZER = "Organizer"
    CO_ORGANIZER = "Co-organizer"
    CONSUMER = "Consumer"
    COLLABORATOR = "Collaborator"


class RoleScheme(StrEnum):
    """Which roles a call has."""

    NONE = "none"
    """One-to-one calls and plain groups: everybody is Unknown."""

    ROOM = "room"
    MEETING = "meeting"
    """A group call with a lobby."""


@attrs.frozen(kw_only=True)
class Grant:
    """Who has one capability in one kind of call."""

    may: frozenset[Role]
    is_documented: bool
    """Whether the vendor says so; we inferred it otherwise, for the reason `why`."""

    needs_pstn_dial_out: bool = False
    """Whether the room must also allow to dial out."""

    why: str = ""


@attrs.frozen(kw_only=True)
class RoleKind:
    """The roles that one kind of call knows."""

    roles: frozenset[Role]
    default: Role
    """Whose role nobody named."""

    given_by: frozenset[Role] = frozenset()
    """Who gives roles during a call."""


@attrs.frozen(kw_only=True)
class Roles:
    """The whole matrix."""

    kinds: Mapping[RoleScheme, RoleKind]
    capabilities: tuple[str, ...]
    """The 25 names of the Capabilities feature, in its order."""

    grants: Mapping[tuple[RoleScheme, str], Grant]
    """By kind of call and capability; absent where the capability is not applicable. Rights that the feature
    has no name for are here as well."""

    room_rights: tuple[tuple[str, frozenset[Role], str], ...]
    """The documented table of rooms: right, who has it, and the capability it is about or nothing."""


def read_roles(text: str) -> Roles:
    """The matrix in a file's TOML text.

    Raises:
        BadSpec: it is not TOML, or a part is missing or makes no sense.
    """
    try:
        document = tomllib.loads(text)
        return _roles(document)
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"{_FILE} is not TOML: {error}; correct that line") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadSpec(f"{_FILE} is malformed at {error}; see schemas/roles.schema.json") from error


def _roles(document: Mapping[str, Any]) -> Roles:
    kinds = {
        RoleScheme(name): RoleKind(
            roles=_set(kind["roles"]),
            default=Role(kind["default"]),
            given_by=_set(kind.get("given_by", [])),
        )
        for name, kind in document["kinds"].items()
    }
    capabilities: Mapping[str, Mapping[str, Any]] = document["capabilities"]
    rights: Mapping[str, Mapping[str, Any]] = document["unnamed"]
    grants = {
        (scheme, name): _grant(capability[scheme], name, kinds[scheme])
        for name, capability in (*capabilities.items(), *rights.items())
        for scheme in kinds
        if scheme in capability
    }
    room_rights = tuple(
        (row["right"], _set(row["may"]), row.get("capability", "")) for row in document["room_rights"]["rows"]
    )
    return Roles(
        kinds=MappingProxyType(kinds),
        capabilities=tuple(capabilities),
        grants=MappingProxyType(grants),
        room_rights=room_rights,
    )


def _set(names: list[str]) -> frozenset[Role]:
    return frozenset(Role(name) for name in names)


def _grant(row: Mapping[str, Any], name: str, kind: RoleKind) -> Grant:
    may = _set(row["may"])
    if strangers := may - kind.roles:
        raise BadSpec(f"{_FILE}: {name} is granted to {min(strangers)}, a role that the kind lacks")
    return Grant(
        may=may,
        is_documented=row["is"] == "documented",
        needs_pstn_dial_out=row.get("needs") == "pstn_dial_out",
        why=row.get("why", ""),
    )


@cache
def load_roles() -> Roles:
    """The matrix as the specs' file states it; read once.

    Raises:
        BadSpec: see `read_roles`.
    """
    return read_roles(files("calltape.specs").joinpath(_FILE).read_text(encoding="utf-8"))


ROLES = load_roles()
"""The matrix as documented."""


def is_silent(scheme: RoleScheme, role: Role) -> bool:
    """Whether `role` may not be heard. Who has no role decides for themselves, telephones too."""
    if scheme is RoleScheme.NONE or role is Role.UNKNOWN:
        return False
    return role not in ROLES.grants[scheme, "unmuteMic"].may


def passes_lobby(role: Role) -> bool:
    """Whether `role` enters a meeting without being admitted: those do who could admit themselves."""
    return role in ROLES.grants[RoleScheme.MEETING, "manageLobby"].may
