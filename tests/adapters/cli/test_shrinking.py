"""`calltape shrink`."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from calltape.adapters.cli import shrinking
from calltape.adapters.stores import open_store
from calltape.adapters.tape import write_tape
from calltape.core import (
    Instant,
    ParticipantHeld,
    ParticipantResumed,
    ParticipantUnmuted,
    RawId,
    Unrecorded,
    call,
)
from calltape.projections import roster

from ...long_calls import Tape, call_of_two, group_call, interleaved, people, with_event

pytestmark = pytest.mark.example

WHO = people(20)[13]


@pytest.fixture(name="good")
def _good(tmp_path: Path) -> Path:
    return written(tmp_path / "good.jsonl", group_call())


@pytest.fixture(name="bad")
def _bad(tmp_path: Path) -> Path:
    illegal = with_event(group_call(), 500, ParticipantResumed(participant=WHO))
    return written(tmp_path / "bad.jsonl", illegal)


def written(path: Path, tape: Tape) -> Path:
    write_tape(tape, path)
    return path


def pasted(text: str, name: str) -> Callable[[], None]:
    module: dict[str, Any] = {}
    exec(compile(text, "pasted", "exec"), module)
    test: Callable[[], None] = module[name]
    return test


def test_what_is_not_legal(run: Callable[..., Any], bad: Path, tmp_path: Path) -> None:
    before, small = bad.read_bytes(), tmp_path / "small.jsonl"
    found = run("shrink", bad, "--violates", "-o", small, "--json").document
    assert found.pop("seconds") < shrinking.BUDGET_S
    assert "participant.resumed" in found.pop("problem")
    test = pasted(found.pop("test"), "test_small")
    assert found == {
        "events_before": 602,
        "events_after": 4,
        "participants_before": 20,
        "participants_after": 2,
        "complete": True,
        "file": str(small),
    }
    with pytest.raises(AssertionError):
        test()
    (violation,) = run("check", small, "--json").document["violations"]
    assert (violation["version"], violation["event"]) == (4, "participant.resumed")
    assert "calltape shrink of bad.jsonl" in small.read_text().splitlines()[0]
    assert bad.read_bytes() == before


def test_what_is_printed_is_a_module(run: Callable[..., Any], bad: Path, tmp_path: Path) -> None:
    ran = run("shrink", bad, "--violates", "-o", tmp_path / "small.jsonl")
    assert ran.result.stderr == ""
    assert ran.out.startswith(f"# {bad}: 602 events are 4, 20 participants are 2; ")
    with pytest.raises(AssertionError):
        pasted(ran.out, "test_small")()


def test_one_call_of_a_store(run: Callable[..., Any], url: str, tmp_path: Path) -> None:
    """A store is as good as a tape; the other calls in it are left out."""
    small = tmp_path / "small.jsonl"
    assert "is legal" in run("shrink", url, "--violates", "-o", small).complaint
    resumed = Unrecorded(event=ParticipantResumed(participant=RawId("8:acs:bob")), at=Instant(9))
    with closing(open_store(url, create=False)) as log:
        log.append("call-live", log.version("call-live"), [resumed])
    assert run("shrink", url, "--violates", "-o", small, "--json").document["events_before"] == 34
    with closing(open_store(str(small), create=False)) as log:
        assert log.streams() == ("call-live",)


def test_a_law(run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, small = "hold-never-loses-a-side", tmp_path / "small.jsonl"
    steps: dict[Any, Any] = vars(call)["_STEPS"]
    own_leg, seen, _, change = steps[ParticipantHeld]
    whole = interleaved(call_of_two(holds=True), group_call(rounds=3))
    tape = written(tmp_path / "held.jsonl", whole)
    with monkeypatch.context() as patched:
        patched.setitem(steps, ParticipantHeld, (own_leg, seen, None, change))
        found = run("shrink", tape, "--law", name, "-o", small, "--json").document
        test = pasted(found["test"], "test_small")
        with pytest.raises(AssertionError):
            test()
    assert found["events_before"] > 500
    assert found["events_after"] <= 12
    assert name in found["problem"]
    test()
    assert f"keeps the law {name}" in run("shrink", tape, "--law", name, "-o", small).complaint


def test_a_view_that_was_seen_elsewhere(
    run: Callable[..., Any], good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program with a wrong projection against what a right one printed."""
    small, view = tmp_path / "small.jsonl", tmp_path / "view.json"
    asked = ("shrink", good, "--projection", "roster", "--differs-from", view, "-o", small)
    view.write_text(run("project", "roster", "--store", good, "--json").out)
    assert "gives the view that" in run(*asked).complaint
    plans: dict[Any, Any] = vars(roster)["_PLANS"]
    with monkeypatch.context() as patched:
        patched.setitem(plans, ParticipantUnmuted, plans[ParticipantUnmuted]._replace(facet=None))
        found = run(*asked, "--json").document
        test = pasted(found["test"], "test_small")
        with pytest.raises(AssertionError, match="is_muted"):
            test()
    assert found["events_after"] <= 12
    test()


def test_a_view_written_by_hand(run: Callable[..., Any], good: Path, tmp_path: Path) -> None:
    view = tmp_path / "view.json"
    view.write_text(json.dumps({"big": {"participants": {WHO: {"is_muted": True}}}}))
    asked = ("shrink", good, "--projection", "roster", "--differs-from", view, "-o", tmp_path / "s.jsonl")
    found = run(*asked, "--json").document
    assert found["events_after"] <= 12
    with pytest.raises(AssertionError):
        pasted(found["test"], "test_s")()


def test_when_the_time_is_up_the_best_so_far_is_written(
    run: Callable[..., Any], bad: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter(range(10_000))
    monkeypatch.setattr(shrinking, "monotonic", lambda: float(next(ticks)))
    small = tmp_path / "small.jsonl"
    found = run("shrink", bad, "--violates", "-o", small, "--budget", "10", "--json").document
    assert found["complete"] is False
    assert 4 < found["events_after"] < 602
    (violation,) = run("check", small, "--json").document["violations"]
    assert violation["version"] == found["events_after"]
    ran = run("shrink", bad, "--violates", "-o", small, "--budget", "10")
    assert "# The 10 s were over before all was tried: --budget gives it more." in ran.out


def test_the_clock_decides_nothing_else(run: Callable[..., Any], bad: Path, tmp_path: Path) -> None:
    tapes = [tmp_path / "1.jsonl", tmp_path / "2.jsonl"]
    for each in tapes:
        run("shrink", bad, "--violates", "-o", each)
    assert tapes[0].read_bytes() == tapes[1].read_bytes()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "say in which way the tape fails"),
        (("--violates", "--law", "no-dead-end"), "say in which way the tape fails"),
        (("--law", "gravity"), "there is no law 'gravity'; there are no-event-after-the-end"),
        (("--projection", "roster"), "give both"),
        (("--differs-from", "view.json"), "give both"),
        (
            ("--projection", "horoscope", "--differs-from", "view.json"),
            "no projection 'horoscope'",
        ),
        (("--projection", "roster", "--differs-from", "absent.json"), "there is no file absent.json"),
        (("--violates", "--budget", "0"), "--budget"),
        (("--violates",), "is legal; nothing was written"),
        (("--law", "no-event-after-the-end"), "keeps the law no-event-after-the-end"),
        (("--law", "no-dead-end", "--budget", "0.001"), "the time was over before a failure was found"),
    ],
)
def test_what_cannot_be_asked(
    options: tuple[str, ...], words: str, run: Callable[..., Any], good: Path, files: Callable[[], Any]
) -> None:
    before = files()
    assert words in run("shrink", good, *options, "-o", good.parent / "small.jsonl").complaint
    assert files() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "holds no rows"),
        ('{"big": 7}', "holds no rows"),
        ('{"view": {"big": 7}}', "holds no rows"),
        ('{"name": "calls", "view": {"big": {}}}', "is a view of calls, not of roster"),
        ('{"big": {"colour": "red"}}', "big has no 'colour'; it has call_id"),
        ('{"big": {"participants": {"8:acs:eve": {"is_muted": true}}}}', "was never there"),
    ],
)
def test_what_is_no_view(text: str, words: str, run: Callable[..., Any], good: Path, tmp_path: Path) -> None:
    view, small = tmp_path / "view.json", tmp_path / "small.jsonl"
    view.write_text(text)
    ran = run("shrink", good, "--projection", "roster", "--differs-from", view, "-o", small)
    assert words in ran.complaint
    assert not small.exists()


def test_nothing_but_an_older_tape_is_replaced(run: Callable[..., Any], bad: Path, tmp_path: Path) -> None:
    note, older = tmp_path / "note.txt", written(tmp_path / "older.jsonl", call_of_two(rounds=1))
    note.write_text("keep me")
    for target in (note, bad, tmp_path / "absent" / "small.jsonl"):
        before = target.read_bytes() if target.exists() else None
        assert run("shrink", bad, "--violates", "-o", target).complaint
        assert (target.read_bytes() if target.exists() else None) == before
    assert run("shrink", bad, "--violates", "-o", older).status == 0
    assert run("check", older, "--json").document["events"] == 3


def test_a_tape_that_is_not_there(run: Callable[..., Any], tmp_path: Path) -> None:
    assert run("shrink", tmp_path / "no.jsonl", "--violates", "-o", tmp_path / "small.jsonl").complaint
    assert list(tmp_path.iterdir()) == []
