"""Who speaks, and who is most dominant: a ranking from sound levels that does not flicker.

No page says how the ranking is made, so the numbers are our choice (`limits.toml`, 'Who speaks'). Somebody
speaks who was loud for a while, and no longer does who was quiet for a while. Among those who speak the
louder one is ahead, but takes the place of another only when clearly louder; behind them come those who
spoke, the latest first. Levels and time come in, so the same levels give the same ranking.
"""

import attrs

from calltape.core.events import Event, event
from calltape.core.identity import RawId
from calltape.core.limits import LIMITS, Limits
from calltape.core.media import MediaSampled
from calltape.core.values import CallId, Instant, later


@event("speakers.changed")
class DominantSpeakersChanged(Event):
    """Other people are the most dominant speakers, in another order, or somebody began or ceased to speak."""

    call_id: CallId
    speakers: tuple[RawId, ...]
    """Who speaks or spoke, the most dominant first; as many as any view shows at once."""

    speaking: tuple[RawId, ...]
    """Who speaks at this moment, the most dominant first."""


@attrs.define(kw_only=True)
class Voice:
    """What is known of one participant's voice."""

    loudness: int = 0
    """The levels so far, the newest counting most; 0 to 65536."""

    is_loud: bool = False
    """Whether the last level was loud."""

    turned_at: Instant
    """Since when it is loud, or is not."""

    heard_at: Instant
    """When it was last loud."""

    measured_at: Instant
    """When its level was last measured."""

    is_speaking: bool = False


@attrs.define(kw_only=True)
class Dominance:
    """The voices of one call. Changed in place by whoever owns it."""

    voices: dict[RawId, Voice] = attrs.Factory(dict[RawId, Voice])
    ranking: list[RawId] = attrs.Factory(list[RawId])
    """Who speaks or spoke, the most dominant first."""

    @property
    def speaking(self) -> tuple[RawId, ...]:
        """Who speaks now, the most dominant first: they are ahead of all others."""
        return tuple(who for who in self.ranking if self.voices[who].is_speaking)


def level_of(sample: MediaSampled) -> int | None:
    """How loud a participant is: by their microphone, else the loudest of what they send; None if unmeasured.

    Whether the others hear what the microphone picks up is not asked here.
    """
    if sample.microphone_level is not None:
        return sample.microphone_level
    levels = [
        each.audio_input_level
        for each in sample.streams
        if each.kind == "audio" and each.direction == "send" and each.audio_input_level is not None
    ]
    return max(levels, default=None)


def hear(dominance: Dominance, who: RawId, level: int, at: Instant, limits: Limits = LIMITS) -> None:
    """Take in that `who` was at `level` (0 to 65536) at `at`; one level a second is enough."""
    is_loud = level >= limits.speaking_level_min
    voice = dominance.voices.get(who)
    if voice is None:
        voice = Voice(is_loud=is_loud, turned_at=at, heard_at=at, measured_at=at)
        dominance.voices[who] = voice
    newest = limits.dominance_newest_percent
    voice.loudness = (voice.loudness * (100 - newest) + level * newest) // 100
    voice.measured_at = at
    if is_loud is not voice.is_loud:
        voice.is_loud, voice.turned_at = is_loud, at
    if is_loud:
        voice.heard_at = at
    _settle(dominance, who, voice, at, limits)


def hush(dominance: Dominance, who: RawId, limits: Limits = LIMITS) -> None:
    """`who` is muted or on hold: they cease to speak at once, and keep their place among those who spoke."""
    voice = dominance.voices.get(who)
    if voice is not None and voice.is_speaking:
        voice.is_speaking = voice.is_loud = False
        _place(dominance, who, limits)


def leave(dominance: Dominance, who: RawId) -> None:
    """`who` is not in the call any more."""
    if dominance.voices.pop(who, None) is not None and who in dominance.ranking:
        dominance.ranking.remove(who)


def listen(dominance: Dominance, at: Instant, limits: Limits = LIMITS) -> None:
    """Let time come to `at`: who is not measured any more ceases to speak as who is quiet does."""
    for who in dominance.speaking:
        voice = dominance.voices[who]
        if voice.is_loud and later(voice.measured_at, limits.speaking_release_s) <= at:
            voice.is_loud, voice.turned_at = False, voice.measured_at
        _settle(dominance, who, voice, at, limits)


def falls_silent_at(dominance: Dominance, limits: Limits = LIMITS) -> Instant | None:
    """When the first of those who speak ceases to unless they are heard again; None while nobody speaks."""
    voices = (dominance.voices[who] for who in dominance.speaking)
    since = min((each.measured_at if each.is_loud else each.turned_at for each in voices), default=None)
    return None if since is None else later(since, limits.speaking_release_s)


def recalled(told: DominantSpeakersChanged, at: Instant) -> Dominance:
    """The ranking as it was recorded at `at`, before a restart.

    The media by which people were heard is gone, so nobody speaks until they are measured again.
    """
    dominance = Dominance()
    for place, who in enumerate(told.speakers):
        heard_at = Instant(at - place)  # who is behind was heard earlier
        dominance.ranking.append(who)
        dominance.voices[who] = Voice(turned_at=at, heard_at=heard_at, measured_at=at)
    return dominance


def _settle(dominance: Dominance, who: RawId, voice: Voice, at: Instant, limits: Limits) -> None:
    """Begin or cease to speak when it is time, and take the right place."""
    wait_s = limits.speaking_attack_s if voice.is_loud else limits.speaking_release_s
    if voice.is_loud is not voice.is_speaking and later(voice.turned_at, wait_s) <= at:
        voice.is_speaking = voice.is_loud
        if voice.is_speaking and who not in dominance.ranking:
            dominance.ranking.append(who)
    if who in dominance.ranking:
        _place(dominance, who, limits)


def _place(dominance: Dominance, who: RawId, limits: Limits) -> None:
    """Move `who` ahead of everybody they beat, or behind everybody who beats them."""
    ranking, voices = dominance.ranking, dominance.voices
    place = ranking.index(who)
    while place > 0 and _beats(voices[who], voices[ranking[place - 1]], limits):
        ranking[place - 1], ranking[place] = who, ranking[place - 1]
        place -= 1
    while place + 1 < len(ranking) and _beats(voices[ranking[place + 1]], voices[who], limits):
        ranking[place], ranking[place + 1] = ranking[place + 1], who
        place += 1


def _beats(one: Voice, other: Voice, limits: Limits) -> bool:
    """Whether `one` takes the place of `other`, who is ahead."""
    if one.is_speaking is not other.is_speaking:
        return one.is_speaking
    if one.is_speaking:
        return one.loudness * 100 > other.loudness * (100 + limits.dominance_lead_percent)
    return one.heard_at > other.heard_at


def announcement(
    dominance: Dominance, last: DominantSpeakersChanged | None, call_id: CallId, limits: Limits = LIMITS
) -> DominantSpeakersChanged | None:
    """What to record now that `last` was the last thing recorded; None when nothing that counts has changed.

    The order behind the most dominant ones counts for nothing, but is told with what does.
    """
    top = limits.dominant_speakers_max
    ranked = tuple(dominance.ranking[: limits.rendered_videos_desktop_web_max])
    speaking = dominance.speaking
    before = ((), ()) if last is None else (last.speakers[:top], last.speaking)
    if (ranked[:top], set(speaking)) == (before[0], set(before[1])):
        return None
    return DominantSpeakersChanged(call_id=call_id, speakers=ranked, speaking=speaking)
