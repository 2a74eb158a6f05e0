"""The log between a base copy and now: what `deploy/postgresql/base.py` finds missing.

That it leads back to a moment is shown by the drill, `tests/drills/moment.py`.
"""

import gzip
import json
import runpy
import subprocess
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

DEPLOY = Path(settings.BASE_DIR) / "deploy" / "postgresql"
SEGMENT = gzip.compress(bytes(16 * 1024 * 1024), 1)


@pytest.fixture
def tool():
    return Namespace(**runpy.run_path(str(DEPLOY / "base.py")))


@pytest.fixture
def folder(tmp_path):
    """A base copy in the file 3, and the log up to 6."""
    (tmp_path / "log").mkdir()
    base_copy(tmp_path, "2026-11-28T034001", 1, "0/3000028", "0/3000100")
    for number in range(2, 7):
        segment(tmp_path, 1, number)
    return tmp_path


def base_copy(folder, name, timeline, start, end):
    made = folder / "base" / name
    made.mkdir(parents=True)
    part = {"Timeline": timeline, "Start-LSN": start, "End-LSN": end}
    (made / "backup_manifest").write_text(json.dumps({"WAL-Ranges": [part]}))


def segment(folder, timeline, number):
    path = folder / "log" / f"{timeline:08X}{0:08X}{number:08X}.gz"
    path.write_bytes(SEGMENT)
    return path


def left(folder, timeline, *lines):
    """The history of a timeline: where those before it were left."""
    text = "".join(f"{line}\tno recovery target specified\n" for line in lines)
    path = folder / "log" / f"{timeline:08X}.history.gz"
    path.write_bytes(gzip.compress(text.encode()))


def gaps(tool, folder):
    tool.check_log(folder)
    return tool.gaps(folder, tool.bases(folder)[0], tool.newest_timeline(folder))


def test_a_whole_log_has_no_gap(tool, folder):
    assert gaps(tool, folder) == []


@pytest.mark.parametrize("number", [3, 5])
def test_a_missing_file_is_named(tool, folder, number):
    segment(folder, 1, number).unlink()
    with pytest.raises(tool.RefusedError, match=rf"日志少了 .*0{number}"):
        tool.check_log(folder)


def test_a_file_that_was_cut_off_is_named(tool, folder):
    segment(folder, 1, 4).write_bytes(SEGMENT[:-20])
    with pytest.raises(tool.RefusedError, match=r"日志坏了 .*04"):
        tool.check_log(folder)


def test_before_the_base_copy_nothing_is_needed(tool, folder):
    segment(folder, 1, 2).unlink()
    assert gaps(tool, folder) == []


def test_a_history_that_was_cut_off_is_named(tool, folder):
    left(folder, 2, "1\t0/5000060")
    history = folder / "log" / "00000002.history.gz"
    history.write_bytes(history.read_bytes()[:-9])
    with pytest.raises(tool.RefusedError, match=r"日志坏了 00000002.history"):
        tool.check_log(folder)


def test_after_a_way_back_the_new_timeline_counts(tool, folder):
    # Left in the file 5: what the old timeline has after that belongs to nobody.
    left(folder, 2, "1\t0/5000060")
    segment(folder, 1, 6).unlink()
    for number in (5, 6, 7):
        segment(folder, 2, number)
    tool.check_log(folder)
    segment(folder, 1, 6)
    segment(folder, 2, 6).unlink()
    with pytest.raises(tool.RefusedError, match="日志少了 000000020000000000000006"):
        tool.check_log(folder)


def test_a_base_copy_of_what_was_left_leads_nowhere(tool, folder):
    base_copy(folder, "2026-11-28T060001", 1, "0/6000028", "0/6000100")
    left(folder, 2, "1\t0/5000060")
    noon = datetime(2026, 11, 28, 12, tzinfo=UTC)

    def chosen(timeline, to=noon):
        line = tool.ages(folder / "log", timeline)
        return tool.chosen_base(folder, line, to, None).folder.name

    assert chosen(1) == "2026-11-28T060001"
    assert chosen(2) == "2026-11-28T034001"
    with pytest.raises(tool.RefusedError):
        chosen(1, datetime(2026, 11, 28, 3, tzinfo=UTC))


def test_what_is_archived_is_never_written_over(tmp_path):
    def keep():
        command = ["sh", str(DEPLOY / "keep_segment.sh"), str(path), "1", str(tmp_path)]
        return subprocess.run(command, capture_output=True, check=False)  # noqa: S603

    path = tmp_path / "segment"
    path.write_bytes(b"first")
    assert keep().returncode == 0
    assert keep().returncode == 0, "the same once more"
    path.write_bytes(b"other")
    assert keep().returncode == 1
    assert gzip.decompress((tmp_path / "1.gz").read_bytes()) == b"first"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["1.gz", "segment"]


def test_a_copy_that_failed_leaves_nothing_behind(tmp_path):
    command = ["sh", str(DEPLOY / "keep_segment.sh"), "no such", "1", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    assert done.returncode != 0
    assert list(tmp_path.iterdir()) == []


def test_what_is_damaged_is_not_taken_for_the_end_of_the_log(tmp_path):
    def fetch(folder, name):
        command = [
            "sh",
            str(DEPLOY / "fetch_segment.sh"),
            str(folder),
            name,
            str(taken),
        ]
        return subprocess.run(command, capture_output=True, check=False).returncode  # noqa: S603

    taken, log = tmp_path / "taken", tmp_path / "log"
    log.mkdir()
    (log / "1.gz").write_bytes(gzip.compress(b"what was kept"))
    (log / "2.gz").write_bytes(gzip.compress(b"what was kept")[:-9])
    assert fetch(log, "1") == 0
    assert taken.read_bytes() == b"what was kept"
    assert fetch(log, "3") == 1
    # PostgreSQL stops where a command ends with more than 125.
    assert fetch(log, "2") > 125
    assert fetch(tmp_path / "not mounted", "1") > 125


def test_the_name_of_the_folder_may_be_any(tool, tmp_path):
    """As PostgreSQL reads its settings, and then the shell its command."""
    place = tmp_path / "of O'Neill 100% \\ back"
    (place / "log").mkdir(parents=True)
    base_copy(place, "2026-11-28T034001", 1, "0/3000028", "0/3000100")
    for number in range(3, 5):
        segment(place, 1, number)
    tool.back.__globals__["verify"] = lambda base: None
    chosen = Namespace(timeline=None, to=None, base=None, despite_gaps=False)
    tool.back(place, tmp_path / "data", chosen)
    written = (tmp_path / "data" / "postgresql.auto.conf").read_text()
    (line,) = [one for one in written.splitlines() if one.startswith("restore_command")]
    value = line.partition(" = ")[2][1:-1].replace("''", "'").replace("\\\\", "\\")
    name = f"{1:08X}{0:08X}{4:08X}"
    asked = value.replace("%%", "\0").replace("%f", name)
    asked = asked.replace("%p", str(tmp_path / "taken")).replace("\0", "%")
    done = subprocess.run(["sh", "-c", asked], capture_output=True, check=False)  # noqa: S603, S607
    assert done.returncode == 0, done
    assert (tmp_path / "taken").stat().st_size == 16 * 1024 * 1024
