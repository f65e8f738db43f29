"""Carrying custom context twice is carrying it once, and a trip over SIP loses what it must and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.adapters.codec import decode, encode
from calltape.core import (
    LIMITS,
    SIP_PREFIX,
    CallId,
    CallKind,
    CallStarted,
    ContextHeader,
    CustomContext,
    Instant,
    RawId,
    context_from_sip,
    context_to_sip,
)
from calltape.core.custom_context import carried, context_fault

pytestmark = pytest.mark.property

SOME = st.text(st.sampled_from("aZ0.;= \n\x7fé\ud800"), max_size=4)
KEYS = st.one_of(SOME, SOME.map(lambda key: SIP_PREFIX + key), SOME.map(lambda key: "x-ms-custom-" + key))
HEADERS = st.lists(st.builds(ContextHeader, KEYS, SOME), max_size=7).map(tuple)
CONTEXTS = st.builds(CustomContext, user_to_user=st.none() | SOME, sip_headers=HEADERS, voip_headers=HEADERS)


@given(CONTEXTS)
def test_carrying_again_changes_nothing(context: CustomContext) -> None:
    once = carried(context, LIMITS)
    assert carried(once, LIMITS) == once
    assert context_fault(once, LIMITS) == context_fault(context, LIMITS)


@given(CONTEXTS)
def test_what_is_carried_keeps_the_limits(context: CustomContext) -> None:
    whole = carried(context, LIMITS)
    if whole is None or context_fault(context, LIMITS):
        return
    assert len(whole.sip_headers) <= 5
    for header in whole.sip_headers:
        assert header.key.startswith("X-MS-Custom-")
        assert not set(header.key + header.value) & set(" \n\x7fé")
    for _, value in context_to_sip(whole):
        assert "\n" not in value


@given(CONTEXTS)
def test_over_sip_and_back(context: CustomContext) -> None:
    """Nothing is lost but the VoIP headers, which telephone networks do not carry."""
    if context_fault(context, LIMITS):
        return
    whole = carried(context, LIMITS)
    back = context_from_sip(context_to_sip(whole), LIMITS)
    sent = (
        None
        if whole is None
        else CustomContext(user_to_user=whole.user_to_user, sip_headers=whole.sip_headers)
    )
    assert back == carried(sent, LIMITS)


@given(st.lists(st.tuples(KEYS | st.just("User-To-User"), SOME), max_size=12))
def test_whatever_comes_over_sip_can_be_carried(headers: list[tuple[str, str]]) -> None:
    found = context_from_sip(headers, LIMITS)
    assert context_fault(found, LIMITS) == ""


@given(CONTEXTS)
def test_stored_and_read_it_is_the_same(context: CustomContext) -> None:
    if context_fault(context, LIMITS):
        return
    started = CallStarted(
        call_id=CallId("call-1"),
        kind=CallKind.ONE_TO_ONE,
        starter=RawId("8:acs:r_alice"),
        waits_for_answer=True,
        ends_by=Instant(1),
        custom_context=carried(context, LIMITS),
    )
    assert decode(*encode(started)) == started
