"""Watching one call's media while it lives: from what is measured and what happens to the facts that follow.

Nothing here decides about the call. What follows, changed diagnostics and other dominant speakers, is
recorded beside the samples, so that it is known when those are gone and no rule is asked twice.
"""

from collections.abc import Iterator, Mapping

from calltape.core.call.caller_id import is_phone
from calltape.core.call.leaving import ParticipantDropped, ParticipantLeft
from calltape.core.call.state import Call, Participant
from calltape.core.diagnosing import look, note_condition, note_sample, note_states
from calltape.core.diagnosis import NOT_THERE, Diagnosis, DiagnosticChanged, Standing
from calltape.core.diagnostic_rows import DiagnosticValue
from calltape.core.dominance import (
    Dominance,
    DominantSpeakersChanged,
    announcement,
    hear,
    hush,
    leave,
    level_of,
    listen,
)
from calltape.core.end_reasons import REGISTRY, Source
from calltape.core.events import Event
from calltape.core.identity import RawId
from calltape.core.limits import LIMITS, Limits
from calltape.core.media import MediaConditionObserved, MediaSampled, MediaStatesObserved
from calltape.core.remote_diagnostics import (
    RemoteDiagnosticSent,
    RemoteDiagnosticsSwitched,
    Telling,
    offer,
    switch,
    tell,
)
from calltape.core.states import CallState
from calltape.core.values import CallId, Instant, later, media_stream, speakers_stream

Found = tuple[Event, ...]

_TALKING = frozenset({CallState.CONNECTED, CallState.LOCAL_HOLD, CallState.REMOTE_HOLD})
_MEDIA_LOST = REGISTRY.named("media_lost", source=Source.NETWORK)
_HELD = frozenset({CallState.LOCAL_HOLD, CallState.REMOTE_HOLD})


def stream_of(fact: Event) -> str:
    """The stream that a fact about media belongs to."""
    if isinstance(fact, DominantSpeakersChanged):
        return speakers_stream(fact.call_id)
    return media_stream(fact.call_id, fact.participant)  # type: ignore[attr-defined]


class Watch:
    """Watches one call. Its owner says what is measured and what happens, in order, with the time of each."""

    def __init__(self, call_id: CallId, limits: Limits = LIMITS) -> None:
        self.call_id = call_id
        self.limits = limits
        self.dominance = Dominance()
        self._legs: dict[RawId, Diagnosis] = {}
        self._telling: dict[RawId, Telling] = {}
        self._announced: DominantSpeakersChanged | None = None
        self._given_up: set[RawId] = set()
        self._looks_around_at: Instant | None = None

    def diagnosis(self, who: RawId) -> Mapping[str, object]:
        """What the diagnostics of one participant say at this moment, by name."""
        return self._legs[who].values if who in self._legs else {}

    def measured(self, call: Call, fact: Event, at: Instant) -> Found:
        """Take in a fact for a media stream, and give those that follow from it.

        Args:
            call: the call as it is.
            fact: what was measured or observed.
            at: when.
        """
        match fact:
            case MediaSampled():
                return self._sampled(call, fact, at)
            case MediaConditionObserved():
                note_condition(self._leg(fact.participant), fact.condition)
            case MediaStatesObserved():
                note_states(self._leg(fact.participant), fact)
            case RemoteDiagnosticsSwitched():
                switch(self._telling.setdefault(fact.participant, Telling()), fact.is_sending)
            case _:
                return ()
        return tuple(self._look(call, fact.participant, at))

    def happened(self, call: Call, event: Event, at: Instant) -> Found:
        """Take in an event of the call, and give the facts about media that follow from it.

        Args:
            call: the call after the event.
            event: what happened.
            at: when.
        """
        who: RawId | None = getattr(event, "participant", None)
        if who is None or (who not in self._legs and who not in self.dominance.voices):
            return ()
        if _ends_lost_media(event) and self.diagnosis(who).get("networkReconnect") is DiagnosticValue.POOR:
            self._given_up.add(who)
        person = call.participants.get(who)
        if person is None or not person.is_present:
            leave(self.dominance, who)
        elif person.is_muted or person.call_state in _HELD:
            hush(self.dominance, who, self.limits)
        return (*self._look(call, who, at), *self._announce())

    def _sampled(self, call: Call, fact: MediaSampled, at: Instant) -> Found:
        who = fact.participant
        note_sample(self._leg(who), fact, at)
        person = call.participants.get(who)
        level = level_of(fact)
        if person is not None and person.is_present and level is not None:
            is_heard = not person.is_muted and person.call_state not in _HELD
            hear(self.dominance, who, level if is_heard else 0, at, self.limits)
        listen(self.dominance, at, self.limits)
        return (
            *self._look(call, who, at, fact, is_measured=True),
            *self._look_around(call, at),
            *self._announce(),
        )

    def _leg(self, who: RawId) -> Diagnosis:
        return self._legs.setdefault(who, Diagnosis())

    def _look(
        self,
        call: Call,
        who: RawId,
        at: Instant,
        sample: MediaSampled | None = None,
        *,
        is_measured: bool = False,
    ) -> Iterator[Event]:
        """What changes for one leg, and what of it the others are told."""
        is_given_up = who in self._given_up
        standing = _standing(call, who, is_given_up=is_given_up, is_measured=is_measured)
        if standing.is_connected:
            self._given_up.discard(who)
        telling = self._telling.setdefault(who, Telling())
        for change in look(self._leg(who), standing, at, sample, self.limits):
            yield DiagnosticChanged(
                call_id=self.call_id, participant=who, diagnostic=change.row.name, value=change.value
            )
            offer(telling, change)
        for name, value in tell(telling, call.present, at, self.limits):
            yield RemoteDiagnosticSent(call_id=self.call_id, participant=who, diagnostic=name, value=value)

    def _look_around(self, call: Call, at: Instant) -> Iterator[Event]:
        """Now and then, at everybody: for those who should be measured and are not."""
        if self._looks_around_at is not None and at < self._looks_around_at:
            return
        self._looks_around_at = later(at, self.limits.media_missing_s)
        for who in call.participants:
            yield from self._look(call, who, at, is_measured=True)

    def _announce(self) -> Iterator[Event]:
        changed = announcement(self.dominance, self._announced, self.call_id, self.limits)
        if changed is not None:
            self._announced = changed
            yield changed


def _ends_lost_media(event: Event) -> bool:
    """Whether somebody is out of the call because media was lost: theirs, or the other side's."""
    if not isinstance(event, ParticipantDropped | ParticipantLeft):
        return False
    return (event.reason.code, event.reason.subcode) == (_MEDIA_LOST.code, _MEDIA_LOST.subcode)


def _standing(call: Call, who: RawId, *, is_given_up: bool, is_measured: bool) -> Standing:
    person = call.participants.get(who)
    if person is None or not person.is_present:
        return Standing(is_given_up=is_given_up) if is_given_up else NOT_THERE
    is_sending = person.call_state is CallState.CONNECTED and not (person.is_muted or person.is_media_lost)
    return Standing(
        is_present=True,
        is_connected=person.call_state in _TALKING,
        is_muted=person.is_muted,
        is_held=person.call_state in _HELD,
        is_media_lost=person.is_media_lost,
        must_flow=is_sending and not is_phone(who),
        is_measured=is_measured,
        hears_somebody=any(_is_heard(other) for other in call.participants.values() if other is not person),
    )


def _is_heard(person: Participant) -> bool:
    """Whether what they say goes to the others."""
    return person.call_state is CallState.CONNECTED and not person.is_muted
