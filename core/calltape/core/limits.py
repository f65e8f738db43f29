"""The limits and timeouts that decisions are made by.

A decision's outcome goes into the event ("ring until …"), so a replay never asks for a limit again. The file
`limits.toml` holds these and all others of the domain: see `calltape.core.limit_rows`.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import attrs

from .errors import BadInput, BadSpec
from .limit_rows import LIMITS_FILE, Limit, every_limit


@attrs.frozen(kw_only=True)
class Limits:
    """The limits that decisions are made by. Times are in seconds; a fraction is legal and helps in tests.

    Sources are those of the rows of the same name in `limits.toml`; "overview" is the Calling SDK overview
    page of 31 October 2024.
    """

    establish_one_to_one_s: float
    """How long a one-to-one call may take until it is connected. Overview, 'Calling SDK timeouts'."""

    establish_group_s: float
    """The same for a participant of a group call. Overview, 'Calling SDK timeouts'."""

    establish_pstn_s: float
    """The same for a telephone. Overview, 'Calling SDK timeouts'."""

    promote_s: float
    """How long turning a one-to-one call into a group call may take. Overview, 'Calling SDK timeouts'."""

    reconnect_s: float
    """How long lost media may take to come back before the participant is removed.

    Overview, 'Calling SDK timeouts'; the service limits page says 120 (row `reconnect_alternative_s`).
    """

    modality_s: float
    """How long starting or stopping video or screen sharing may take. Overview, 'Calling SDK timeouts'."""

    transfer_s: float
    """How long a transfer may take. Overview, 'Calling SDK timeouts'."""

    dtmf_inter_tone_max_s: float
    """How long a telephone may be kept waiting for the next tone. Call Automation docs, recognition.

    Also how long it may take to send tones, which no source says.
    """

    dtmf_tones_on_their_way_max: int
    """How many tones a telephone may have been asked to be sent and not been sent. A choice of ours."""

    call_duration_max_s: float
    """How long a call may last; then everybody is disconnected. Overview, 'Maximum call duration'."""

    participants_max: int
    """How many people one call holds. Overview, 'Number of participants on a call support'."""

    reactions_per_3_s_max: int
    """How many reactions a call may have in three seconds. Reactions docs: the server batches so many."""

    real_time_text_lock_s: float
    """How long a line of real-time text stays open to which nothing is added. Our own choice."""

    spotlighted_participants_max: int
    """How many people the spotlight is on at a time. Spotlight docs."""

    redirects_max: int
    """How often a call may be sent on before somebody answers. ITU-T Q.763, 3.45: as far as a telephone
    exchange counts.
    """

    custom_context_sip_headers_max: int
    """How many SIP headers of custom context are read; the rest is ignored. Custom context docs."""

    custom_context_voip_headers_max: int
    """How many VoIP headers a call carries. Custom context docs."""

    custom_context_sip_key_max: int
    """How many characters the key of a SIP header has, the prefix among them. Custom context docs."""

    custom_context_sip_value_max: int
    """How many characters the value of a SIP header has. Custom context docs."""

    custom_context_voip_key_max: int
    """How many characters the key of a VoIP header has. Custom context docs."""

    custom_context_voip_value_max: int
    """How many characters the value of a VoIP header has. Custom context docs."""

    push_ttl_default_s: int
    """How long a push registration lives when nothing else is asked. Push notification docs."""

    push_ttl_min_s: int
    """The shortest life that may be asked. Overview, note on push notifications."""

    push_ttl_max_s: int
    """The longest life that may be asked. Overview, note on push notifications."""

    push_ttl_m365_max_s: int
    """The same for a Microsoft 365 identity. Overview, note on push notifications."""

    room_validity_max_s: int
    """How long a room may be open. Rooms overview: six months, which are at most 184 days."""

    token_default_s: int
    """How long a token lives when nothing else is asked. Identity docs."""

    token_min_s: int
    """The shortest life that may be asked of a token. Identity docs."""

    token_max_s: int
    """The longest life that may be asked of a token. Identity docs."""

    video_effect_start_warning_ms: int
    """How long an effect may take to start until that is warned of. Web SDK 2.0.0 typings."""

    media_sample_s: float
    """How often media is measured. Media statistics docs, web."""

    speaking_level_min: int
    """From which level on, 0 to 65536, somebody is loud. Our choice."""

    speaking_attack_s: float
    """How long somebody must be loud before they speak. Our choice."""

    speaking_release_s: float
    """How long a speaker must be quiet before they no longer speak. Our choice."""

    dominance_newest_percent: int
    """How much the newest level counts in somebody's loudness. Our choice."""

    dominance_lead_percent: int
    """How much louder than the one ahead a speaker must be to take their place. Our choice."""

    dominant_speakers_max: int
    """How many are most dominant. Overview, 'Number of participants'."""

    camera_freeze_s: float
    """How long a camera may give no picture before it is frozen. Diagnostics docs."""

    microphone_not_functioning_s: float
    """How long a microphone may be disabled or in use before that is told. Diagnostics docs: about this."""

    speaker_not_functioning_native_s: float
    """The same of a loudspeaker, in native SDKs. Diagnostics docs."""

    speaking_while_muted_s: float
    """How long somebody speaks into a muted microphone before they are told. Our choice."""

    microphone_silent_s: float
    """How long a microphone that is not muted gives nothing before that is told. Our choice."""

    microphone_silent_level_min: int
    """Below which level, 0 to 65536, a microphone gives nothing. Our choice."""

    quality_worse_s: float
    """How long a network must be worse before it is told. Our choice."""

    quality_better_s: float
    """How long a network must be better before it is told. Our choice."""

    loss_bad_percent: int
    """From how many packets lost of those expected on a network is bad. Diagnostics docs, for sending."""

    loss_poor_percent: int
    """Above how many it is poor. Service log docs."""

    jitter_poor_ms: float
    """Above which jitter a network is poor. Service log docs."""

    round_trip_poor_ms: float
    """Above which round trip a network is poor. Service log docs."""

    media_missing_s: float
    """How long signalling and media may disagree before it is told. Our choice."""

    remote_diagnostics_per_minute_max: int
    """How many diagnostics a client sends to the others in a minute. Diagnostics docs."""

    remote_diagnostics_participants_max: int
    """In how large a call diagnostics are sent to the others at most. Diagnostics docs."""

    large_call_participants_min: int
    """From how many people on a call is large and fewer videos can be seen. Overview, as below."""

    large_call_rendered_videos_max: int
    """How many videos can be seen in a large call. Overview, 'Number of participants'."""

    rendered_videos_desktop_web_max: int
    """How many videos a desktop browser can show. Overview, 'Supported number of incoming video streams'."""

    rendered_videos_mobile_web_max: int
    """How many videos a mobile browser can show. Overview, as above."""

    rendered_videos_native_max: int
    """How many videos a native SDK can show. Overview, as above."""

    rendered_shares_max: int
    """How many screen shares can be shown, on every platform. Overview, as above."""

    outgoing_videos_max: int
    """How many videos one participant sends. Overview, as above."""

    outgoing_shares_max: int
    """How many screen shares one participant sends, beside the video. Overview, as above."""

    incoming_1080p_videos_max: int
    """How many 1080p videos one page receives, if no 720p. Web release notes 1.33.2-beta.1 and 1.37.1."""

    incoming_720p_videos_max: int
    """How many 720p videos one page receives, if no 1080p. Web release notes 1.33.2-beta.1 and 1.37.1."""

    send_video_height_web_px: int
    """The tallest video that a browser sends. Overview, 'Supported video resolutions'."""

    send_video_height_ios_px: int
    """The same for iOS. Overview, as above."""

    send_video_height_android_px: int
    """The same for Android. Overview, as above."""

    send_video_height_windows_px: int
    """The same for Windows. Overview, as above."""

    send_share_height_px: int
    """The tallest screen share that any platform sends. Overview, as above."""

    receive_height_px: int
    """The tallest picture that any platform receives. Overview, as above."""

    simulcast_layers_web_max: int
    """How many sizes of a video a browser sends at once. Simulcast docs."""

    simulcast_layers_web_newer_max: int
    """The same from web SDK 1.37.2 on, in desktop Chrome and Edge. Web release notes 1.37.2."""

    optimal_video_count_cooldown_s: float
    """How long a changed optimal video count stands at least. Optimal video count docs: about this long."""

    data_channel_idle_close_s: float
    """How long nothing may come on a data channel until its receivers close it. Data channel docs."""

    data_channel_id_max: int
    """The highest number of a channel; the lowest is 1. Data channel docs."""

    data_channel_message_max_bytes: int
    """The largest message. Data channel docs: 32 KB."""

    data_channel_recipients_max: int
    """How many recipients a channel names at most; none named is everybody. Data channel docs."""

    data_channel_durable_max_bps: int
    """How fast a channel sends that loses nothing. Data channel docs."""

    data_channel_lossy_max_bps: int
    """How fast a channel sends that may lose messages. Data channel docs."""

    data_channel_lossy_high_priority_max_bps: int
    """The same where it goes before others. Data channel docs."""

    data_channel_broadcast_packets_per_s_max: int
    """How many packets a second one sends to everybody. Data channel docs."""

    data_channel_broadcast_packet_max_bytes: int
    """How large such a packet is at most. Data channel docs."""

    data_channel_receive_share_percent: int
    """How much of what is received is taken from what may be sent. Data channel docs."""

    survey_score_max: int
    """The highest bound that the scale of a survey's rating may have; the lowest is 0. Survey docs."""

    lobby_s: float | None = None
    """How long somebody may wait in the lobby before they are turned away.

    None, as long as nobody sets it: no source gives a number.
    """

    def with_(self, **changes: float) -> "Limits":
        """These limits with some of them changed, by name.

        Raises:
            BadInput: no limit has that name, or the value makes no sense.
        """
        names = tuple(field.name for field in attrs.fields(Limits))
        for name in changes:
            if name not in names:
                raise BadInput(f"there is no limit {name!r}; the limits are {', '.join(names)}")
        values: dict[str, Any] = {**attrs.asdict(self), **changes}
        if fault := _fault(values):
            raise BadInput(fault)
        return Limits(**values)


@cache
def load_limits() -> Limits:
    """The limits as the file states them; read once.

    Raises:
        BadSpec: the file is malformed, or a row that the code needs is missing or makes no sense.
    """
    return limits_from(every_limit())


def limits_from(rows: Mapping[str, Limit]) -> Limits:
    """The rows that the code goes by, as one value.

    Raises:
        BadSpec: one of them is missing or makes no sense.
    """
    values: dict[str, Any] = {}
    for field in attrs.fields(Limits):
        if field.name not in rows:
            if field.name in OPTIONAL_LIMITS:
                continue
            raise BadSpec(f"{LIMITS_FILE} lacks limits.{field.name}, which the code goes by; add the row")
        values[field.name] = rows[field.name].value
    if fault := _fault(values):
        raise BadSpec(f"{LIMITS_FILE}: {fault}")
    return Limits(**values)


def _fault(values: Mapping[str, Any]) -> str:
    """What makes no sense about the values of `Limits`, as a sentence; empty when all is well."""
    for field in attrs.fields(Limits):
        value = values.get(field.name)
        if value is None and field.name in OPTIONAL_LIMITS:
            continue
        whole = field.type is int
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            return f"{field.name} is {value!r}; make it {'a whole number' if whole else 'a number'}"
        # Written so that NaN fails too; an endless limit is no limit.
        if not 0 < value < float("inf"):
            return f"{field.name} is {value!r}; make it more than 0 and finite"
    shortest, longest = values["push_ttl_min_s"], values["push_ttl_max_s"]
    for name in ("push_ttl_default_s", "push_ttl_m365_max_s"):
        if not shortest <= values[name] <= longest:
            bounds = f"push_ttl_min_s and push_ttl_max_s ({shortest} to {longest})"
            return f"{name} is {values[name]}; keep it between {bounds}"
    return ""


OPTIONAL_LIMITS = frozenset({"lobby_s"})
"""The limits that no source gives a number for: None until somebody sets one."""

LIMITS = load_limits()
"""The limits as documented."""
