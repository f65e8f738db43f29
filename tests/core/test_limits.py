"""The limits as documented, typed here by hand: a wrong file must not be able to agree with itself."""

import json
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from calltape.core.errors import BadInput, BadSpec
from calltape.core.limit_rows import every_limit, read_limits
from calltape.core.limits import LIMITS, Limits, limits_from, load_limits

pytestmark = pytest.mark.example

DOCUMENTED = {
    "establish_one_to_one_s": 85,
    "establish_group_s": 85,
    "establish_pstn_s": 115,
    "promote_s": 115,
    "reconnect_s": 60,
    "modality_s": 40,
    "transfer_s": 60,
    "call_duration_max_s": 30 * 60 * 60,
    "dtmf_inter_tone_max_s": 60,
    "participants_max": 350,
    "reactions_per_3_s_max": 20_000,
    "real_time_text_lock_s": 5,
    "spotlighted_participants_max": 7,
    "redirects_max": 5,
    "custom_context_sip_headers_max": 5,
    "custom_context_voip_headers_max": 1000,
    "custom_context_sip_key_max": 64,
    "custom_context_sip_value_max": 256,
    "custom_context_voip_key_max": 64,
    "custom_context_voip_value_max": 1024,
    "push_ttl_default_s": 24 * 60 * 60,
    "push_ttl_min_s": 5 * 60,
    "push_ttl_max_s": 180 * 24 * 60 * 60,
    "push_ttl_m365_max_s": 24 * 60 * 60,
    "video_effect_start_warning_ms": 20_000,
    "media_sample_s": 1,
    "dominant_speakers_max": 4,
    "camera_freeze_s": 5,
    "microphone_not_functioning_s": 10,
    "speaker_not_functioning_native_s": 5,
    "loss_bad_percent": 50,
    "loss_poor_percent": 10,
    "jitter_poor_ms": 30,
    "round_trip_poor_ms": 500,
    "remote_diagnostics_per_minute_max": 3,
    "remote_diagnostics_participants_max": 20,
    "large_call_participants_min": 100,
    "large_call_rendered_videos_max": 4,
    "rendered_videos_desktop_web_max": 16,
    "rendered_videos_mobile_web_max": 4,
    "rendered_videos_native_max": 9,
    "rendered_shares_max": 1,
    "outgoing_videos_max": 1,
    "outgoing_shares_max": 1,
    "incoming_1080p_videos_max": 1,
    "incoming_720p_videos_max": 2,
    "send_video_height_web_px": 720,
    "send_video_height_ios_px": 720,
    "send_video_height_android_px": 720,
    "send_video_height_windows_px": 1080,
    "send_share_height_px": 1080,
    "receive_height_px": 1080,
    "simulcast_layers_web_max": 2,
    "simulcast_layers_web_newer_max": 3,
    "optimal_video_count_cooldown_s": 10,
    "survey_score_max": 100,
    "data_channel_idle_close_s": 2 * 60,
    "data_channel_id_max": 65_535,
    "data_channel_message_max_bytes": 32 * 1024,
    "data_channel_recipients_max": 64,
    "data_channel_durable_max_bps": 64_000,
    "data_channel_lossy_max_bps": 512_000,
    "data_channel_lossy_high_priority_max_bps": 200_000,
    "data_channel_broadcast_packets_per_s_max": 80,
    "data_channel_broadcast_packet_max_bytes": 1_200,
    "data_channel_receive_share_percent": 80,
    "room_validity_max_s": 184 * 24 * 60 * 60,
    "token_min_s": 60 * 60,
    "token_max_s": 24 * 60 * 60,
    "token_default_s": 24 * 60 * 60,
}

ABSENT: dict[str, float | None] = {"lobby_s": None}
"""No source gives a number, so there is no limit unless somebody sets one."""

OURS = {
    "dtmf_tones_on_their_way_max": 60,
    "speaking_level_min": 2000,
    "speaking_attack_s": 1,
    "speaking_release_s": 2,
    "dominance_newest_percent": 50,
    "dominance_lead_percent": 50,
    "speaking_while_muted_s": 1,
    "microphone_silent_s": 10,
    "microphone_silent_level_min": 16,
    "quality_worse_s": 2,
    "quality_better_s": 3,
    "media_missing_s": 5,
}
"""No source gives a number, and there has to be one; the rows say so."""

ALSO_DOCUMENTED = {
    "dtmf_inter_tone_min_s": 1,
    "reconnect_alternative_s": 120,
    "no_answer_alternative_s": 120,
    "participants_alternative_max": 100,
    "volume_sample_ms": 200,
    "identity_create_per_30_s_max": 1000,
    "identity_delete_per_30_s_max": 500,
    "room_get_per_s_max": 40,
    "room_list_per_s_max": 10,
    "data_channel_id_max": 65535,
}

UNIT_ENDS_NAME = {
    "s": "_s",
    "ms": "_ms",
    "px": "_px",
    "bps": "_bps",
    "bytes": "_bytes",
    "fps": "_fps",
    "GB": "_gb",
    "percent": "_percent",
}

ROW = {"value": 85, "unit": "s", "source": "a page"}


def toml_of(row: Mapping[str, object], name: str = "ring_s") -> str:
    """A limits file with one row; JSON's scalars are TOML's too."""
    return "\n".join([f"[limits.{name}]", *(f"{key} = {json.dumps(value)}" for key, value in row.items())])


def spec(name: str) -> str:
    return files("calltape.specs").joinpath(name).read_text(encoding="utf-8")


def test_the_code_goes_by_the_documented_numbers() -> None:
    assert attrs.asdict(LIMITS) == {**DOCUMENTED, **OURS, **ABSENT}


@pytest.mark.parametrize(("name", "value"), (DOCUMENTED | OURS | ALSO_DOCUMENTED).items())
def test_the_file_states_the_documented_numbers(name: str, value: int) -> None:
    assert every_limit()[name].value == value


def test_the_file_meets_its_schema() -> None:
    schema = json.loads(spec("schemas/limits.schema.json"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(tomllib.loads(spec("limits.toml")))


@pytest.mark.parametrize(
    "row",
    [
        {**ROW, "value": "85"},
        {**ROW, "value": 0},
        {**ROW, "unit": "fortnights"},
        {**ROW, "wisdom": "none"},
        {"value": 85, "unit": "s"},
    ],
)
def test_the_schema_can_say_no(row: dict[str, Any]) -> None:
    validator = Draft202012Validator(json.loads(spec("schemas/limits.schema.json")))
    assert validator.is_valid({"limits": {"ring_s": ROW}})
    assert not validator.is_valid({"limits": {"ring_s": row}})
    assert not validator.is_valid({"limits": {"ring": ROW}})


def test_units_come_last_in_the_name() -> None:
    measured = [limit for limit in every_limit().values() if limit.unit in UNIT_ENDS_NAME]
    assert len(measured) > 40
    assert [limit.name for limit in measured if not limit.name.endswith(UNIT_ENDS_NAME[limit.unit])] == []


@pytest.mark.parametrize("kind", ["alternative", "newer", "older"])
def test_a_number_that_is_not_gone_by_says_so_and_names_the_one_that_is(kind: str) -> None:
    limits = every_limit()
    others = [limit for limit in limits.values() if f"_{kind}_" in limit.name]
    assert others
    for other in others:
        assert other.note.startswith("Not used")
        assert any(word.strip(".,;:()") in limits for word in f"{other.conflict} {other.note}".split())


def test_the_default_knows_of_its_contradiction() -> None:
    assert "reconnect_alternative_s" in every_limit()["reconnect_s"].conflict
    assert "participants_alternative_max" in every_limit()["participants_max"].conflict


def test_limits_are_read_once_and_cannot_be_changed() -> None:
    assert load_limits() is LIMITS
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        LIMITS.reconnect_s = 1  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(TypeError):
        every_limit()["reconnect_s"] = every_limit()["transfer_s"]  # type: ignore[index]  # pyright: ignore[reportIndexIssue]


def test_a_limit_is_changed_for_a_test_and_the_original_stays() -> None:
    changed = LIMITS.with_(reconnect_s=0.25, participants_max=2)
    assert (changed.reconnect_s, changed.participants_max) == (0.25, 2)
    assert attrs.asdict(LIMITS) == {**DOCUMENTED, **OURS, **ABSENT}
    assert attrs.evolve(changed, reconnect_s=60, participants_max=350) == LIMITS


@pytest.mark.parametrize("name", OURS)
def test_what_is_ours_says_so(name: str) -> None:
    assert every_limit()[name].source.startswith("our")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"ring_s": 20},
            r"there is no limit 'ring_s'; the limits are establish_one_to_one_s, .*media_sample_s",
        ),
        ({"reconnect_s": 0}, "reconnect_s is 0; make it more than 0"),
        ({"reconnect_s": -1}, "reconnect_s is -1; make it more than 0"),
        ({"reconnect_s": float("nan")}, "reconnect_s is nan; make it more than 0"),
        ({"reconnect_s": float("inf")}, "reconnect_s is inf; make it more than 0 and finite"),
        ({"lobby_s": 0}, "lobby_s is 0; make it more than 0"),
        ({"reconnect_s": True}, "reconnect_s is True; make it a number"),
        ({"participants_max": 2.5}, r"participants_max is 2\.5; make it a whole number"),
        ({"push_ttl_default_s": 299}, r"push_ttl_default_s is 299; keep it between .* \(300 to 15552000\)"),
        ({"push_ttl_max_s": 86_399}, r"push_ttl_default_s is 86400; keep it between .* \(300 to 86399\)"),
    ],
)
def test_a_senseless_change_is_refused_in_one_sentence(changes: dict[str, float], says: str) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        LIMITS.with_(**changes)
    assert "\n" not in str(refused.value)


@pytest.mark.property
@given(
    st.dictionaries(
        st.sampled_from([f.name for f in attrs.fields(Limits) if f.type is float]), st.floats(0.001, 1e6)
    )
)
def test_what_is_changed_is_what_was_asked(changes: dict[str, float]) -> None:
    assert attrs.asdict(LIMITS.with_(**changes)) == {**DOCUMENTED, **OURS, **ABSENT, **changes}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[limits", r"limits\.toml is not TOML"),
        ("", r"must hold tables named \[limits\.<name>\]"),
        ("limits = 3", r"must hold tables named \[limits\.<name>\]"),
        (toml_of(ROW) + "\n[other]", "and nothing else"),
        ("[limits]\nring_s = 85", r"limits\.ring_s must be a table"),
        (toml_of({"unit": "s", "source": "a page"}), r"limits\.ring_s lacks value"),
        (toml_of({"value": 85, "source": "a page"}), r"limits\.ring_s lacks unit"),
        (toml_of({"value": 85, "unit": "s"}), r"limits\.ring_s lacks source"),
        (toml_of({**ROW, "value": "85"}), r"limits\.ring_s has the value '85'; make it a whole number"),
        (toml_of({**ROW, "value": True}), r"limits\.ring_s has the value True; make it a whole number"),
        (toml_of({**ROW, "unit": 1}), r"limits\.ring_s has the unit 1; make it text"),
        (toml_of({**ROW, "notes": "x"}), r"limits\.ring_s has an unknown key 'notes'"),
    ],
)
def test_a_malformed_file_names_the_row(text: str, says: str) -> None:
    with pytest.raises(BadSpec, match=says):
        read_limits(text)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_row_that_the_code_goes_by_may_not_be_missing(name: str) -> None:
    rows = {key: limit for key, limit in every_limit().items() if key != name}
    with pytest.raises(BadSpec, match=rf"lacks limits\.{name}"):
        limits_from(rows)


def test_a_row_that_the_code_goes_by_must_make_sense() -> None:
    rows = {**every_limit(), "reconnect_s": attrs.evolve(every_limit()["reconnect_s"], value=-60)}
    with pytest.raises(BadSpec, match=r"limits\.toml: reconnect_s is -60"):
        limits_from(rows)
