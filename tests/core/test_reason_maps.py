"""What other systems say of an end and what we make of it: by hand first, then the laws over all of it."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core.end_reasons import REGISTRY, Category, EndReason, Source
from calltape.core.errors import BadInput
from calltape.core.reason_maps import MAPS, Said, carrier_status, read_reason, rows_of, say_reason
from calltape.core.reason_rows import Vocabulary

pytestmark = pytest.mark.example

SIP, Q850, ASTERISK, LIVEKIT = Vocabulary

READ = [
    (SIP, 0, 0, 560000, "BYE"),
    (SIP, 200, 487, 10003, "Call completed elsewhere"),
    (SIP, 404, 404, 560404, "Not Found"),
    (SIP, 486, 486, 560486, "Busy Here"),
    (SIP, 487, 487, 560487, "Request Terminated"),
    (SIP, 603, 603, 560603, "Decline"),
    (SIP, 499, 499, 560499, "SIP status 499"),
    (Q850, 1, 404, 560404, "unallocated number"),
    (Q850, 16, 0, 560000, "normal call clearing"),
    (Q850, 17, 486, 560486, "user busy"),
    (Q850, 18, 408, 560408, "no user responding"),
    (Q850, 19, 480, 560480, "no answer from the user"),
    (Q850, 20, 480, 560480, "subscriber absent"),
    (Q850, 21, 403, 560403, "call rejected"),
    (Q850, 27, 502, 560502, "destination out of order"),
    (Q850, 28, 484, 560484, "address incomplete"),
    (Q850, 34, 503, 560503, "no circuit available"),
    (Q850, 102, 504, 560504, "recovery on timer expiry"),
    (Q850, 99, 500, 560500, "Q.850 cause 99"),
    (ASTERISK, 16, 0, 560000, "NORMAL_CLEARING"),
    (ASTERISK, 17, 486, 560486, "USER_BUSY"),
    (ASTERISK, 19, 480, 560480, "NO_ANSWER"),
    (ASTERISK, 38, 500, 560500, "NETWORK_OUT_OF_ORDER"),
    (ASTERISK, 58, 488, 560488, "BEARERCAPABILITY_NOTAVAIL"),
    (ASTERISK, 4, 500, 560500, "Asterisk hangup cause 4"),
    (LIVEKIT, 0, 500, None, "UNKNOWN_REASON"),
    (LIVEKIT, 1, 0, 0, "CLIENT_INITIATED"),
    (LIVEKIT, 4, 0, 5300, "PARTICIPANT_REMOVED"),
    (LIVEKIT, 5, 0, 4097, "ROOM_DELETED"),
    (LIVEKIT, 10, 0, 5003, "ROOM_CLOSED"),
    (LIVEKIT, 11, 480, 560480, "USER_UNAVAILABLE"),
    (LIVEKIT, 15, 410, 301005, "MEDIA_FAILURE"),
    (LIVEKIT, 16, 500, None, "LiveKit disconnect reason 16"),
]

# name of the reason: what SIP, Q.850, Asterisk and LiveKit are told
SAID = {
    "local_hang_up": (0, 16, 16, 1),
    "ended_for_all": (0, 16, 16, 5),
    "removed": (0, 16, 16, 4),
    "call_over": (0, 16, 16, 10),
    "abrupt_disconnect": (0, 16, 16, 9),
    "declined": (603, 21, 21, 12),
    "all_declined": (487, 21, 21, 12),
    "cancelled": (487, 16, 16, 0),
    "answered_elsewhere": (200, 26, 16, 0),
    "no_answer": (487, 19, 19, 11),
    "setup_timeout": (408, 102, 18, 7),
    "not_registered": (480, 20, 20, 11),
    "not_reachable": (480, 19, 19, 11),
    "media_setup_failed": (500, 127, 38, 7),
    "media_lost": (500, 127, 38, 15),
    "busy_everywhere": (600, 17, 17, 12),
}

PAIRS = [
    *((row.code or 0, row.subcode) for row in REGISTRY),
    *((status, base + status) for status in range(700) for base in (540_000, 560_000)),
    *((code, subcode) for code in range(700) for subcode in (None, 0, 99)),
]


def reason_of(vocabulary: Vocabulary, code: int, subcode: int | None) -> EndReason:
    said = say_reason(vocabulary, EndReason(code=code, subcode=subcode, source=Source.REMOTE))
    return read_reason(vocabulary, said.value, source=Source.REMOTE)


@pytest.mark.parametrize(("vocabulary", "value", "code", "subcode", "words"), READ)
def test_read(vocabulary: Vocabulary, value: int, code: int, subcode: int | None, words: str) -> None:
    reason = read_reason(vocabulary, value, source=Source.REMOTE)
    assert (reason.code, reason.subcode, reason.words) == (code, subcode, words)
    assert reason.evidence == f"{vocabulary}:{value}"
    assert reason.source is Source.REMOTE


@pytest.mark.parametrize(("name", "values"), SAID.items())
def test_said(name: str, values: tuple[int, ...]) -> None:
    reason = REGISTRY.named(name, source=Source.SERVICE)
    assert tuple(say_reason(vocabulary, reason).value for vocabulary in Vocabulary) == values


def test_every_reason_this_framework_uses_is_said_here() -> None:
    assert set(SAID) == set(REGISTRY.names)


@pytest.mark.parametrize(
    ("code", "subcode", "value"),
    [
        (0, 5854, 403),  # the lobby turned them away: only the subcode is documented
        (404, 5732, 404),
        (497, 560487, 487),  # as the table of phone legs prints it
        (410, 531004, 500),
        (500, 560500, 500),
        (430, None, 480),
        (412, 41071, 412),
        (0, None, 0),
        (200, 10550, 500),
    ],
)
def test_said_in_sip(code: int, subcode: int | None, value: int) -> None:
    assert say_reason(SIP, EndReason(code=code, subcode=subcode, source=Source.REMOTE)).value == value


@pytest.mark.parametrize(
    ("status", "cause"),
    [(404, 1), (480, 19), (486, 17), (500, 127), (502, 27), (408, 102), (483, 25), (699, 31), (487, 16)],
)
def test_a_status_is_said_as_a_cause(status: int, cause: int) -> None:
    reason = read_reason(SIP, status, source=Source.REMOTE)
    assert say_reason(Q850, reason).value == cause


@pytest.mark.parametrize(("status", "cause"), [(402, 127), (510, 34), (699, 127), (399, 16), (480, 19)])
def test_asterisk_has_a_cause_for_each_class_of_statuses(status: int, cause: int) -> None:
    assert say_reason(ASTERISK, read_reason(SIP, status, source=Source.REMOTE)).value == cause


def test_a_carrier_of_a_call_that_came_in() -> None:
    reason = read_reason(SIP, 487, source=Source.REMOTE, is_inbound=True)
    assert (reason.code, reason.subcode, reason.category) == (487, 540487, Category.SUCCESS)
    assert read_reason(Q850, 17, source=Source.REMOTE, is_inbound=True).subcode == 540486
    assert read_reason(SIP, 0, source=Source.REMOTE, is_inbound=True).subcode == 540000
    assert read_reason(LIVEKIT, 5, source=Source.REMOTE, is_inbound=True).subcode == 4097


def test_the_documented_category_is_kept() -> None:
    assert read_reason(SIP, 486, source=Source.REMOTE).category is Category.SUCCESS
    assert read_reason(SIP, 499, source=Source.REMOTE).category is None


def test_words_that_came_along_stand() -> None:
    reason = read_reason(SIP, 480, source=Source.REMOTE, words="Do Not Disturb")
    assert reason.words == "Do Not Disturb"


def test_what_came_in_a_language_goes_out_as_it_came() -> None:
    reason = read_reason(Q850, 99, source=Source.REMOTE)
    assert say_reason(Q850, reason) == Said(vocabulary=Q850, value=99, name="", is_exact=True)
    assert say_reason(SIP, reason).value == 500


@pytest.mark.parametrize("evidence", [None, "q850:", "q850:x", "q850:128", "sip:486", "q931:3", "q850:-1"])
def test_evidence_that_says_nothing_here_is_passed_over(evidence: str | None) -> None:
    reason = EndReason(code=486, subcode=560486, source=Source.REMOTE, evidence=evidence)
    assert say_reason(Q850, reason).value == 17


def test_what_is_lost_is_known() -> None:
    busy = EndReason(code=486, subcode=560486, source=Source.REMOTE)
    assert say_reason(Q850, busy).is_exact
    assert not say_reason(Q850, attrs.evolve(busy, code=600, subcode=None)).is_exact
    assert say_reason(SIP, attrs.evolve(busy, subcode=540486)).is_exact


@pytest.mark.parametrize(("vocabulary", "value"), [(SIP, 700), (SIP, -1), (Q850, 128), (LIVEKIT, 2**31)])
def test_what_a_language_cannot_say_is_refused(vocabulary: Vocabulary, value: int) -> None:
    with pytest.raises(BadInput, match=rf"{value} is not a .*; give a whole number from 0 to"):
        read_reason(vocabulary, value, source=Source.REMOTE)


@pytest.mark.parametrize(
    ("subcode", "status"),
    [(560486, 486), (540486, 486), (560000, 0), (560700, None), (10003, None), (None, None), (510403, None)],
)
def test_the_status_in_a_subcode(subcode: int | None, status: int | None) -> None:
    assert carrier_status(subcode) == status


@pytest.mark.property
@pytest.mark.parametrize("vocabulary", Vocabulary)
def test_after_one_trip_a_value_stays(vocabulary: Vocabulary) -> None:
    reason_map = MAPS[vocabulary]
    for value in range(min(reason_map.table.highest, 999) + 1):
        first = reason_map.pair_of(value)
        again = reason_map.value_of(first[0] or 0, first[1])
        second = reason_map.pair_of(again)
        assert reason_map.value_of(second[0] or 0, second[1]) == again, value


@pytest.mark.property
@pytest.mark.parametrize("vocabulary", Vocabulary)
def test_after_one_trip_a_pair_stays(vocabulary: Vocabulary) -> None:
    for code, subcode in PAIRS:
        once = reason_of(vocabulary, code, subcode)
        again = reason_of(vocabulary, once.code, once.subcode)
        assert (again.code, again.subcode) == (once.code, once.subcode), (code, subcode)


@pytest.mark.property
@pytest.mark.parametrize("vocabulary", Vocabulary)
def test_a_row_loses_what_it_says_it_loses(vocabulary: Vocabulary) -> None:
    reason_map = MAPS[vocabulary]
    for row in rows_of(vocabulary):
        if row.way == "out":
            code, subcode = row.pair or MAPS[SIP].pair_of(row.sip or 0)
            assert reason_map.value_of(code or 0, subcode) == row.value, row
            assert reason_map.pair_of(row.value) != (code, subcode), row
        else:
            code, subcode = reason_map.pair_of(row.value)
            assert (reason_map.value_of(code or 0, subcode) == row.value) == (row.way == "both"), row


@pytest.mark.property
@given(status=st.integers(0, 699), is_inbound=st.booleans())
def test_sip_loses_nothing(status: int, is_inbound: bool) -> None:
    reason = read_reason(SIP, status, source=Source.REMOTE, is_inbound=is_inbound)
    said = say_reason(SIP, attrs.evolve(reason, evidence=None))
    assert (said.value, said.is_exact) == (status, True)


@pytest.mark.property
@given(
    vocabulary=st.sampled_from(Vocabulary),
    code=st.integers(0, 999),
    subcode=st.none() | st.integers(0, 800_000),
)
def test_everything_can_be_said_and_read_again(
    vocabulary: Vocabulary, code: int, subcode: int | None
) -> None:
    once = reason_of(vocabulary, code, subcode)
    assert once.words
    assert say_reason(vocabulary, once).is_exact
