"""The ports of the outside: what they are asked, and that the core alone is enough to meet them."""

from typing import get_args

import pytest

from calltape.core import CallId, EndReason, MediaEffect, RawId, Ringing, TelephoneEffect, effects
from calltape.core.outside import Endpoint

pytestmark = pytest.mark.example

ALICE, BOB = RawId("8:acs:alice"), RawId("8:acs:bob")


def test_a_media_port_is_asked_every_effect_about_media() -> None:
    about_media = {
        kind
        for name, kind in vars(effects).items()
        if isinstance(kind, type)
        and issubclass(kind, effects.Effect)
        and ("Media" in name or "Muted" in name)
    }
    assert set(get_args(MediaEffect)) == about_media


def test_a_gateway_is_asked_everything_that_only_a_telephone_is() -> None:
    asked = set(get_args(TelephoneEffect))
    assert asked - set(get_args(MediaEffect)) == {effects.Dial, effects.StopDialling, effects.SendTones}
    assert asked & set(get_args(MediaEffect)) == {effects.CloseMedia}


class _Bell:
    """An endpoint of somebody who knows the core only."""

    def __init__(self) -> None:
        self.rung: list[Ringing] = []

    async def ring(self, ringing: Ringing) -> bool:
        self.rung.append(ringing)
        return True

    async def stop_ringing(self, call_id: CallId, reason: EndReason) -> None:
        self.rung = [each for each in self.rung if each.call_id != call_id]


async def test_an_endpoint_needs_the_core_only() -> None:
    bell = _Bell()
    endpoint: Endpoint = bell
    assert await endpoint.ring(Ringing(call_id=CallId("c1"), participant=BOB, caller=ALICE))
    assert bell.rung[0].caller_display_name is None
    assert bell.rung[0].participant == BOB
