"""`speakers`: who speaks in each call, who is most dominant, how long each has spoken; one row a call."""

import attrs

from calltape.core import LIMITS, SECOND, CallId, DominantSpeakersChanged, Instant, RawId, Recorded

from .projection import Projection


@attrs.define(kw_only=True)
class Speakers:
    """Who speaks in one call."""

    call_id: CallId | None = None
    ranking: tuple[RawId, ...] = ()
    """Who speaks or spoke, the most dominant first; as many as any view shows at once."""

    changed_at: Instant | None = None
    """When that last changed."""

    changes: int = 0
    speaking_since: dict[RawId, Instant] = attrs.Factory(dict[RawId, Instant])
    """Who speaks now, and since when."""

    spoken_s: dict[RawId, float] = attrs.Factory(dict[RawId, float])
    """How long each has spoken, without what goes on now."""

    @property
    def dominant(self) -> tuple[RawId, ...]:
        """The most dominant speakers, the most dominant first: four at most."""
        return self.ranking[: LIMITS.dominant_speakers_max]

    def is_speaking(self, who: RawId) -> bool:
        """Whether `who` speaks now."""
        return who in self.speaking_since


def _key(recorded: Recorded) -> str | None:
    fact = recorded.event
    return fact.call_id if isinstance(fact, DominantSpeakersChanged) else None


def _fold(row: Speakers, recorded: Recorded) -> Speakers:
    fact = recorded.event
    if not isinstance(fact, DominantSpeakersChanged):
        return row
    row.call_id = fact.call_id
    row.ranking = fact.speakers
    row.changed_at = recorded.at
    row.changes += 1
    speaking = frozenset(fact.speaking)
    for who in [who for who in row.speaking_since if who not in speaking]:
        spoken_s = (recorded.at - row.speaking_since.pop(who)) / SECOND
        row.spoken_s[who] = row.spoken_s.get(who, 0.0) + spoken_s
    for who in fact.speaking:
        row.speaking_since.setdefault(who, recorded.at)
    return row


SPEAKERS = Projection(name="speakers", key=_key, initial=Speakers, fold=_fold, row_type=Speakers)
