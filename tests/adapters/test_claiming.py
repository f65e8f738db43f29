"""Who runs the calls of a store: one process, and the next one once that is gone."""

import subprocess
import sys
from pathlib import Path

import pytest

from calltape.adapters.claiming import FileClaim
from calltape.adapters.eventsourcing.sqlite import SQLiteLog
from calltape.adapters.tape import TapeLog

pytestmark = pytest.mark.example

HOLD = """
import sys
from pathlib import Path
from calltape.adapters.claiming import FileClaim
claim = FileClaim(Path(sys.argv[1]))
print(claim.take(), flush=True)
sys.stdin.read()
"""


def test_a_second_claim_on_the_same_file_fails_until_the_first_is_released(tmp_path: Path) -> None:
    first, second = FileClaim(tmp_path / "calls.db"), FileClaim(tmp_path / "calls.db")
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()


def test_the_claim_of_a_killed_process_is_free_again(tmp_path: Path) -> None:
    store = tmp_path / "calls.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        claim = FileClaim(store)
        assert not claim.take()
        holder.kill()
        holder.wait()
        assert claim.take()
        claim.release()


def test_a_sqlite_file_has_one_owner_and_any_number_of_writers(tmp_path: Path) -> None:
    one, other = SQLiteLog(tmp_path / "calls.db"), SQLiteLog(tmp_path / "calls.db")
    assert one.claim()
    assert not other.claim()
    one.close()
    assert other.claim()
    other.close()


def test_who_only_reads_a_tape_that_is_being_written_does_not_own_it(tmp_path: Path) -> None:
    writer = TapeLog(tmp_path / "calls.jsonl")
    reader = TapeLog(tmp_path / "calls.jsonl", create=False)
    assert writer.claim()
    assert not reader.claim()
    writer.close()
    assert reader.claim()
    reader.close()
