"""Tape files: what a crash leaves, what tampering leaves, and calls that travel."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from calltape.adapters.eventsourcing.sqlite import SQLiteLog
from calltape.adapters.memory import MemoryLog
from calltape.adapters.tape import TapeLog, call_streams, export_tape, import_tape, lines
from calltape.conformance.event_log_material import NEWER, newer, noted
from calltape.core.errors import BadInput, UnknownEvent
from calltape.core.ports import Append, EventLog
from calltape.core.values import CallId

pytestmark = pytest.mark.example

CALL = CallId("1")


@pytest.fixture
def log() -> Iterator[MemoryLog]:
    """A log with one call in three streams, and other calls around it."""
    log = MemoryLog()
    log.append("call-0", 0, [noted(0)])
    log.append("call-1", 0, [noted(1), noted(2)])
    log.append("media-1-8:acs:r_a", 0, [noted(3)])
    log.append("call-1", 2, [noted(4)])
    log.append("media-1-28:bot", 0, [noted(5)])
    log.append("media-0-8:acs:r_a", 0, [noted(6)])
    log.append("media-1-8:acs:r_a", 1, [noted(7)])
    yield log
    log.close()


@pytest.fixture
def exported(log: MemoryLog, tmp_path: Path) -> Path:
    path = tmp_path / "call.jsonl"
    assert export_tape(log, CALL, path) == 6
    return path


def read_through(path: Path) -> None:
    log = TapeLog(path, create=False)
    log.close()


class TestCrash:
    """A writer that ended in the middle of an append."""

    @pytest.fixture
    def whole(self, tmp_path: Path) -> Path:
        path = tmp_path / "calls.jsonl"
        log = TapeLog(path)
        log.append("call-1", 0, [noted(1)])
        log.append("call-1", 1, [noted(2), noted(3)])
        log.close()
        return path

    def test_every_cut(self, whole: Path) -> None:
        """Wherever the file was cut: readers say so, and they and the next writer keep whole appends only."""
        text = whole.read_bytes()
        header, first, second, third = (len(line) for line in text.splitlines(keepends=True))
        ends = {header: 0, header + first: 1, header + first + second + third: 3}
        for cut in sorted({*range(header, len(text), 9), *ends, *(end - 1 for end in ends if end > header)}):
            whole.write_bytes(text[:cut])
            kept = max(version for end, version in ends.items() if end <= cut)
            reader = TapeLog(whole, create=False)
            assert reader.version("call-1") == kept
            assert (reader.torn is None) is (cut in ends)
            assert reader.torn is None or f"calls.jsonl line {kept + 2}: " in reader.torn
            reader.close()
            assert whole.read_bytes() == text[:cut], "reading changes nothing"
            log = TapeLog(whole)
            assert log.version("call-1") == kept
            log.append("call-1", kept, [noted(9)])
            log.close()
            again = TapeLog(whole, create=False)
            assert again.version("call-1") == kept + 1
            again.close()

    def test_header_cut(self, whole: Path) -> None:
        for text in (b"", b'{"calltape":"ta'):
            whole.write_bytes(text)
            for create in (True, False):
                with pytest.raises(BadInput, match=r"calls\.jsonl"):
                    TapeLog(whole, create=create)
            assert whole.read_bytes() == text, "a file that is not known to be ours stays as it is"

    def test_failed_write_leaves_nothing(self, whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A disk that fills up: the append fails, the file is as before, and later appends go on."""
        log = TapeLog(whole)
        before = whole.read_bytes()

        def full(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr("os.fsync", full)
            with pytest.raises(BadInput, match="No space left"):
                log.append("call-1", 3, [noted(4)])
        assert whole.read_bytes() == before
        assert log.version("call-1") == 3
        log.append("call-1", 3, [noted(5)])
        log.close()
        read_through(whole)


class TestOneWriter:
    def test_second_writer_is_refused(self, tmp_path: Path) -> None:
        first = TapeLog(tmp_path / "calls.jsonl")
        with pytest.raises(BadInput, match="being written by another program"):
            TapeLog(tmp_path / "calls.jsonl")
        reader = TapeLog(tmp_path / "calls.jsonl", create=False)
        with pytest.raises(BadInput, match="being written by another program"):
            reader.append("call-1", 0, [noted(1)])
        first.close()
        assert reader.append("call-1", 0, [noted(1)])[0].version == 1, "once it is free, a reader may write"
        reader.close()

    def test_reader_sees_what_the_writer_appends(self, tmp_path: Path) -> None:
        writer = TapeLog(tmp_path / "calls.jsonl")
        reader = TapeLog(tmp_path / "calls.jsonl", create=False)
        subscription = reader.subscribe()
        recorded = writer.append("call-1", 0, [noted(1), noted(2)])
        assert tuple(subscription.next_batch(20)) == recorded
        assert tuple(reader.read("call-1")) == recorded
        writer.close()
        reader.close()

    def test_writer_at_work_is_no_damage(self, tmp_path: Path) -> None:
        """While the writer lives, an unfinished last line is one that is being written."""
        path = tmp_path / "calls.jsonl"
        writer = TapeLog(path)
        writer.append("call-1", 0, [noted(1)])
        with path.open("ab") as file:
            file.write(b'{"position":2,"str')
        reader = TapeLog(path, create=False)
        assert reader.version("call-1") == 1
        reader.close()
        writer.close()
        left = TapeLog(path, create=False)
        assert left.torn is not None
        assert "calls.jsonl line 3: the tape ends in the middle of an append" in left.torn
        assert reader.torn is None
        left.close()


class TestTampering:
    def test_any_changed_byte_is_noticed(self, exported: Path) -> None:
        text = exported.read_bytes()
        for at in range(0, len(text), 7):
            exported.write_bytes(text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :])
            with pytest.raises(BadInput, match=r"call\.jsonl line \d+: "):
                read_through(exported)

    def test_any_missing_line_is_noticed(self, exported: Path) -> None:
        text = exported.read_bytes().splitlines(keepends=True)
        for at in range(len(text) - 1):
            exported.write_bytes(b"".join(text[:at] + text[at + 1 :]))
            with pytest.raises(BadInput, match=r"call\.jsonl line \d+: "):
                read_through(exported)

    def test_a_lost_end_is_noticed(self, exported: Path, tmp_path: Path) -> None:
        """Whole lines gone from the end of a finished tape do not make a live one of it."""
        text = exported.read_bytes().splitlines(keepends=True)
        for kept in range(1, len(text)):
            exported.write_bytes(b"".join(text[:kept]))
            with pytest.raises(BadInput, match=r"line \d+: the end of the tape is missing"):
                read_through(exported)
            with pytest.raises(BadInput, match="is a finished tape"):
                TapeLog(exported)

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b'"data":', b'"data":"\xff\xfe","x":'),
            (b'"data":{', b'"data":{"\xff":1,'),
            (b'"data":', b'"data":' + b"[" * 100_000 + b"]" * 100_000 + b',"x":'),
            (b'"calltape":', b'"\xff":1,"calltape":'),
            (b'"end":true', b'"end":true,"\xff":1'),
            (b'"position":', b'"position":99999999999999999999999,"x":'),
            (b'"at":', b'"at":99999999999999999999999,"x":'),
            (b'"at":', b'"at":-62135596800000001,"x":'),
        ],
        ids=[
            "text",
            "key",
            "nesting",
            "header",
            "trailer",
            "position",
            "beyond 64 bits",
            "before the year 1",
        ],
    )
    def test_what_no_writer_writes(self, exported: Path, old: bytes, new: bytes) -> None:
        exported.write_bytes(exported.read_bytes().replace(old, new, 1))
        with pytest.raises(BadInput, match=r"call\.jsonl line \d+: "):
            read_through(exported)

    def test_anything_after_the_end(self, exported: Path) -> None:
        whole = exported.read_bytes()
        for line in whole.splitlines(keepends=True):
            exported.write_bytes(whole + line)
            with pytest.raises(
                BadInput, match=r"line 9: (there is something after the end|the tape was cut)"
            ):
                read_through(exported)

    @pytest.mark.parametrize("change", ["swap", "double"])
    def test_live_tape_without_an_end(self, tmp_path: Path, change: str) -> None:
        """A store's tape has no checksum yet; order and versions are checked all the same."""
        log = TapeLog(tmp_path / "calls.jsonl")
        for number in range(3):
            log.append(f"call-{number}", 0, [noted(number)])
        log.close()
        header, *rest = (tmp_path / "calls.jsonl").read_bytes().splitlines(keepends=True)
        changed = rest[::-1] if change == "swap" else [*rest, rest[-1]]
        (tmp_path / "calls.jsonl").write_bytes(b"".join([header, *changed]))
        with pytest.raises(BadInput, match=r"line \d: (position|version)"):
            read_through(tmp_path / "calls.jsonl")

    def test_other_format(self, exported: Path) -> None:
        exported.write_bytes(exported.read_bytes().replace(b'"format":1', b'"format":2', 1))
        with pytest.raises(BadInput, match="is of format 2, this calltape reads 1"):
            read_through(exported)

    def test_endless_line(self, exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with exported.open("ab") as file:
            file.write(b" " * (lines.LINE_LIMIT + 1))
        with pytest.raises(BadInput, match="line 9: it is longer than"):
            read_through(exported)


class TestTransport:
    def test_streams_of_a_call(self, log: MemoryLog) -> None:
        assert call_streams(log, CALL) == ("call-1", "media-1-28:bot", "media-1-8:acs:r_a")
        log.append("call-1-8", 0, [noted(0)])
        log.append("media-1-8-4:+49", 0, [noted(0)])
        assert call_streams(log, CALL) == ("call-1", "media-1-28:bot", "media-1-8:acs:r_a")
        assert call_streams(log, CallId("1-8")) == ("call-1-8", "media-1-8-4:+49")
        assert call_streams(log, CallId("9")) == ()

    @pytest.mark.parametrize("kind", ["memory", "sqlite", "tape"])
    def test_lossless_both_ways(self, kind: str, log: MemoryLog, exported: Path, tmp_path: Path) -> None:
        stores: dict[str, Callable[[], EventLog]] = {
            "memory": MemoryLog,
            "sqlite": lambda: SQLiteLog(tmp_path / "calls.db"),
            "tape": lambda: TapeLog(tmp_path / "calls.jsonl"),
        }
        other = stores[kind]()
        other.append("call-7", 0, [noted(1)])
        imported = import_tape(exported, other)
        assert (imported.calls, imported.events, imported.added) == ((CALL,), 6, 6)
        for name in call_streams(log, CALL):
            assert [
                (r.version, r.event, r.at, r.command_id, r.causation_id, r.correlation_id)
                for r in log.read(name)
            ] == [
                (r.version, r.event, r.at, r.command_id, r.causation_id, r.correlation_id)
                for r in other.read(name)
            ]
        streams = call_streams(log, CALL)
        wanted = [(r.stream, r.version) for r in log.read_all() if r.stream in streams]
        assert [(r.stream, r.version) for r in other.read_all() if r.stream in streams] == wanted
        assert import_tape(exported, other).added == 0, "again changes nothing"
        assert len(list(other.read_all())) == 7
        other.close()

    def test_another_history_is_refused(self, exported: Path) -> None:
        for name, events in (("call-1", [noted(1)]), ("media-1-28:bot", [noted(6)])):
            other = MemoryLog()
            other.append(name, 0, events)
            with pytest.raises(BadInput, match=f"already holds another {name}"):
                import_tape(exported, other)
            assert len(list(other.read_all())) == 1, "nothing was added"

    def test_newer_events_are_not_imported(self, tmp_path: Path) -> None:
        tape = TapeLog(tmp_path / "calls.jsonl")
        tape.append_many([Append("call-1", 0, [noted(1)]), Append("call-2", 0, [newer(NEWER[0])])])
        tape.close()
        log = MemoryLog()
        with pytest.raises(UnknownEvent):
            import_tape(tmp_path / "calls.jsonl", log)
        assert list(log.read_all()) == []

    def test_no_such_call(self, log: MemoryLog, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="there is no call 9"):
            export_tape(log, CallId("9"), tmp_path / "call.jsonl")
        assert list(tmp_path.iterdir()) == []

    def test_no_such_folder(self, log: MemoryLog, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="there is no folder"):
            export_tape(log, CALL, tmp_path / "missing" / "call.jsonl")

    def test_export_replaces_a_file_whole(self, log: MemoryLog, exported: Path) -> None:
        before = exported.read_bytes()
        assert export_tape(log, CALL, exported) == 6
        assert exported.read_bytes() == before, "same tape, same bytes"
        assert [path.name for path in exported.parent.iterdir()] == ["call.jsonl"]

    def test_a_finished_tape_is_read_not_written(self, exported: Path) -> None:
        reader = TapeLog(exported, create=False)
        assert reader.version("call-1") == 3
        with pytest.raises(BadInput, match="finished tape"):
            reader.append("call-1", 3, [noted(8)])
        reader.close()


def test_line_and_file_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = TapeLog(tmp_path / "calls.jsonl")
    monkeypatch.setattr(lines, "LINE_LIMIT", 300)
    with pytest.raises(BadInput, match="a tape takes 300"):
        log.append("call-1", 0, [noted(1), noted(10**90)])
    monkeypatch.undo()
    monkeypatch.setattr("calltape.adapters.tape.log.FILE_LIMIT", 100)
    with pytest.raises(BadInput, match="is full"):
        log.append("call-1", 0, [noted(1)])
    assert log.version("call-1") == 0
    log.close()
