"""Commands and events are values that are declared once, and their stored names are data."""

from typing import Any

import attrs
import pytest

from calltape.core.commands import COMMANDS, Command
from calltape.core.events import EVENTS, Event, Recorded, Unrecorded, event
from calltape.core.media import MediaSampled, StreamSample, TransportSample
from calltape.core.ports import Append
from calltape.core.values import Instant

pytestmark = pytest.mark.example

OWN = {name: kind for name, kind in EVENTS.items() if kind.__module__.startswith("calltape.")}


@pytest.mark.parametrize("kind", [*OWN.values(), *COMMANDS.values()], ids=lambda kind: kind.__name__)
def test_a_declared_class_is_a_frozen_value(kind: Any) -> None:
    made = kind(**{field.name: None for field in attrs.fields(kind) if field.default is attrs.NOTHING})
    name = attrs.fields(kind)[0].name
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(made, name, "other")
    assert not hasattr(made, "__dict__")
    assert made == attrs.evolve(made)
    with pytest.raises(TypeError):
        kind(*(None for _ in attrs.fields(kind)))


def test_events_are_known_by_their_stored_names() -> None:
    for name, kind in OWN.items():
        assert kind.name == name
        assert issubclass(kind, Event)
        subject, _, verb = name.partition(".")
        assert subject.isidentifier()
        assert verb.isidentifier()
        assert kind.shape >= 1


def test_commands_are_known_by_their_class_names() -> None:
    assert {kind.__name__ for kind in COMMANDS.values()} == set(COMMANDS)
    assert Command not in COMMANDS.values()


def test_a_stored_name_is_given_once() -> None:
    with pytest.raises(AssertionError, match=r"two events are called call\.ended"):

        @event("call.ended")
        class Another(Event):  # pyright: ignore[reportUnusedClass] - its declaration is the test
            pass

    assert EVENTS["call.ended"].__module__.startswith("calltape.")


def test_what_names_a_person_or_a_device_is_marked() -> None:
    telling = {"display_name", "device", "payload", "custom_context", "source", "alternate_caller_id"}
    telling |= {"text", "tones", "tone"}  # a number that is typed may be a secret
    found = 0
    kinds: tuple[Any, ...] = (*OWN.values(), *COMMANDS.values())
    for kind in kinds:
        for field in attrs.fields(kind):
            assert bool(field.metadata.get("personal")) == (field.name in telling), (kind, field.name)
            found += field.name in telling
    assert found


def test_envelopes_keep_what_they_are_given() -> None:
    sampled = MediaSampled(
        call_id="c",  # type: ignore[arg-type]
        participant="8:echo123",  # type: ignore[arg-type]
        streams=(StreamSample(id="s", kind="audio", direction="send", transport_id="t"),),
        transports=(TransportSample(id="t"),),
    )
    assert sampled.streams[0].rtt_in_ms is None  # None is "not measured here", never a guess
    unrecorded = Unrecorded(event=sampled, at=Instant(1))
    recorded = Recorded(position=3, stream="s", version=1, event=unrecorded.event, at=unrecorded.at)
    assert (recorded.event, recorded.command_id) == (sampled, None)
    assert Append("s", 0, [unrecorded]).events == [unrecorded]
