"""Kill the program, fifty times, whatever it is doing: nothing acknowledged is lost, and every call ends."""

import contextlib
import random
import subprocess
import sys
from pathlib import Path

import pytest

from calltape.adapters.stores import open_store
from calltape.core import Call, CallEnded, CallId, EventLog, ParticipantState, call_stream, deadlines, replay

pytestmark = [pytest.mark.example, pytest.mark.timeout(300)]

CHILD = Path(__file__).with_name("crash_child.py")
KILLS = 50


def run_and_kill(store: str, seed: int, after_s: float) -> list[str]:
    """Start the program, let it work for `after_s` seconds once it is ready, kill it; what it had said."""
    child = subprocess.Popen(
        [sys.executable, str(CHILD), store, str(seed), "call"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    said = child.stdout.readline()
    if said == "ready\n":
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(after_s)  # the moment of the kill is what this test varies
    child.kill()
    rest, errors = child.communicate()
    assert said == "ready\n", errors
    assert "Traceback" not in errors
    # The last line may be torn: an acknowledgement that nobody could read.
    return [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]


@pytest.fixture(scope="module")
def battered(tmp_path_factory: pytest.TempPathFactory) -> tuple[EventLog, list[str]]:
    """The store after all kills and one run to the end, and everything that was acknowledged."""
    store = f"sqlite:///{tmp_path_factory.mktemp('crash') / 'calls.db'}"
    seed = 20_261_122
    dice = random.Random(seed)
    acknowledged: list[str] = []
    for number in range(KILLS):
        acknowledged += run_and_kill(store, seed + number, dice.random() * 0.4)
    done = subprocess.run(
        [sys.executable, str(CHILD), store, "0", "finish"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return open_store(store, create=False), acknowledged


def test_every_acknowledged_event_is_there(battered: tuple[EventLog, list[str]]) -> None:
    log, acknowledged = battered
    assert len(acknowledged) > KILLS
    for line in acknowledged:
        call_id, version, command_id = line.split()
        recorded = next(iter(log.read(call_stream(CallId(call_id)), int(version) - 1)))
        assert (recorded.version, recorded.command_id) == (int(version), command_id)


def test_every_history_is_legal_and_every_call_has_ended(battered: tuple[EventLog, list[str]]) -> None:
    log, acknowledged = battered
    ended = 0
    for call_id in {line.split()[0] for line in acknowledged}:
        call: Call = replay(log.events(call_stream(CallId(call_id))))
        assert call.is_over
        assert call.end_reason is not None
        assert all(p.state is ParticipantState.DISCONNECTED for p in call.participants.values())
        assert not deadlines(call)
        ended += 1
    assert ended >= KILLS // 2


def test_silence_was_not_the_end_of_calls_that_were_hung_up(battered: tuple[EventLog, list[str]]) -> None:
    """The deadlines end what the crash left behind, for their own reason, and nothing else."""
    log, _ = battered
    codes = {
        (r.event.reason.code, r.event.reason.subcode)
        for r in log.read_all()
        if isinstance(r.event, CallEnded)
    }
    assert (410, 301005) in codes  # connected, then the program died: media lost and not back in time
    assert (487, 10004) in codes or (408, 10057) in codes  # died while ringing or setting up
    assert codes <= {
        (0, 0),
        (487, 0),
        (487, 10003),
        (487, 10004),
        (487, 10024),
        (408, 10057),
        (410, 301005),
        (603, 0),
    }
