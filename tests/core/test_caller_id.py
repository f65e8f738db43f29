"""Which numbers a telephone may be shown."""

from typing import Any

import pytest

from calltape.core import CallId, CommandId, EndpointId, Instant, RawId, StartCall
from calltape.core.call.caller_id import caller_id_fault, is_phone

pytestmark = pytest.mark.example

BOB, PHONE = RawId("8:acs:resource_bob"), RawId("4:+14255550123")


def start(**fields: Any) -> StartCall:
    return StartCall(
        id=CommandId("c"),
        at=Instant(0),
        call_id=CallId("c"),
        participant=RawId("8:acs:resource_alice"),
        endpoint=EndpointId("e"),
        callees=(PHONE,),
        **fields,
    )


@pytest.mark.parametrize("number", ["+1", "+14255550199", "+123456789012345"])
def test_a_number_with_its_country_code_may_be_shown(number: str) -> None:
    assert caller_id_fault(start(alternate_caller_id=number, is_caller_id_required=True), (PHONE,)) == ""


@pytest.mark.parametrize("number", ["", "+", "14255550199", "+1234567890123456", "+1 425", "+١٢٣", "+12a"])
def test_anything_else_is_told(number: str) -> None:
    assert "write + and up to 15 digits" in caller_id_fault(start(alternate_caller_id=number), (PHONE,))


def test_it_is_needed_only_where_the_policy_says_so_and_a_telephone_is_called() -> None:
    assert caller_id_fault(start(), (PHONE,)) == ""
    assert "403/510403" in caller_id_fault(start(is_caller_id_required=True), (BOB, PHONE))
    assert caller_id_fault(start(is_caller_id_required=True), (BOB,)) == ""


def test_who_is_a_telephone() -> None:
    assert is_phone(PHONE)
    assert is_phone(RawId("4:anonymous"))
    assert not is_phone(BOB)
