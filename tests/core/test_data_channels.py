"""Data channels: sessions, deadlines, how fast one may send; and what is told of messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.conformance.strategies import histories
from calltape.core import (
    LIMITS,
    Call,
    CallId,
    ChannelPriority,
    Command,
    CommandId,
    DataChannelOpened,
    DataChannelState,
    EndpointId,
    Event,
    Hold,
    Instant,
    Join,
    OpenDataChannel,
    RawId,
    Refused,
    Reliability,
    ReportHeld,
    ReportMediaConnected,
    bitrate_ceiling_bps,
    broadcast_ceiling_bps,
    decide,
    digest,
    evolve,
    packets_of,
    sendable_bps,
)
from calltape.core.data_messages import (
    SEQUENCE_NUMBERS,
    channel_for,
    lost_between,
    message_received,
    message_sent,
    receivers_of,
)

pytestmark = pytest.mark.property

PEOPLE = [RawId(f"8:acs:resource_{number}") for number in range(66)]
ANNE, BERT, CHRIS = PEOPLE[:3]
ID, AT = CommandId("c"), Instant(0)


def give(call: Call, command: Command) -> tuple[Event, ...]:
    events = decide(call, command)
    for each in events:
        evolve(call, each)
    return events


@pytest.fixture
def call() -> Call:
    """Sixty-six who are up in a group."""
    group = Call()
    for who in PEOPLE:
        join = Join(
            id=ID, at=AT, call_id=CallId("call-1"), participant=who, endpoint=EndpointId(who), group_id="g"
        )
        give(group, join)
        give(group, ReportMediaConnected(id=ID, at=AT, participant=who))
    return group


@given(histories(max_size=40))
def test_sessions_are_never_reused(history: tuple[Event, ...]) -> None:
    sessions = [event.session for event in history if isinstance(event, DataChannelOpened)]
    assert sessions == sorted(set(sessions))


@given(histories(max_size=40))
def test_the_deadline_is_that_of_the_first_open_channel(history: tuple[Event, ...]) -> None:
    call = Call()
    for event in history:
        evolve(call, event)
        for person in call.participants.values():
            running = [c.silent_at for c in person.channels.values() if c.state is DataChannelState.OPEN]
            assert person.channel_until == (min(running) if running else None)


def test_a_channel_names_64_and_not_one_more(call: Call) -> None:
    others = tuple(who for who in PEOPLE if who != ANNE)
    before = digest(call)
    with pytest.raises(Refused, match="at most 64 recipients"):
        decide(call, OpenDataChannel(id=ID, at=AT, participant=ANNE, recipients=others))
    assert digest(call) == before
    (opened,) = give(call, OpenDataChannel(id=ID, at=AT, participant=ANNE, recipients=others[:64]))
    assert isinstance(opened, DataChannelOpened)
    assert receivers_of(call, ANNE, call.participants[ANNE].channels[1]) == others[:64]


def test_every_number_in_use_is_refused() -> None:
    limits = LIMITS.with_(data_channel_id_max=1)
    call = Call()
    give(
        call,
        Join(id=ID, at=AT, call_id=CallId("c"), participant=ANNE, endpoint=EndpointId("e"), group_id="g"),
    )
    give(call, ReportMediaConnected(id=ID, at=AT, participant=ANNE))
    give(call, OpenDataChannel(id=ID, at=AT, participant=ANNE))
    before = digest(call)
    with pytest.raises(Refused, match="every channel number is in use"):
        decide(call, OpenDataChannel(id=ID, at=AT, participant=ANNE), limits)
    assert digest(call) == before


def test_a_message_is_a_fact_without_content(call: Call) -> None:
    give(call, OpenDataChannel(id=ID, at=AT, participant=ANNE, channel_id=7, recipients=(BERT,)))
    channel = channel_for(call, ANNE, 7, size_bytes=12)
    fact = message_sent(CallId("call-1"), ANNE, channel, number=SEQUENCE_NUMBERS + 3, size_bytes=12)
    assert (fact.session, fact.sequence_number, fact.size_bytes) == (1, 3, 12)
    arrived = message_received(call, BERT, fact)
    assert (arrived.participant, arrived.sender, arrived.sequence_number) == (BERT, ANNE, 3)
    with pytest.raises(Refused, match="it is not for"):
        message_received(call, CHRIS, fact)


def test_a_message_of_an_old_session_arrives_nowhere(call: Call) -> None:
    give(call, OpenDataChannel(id=ID, at=AT, participant=ANNE, channel_id=7))
    channel = channel_for(call, ANNE, 7, size_bytes=1)
    fact = message_sent(CallId("call-1"), ANNE, channel, number=0, size_bytes=1)
    give(call, OpenDataChannel(id=ID, at=AT, participant=ANNE, channel_id=7))
    with pytest.raises(Refused, match="the session of the channel is over"):
        message_received(call, BERT, fact)


def test_whoever_holds_neither_sends_nor_receives(call: Call) -> None:
    give(call, OpenDataChannel(id=ID, at=AT, participant=ANNE))
    give(call, Hold(id=ID, at=AT, participant=BERT))
    give(call, ReportHeld(id=ID, at=AT, participant=BERT))
    assert BERT not in receivers_of(call, ANNE, call.participants[ANNE].channels[1])
    with pytest.raises(Refused, match="connected call"):
        channel_for(call, BERT, 1, size_bytes=1)
    with pytest.raises(Refused, match="connected call"):
        channel_for(call, RawId("8:acs:resource_nobody"), 1, size_bytes=1)


@pytest.mark.parametrize(
    ("reliability", "priority", "ceiling"),
    [
        (Reliability.DURABLE, ChannelPriority.NORMAL, 64_000),
        (Reliability.DURABLE, ChannelPriority.HIGH, 64_000),
        (Reliability.LOSSY, ChannelPriority.NORMAL, 512_000),
        (Reliability.LOSSY, ChannelPriority.HIGH, 200_000),
    ],
)
def test_each_kind_of_channel_has_its_ceiling(
    reliability: Reliability, priority: ChannelPriority, ceiling: int
) -> None:
    assert bitrate_ceiling_bps(reliability, priority) == ceiling


def test_a_broadcast_is_80_packets_of_1200_bytes_a_second() -> None:
    assert broadcast_ceiling_bps() == 768_000
    assert [packets_of(size) for size in (0, 1, 1200, 1201, 32_768)] == [1, 1, 1, 2, 28]


@given(st.integers(1, 10**9), st.integers(0, 10**10))
def test_what_is_received_is_taken_from_what_may_be_sent(max_bps: int, receiving_bps: int) -> None:
    left = sendable_bps(max_bps, receiving_bps)
    assert 0 <= left <= max_bps
    assert left == max(0, max_bps - receiving_bps * 4 // 5)


@given(st.integers(0, SEQUENCE_NUMBERS - 1), st.integers(0, 1000))
def test_gaps_are_counted_across_the_turn_of_the_numbers(earlier: int, missing: int) -> None:
    number = (earlier + 1 + missing) % SEQUENCE_NUMBERS
    assert lost_between(earlier, number) == missing
    assert lost_between(number, earlier) == 0
    assert lost_between(earlier, earlier) == 0
