"""The SQLite store: what the plain library sees in it, what damage looks like, files that are not ours."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from calltape.adapters.eventsourcing.library import Enveloped
from calltape.adapters.eventsourcing.sqlite import SQLiteFactory, SQLiteLog, Synchronous, TapeRecorder
from calltape.conformance.event_log_material import noted
from calltape.core.errors import BadInput, CorruptHistory
from calltape.core.events import Unreadable
from calltape.core.ports import Append
from calltape.core.values import CommandId

pytestmark = pytest.mark.example


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calls.db"


def application(path: Path) -> Application[str]:
    return Application(
        env={
            "PERSISTENCE_MODULE": "calltape.adapters.eventsourcing.sqlite:SQLiteFactory",
            "MAPPER_TOPIC": "calltape.adapters.eventsourcing.library:TapeMapper",
            "SQLITE_DBNAME": str(path),
        }
    )


def run(path: Path, statement: str, *parameters: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, parameters)


class TestLibrary:
    def test_plain_recorder_reads_our_rows(self, path: Path) -> None:
        log = SQLiteLog(path)
        recorded = [*log.append("call-1", 0, [noted(1), noted(2)]), *log.append("call-2", 0, [noted(3)])]
        log.close()
        datastore = SQLiteDatastore(str(path), originator_id_type="text")
        plain = SQLiteApplicationRecorder(datastore)
        assert [stored.originator_version for stored in plain.select_events("call-1")] == [1, 2]
        notifications = plain.select_notifications(1, 10)
        assert [(n.id, n.originator_id, n.originator_version) for n in notifications] == [
            (item.position, item.stream, item.version) for item in recorded
        ]
        assert {n.topic for n in notifications} == {"push.registered@1"}
        assert plain.max_notification_id() == recorded[-1].position
        datastore.close()

    def test_application_reads_and_writes(self, path: Path) -> None:
        log = SQLiteLog(path)
        (first,) = log.append("call-1", 0, [noted(1)])
        app = application(path)
        (enveloped,) = app.events.get("call-1")
        assert enveloped == Enveloped(originator_id="call-1", originator_version=1, body=first.event)
        written = Enveloped(
            originator_id="call-1", originator_version=2, body=noted(2).event, at=noted(2).at, command_id="c"
        )
        (recording,) = app.events.put([written])
        second = list(log.read("call-1"))[1]
        assert (second.event, second.at, second.command_id) == (noted(2).event, noted(2).at, CommandId("c"))
        assert recording.notification.id == second.position
        notified = app.notification_log["1,10"].items
        assert [item.id for item in notified] == [first.position, second.position]
        with pytest.raises(IntegrityError):
            app.events.put([written])
        app.close()
        log.close()

    def test_synchronous(self, path: Path) -> None:
        for setting, number in (("FULL", 2), ("NORMAL", 1), ("OFF", 0)):
            factory = SQLiteFactory({"SQLITE_DBNAME": str(path), "SQLITE_SYNCHRONOUS": setting})
            with factory.datastore.get_connection(commit=True) as connection:
                cursor = connection.cursor()
                cursor.execute("PRAGMA synchronous")
                assert cursor.fetchone()[0] == number
            factory.close()
        with pytest.raises(BadInput, match="may be FULL, NORMAL or OFF"):
            SQLiteFactory({"SQLITE_DBNAME": str(path), "SQLITE_SYNCHRONOUS": "EXTRA"})

    def test_full_is_the_default_and_the_log_is_written_ahead(self, path: Path) -> None:
        default: Synchronous = "FULL"
        log = SQLiteLog(path)
        assert isinstance(log.recorder, TapeRecorder)
        with log.recorder.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone()[0] == 2, default
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone()[0] == "wal"
        log.close()


class TestDamage:
    @pytest.mark.parametrize("size", [3, 2_000])
    @pytest.mark.parametrize("hole", ["first", "middle", "many"])
    def test_a_hole_is_noticed(self, path: Path, size: int, hole: str) -> None:
        log = SQLiteLog(path)
        log.append("call-1", 0, [noted(number) for number in range(size)])
        where = {"first": "= 1", "middle": f"= {size // 2 + 1}", "many": f"< {size}"}[hole]
        run(path, f"DELETE FROM stored_events WHERE originator_version {where}")
        for read in (log.read, log.events):
            with pytest.raises(CorruptHistory, match=r"(stream|version)"):
                list(read("call-1"))
        log.close()

    def test_damaged_data_names_its_place(self, path: Path) -> None:
        log = SQLiteLog(path)
        log.append("call-1", 0, [noted(1), noted(2), noted(3)])
        run(path, "UPDATE stored_events SET state = ? WHERE originator_version = 2", b'{"user":1}')
        for read in (log.read, log.events):
            with pytest.raises(BadInput, match=r"version 2 of call-1: the stored event push\.registered@1"):
                list(read("call-1"))
        log.close()

    @pytest.mark.parametrize(
        "harm", ["state = 5", "state = 'text'", "topic = 'none'", "at = 'noon'", "originator_version = 'two'"]
    )
    def test_reading_everything_marks_what_is_damaged_and_goes_on(self, path: Path, harm: str) -> None:
        log = SQLiteLog(path)
        recorded = log.append("call-1", 0, [noted(1), noted(2), noted(3)])
        log.append("call-2", 0, [noted(4)])
        run(path, f"UPDATE stored_events SET {harm} WHERE rowid = 2")
        first, second, third, fourth = log.read_all()
        assert (first, third, fourth.stream) == (recorded[0], recorded[2], "call-2")
        assert isinstance(second.event, Unreadable)
        assert (second.position, second.stream) == (2, "call-1")
        assert "of call-1: " in second.event.problem
        assert "damaged" in second.event.problem
        with pytest.raises((BadInput, CorruptHistory)):
            list(log.read("call-1"))
        log.close()

    def test_line_ends_in_data_are_only_slower(self, path: Path) -> None:
        """Rows are joined by line ends to read them fast; data that somebody else wrote may hold some."""
        log = SQLiteLog(path)
        recorded = log.append("call-1", 0, [noted(1), noted(2)])
        run(path, "UPDATE stored_events SET state = replace(state, ',', ',' || char(10))")
        assert list(log.events("call-1")) == [item.event for item in recorded]
        log.close()

    def test_positions_are_never_given_twice(self, path: Path) -> None:
        """Deleting the newest rows, as pruning media streams does, and packing the file moves no position."""
        log = SQLiteLog(path)
        first, _, third = log.append("media-1-a", 0, [noted(1), noted(2), noted(3)])
        (other,) = log.append("call-1", 0, [noted(4)])
        run(path, "DELETE FROM stored_events WHERE rowid IN (?, ?)", first.position, other.position)
        run(path, "VACUUM")
        (new,) = log.append("call-2", 0, [noted(5)])
        assert new.position > other.position
        assert [item.position for item in log.read_all(third.position - 1)] == [third.position, new.position]
        log.close()


class TestFiles:
    def test_missing_is_not_made(self, path: Path) -> None:
        with pytest.raises(BadInput, match="there is no store at"):
            SQLiteLog(path, create=False)
        assert not path.exists()
        with pytest.raises(BadInput, match="there is no folder"):
            SQLiteLog(path / "deeper" / "calls.db")

    def test_others_files_stay_as_they_are(self, path: Path) -> None:
        run(path, "CREATE TABLE notes (words TEXT)")
        before = path.read_bytes()
        for create in (True, False):
            with pytest.raises(BadInput, match="another program's SQLite database"):
                SQLiteLog(path, create=create)
        assert path.read_bytes() == before
        assert [found.name for found in path.parent.iterdir()] == [path.name]

    @pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0 but no more", b"\0" * 5000])
    def test_not_a_database(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        with pytest.raises(BadInput, match="is not a calltape store"):
            SQLiteLog(path, create=False)
        assert path.read_bytes() == content

    def test_folder(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="is not a file"):
            SQLiteLog(tmp_path, create=False)

    def test_other_format(self, path: Path) -> None:
        SQLiteLog(path).close()
        run(path, "PRAGMA user_version = 2")
        with pytest.raises(BadInput, match="is a store of format 2, this calltape reads format 1"):
            SQLiteLog(path)

    def test_damaged_file(self, path: Path) -> None:
        log = SQLiteLog(path)
        log.append("call-1", 0, [noted(number) for number in range(500)])
        log.close()
        text = path.read_bytes()
        path.write_bytes(text[:4096] + b"\xff" * (len(text) - 4096))
        log = SQLiteLog(path, create=False)
        with pytest.raises(BadInput, match=r"the store .*calls.db cannot be used"):
            list(log.events("call-1"))
        log.close()


class TestSeveralAtOnce:
    def test_made_by_many(self, path: Path) -> None:
        """Programs that start together all find the store made."""
        with ThreadPoolExecutor(8) as pool:
            logs = list(pool.map(SQLiteLog, [path] * 8))
        for number, log in enumerate(logs):
            log.append(f"call-{number}", 0, [noted(number)])
        assert [item.position for item in logs[0].read_all()] == list(range(1, 9))
        for log in logs:
            log.close()

    def test_follower_in_another_process(self, path: Path) -> None:
        """Two logs on one file share nothing but the file, as two processes do."""
        writer, reader = SQLiteLog(path), SQLiteLog(path, create=False)
        subscription = reader.subscribe()
        recorded = writer.append("call-1", 0, [noted(1)])
        assert tuple(subscription.next_batch(20)) == recorded
        writer.close()
        reader.close()

    def test_two_writing_processes(self, path: Path) -> None:
        logs = [SQLiteLog(path), SQLiteLog(path)]

        def write(number: int) -> None:
            for version in range(20):
                logs[number].append_many([Append(f"call-{number}", version, [noted(version)])])

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(write, range(2)))
        assert [item.position for item in logs[0].read_all()] == list(range(1, 41))
        for log in logs:
            log.close()
