"""Recording, media access and the survey end to end: three agents in a meeting."""

from collections.abc import AsyncIterator

import pytest

from calltape.adapters.agent import Call, CallAgent, CallClient, MediaAccess
from calltape.adapters.memory import MemoryLog
from calltape.adapters.runtime import InstantMedia
from calltape.core import (
    AdmitAll,
    CallId,
    EndpointId,
    Join,
    Rating,
    RawId,
    Recorded,
    Recording,
    RecordingKind,
    RecordingState,
    Refused,
    ReportRecordingPaused,
    ReportRecordingStarted,
    ReportRecordingStopped,
    SurveyCategory,
    SurveySubmitted,
    survey_stream,
)
from calltape.core import (
    Call as CallModel,
)

pytestmark = pytest.mark.example

ALICE, BOB = (RawId(f"8:acs:test_{name}") for name in ("alice", "bob"))
GROUP = "29228d3e-040e-4656-a70e-890ab4e173e5"


class Meeting:
    """A meeting that Alice organizes; Bob attends."""

    def __init__(self, log: MemoryLog, client: CallClient) -> None:
        self.log, self.client = log, client
        self.call_id = CallId("meeting")

    async def open(self) -> None:
        runtime = self.client.runtime
        self.agents: dict[str, CallAgent] = {}
        self.calls: dict[str, Call] = {}
        for who in (ALICE, BOB):
            self.agents[who] = await self.client.create_call_agent(who, endpoint=f"{who}/desk")
            await runtime.give(
                self.call_id,
                Join,
                call_id=self.call_id,
                participant=who,
                endpoint=EndpointId(f"{who}/desk"),
                group_id=GROUP,
                has_lobby=True,
            )
            await runtime.drained()
            model = await runtime.call(self.call_id)
            self.calls[who] = Call(self.agents[who], self.call_id, model, "Outgoing")
        runtime.listen(self._follow)
        await runtime.give(self.call_id, AdmitAll, by=ALICE)
        await runtime.drained()

    def _follow(self, call_id: CallId, model: CallModel, recorded: tuple[Recorded, ...]) -> None:
        for call in self.calls.values():
            call.follow(model, recorded)


@pytest.fixture
async def meeting() -> AsyncIterator[Meeting]:
    log = MemoryLog()
    async with CallClient(log, media=InstantMedia(), with_echo=False) as client:
        held = Meeting(log, client)
        await held.open()
        yield held


async def test_a_recording_is_shown_and_consented_to(meeting: Meeting) -> None:
    runtime, bob = meeting.client.runtime, meeting.calls[BOB]
    shown: list[tuple[Recording, ...]] = []
    needed: list[bool] = []
    bob.recording.recordings_updated.subscribe(shown.append)
    bob.recording.consent_required_changed.subscribe(needed.append)
    with pytest.raises(Refused, match="asks for consent"):
        await bob.recording.grant_consent()
    await runtime.give(meeting.call_id, ReportRecordingStarted, recording_id="r", needs_consent=True)
    assert bob.is_muted
    assert (bob.recording.is_recording_active, bob.recording.is_consent_required) == (True, True)
    assert not bob.recording.is_transcription_active
    assert not bob.recording.is_local_recording_active
    with pytest.raises(Refused, match="ExplicitConsentRequired"):
        await bob.unmute()
    await bob.recording.grant_consent()
    await bob.unmute()
    await runtime.give(meeting.call_id, ReportRecordingPaused, recording_id="r")
    assert not bob.recording.is_recording_active
    await runtime.give(meeting.call_id, ReportRecordingStopped, recording_id="r")
    assert needed == [True, False]
    assert [[each.state for each in recordings] for recordings in shown] == [
        [RecordingState.STARTED],
        [RecordingState.PAUSED],
        [RecordingState.ENDED],
    ]
    assert [each.kind for each in bob.recording.recordings] == [RecordingKind.RECORDING]


async def test_organizers_say_who_may_be_heard(meeting: Meeting) -> None:
    alice, bob = meeting.calls[ALICE], meeting.calls[BOB]
    await alice.media_access.forbid_audio([BOB])
    await alice.media_access.forbid_others_video()
    assert bob.is_muted
    assert alice.media_access.all_others() == (
        MediaAccess(participant=BOB, is_audio_permitted=False, is_video_permitted=False),
    )
    assert not alice.media_access.meeting.is_video_permitted
    assert alice.media_access.meeting.is_audio_permitted
    with pytest.raises(Refused, match="do not permit unmuteMic"):
        await bob.unmute()
    with pytest.raises(Refused, match="does not include forbidOthersAudio"):
        await bob.media_access.forbid_others_audio()
    await alice.media_access.permit_audio([BOB])
    await alice.media_access.permit_video([BOB])
    assert bob.is_muted
    await bob.unmute()
    await alice.media_access.forbid_video([BOB])
    await alice.media_access.permit_others_video()
    await alice.media_access.forbid_others_audio()
    await alice.media_access.permit_others_audio()
    assert alice.media_access.all_others() == (
        MediaAccess(participant=BOB, is_audio_permitted=True, is_video_permitted=False),
    )


async def test_a_survey_is_answered_after_the_call_and_once(meeting: Meeting) -> None:
    alice, bob = meeting.calls[ALICE], meeting.calls[BOB]
    during = await bob.submit_survey({SurveyCategory.AUDIO: Rating(score=2, issues=("Echo",))})
    await alice.hang_up(for_everyone=True)
    await meeting.client.runtime.drained()
    after = await alice.submit_survey({SurveyCategory.OVERALL: Rating(score=5)})
    with pytest.raises(Refused, match="has answered already"):
        await alice.submit_survey({SurveyCategory.OVERALL: Rating(score=1)})
    with pytest.raises(Refused, match="has answered already"):
        await bob.submit_survey({SurveyCategory.OVERALL: Rating(score=6)})
    stored = list(meeting.log.events(survey_stream(meeting.call_id)))
    assert stored == [during, after]
    assert isinstance(during, SurveySubmitted)
    assert (during.call_id, during.participant, after.participant) == (meeting.call_id, BOB, ALICE)
