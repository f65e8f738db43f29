"""Media access: what organizers forbid is stopped, and stays so whatever else happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltape.conformance.strategies import (
    ALICE,
    BOB,
    CALL_IDS,
    CAROL,
    GROUP_ID,
    NAMELESS,
    START,
    commands,
    take,
)
from calltape.core import (
    AdmitAll,
    Call,
    CallState,
    ChangeRole,
    Command,
    EndpointId,
    ForbidMedia,
    ForbidOthersMedia,
    Join,
    Modality,
    RawId,
    Refused,
    ReportMediaConnected,
    Role,
    StreamKind,
    Unmute,
    capabilities,
    decide,
    digest,
    evolve,
    is_permitted,
)
from calltape.core.call.hindrances import TARGETED

pytestmark = pytest.mark.property

UP = {CallState.CONNECTED, CallState.LOCAL_HOLD}


def give(call: Call, *given: Command) -> None:
    for command in given:
        for event in decide(call, command):
            evolve(call, event)


@pytest.fixture
def meeting() -> Call:
    return opened()


def opened() -> Call:
    """A meeting: its organizer and two attendees, all up."""
    call = Call()
    for who in (ALICE, BOB, CAROL):
        give(
            call,
            Join(
                id=NAMELESS,
                at=START,
                call_id=CALL_IDS[0],
                participant=who,
                endpoint=EndpointId(f"{who}/desk"),
                group_id=GROUP_ID,
                has_lobby=True,
            ),
            ReportMediaConnected(id=NAMELESS, at=START, participant=who),
        )
    give(call, AdmitAll(id=NAMELESS, at=START, by=ALICE))
    return call


def forbidding(*who: RawId, by: RawId = ALICE, modality: Modality = Modality.AUDIO) -> ForbidMedia:
    return ForbidMedia(id=NAMELESS, at=START, participants=who, modality=modality, by=by)


@given(st.data())
def test_who_may_not_send_sends_nothing(data: st.DataObject) -> None:
    call = opened()
    modalities = list(Modality)
    give(call, forbidding(BOB, modality=data.draw(st.sampled_from(modalities))))
    give(
        call,
        ForbidOthersMedia(id=NAMELESS, at=START, modality=data.draw(st.sampled_from(modalities)), by=ALICE),
    )
    for _ in range(data.draw(st.integers(1, 20))):
        step = take(call, data.draw(commands(call)))
        for event in step.events:
            evolve(call, event)
        if call.is_over:
            return
        for person in call.participants.values():
            if person.call_state in UP and person.role in TARGETED:
                assert person.is_muted or is_permitted(call, person, Modality.AUDIO)
                shows = StreamKind.VIDEO in person.streams
                assert not shows or is_permitted(call, person, Modality.VIDEO)


@pytest.mark.parametrize("modality", Modality)
def test_the_capabilities_say_what_is_refused(meeting: Call, modality: Modality) -> None:
    give(meeting, forbidding(BOB, modality=modality))
    name = "unmuteMic" if modality is Modality.AUDIO else "turnVideoOn"
    said = capabilities(meeting, BOB)
    assert not said[name].is_present
    assert sum(not capability.is_present for capability in said.values()) == 1 + sum(
        not capability.is_present for capability in capabilities(meeting, CAROL).values()
    )


def test_refused_means_unchanged(meeting: Call) -> None:
    give(meeting, forbidding(BOB))
    before = digest(meeting)
    for command in (
        forbidding(),
        forbidding(BOB, BOB),
        forbidding(ALICE),
        forbidding(CAROL, by=BOB),
        forbidding(RawId("8:acs:resource_nobody")),
        Unmute(id=NAMELESS, at=START, participant=BOB),
    ):
        with pytest.raises(Refused):
            decide(meeting, command)
        assert digest(meeting) == before


def test_a_list_with_one_wrong_name_forbids_nobody(meeting: Call) -> None:
    with pytest.raises(Refused, match="46504"):
        decide(meeting, forbidding(BOB, ALICE))
    assert is_permitted(meeting, meeting.participants[BOB], Modality.AUDIO)


def test_who_becomes_an_attendee_falls_silent_where_attendees_are(meeting: Call) -> None:
    give(
        meeting,
        ChangeRole(id=NAMELESS, at=START, participant=BOB, role=Role.PRESENTER, by=ALICE),
        ForbidOthersMedia(id=NAMELESS, at=START, modality=Modality.AUDIO, by=ALICE),
    )
    assert not meeting.participants[BOB].is_muted
    give(meeting, ChangeRole(id=NAMELESS, at=START, participant=BOB, role=Role.ATTENDEE, by=ALICE))
    assert meeting.participants[BOB].is_muted
