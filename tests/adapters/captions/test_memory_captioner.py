"""The captioner that is told what was said: its contract, and its translations."""

import pytest

from calltape.adapters.captions import MemoryCaptioner
from calltape.conformance.captioner import ALICE, BOB, CALL, DESK, CaptionerContract, Say, Told, starting
from calltape.core import Instant
from calltape.core.effects import ChangeCaptionLanguage, ChangeSpokenLanguage

pytestmark = pytest.mark.contract


class TestMemoryCaptioner(CaptionerContract):
    @pytest.fixture
    def captioner(self) -> MemoryCaptioner:
        return MemoryCaptioner()

    @pytest.fixture
    def say(self, captioner: MemoryCaptioner) -> Say:
        return lambda call, who, text: captioner.hears(call, who, text, Instant(0))


async def test_everybody_reads_their_own_language() -> None:
    captioner, told = MemoryCaptioner(("en-us", "de-de"), ("fr", "it")), Told()
    captioner.start(told)
    for who in (ALICE, BOB):
        await captioner.perform(CALL, starting(who))
    await captioner.perform(CALL, ChangeCaptionLanguage(participant=ALICE, endpoint=DESK, language="fr"))
    await captioner.perform(CALL, ChangeSpokenLanguage(participant=BOB, endpoint=DESK, language="de-de"))
    captioner.hears(CALL, BOB, "Guten Tag", Instant(3), is_final=False)
    _, caption = told.captions[-1]
    assert (caption.text, caption.spoken_language, caption.at) == ("Guten Tag", "de-de", 3)
    assert caption.result_type == "Partial"
    assert dict(caption.translations) == {"fr": "Guten Tag (fr)"}
