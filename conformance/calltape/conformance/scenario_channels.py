"""What a scenario may look at of data channels."""

from collections.abc import Mapping
from typing import Any

from calltape.conformance.scenario_stage import CAST, Stage, person, same
from calltape.core import Call, RawId, Refused, channel_for, receivers_of

_NAMES = {raw: name for name, raw in CAST.items()}


def channels_of(call: Call, who: RawId) -> str:
    """Somebody's data channels, as "7 Open session 2 for everybody"; joined by commas, empty for none."""
    return ", ".join(
        f"{number} {each.state} session {each.session} for "
        + (" and ".join(_NAMES[one] for one in each.recipients) or "everybody")
        for number, each in sorted(call.participants[who].channels.items())
    )


def bitrates_of(call: Call, who: RawId) -> list[int]:
    """How fast each of somebody's data channels may send, by number."""
    return [each.bitrate_bps for _, each in sorted(call.participants[who].channels.items())]


def look_at_data(stage: Stage, wanted: list[Mapping[str, Any]]) -> None:
    """Who gets a message of so many bytes that somebody sends on a channel; or why it cannot be sent."""
    for each in wanted:
        sender, size = person(each["from"]), each.get("bytes", 1)
        try:
            channel = channel_for(stage.call, sender, each["on"], size_bytes=size)
            found = {"reaches": [_NAMES[who] for who in receivers_of(stage.call, sender, channel)]}
        except Refused as refusal:
            found = {"refused": [word for word in each.get("refused", ()) if word in refusal.reason]}
        same("what is sent", found, {key: each[key] for key in each if key in {"reaches", "refused"}})
