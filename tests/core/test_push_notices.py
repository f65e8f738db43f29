"""Notifications about calls: every event in every state, and that nothing rings twice or too late."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.core import (
    PUSH_NOTICE,
    SECOND,
    CallId,
    Command,
    CommandId,
    CorruptHistory,
    Event,
    HandlePush,
    Instant,
    NoticeBook,
    NoticeState,
    PushDelivered,
    PushFailed,
    PushHandled,
    PushKind,
    PushSent,
    RawId,
    Refused,
    RegisterPush,
    ReportPushDelivered,
    ReportPushFailed,
    SendPush,
    decide_notice,
    digest,
    evolve_notice,
    later,
    notice_stream,
)

pytestmark = pytest.mark.property

START = Instant(1_700_000_000 * SECOND)
ENDS = later(START, 85)
ALICE, BOB, CALL = RawId("8:acs:resource_alice"), RawId("8:acs:resource_bob"), CallId("call-1")
DEVICES = ("phone", "tablet")
RING, STOP = PushKind.INCOMING_CALL, PushKind.STOP_RINGING


def payload(kind: PushKind) -> dict[str, str]:
    said = {"eventType": str(kind.value), "callId": CALL, "from": ALICE, "to": BOB}
    return said if kind is STOP else {**said, "expiresAt": str(ENDS)}


def commands_at(after_s: float) -> tuple[Command, ...]:
    """Everything that can be asked or seen about two devices at one moment."""
    at, id_ = later(START, after_s), CommandId("id")
    found: list[Command] = []
    for device in DEVICES:
        for kind in (RING, STOP):
            about: dict[str, Any] = {"call_id": CALL, "user": BOB, "device": device, "kind": kind}
            until = later(START, 300)
            found += [
                SendPush(id=id_, at=at, **about, registered_until=until, expires_at=ENDS),
                ReportPushDelivered(id=id_, at=at, **about),
                ReportPushFailed(id=id_, at=at, **about, words="410 Gone"),
                HandlePush(id=id_, at=at, user=BOB, device=device, payload=payload(kind)),
            ]
    return tuple(found)


WALKS = st.lists(
    st.tuples(st.sampled_from((0.0, 84.9, 85.0, 300.0)), st.integers(0, len(commands_at(0)) - 1)), max_size=25
)


def walked(walk: list[tuple[float, int]]) -> list[tuple[float, Event]]:
    """What a walk leads to, time never going back; refused means unchanged."""
    book, history = NoticeBook(), list[tuple[float, Event]]()
    for after_s, number in sorted(walk, key=lambda step: step[0]):
        before = digest(book)
        try:
            events = decide_notice(book, commands_at(after_s)[number])
        except Refused:
            events = ()
        assert digest(book) == before, "deciding changes nothing"
        for event in events:
            evolve_notice(book, event)
            history.append((after_s, event))
    again = NoticeBook()
    for _, event in history:
        evolve_notice(again, event)
    assert again == book
    return history


@given(WALKS)
def test_a_second_reading_records_nothing(walk: list[tuple[float, int]]) -> None:
    handled = [(e.device, e.kind) for _, e in walked(walk) if isinstance(e, PushHandled)]
    assert len(handled) == len(set(handled))


@given(WALKS)
def test_a_late_payload_never_rings(walk: list[tuple[float, int]]) -> None:
    stopped = set[str]()
    for after_s, event in walked(walk):
        if not isinstance(event, PushHandled):
            continue
        if event.kind is STOP:
            stopped.add(event.device)
        else:
            assert after_s < 85
            assert event.device not in stopped


@given(WALKS)
def test_nothing_is_sent_to_ring_after_it_was_told_to_stop(walk: list[tuple[float, int]]) -> None:
    told = set[str]()
    for _, event in walked(walk):
        if isinstance(event, PushSent):
            assert event.kind is STOP or event.device not in told
            told |= {event.device} if event.kind is STOP else set()


@pytest.mark.parametrize("state", PUSH_NOTICE.states)
@pytest.mark.parametrize("kind", [PushSent, PushDelivered, PushFailed, PushHandled])
def test_every_event_in_every_state(state: NoticeState, kind: type[Event]) -> None:
    fact = kind(call_id=CALL, user=BOB, device="phone", kind=RING)  # type: ignore[call-arg]
    book = NoticeBook(rings={"phone": state})
    rows = [r for r in PUSH_NOTICE.rows if r.source == state and r.emits == kind.__name__]
    if rows:
        assert evolve_notice(book, fact).state("phone", RING) == rows[0].target
    else:
        with pytest.raises(CorruptHistory):
            evolve_notice(book, fact)
        assert book == NoticeBook(rings={"phone": state})


def test_what_is_not_about_notifications_is_refused() -> None:
    with pytest.raises(Refused, match="notifications know no such command"):
        decide_notice(NoticeBook(), RegisterPush(id=CommandId("r"), at=START, user=BOB, device="phone"))
    assert notice_stream(CALL, BOB) == "notice-call-1-8:acs:resource_bob"
