"""Custom context: what a caller gives a call on its way, for whoever is called. Nobody on the way reads it.

It is a line of user-to-user information (UUI) and headers of two kinds. SIP headers travel over telephone
networks, so that their alphabet is narrow and their keys begin with a prefix; VoIP headers stay between
endpoints. Counts and lengths are limits; `User-To-User` has none, because no source gives one.
"""

import re
from collections.abc import Iterable, Sequence

import attrs

from calltape.core.events import personal
from calltape.core.identity import RawId, is_m365, parse
from calltape.core.limits import Limits

SIP_PREFIX = "X-MS-Custom-"
"""How the name of every SIP header begins that is custom context. Custom context docs."""

USER_TO_USER = "User-To-User"
"""The name of the SIP header that carries user-to-user information. RFC 7433 §3."""


@attrs.frozen
class ContextHeader:
    """One header: a name and what it says."""

    key: str
    value: str = attrs.field(repr=False, metadata=personal())


@attrs.frozen(kw_only=True)
class CustomContext:
    """What travels with a call and is shown to whoever is called; opaque."""

    user_to_user: str | None = attrs.field(default=None, repr=False, metadata=personal())
    sip_headers: tuple[ContextHeader, ...] = ()
    """What telephone networks carry too; whether a key is written with `SIP_PREFIX` makes no difference."""

    voip_headers: tuple[ContextHeader, ...] = ()
    """What endpoints see, and telephone networks do not carry."""


def carried(context: CustomContext | None, limits: Limits) -> CustomContext | None:
    """`context` as a call carries it: keys of SIP headers with the prefix, and no more of them than are read.

    Giving what was carried again changes nothing. None for what says nothing.
    """
    if context is None:
        return None
    read = context.sip_headers[: limits.custom_context_sip_headers_max]
    whole = attrs.evolve(
        context, sip_headers=tuple(attrs.evolve(each, key=_prefixed(each.key)) for each in read)
    )
    return whole if whole != CustomContext() else None


def _prefixed(key: str) -> str:
    """`key` with the prefix in its one spelling; the names of SIP headers ignore case (RFC 3261 §7.3.1)."""
    has_it = key.casefold().startswith(SIP_PREFIX.casefold())
    return SIP_PREFIX + (key[len(SIP_PREFIX) :] if has_it else key)


def context_fault(context: CustomContext | None, limits: Limits) -> str:
    """Why a call cannot carry `context`; empty when it can. Says where, and never what was written there."""
    whole = carried(context, limits)
    if whole is None:
        return ""
    return (
        _user_to_user_fault(whole.user_to_user)
        or _first_fault("SIP", [_sip_fault(each, limits) for each in whole.sip_headers])
        or _repeated("SIP", [each.key.casefold() for each in whole.sip_headers])
        or _voip_fault(whole.voip_headers, limits)
    )


def recipient_fault(context: CustomContext | None, called: Sequence[RawId]) -> str:
    """Why those who are `called` cannot be given `context` by a caller; empty when they can.

    Who is transferred to can be given it whoever they are.
    """
    if context is None:
        return ""
    if len(called) > 1:
        return "a call to several carries no custom context; call one, and add the others later"
    if any(is_m365(parse(who)) for who in called):
        return "custom context is for users of a communication resource and for telephones"
    return ""


_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
"""Control characters, a line break above all, which would begin another header; and halves of a character."""

_HALF = re.compile("[\ud800-\udfff]")
"""Half a character, which cannot be written down."""

_SIP_KEY = re.compile(re.escape(SIP_PREFIX) + r"[A-Za-z0-9.!%*_+~-]+", re.ASCII)
_SIP_VALUE = re.compile(r"[A-Za-z0-9.!%*_+~=;-]*", re.ASCII)


def _user_to_user_fault(said: str | None) -> str:
    if said is not None and (not said or _CONTROL.search(said)):
        return "the user-to-user information is one line of text that is not empty"
    return ""


def _sip_fault(header: ContextHeader, limits: Limits) -> str:
    """What is wrong with a SIP header whose key has the prefix."""
    key_max, value_max = limits.custom_context_sip_key_max, limits.custom_context_sip_value_max
    if not _SIP_KEY.fullmatch(header.key):
        return "its key is made of letters, digits and . ! % * _ + ~ -"
    if len(header.key) > key_max:
        return f"its key has at most {key_max} characters, {SIP_PREFIX} among them"
    if not _SIP_VALUE.fullmatch(header.value):
        return "its value is made of letters, digits and . ! % * _ + ~ - = ;"
    if len(header.value) > value_max:
        return f"its value has at most {value_max} characters"
    return ""


def _voip_fault(headers: tuple[ContextHeader, ...], limits: Limits) -> str:
    """What is wrong with the VoIP headers."""
    most = limits.custom_context_voip_headers_max
    if len(headers) > most:
        return f"there are {len(headers)} VoIP headers; {most} are the most"
    faults = [_one_voip_fault(each, limits) for each in headers]
    return _first_fault("VoIP", faults) or _repeated("VoIP", [each.key for each in headers])


def _one_voip_fault(header: ContextHeader, limits: Limits) -> str:
    key_max, value_max = limits.custom_context_voip_key_max, limits.custom_context_voip_value_max
    if not header.key or _CONTROL.search(header.key):
        return "its key is one line of text that is not empty"
    if len(header.key) > key_max:
        return f"its key has at most {key_max} characters"
    if len(header.value) > value_max:
        return f"its value has at most {value_max} characters"
    if _HALF.search(header.value):
        return "its value holds half a character"
    return ""


def _first_fault(of: str, faults: Sequence[str]) -> str:
    """The first of the `faults` that headers `of` a kind have, with the header that has it."""
    return next((f"{of} header {place}: {fault}" for place, fault in enumerate(faults, 1) if fault), "")


def _repeated(of: str, keys: Sequence[str]) -> str:
    return f"two {of} headers have the same key" if len(set(keys)) < len(keys) else ""


def context_to_sip(context: CustomContext | None) -> tuple[tuple[str, str], ...]:
    """The SIP headers, name and value, with which a gateway sends what a call carries."""
    if context is None:
        return ()
    said = context.user_to_user
    first = () if said is None else ((USER_TO_USER, said),)
    return (*first, *((each.key, each.value) for each in context.sip_headers))


def context_from_sip(headers: Iterable[tuple[str, str]], limits: Limits) -> CustomContext | None:
    """The custom context of a call that comes in over SIP with these `headers`; None where they hold none.

    The first ones that can be carried count. Others are passed over: a call is not lost for its headers.
    """
    said: str | None = None
    found: dict[str, ContextHeader] = {}
    for name, value in headers:
        if name.casefold() == USER_TO_USER.casefold():
            said = said or (None if _user_to_user_fault(value) else value)
        elif name.casefold().startswith(SIP_PREFIX.casefold()):
            header = ContextHeader(_prefixed(name), value)
            if not _sip_fault(header, limits):
                found.setdefault(header.key.casefold(), header)
    return carried(CustomContext(user_to_user=said, sip_headers=tuple(found.values())), limits)
