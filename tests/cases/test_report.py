"""The report on the files that people exchange is true, and explains what differs."""

import json

import pytest
from django.conf import settings

from learning.roster_file import read_roster
from tests.cases.report import REASONS, TARGET, lines, text

FOLDER = settings.BASE_DIR.parent / "shared" / "cases"

pytestmark = pytest.mark.skipif(
    not (FOLDER / "cases.jsonl").exists(), reason=f"no {FOLDER}"
)


def test_every_difference_has_its_reason_and_no_reason_is_left_over():
    read = [line for _kind, line in lines(FOLDER)]
    assert {line.name for line in read if not line.has_the_number} <= set(REASONS)
    assert set(REASONS) <= {line.name for line in read}


def test_the_report_is_up_to_date():
    assert TARGET.read_text("utf-8") == text(FOLDER)


def test_lists_of_people_lose_the_rows_that_are_written_down_and_no_others():
    listed = (FOLDER / "cases.jsonl").read_text("utf-8").splitlines()
    asked = 0
    for case in map(json.loads, listed):
        if case["kind"] != "user-import" or "errors" not in case["expect"]:
            continue
        asked += 1
        rows = read_roster((FOLDER / case["file"]).read_bytes(), case["file"]).rows
        wrong = case["expect"]["errors"] + case["expect"]["duplicates"]
        # Row 1 of the data stands in line 2 of the file.
        assert [row.number - 1 for row in rows if row.error] == sorted(map(int, wrong))
    assert asked
