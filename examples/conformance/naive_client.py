"""A telephone as people write it first: one status for each call, and whatever is reported is believed.

It has no legs and no deadlines, knows one telephone a person, refuses nothing, and a hold is another value of
the one status. It is here to show that the cases tell such a program from one that is right:

    calltape conform -- python examples/conformance/naive_client.py

It fails whatever takes more than the one word: who holds when both do, what must be refused, what silence
means, a button pressed twice, an observation that comes late. Which cases those are says
`tests/test_example_clients.py`.
"""

import json
import sys
from typing import Any

Json = dict[str, Any]


class Call:
    """One call, as one word, and what a small telephone needs beside it."""

    def __init__(self) -> None:
        self.status = "none"
        self.people: list[str] = []
        self.muted: set[str] = set()
        self.holder = ""
        self.up: set[str] = set()
        self.closed: set[str] = set()
        self.reason = ""
        self.place = self.offer = ""

    def do(self, command: Json) -> list[Json]:
        """Believe it, and tell what happened."""
        name, who = command["type"], command.get("participant", "")
        status, event = CHANGES.get(name, ("", ""))
        if name == "StartCall":
            self.people = [who, *command["callees"]]
            return self.become(
                status, [("call.started", ""), (event, who), ("participant.invited", self.people[-1])]
            )
        if name in {"Mute", "Unmute"}:
            self.muted ^= {who}  # a button that is pressed
        if name == "ReportHeld":
            self.holder = who
        if name == "ReportMediaConnected":
            self.up.add(who)
        if name in OFFERS:
            self.place, self.offer = command["endpoint"], OFFERS[name]
        if status == "ending":
            return self.end(name, who, event)
        if name == "ReportMediaClosed":
            self.closed.add(who)
            over = [("call.ended", "")] if self.is_closed() else []
            return self.become("over" if over else "", [(event, who), *over])
        return self.become(status, [(event, who)])

    def become(self, status: str, events: list[tuple[str, str]]) -> list[Json]:
        """Take on the status, if there is one, and tell the events."""
        self.status = status or self.status
        return [{"event": name, "data": {"participant": who} if who else {}} for name, who in events if name]

    def end(self, name: str, who: str, event: str) -> list[Json]:
        """It is over for both, whoever ended it."""
        cancelled = name == "HangUp" and self.status in {"calling", "ringing", "early media"}
        self.offer = "Ended" if self.offer == "Offered" else self.offer
        self.reason = "487/0" if cancelled else REASONS.get(name, "0/0")
        self.closed = set() if self.status in {"answered", "talking", "on hold"} else {self.people[-1]}
        first = [(event, who)] if event != "participant.left" else []
        others = [each for each in self.people if each != who]
        return self.become("ending", [*first, *(("participant.left", each) for each in (who, *others))])

    def is_closed(self) -> bool:
        """Whether nothing is left to tear down."""
        return self.closed >= set(self.people)

    def seen(self) -> Json:
        """The one word, for everybody alike."""
        is_over = self.status == "over"
        kind = "one_to_one" if self.people else None
        return {
            "call": {"kind": kind, "is_over": is_over, "ended": self.reason if is_over else None},
            "participants": {who: self.look(who) for who in self.people},
        }

    def look(self, who: str) -> Json:
        """How the one word looks from where somebody is."""
        if self.status == "on hold":
            leg, roster = ("LocalHold", "Hold") if who == self.holder else ("RemoteHold", "Connected")
        else:
            leg, roster = LOOKS[self.status][who != self.people[0]]
        if self.status == "answered" and who in self.up:
            leg, roster = "Connected", "Connected"
        if self.status == "ending" and who in self.closed:
            leg = "Disconnected"
        left = self.reason if roster == "Disconnected" else None
        offers = {self.place: self.offer} if self.place and who == self.people[-1] else {}
        return {"leg": leg, "roster": roster, "left": left, "muted": who in self.muted, "offers": offers}


REASONS = {"Reject": "603/0", "ReportUnreachable": "480/10037", "ReportMediaFailed": "410/301004"}

OFFERS = {"Offer": "Offered", "Accept": "Accepted", "Reject": "Rejected", "ReportBusy": "Rejected"}

CHANGES: dict[str, tuple[str, str]] = {
    "StartCall": ("calling", "participant.joined"),
    "Offer": ("offered", "call.offered"),
    "ReportAlerted": ("ringing", "participant.alerted"),
    "ReportEarlyMedia": ("early media", "early_media.started"),
    "Accept": ("answered", "call.accepted"),
    "Reject": ("ending", "offer.rejected"),
    "ReportBusy": ("ending", "offer.rejected"),
    "ReportUnreachable": ("ending", "participant.left"),
    "ReportMediaConnected": ("talking", "participant.connected"),
    "ReportMediaFailed": ("ending", "participant.left"),
    "ReportMediaLost": ("", "media.lost"),
    "ReportMediaRestored": ("", "media.restored"),
    "HangUp": ("ending", "participant.left"),
    "ReportMediaClosed": ("", "leg.closed"),
    "Hold": ("", "hold.requested"),
    "ReportHeld": ("on hold", "participant.held"),
    "ReportHoldFailed": ("", "hold.failed"),
    "Resume": ("", "resume.requested"),
    "ReportResumed": ("talking", "participant.resumed"),
    "ReportResumeFailed": ("", "resume.failed"),
    "Mute": ("", "participant.muted"),
    "Unmute": ("", "participant.unmuted"),
    "MuteIncomingAudio": ("", "incoming_audio.muted"),
    "UnmuteIncomingAudio": ("", "incoming_audio.unmuted"),
}
"""What each command makes of the status, whatever it was; and what is told."""

LOOKS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "none": (("None", "Idle"), ("None", "Idle")),
    "calling": (("Connecting", "Connecting"), ("None", "Connecting")),
    "offered": (("Connecting", "Connecting"), ("Incoming", "Connecting")),
    "ringing": (("Ringing", "Connecting"), ("Incoming", "Ringing")),
    "early media": (("EarlyMedia", "Connecting"), ("Incoming", "EarlyMedia")),
    "answered": (("Connecting", "Connecting"), ("Connecting", "Connecting")),
    "talking": (("Connected", "Connected"), ("Connected", "Connected")),
    "ending": (("Disconnecting", "Disconnected"), ("Disconnecting", "Disconnected")),
    "over": (("Disconnected", "Disconnected"), ("Disconnected", "Disconnected")),
}
"""Which leg and roster state the one status stands for: the caller's, and those of who is called."""


def main() -> None:
    """Answer until nobody asks any more."""
    calls: dict[str, Call] = {}
    for line in sys.stdin:
        message = json.loads(line)
        match message["type"]:
            case "hello":
                who = {
                    "implementation": "naive client",
                    "version": "1.0",
                    "levels": ["calls", "hold", "mute"],
                }
                answer: Json = {"type": "hello", "protocol": 1, **who}
            case "begin":
                calls = {}
                answer = {"type": "ready"}
            case "command":
                call = calls.setdefault(message["call"], Call())
                answer = {"type": "outcome", "events": call.do(message["command"]), "states": call.seen()}
            case "silence":
                call = calls.setdefault(message["call"], Call())
                answer = {"type": "outcome", "events": [], "states": call.seen()}
            case _:
                answer = {"type": "ended"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
