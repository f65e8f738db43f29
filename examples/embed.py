"""The domain core alone: no event loop, no store, no media. `python examples/embed.py`.

A program that has calls of its own gives commands to `decide`, keeps the events that come back wherever it
likes, and folds them with `evolve`. Time and ids are its own business and come in on each command.
"""

from typing import Any

from calltape.core import (
    Accept,
    Call,
    CallId,
    Command,
    CommandId,
    EndpointId,
    Event,
    HangUp,
    Hold,
    Instant,
    Offer,
    RawId,
    Refused,
    ReportAlerted,
    ReportHeld,
    ReportMediaClosed,
    ReportMediaConnected,
    Resume,
    StartCall,
    deadlines,
    decide,
    digest,
    evolve,
    later,
    react,
    replay,
)

ALICE, BOB = RawId("8:acs:alice"), RawId("8:acs:bob")
DESK, PHONE = EndpointId("desk"), EndpointId("phone")


class Exchange:
    """One call, its tape, and a clock that ticks a second with each command."""

    def __init__(self) -> None:
        self.call = Call()
        self.tape: list[Event] = []
        self.now = Instant(1_767_225_600_000_000)  # 2026-01-01T00:00:00Z; a real program reads its clock

    def give(self, kind: type[Command], **fields: Any) -> None:
        """One turn: decide, keep, evolve, react."""
        self.now = later(self.now, 1)
        command = kind(id=CommandId(f"{kind.__name__}-{self.now}"), at=self.now, **fields)
        print(f"\n{kind.__name__} {fields.get('participant', '')}")
        for event in decide(self.call, command):
            self.tape.append(event)  # a real program makes it durable before it goes on
            evolve(self.call, event)
            print(f"    recorded  {event.name}")
            for effect in react(self.call, event):
                print(f"    to do     {type(effect).__name__} for {effect.participant}")


def main() -> None:
    at = Exchange()
    at.give(StartCall, call_id=CallId("call-1"), participant=ALICE, endpoint=DESK, callees=(BOB,))
    at.give(Offer, participant=BOB, endpoint=PHONE)
    at.give(ReportAlerted, participant=BOB, endpoint=PHONE)
    at.give(Accept, participant=BOB, endpoint=PHONE)
    at.give(ReportMediaConnected, participant=ALICE)
    at.give(ReportMediaConnected, participant=BOB)
    at.give(Hold, participant=ALICE)
    at.give(ReportHeld, participant=ALICE)

    legs = {person.id: str(person.call_state) for person in at.call.participants.values()}
    print(f"\nboth sides of the hold: {legs}")
    try:
        at.give(Resume, participant=BOB)
    except Refused as refused:
        print(f"    refused   {refused}")
    for key, until in deadlines(at.call).items():
        print(f"silence until {until} ends: {key.wait} of {key.participant or 'the call'}")

    at.give(HangUp, participant=BOB)
    at.give(ReportMediaClosed, participant=ALICE)
    at.give(ReportMediaClosed, participant=BOB)
    again = replay(at.tape)
    print(f"\n{len(at.tape)} events; replayed, the call is the same: {digest(again) == digest(at.call)}")


if __name__ == "__main__":
    main()
