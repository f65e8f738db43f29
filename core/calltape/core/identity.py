"""Who is in a call: raw ids, read into typed identities.

A raw id is one string that names a user, a telephone or an application across every product of the family
(``8:acs:…``, ``4:+…``, ``8:orgid:…``, ``28:…``). Two identities are the same when their raw ids are;
all else here is a reading of that string. The order in which `parse` looks is that of the published
parser (@azure/communication-common 2.4.2), with its consequences: ``8:echo123`` has two parts, so its kind is
unknown, and a Teams extension user differs from an ACS user by nothing but the number of underscores.

`parse` reads whatever it is given, because history holds whatever was recorded; `raw_id` is the gate for
newcomers.
"""

import re
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias

import attrs

from .errors import BadInput

RawId = NewType("RawId", str)
"""A raw id. What came through `raw_id` may take part in a call."""

ECHO = RawId("8:echo123")
"""The test participant that records what it hears and plays it back."""

LONGEST_RAW_ID = 256
"""Characters a raw id may have here: a bound of this framework, well above every documented form."""


class Kind(StrEnum):
    """The documented kinds of identity."""

    COMMUNICATION_USER = "communicationUser"
    PHONE_NUMBER = "phoneNumber"
    MICROSOFT_TEAMS_USER = "microsoftTeamsUser"
    MICROSOFT_TEAMS_APP = "microsoftTeamsApp"
    TEAMS_EXTENSION_USER = "teamsExtensionUser"
    UNKNOWN = "unknown"


class Cloud(StrEnum):
    """Which of the separate clouds a Teams identity lives in."""

    PUBLIC = "public"
    DOD = "dod"
    GCCH = "gcch"


@attrs.frozen(kw_only=True)
class CommunicationUser:
    """A user of a communication resource (``8:acs:…``); the raw id is the user id."""

    kind: ClassVar[Kind] = Kind.COMMUNICATION_USER
    raw_id: RawId


@attrs.frozen(kw_only=True)
class PhoneNumber:
    """A telephone (``4:…``)."""

    kind: ClassVar[Kind] = Kind.PHONE_NUMBER
    raw_id: RawId

    phone_number: str
    """What follows ``4:``, the asserted id included."""

    is_anonymous: bool = False
    """The caller withheld the number (``4:anonymous``)."""

    asserted_id: str | None = None
    """What follows the last underscore, where there is one: tells two phones with the same number apart."""


@attrs.frozen(kw_only=True)
class MicrosoftTeamsUser:
    """A Teams user, or an anonymous visitor of a Teams meeting."""

    kind: ClassVar[Kind] = Kind.MICROSOFT_TEAMS_USER
    raw_id: RawId
    user_id: str
    cloud: Cloud = Cloud.PUBLIC
    is_anonymous: bool = False


@attrs.frozen(kw_only=True)
class MicrosoftTeamsApp:
    """A Teams application, for example a call queue (``28:…``)."""

    kind: ClassVar[Kind] = Kind.MICROSOFT_TEAMS_APP
    raw_id: RawId
    app_id: str
    cloud: Cloud = Cloud.PUBLIC


@attrs.frozen(kw_only=True)
class TeamsExtensionUser:
    """A Teams user who acts through a communication resource."""

    kind: ClassVar[Kind] = Kind.TEAMS_EXTENSION_USER
    raw_id: RawId
    resource_id: str
    tenant_id: str
    user_id: str
    cloud: Cloud = Cloud.PUBLIC


@attrs.frozen(kw_only=True)
class Unknown:
    """A raw id of no documented form. It may well be a participant: the echo service is one."""

    kind: ClassVar[Kind] = Kind.UNKNOWN
    raw_id: RawId


Identity: TypeAlias = (
    CommunicationUser | PhoneNumber | MicrosoftTeamsUser | MicrosoftTeamsApp | TeamsExtensionUser | Unknown
)

_ACS_CLOUDS = {"8:acs": Cloud.PUBLIC, "8:dod-acs": Cloud.DOD, "8:gcch-acs": Cloud.GCCH}
_TEAMS_USER_CLOUDS = {"8:orgid": Cloud.PUBLIC, "8:dod": Cloud.DOD, "8:gcch": Cloud.GCCH}
_TEAMS_APP_CLOUDS = {"28:orgid": Cloud.PUBLIC, "28:dod": Cloud.DOD, "28:gcch": Cloud.GCCH}

# `re.ASCII` and `[0-9]`: a digit of another script dials nothing.
_DIALLABLE = re.compile(r"4:(anonymous|\+[0-9]{1,15}(_[0-9A-Za-z-]+)?)", re.ASCII)


def parse(raw: str) -> Identity:
    """The identity that `raw` names; any text has one, at worst of unknown kind."""
    raw_id = RawId(raw)
    if raw.startswith("4:"):
        return _phone_number(raw_id)
    parts = raw.split(":")
    if len(parts) != 3:
        return Unknown(raw_id=raw_id)
    prefix, suffix = f"{parts[0]}:{parts[1]}", parts[2]
    if prefix in _ACS_CLOUDS:
        return _acs_user(raw_id, suffix, _ACS_CLOUDS[prefix])
    if prefix == "8:spool":
        return CommunicationUser(raw_id=raw_id)
    if prefix == "8:teamsvisitor":
        return MicrosoftTeamsUser(raw_id=raw_id, user_id=suffix, is_anonymous=True)
    if prefix in _TEAMS_USER_CLOUDS:
        return MicrosoftTeamsUser(raw_id=raw_id, user_id=suffix, cloud=_TEAMS_USER_CLOUDS[prefix])
    if prefix in _TEAMS_APP_CLOUDS:
        return MicrosoftTeamsApp(raw_id=raw_id, app_id=suffix, cloud=_TEAMS_APP_CLOUDS[prefix])
    return Unknown(raw_id=raw_id)


def _phone_number(raw_id: RawId) -> PhoneNumber:
    number = raw_id.removeprefix("4:")
    _, _, asserted_id = number.rpartition("_") if "_" in number else ("", "", "")
    return PhoneNumber(
        raw_id=raw_id,
        phone_number=number,
        is_anonymous=number == "anonymous",
        asserted_id=asserted_id or None,
    )


def _acs_user(raw_id: RawId, suffix: str, cloud: Cloud) -> CommunicationUser | TeamsExtensionUser:
    match suffix.split("_"):
        case [resource_id, tenant_id, user_id]:
            return TeamsExtensionUser(
                raw_id=raw_id, resource_id=resource_id, tenant_id=tenant_id, user_id=user_id, cloud=cloud
            )
        case _:
            return CommunicationUser(raw_id=raw_id)


def raw_id(text: str) -> RawId:
    """`text` as the raw id of somebody who may take part in a call.

    A telephone is ``4:anonymous``, or ``4:+`` and up to 15 digits (E.164), after which ``_`` and an
    asserted id may follow.

    Raises:
        BadInput: it is empty, too long, holds white space or control characters, lacks its prefix, or is a
            telephone number that nobody could dial.
    """
    if fault := _fault(text):
        raise BadInput(f"{_shown(text)} is not a participant id: {fault}")
    return RawId(text)


def _fault(text: str) -> str:
    """What keeps `text` from being a participant's raw id, and what to do; empty when all is well."""
    if not text:
        return "it is empty; give a raw id such as 8:echo123 or 4:+14255550123"
    if len(text) > LONGEST_RAW_ID:
        return f"it has {len(text)} characters; give at most {LONGEST_RAW_ID}"
    if any(character.isspace() or not character.isprintable() for character in text):
        return "it holds white space or control characters; remove them"
    prefix, _, rest = text.partition(":")
    if not prefix or not rest:
        return "it lacks its prefix; write 8: before a user and 4: before a telephone number"
    if prefix == "4" and not _DIALLABLE.fullmatch(text):
        return "a telephone is written 4:+ and up to 15 digits, country code first, or 4:anonymous"
    return ""


def _shown(text: str) -> str:
    """`text` quoted for an error message, cut where it would flood a terminal."""
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


def is_m365(identity: Identity) -> bool:
    """Whether the identity is Microsoft 365's own: its push registrations live at most a day."""
    return isinstance(identity, MicrosoftTeamsUser | MicrosoftTeamsApp)
