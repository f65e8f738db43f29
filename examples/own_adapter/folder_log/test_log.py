"""A log in a folder is a log: what calltape asks of one, and what only this one promises."""

# ruff: noqa: D101, D102

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from calltape.conformance import DurableEventLogContract
from calltape.core import Conflict, Instant, PushExpired, RawId, Unrecorded

from . import FolderLog


class TestFolderLog(DurableEventLogContract):
    @pytest.fixture
    def reopen(self, tmp_path: Path) -> Callable[[], FolderLog]:
        return lambda: FolderLog(tmp_path / "calls")

    @pytest.fixture
    def log(self, reopen: Callable[[], FolderLog]) -> Iterator[FolderLog]:
        log = reopen()
        yield log
        log.close()


EVENT = Unrecorded(event=PushExpired(user=RawId("8:acs:bob"), device="phone"), at=Instant(1))


def test_who_has_the_same_folder_open_sees_what_others_append(tmp_path: Path) -> None:
    one, other = FolderLog(tmp_path), FolderLog(tmp_path)
    (recorded,) = one.append("push-8:acs:bob", 0, [EVENT])
    assert list(other.read_all()) == [recorded]
    with pytest.raises(Conflict):
        other.append("push-8:acs:bob", 0, [EVENT])
    assert other.append("push-8:acs:bob", 1, [EVENT])[0].position == 2


def test_what_a_crash_left_half_written_is_no_event(tmp_path: Path) -> None:
    log = FolderLog(tmp_path)
    log.append("push-8:acs:bob", 0, [EVENT])
    (tmp_path / ".a-draft-that-never-got-its-name").write_text('[[2, "push-8:acs:bob", 2, "pu')
    assert FolderLog(tmp_path).version("push-8:acs:bob") == 1
