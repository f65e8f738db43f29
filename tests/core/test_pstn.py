"""Telephones: what the reasons keep of what the carrier said, and that nobody dials twice."""

from typing import Any

import pytest

from calltape.core import (
    Call,
    CallId,
    Category,
    Command,
    CommandId,
    EndpointId,
    Instant,
    RawId,
    Refused,
    ReportAlerted,
    ReportEarlyMedia,
    ReportForwarded,
    ReportPhoneEnded,
    ReportPhoneFailed,
    Source,
    StartCall,
    decide,
    evolve,
    owed,
)
from calltape.core.effects import Dial

pytestmark = pytest.mark.example

ALICE, PHONE = RawId("8:acs:resource_alice"), RawId("4:+14255550123")
SHOWN = "+14255550199"


def made(kind: Any, **fields: Any) -> Command:
    command: Command = kind(id=CommandId("c"), at=Instant(0), **fields)
    return command


def dialled(*commands: Command) -> Call:
    """Alice calls the telephone, then `commands`."""
    call = Call()
    start = made(
        StartCall,
        call_id=CallId("c"),
        participant=ALICE,
        endpoint=EndpointId("alice/desk"),
        callees=(PHONE,),
        alternate_caller_id=SHOWN,
    )
    for command in (start, *commands):
        for event in decide(call, command):
            evolve(call, event)
    return call


@pytest.mark.parametrize(
    ("sip_status", "source", "category", "words"),
    [
        (486, Source.LOCAL, Category.SUCCESS, "Busy Here"),
        (603, Source.LOCAL, None, "Decline"),
        (503, Source.NETWORK, None, "Service Unavailable"),
        (599, Source.NETWORK, None, "SIP status 599"),
    ],
)
def test_the_reason_says_who_is_to_blame_and_what_the_carrier_said(
    sip_status: int, source: Source, category: Category | None, words: str
) -> None:
    call = dialled(made(ReportPhoneFailed, participant=PHONE, sip_status=sip_status))
    reason = call.participants[PHONE].end_reason
    assert reason is not None
    assert (reason.code, reason.subcode) == (sip_status, 560_000 + sip_status)
    assert (reason.source, reason.category, reason.words) == (source, category, words)
    assert reason.evidence == f"sip:{sip_status}"
    others = call.participants[ALICE].end_reason
    assert others is not None
    assert others.source is (Source.REMOTE if source is Source.LOCAL else source)


def test_a_cause_beside_the_status_is_kept_in_words_and_changes_no_code() -> None:
    failed = made(ReportPhoneFailed, participant=PHONE, sip_status=486, q850=17, words="engaged")
    reason = dialled(failed).participants[PHONE].end_reason
    assert reason is not None
    assert (reason.code, reason.subcode) == (486, 560486)
    assert reason.words == "engaged; Q.850 17, user busy"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (made(ReportPhoneFailed, participant=PHONE, sip_status=399), "SIP status 399 is no failure"),
        (made(ReportPhoneFailed, participant=PHONE, sip_status=700), "give one from 400 to 699"),
        (made(ReportPhoneFailed, participant=PHONE, sip_status=486, q850=128), "128 is not a Q.850"),
        (made(ReportPhoneFailed, participant=ALICE, sip_status=486), "is not a telephone"),
        (made(ReportPhoneEnded, participant=ALICE), "is not a telephone"),
        (made(ReportForwarded, participant=PHONE, to=PHONE), "not forwarded to where it rings already"),
    ],
)
def test_what_is_refused_changes_nothing(command: Command, told: str) -> None:
    call = dialled()
    before = call.copy()
    with pytest.raises(Refused, match=told):
        decide(call, command)
    assert call == before


def test_a_crash_before_anything_was_heard_of_the_telephone_dials_again() -> None:
    assert owed(dialled()) == (Dial(participant=PHONE, caller_id=SHOWN),)


@pytest.mark.parametrize(
    "heard",
    [
        made(ReportAlerted, participant=PHONE),
        made(ReportEarlyMedia, participant=PHONE),
        made(ReportForwarded, participant=PHONE, to=RawId("8:acs:carol")),
    ],
)
def test_a_telephone_that_was_heard_of_is_not_dialled_again(heard: Command) -> None:
    assert owed(dialled(heard)) == ()
