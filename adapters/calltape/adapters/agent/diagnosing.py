"""What is wrong with the network and the devices of a call, as one agent is told: its own and of others."""

from typing import TYPE_CHECKING

import attrs

from calltape.adapters.agent.asking import AskedCall
from calltape.adapters.agent.changes import Changes
from calltape.core import (
    CALL,
    DIAGNOSTICS,
    DiagnosticChanged,
    DiagnosticGroup,
    DiagnosticValue,
    RawId,
    Refused,
    RemoteDiagnosticSent,
    RemoteDiagnosticsSwitched,
)

if TYPE_CHECKING:
    from calltape.adapters.agent.agent import CallAgent


@attrs.frozen(kw_only=True)
class Diagnostic:
    """What one diagnostic says."""

    diagnostic: str
    """As the web SDK calls it: `cameraFreeze`."""

    value: DiagnosticValue


@attrs.frozen(kw_only=True)
class RemoteDiagnostic(Diagnostic):
    """What one diagnostic of another participant says."""

    participant: RawId


class OwnDiagnostics:
    """This side's diagnostics of one group: the network, or the media."""

    def __init__(self) -> None:
        self.diagnostic_changed: Changes[Diagnostic] = Changes()
        self._latest: dict[str, DiagnosticValue] = {}

    @property
    def latest(self) -> dict[str, DiagnosticValue]:
        """What each says now, by name; those that were never raised are not here."""
        return dict(self._latest)

    def note(self, fact: DiagnosticChanged) -> None:
        """One has another value. For the feature."""
        self._latest[fact.diagnostic] = fact.value
        self.diagnostic_changed.tell(Diagnostic(diagnostic=fact.diagnostic, value=fact.value))


class RemoteDiagnostics:
    """What the others tell of themselves, and what this side tells them: nothing, until it starts sending.

    In a call of more than 20 nobody tells anything, and nobody tells more than three things a minute. Which
    connection the service sees to somebody is told of everybody, whether they send or not.
    """

    def __init__(self, call: AskedCall, agent: "CallAgent") -> None:
        self.diagnostic_changed: Changes[RemoteDiagnostic] = Changes()
        """What another participant tells."""

        self._call = call
        self._agent = agent
        self._latest: dict[tuple[RawId, str], RemoteDiagnostic] = {}
        self._is_sending = False

    @property
    def latest(self) -> tuple[RemoteDiagnostic, ...]:
        """What those who are in the call told last of each of their diagnostics, since this side came."""
        people = self._call.model.participants
        return tuple(
            each
            for each in self._latest.values()
            if (person := people.get(each.participant)) is not None and person.is_present
        )

    @property
    def is_sending_enabled(self) -> bool:
        """Whether this side tells the others; off until it starts, and off when it has left."""
        return self._is_sending

    def start_sending(self) -> None:
        """Tell the others from now on what changes here.

        Raises:
            Refused: this side is not in the call.
        """
        me = self._call.me
        if not me.is_present:
            reason = "who is not in the call tells nobody"
            raise Refused(CALL.name, me.call_state, "StartSendingDiagnostics", reason, ())
        self._switch(is_sending=True)

    def stop_sending(self) -> None:
        """Tell the others nothing any more; what they know by then they keep."""
        self._switch(is_sending=False)

    def follow(self) -> None:
        """The call went on: who has left tells nobody. For the feature."""
        if self._is_sending and not self._call.me.is_present:
            self.stop_sending()

    def note(self, fact: RemoteDiagnosticSent) -> None:
        """Somebody told the others. For the feature."""
        if not self._call.is_up:
            return
        told = RemoteDiagnostic(participant=fact.participant, diagnostic=fact.diagnostic, value=fact.value)
        self._latest[told.participant, told.diagnostic] = told
        self.diagnostic_changed.tell(told)

    def _switch(self, *, is_sending: bool) -> None:
        if self._is_sending is is_sending:
            return
        self._is_sending = is_sending
        me, call_id = self._agent.raw_id, self._call.id
        fact = RemoteDiagnosticsSwitched(call_id=call_id, participant=me, is_sending=is_sending)
        self._agent.runtime.measured(call_id, me, fact)


class DiagnosticsFeature:
    """User-facing diagnostics: `call.diagnostics`. They come from what is measured."""

    def __init__(self, call: AskedCall, agent: "CallAgent") -> None:
        self.network = OwnDiagnostics()
        """Of this side's network."""

        self.media = OwnDiagnostics()
        """Of this side's microphone, camera, loudspeaker and share."""

        self.remote = RemoteDiagnostics(call, agent)
        """Of the others."""

        self._me = agent.raw_id
        self._own = {DiagnosticGroup.NETWORK: self.network, DiagnosticGroup.MEDIA: self.media}

    def receive(self, fact: DiagnosticChanged | RemoteDiagnosticSent) -> None:
        """Take in what was diagnosed of anybody. For the call."""
        if isinstance(fact, RemoteDiagnosticSent):
            if fact.participant != self._me:
                self.remote.note(fact)
        elif fact.participant == self._me and (own := self._group(fact.diagnostic)) is not None:
            own.note(fact)

    def _group(self, diagnostic: str) -> OwnDiagnostics | None:
        row = DIAGNOSTICS.get(diagnostic)
        return None if row is None else self._own.get(row.group)

    def follow(self) -> None:
        """The call went on. For the call."""
        self.remote.follow()

    def end(self) -> None:
        """The call is over. For the call."""
        for source in (self.network, self.media, self.remote):
            source.diagnostic_changed.end()
