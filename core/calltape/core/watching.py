"""Watching one call's media while it lives: from what is measured and what happens to the facts that follow.

Nothing here decides about the call. What follows, changed diagnostics and other dominant speakers, is
recorded beside the samples, so that it is known when those are gone and no rule is asked twice.
"""

from collections.abc import Iterable, Iterator, Mapping

from calltape.core.agenda import Agenda
from calltape.core.call.leaving import ParticipantDropped, ParticipantLeft
from calltape.core.call.state import Call
from calltape.core.diagnosing import (
    falls_due,
    look,
    note_condition,
    note_sample,
    note_states,
    recall_condition,
    recall_value,
)
from calltape.core.diagnosis import Change, Diagnosis, DiagnosticChanged
from calltape.core.diagnostic_rows import DIAGNOSTICS, DiagnosticValue
from calltape.core.dominance import (
    Dominance,
    DominantSpeakersChanged,
    announcement,
    falls_silent_at,
    hear,
    hush,
    leave,
    level_of,
    listen,
    recalled,
)
from calltape.core.end_reasons import REGISTRY, Source
from calltape.core.events import Event, Recorded
from calltape.core.identity import RawId
from calltape.core.limits import LIMITS, Limits
from calltape.core.media import MediaConditionObserved, MediaSampled, MediaStatesObserved
from calltape.core.presence import HELD, Presence, touched
from calltape.core.remote_diagnostics import (
    RemoteDiagnosticSent,
    RemoteDiagnosticsSwitched,
    Telling,
    may_tell_at,
    offer,
    recall_told,
    switch,
    tell,
)
from calltape.core.values import CallId, Instant, media_stream, speakers_stream

Found = tuple[Event, ...]

WATCHED = (
    MediaSampled,
    DiagnosticChanged,
    MediaConditionObserved,
    RemoteDiagnosticsSwitched,
    RemoteDiagnosticSent,
    DominantSpeakersChanged,
)
"""The facts that a watch goes on from after a restart."""

_MEDIA_LOST = REGISTRY.named("media_lost", source=Source.NETWORK)
_SPEAKERS = RawId("")
"""What stands in the agenda for those who speak."""


def stream_of(fact: Event) -> str:
    """The stream that a fact about media belongs to."""
    if isinstance(fact, DominantSpeakersChanged):
        return speakers_stream(fact.call_id)
    return media_stream(fact.call_id, fact.participant)  # type: ignore[attr-defined]


class Watch:
    """Watches one call. Its owner says what is measured and what happens, in order, with the time of each.

    When `next_at` has come it is to `tick`: what nobody measures any more is judged then.
    """

    def __init__(self, call_id: CallId, limits: Limits = LIMITS) -> None:
        self.call_id = call_id
        self.limits = limits
        self.dominance = Dominance()
        self._presence = Presence()
        self._agenda = Agenda()
        self._legs: dict[RawId, Diagnosis] = {}
        self._telling: dict[RawId, Telling] = {}
        self._announced: DominantSpeakersChanged | None = None
        self._given_up: set[RawId] = set()
        self._is_measured = False

    def diagnosis(self, who: RawId) -> Mapping[str, object]:
        """What the diagnostics of one participant say at this moment, by name."""
        return self._legs[who].values if who in self._legs else {}

    @property
    def next_at(self) -> Instant | None:
        """When to `tick`, should nothing be seen until then; None while silence means nothing."""
        return self._agenda.next_at

    def begin(self, call: Call, at: Instant) -> Found:
        """Media of the call is measured from now on: who has to send and is not measured will be found.

        The first sample says the same.

        Args:
            call: the call as it is.
            at: when.
        """
        if self._is_measured:
            return ()
        self._is_measured = True
        return tuple(self._look_around(call, at))

    def measured(self, call: Call, fact: Event, at: Instant) -> Found:
        """Take in a fact for a media stream, and give those that follow from it.

        Args:
            call: the call as it is.
            fact: what was measured or observed.
            at: when.
        """
        match fact:
            case MediaSampled():
                return (*self.begin(call, at), *self._sampled(call, fact, at))
            case MediaConditionObserved():
                note_condition(self._leg(fact.participant), fact.condition)
            case MediaStatesObserved():
                note_states(self._leg(fact.participant), fact)
            case RemoteDiagnosticsSwitched():
                switch(self._telling_of(fact.participant), fact.is_sending)
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
        stirred = touched(call, event)
        people = [
            who for who in stirred if self._is_measured or who in self._legs or who in self.dominance.voices
        ]
        who: RawId | None = getattr(event, "participant", None)
        if who is not None and _ends_lost_media(event) and self._is_reconnecting(who):
            self._given_up.add(who)
        for each in people:
            self._take_voice(call, each)
        concerned = (*self._left_alone(call, people), *self._may_tell_now(call, stirred))
        people += (each for each in dict.fromkeys(concerned) if each not in people)
        found = [fact for each in people for fact in self._look(call, each, at)]
        return (*found, *self._announce()) if people else ()

    def tick(self, call: Call, at: Instant) -> Found:
        """Time has come to `at`: what follows from what was not seen.

        Args:
            call: the call as it is.
            at: when.
        """
        found: list[Event] = []
        for who in self._agenda.take(at):
            if who == _SPEAKERS:
                listen(self.dominance, at, self.limits)
                found += self._announce()
            elif (due := self._falls_due(call, who)) is not None and due <= at:
                found += self._look(call, who, at)
            else:
                self._agenda.put(who, due)
        return tuple(found)

    # --- after a restart
    # -------------------------------------------------------------------------------------------------------

    def remember(self, recorded: Recorded) -> None:
        """Take in a fact that was recorded before this process began, in the log's order."""
        match fact := recorded.event:
            case DiagnosticChanged():
                row = DIAGNOSTICS.get(fact.diagnostic)
                if row is not None:
                    recall_value(self._leg(fact.participant), row, fact.value)
                    offer(self._telling_of(fact.participant), Change(row, fact.value))
            case MediaConditionObserved():
                recall_condition(self._leg(fact.participant), fact.condition, recorded.at)
            case RemoteDiagnosticsSwitched():
                switch(self._telling_of(fact.participant), fact.is_sending)
            case RemoteDiagnosticSent():
                telling = self._telling_of(fact.participant)
                recall_told(telling, fact.diagnostic, fact.value, recorded.at, self.limits)
            case MediaSampled():
                self._leg(fact.participant)
            case DominantSpeakersChanged():
                self._announced, self.dominance = fact, recalled(fact, recorded.at)
            case _:
                return

    def go_on(self, call: Call, at: Instant) -> Found:
        """Everything was remembered: what has become so, or is so no more, since it was recorded.

        Args:
            call: the call as it is.
            at: when.
        """
        for who in list(self.dominance.voices):
            self._take_voice(call, who)
        found = [fact for who in list(self._legs) for fact in self._look(call, who, at)]
        return (*found, *self._announce())

    # --- looking
    # -------------------------------------------------------------------------------------------------------

    def _sampled(self, call: Call, fact: MediaSampled, at: Instant) -> Found:
        who = fact.participant
        note_sample(self._leg(who), fact, at)
        person = call.participants.get(who)
        level = level_of(fact)
        if person is not None and person.is_present and level is not None:
            is_heard = not person.is_muted and person.call_state not in HELD
            hear(self.dominance, who, level if is_heard else 0, at, self.limits)
        listen(self.dominance, at, self.limits)
        return (*self._look(call, who, at, fact), *self._announce())

    def _leg(self, who: RawId) -> Diagnosis:
        return self._legs.setdefault(who, Diagnosis())

    def _telling_of(self, who: RawId) -> Telling:
        return self._telling.setdefault(who, Telling())

    def _is_reconnecting(self, who: RawId) -> bool:
        return self.diagnosis(who).get("networkReconnect") is DiagnosticValue.POOR

    def _take_voice(self, call: Call, who: RawId) -> None:
        """Whether `who` can still be heard."""
        person = call.participants.get(who)
        if person is None or not person.is_present:
            leave(self.dominance, who)
        elif person.is_muted or person.call_state in HELD:
            hush(self.dominance, who, self.limits)

    def _left_alone(self, call: Call, people: list[RawId]) -> tuple[RawId, ...]:
        """Who has nobody any more to send to, or has somebody again, now that `people` stand otherwise."""
        before = self._presence.count
        for who in people if self._is_measured else ():
            self._presence.note(call, who)
        now = self._presence.count
        return tuple(self._presence.up) if now != before and min(now, before) <= 1 else ()

    def _may_tell_now(self, call: Call, stirred: Iterable[RawId]) -> tuple[RawId, ...]:
        """Who waits to tell something until the call is small enough, if one of `stirred` has made it so."""
        if not self._telling or call.present != self.limits.remote_diagnostics_participants_max:
            return ()
        gone = (person for who in stirred if (person := call.participants.get(who)) and not person.is_present)
        waiting = (who for who, telling in self._telling.items() if telling.waiting)
        return tuple(waiting) if any(gone) else ()

    def _look_around(self, call: Call, at: Instant) -> Iterator[Event]:
        """Once, at everybody."""
        for who in call.participants:
            self._presence.note(call, who)
        for who in call.participants:
            yield from self._look(call, who, at)

    def _look(
        self, call: Call, who: RawId, at: Instant, sample: MediaSampled | None = None
    ) -> Iterator[Event]:
        """What changes for one leg, and what of it the others are told."""
        leg, telling = self._leg(who), self._telling_of(who)
        standing = self._presence.standing(
            call,
            who,
            has_flowed=leg.flowed_at is not None,
            is_given_up=who in self._given_up,
            is_measured=self._is_measured,
        )
        if standing.is_connected:
            self._given_up.discard(who)
        for change in look(leg, standing, at, sample, self.limits):
            yield DiagnosticChanged(
                call_id=self.call_id, participant=who, diagnostic=change.row.name, value=change.value
            )
            offer(telling, change)
        for name, value in tell(telling, call.present, at, self.limits):
            yield RemoteDiagnosticSent(call_id=self.call_id, participant=who, diagnostic=name, value=value)
        self._agenda.put(who, self._falls_due(call, who))

    def _falls_due(self, call: Call, who: RawId) -> Instant | None:
        """When `who` is to be looked at should nothing be seen of them."""
        changes_at = falls_due(self._legs[who], self.limits, is_measured=self._is_measured)
        tells_at = may_tell_at(self._telling_of(who), call.present, self.limits)
        return changes_at if tells_at is None else min(tells_at, changes_at or tells_at)

    def _announce(self) -> Iterator[Event]:
        self._agenda.put(_SPEAKERS, falls_silent_at(self.dominance, self.limits))
        changed = announcement(self.dominance, self._announced, self.call_id, self.limits)
        if changed is not None:
            self._announced = changed
            yield changed


def _ends_lost_media(event: Event) -> bool:
    """Whether somebody is out of the call because media was lost: theirs, or the other side's."""
    if not isinstance(event, ParticipantDropped | ParticipantLeft):
        return False
    return (event.reason.code, event.reason.subcode) == (_MEDIA_LOST.code, _MEDIA_LOST.subcode)
