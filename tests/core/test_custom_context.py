"""What a call can carry for who is called: which headers, how many, how long; and how SIP has it."""

import attrs
import pytest

from calltape.conformance.strategies import ALICE, BOB, CALL_IDS, CAROL, NAMELESS, PHONE, START
from calltape.core import (
    LIMITS,
    Call,
    ContextHeader,
    CustomContext,
    EndpointId,
    Refused,
    StartCall,
    context_for,
    context_from_sip,
    context_to_sip,
    decide,
    digest,
    evolve,
    owed,
)
from calltape.core.call.starting import CallStarted
from calltape.core.custom_context import carried, context_fault, recipient_fault
from calltape.core.effects import Dial

pytestmark = pytest.mark.example


def sip(*pairs: tuple[str, str]) -> CustomContext:
    return CustomContext(sip_headers=tuple(ContextHeader(*pair) for pair in pairs))


def voip(*pairs: tuple[str, str]) -> CustomContext:
    return CustomContext(voip_headers=tuple(ContextHeader(*pair) for pair in pairs))


def start(context: CustomContext | None) -> StartCall:
    return StartCall(
        id=NAMELESS,
        at=START,
        call_id=CALL_IDS[0],
        participant=ALICE,
        endpoint=EndpointId("desk"),
        callees=(PHONE,),
        custom_context=context,
    )


@pytest.mark.parametrize(
    "context",
    [
        CustomContext(),
        CustomContext(user_to_user="order 7; äpfel"),
        sip(("a" * 52, "v" * 256)),
        sip(("X-MS-Custom-" + "a" * 52, "")),
        sip((".!%*_+~-", "azAZ09.!%*_+~-=;")),
        voip(("k" * 64, "v" * 1024)),
        voip(("key of two words", "line\nline")),
        voip(("order", "7"), ("ORDER", "8")),
        voip(*((str(number), "") for number in range(1000))),
    ],
)
def test_what_is_within_the_limits_is_carried(context: CustomContext) -> None:
    assert context_fault(context, LIMITS) == ""


@pytest.mark.parametrize(
    ("context", "fault"),
    [
        (CustomContext(user_to_user=""), "one line of text that is not empty"),
        (CustomContext(user_to_user="a\x7f"), "one line of text"),
        (CustomContext(user_to_user="a\ud800"), "one line of text"),
        (sip(("a" * 53, "")), "SIP header 1: its key has at most 64 characters"),
        (sip(("", "v")), "SIP header 1: its key is made of letters"),
        (sip(("X-MS-Custom-", "v")), "SIP header 1: its key is made of letters"),
        (sip(("ok", "v"), ("kéy", "v")), "SIP header 2: its key is made of letters"),
        (sip(("key\n", "v")), "SIP header 1: its key is made of letters"),
        (sip(("key", "v" * 257)), "SIP header 1: its value has at most 256 characters"),
        (sip(("key", "7\r\nContact: mallory")), "SIP header 1: its value is made of letters"),
        (sip(("key", "1"), ("x-ms-custom-KEY", "2")), "two SIP headers have the same key"),
        (voip(("", "v")), "VoIP header 1: its key is one line of text"),
        (voip(("k" * 65, "")), "VoIP header 1: its key has at most 64 characters"),
        (voip(("key", "v" * 1025)), "VoIP header 1: its value has at most 1024 characters"),
        (voip(("key", "\udfff")), "VoIP header 1: its value holds half a character"),
        (voip(("key", "1"), ("key", "2")), "two VoIP headers have the same key"),
        (voip(*((str(number), "") for number in range(1001))), "there are 1001 VoIP headers; 1000 are"),
    ],
)
def test_what_is_not_is_refused_and_nobody_is_called(context: CustomContext, fault: str) -> None:
    call = Call()
    before = digest(call)
    with pytest.raises(Refused, match=fault):
        decide(call, start(context))
    assert digest(call) == before


def test_a_fault_never_says_what_was_written() -> None:
    secret = "card number 4711"  # a space is no part of the alphabet
    for context in (sip((secret, "v")), sip(("k", secret)), CustomContext(user_to_user=secret + "\n")):
        said = context_fault(context, LIMITS)
        assert said
        assert "4711" not in said
    assert "4711" not in repr(CustomContext(user_to_user=secret, sip_headers=(ContextHeader("k", secret),)))


def test_what_says_nothing_is_not_recorded() -> None:
    started, *_ = decide(Call(), start(CustomContext()))
    assert isinstance(started, CallStarted)
    assert started.custom_context is None


def test_the_limits_are_those_of_the_call() -> None:
    fewer = attrs.evolve(LIMITS, custom_context_sip_headers_max=1)
    assert carried(sip(("a", "1"), ("b", "2")), fewer) == sip(("X-MS-Custom-a", "1"))
    assert context_fault(sip(("a", "1"), ("not good", "2")), fewer) == "", "what is ignored cannot be wrong"


def test_who_may_be_given_some() -> None:
    said = CustomContext(user_to_user="order 7")
    assert recipient_fault(said, (BOB,)) == ""
    assert recipient_fault(said, (PHONE,)) == ""
    assert "for users of a communication resource" in recipient_fault(said, (CAROL,))
    assert "a call to several" in recipient_fault(said, (BOB, PHONE))
    assert recipient_fault(None, (CAROL, PHONE)) == ""


def test_a_crash_does_not_forget_what_a_telephone_is_sent() -> None:
    call = Call()
    for event in decide(call, start(sip(("order", "7")))):
        evolve(call, event)
    (dial,) = owed(call)
    assert isinstance(dial, Dial)
    assert context_to_sip(dial.custom_context) == (("X-MS-Custom-order", "7"),)
    assert dial.custom_context == context_for(call, call.participants[PHONE])


def test_what_no_carrier_said() -> None:
    assert context_from_sip([("Via", "x"), ("X-MS-Custom-", "x"), ("User-To-User", "")], LIMITS) is None
    assert context_to_sip(None) == ()
    two = context_from_sip([("User-To-User", "a"), ("USER-TO-USER", "b")], LIMITS)
    assert two == CustomContext(user_to_user="a")
