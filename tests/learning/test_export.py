"""Taking a roster away: reasoned, audited, and safe in a spreadsheet program."""

import csv
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from core.models import AuditEntry
from core.spreadsheets import FORMULA_STARTS, safe_cell
from learning.services.enrolment import enrol_learner
from tests.factories import make_learner

pytestmark = pytest.mark.django_db
NASTY = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1+1", " =1",
         "\uff0b1", "\uff0d1", "\uff20SUM(A1)", "\u3000=1"]  # fmt: skip


@pytest.fixture
def run(course_a):
    run = course_a.runs.get(is_self_paced=True)
    for number, name in enumerate(NASTY):
        person = make_learner(f"n{number}", display_name=name)
        enrol_learner(learner=person, run=run)
    return run


def export(client, run, kind, reason="年底总结"):
    url = reverse("desk:export", args=[run.pk])
    return client.post(url, {"reason": reason, "format": kind})


def body(response):
    return b"".join(response.streaming_content)


def test_a_csv_has_no_cell_that_is_run_as_a_formula(client, teacher_a, run):
    """S-CSV-1"""
    client.force_login(teacher_a)
    response = export(client, run, "csv")
    assert response.streaming
    raw = body(response)
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert len(rows) == 1 + len(NASTY)
    for row in rows[1:]:
        assert row[0].startswith("'")
        for cell in row:
            assert not cell.lstrip().startswith(FORMULA_STARTS)


def test_an_xlsx_holds_names_as_text(client, teacher_a, run):
    """S-CSV-1"""
    client.force_login(teacher_a)
    book = load_workbook(io.BytesIO(body(export(client, run, "xlsx"))))
    cells = [row[0] for row in book.active.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=HYPERLINK(1)" in {cell.value for cell in cells}


def test_without_a_reason_nothing_leaves(client, teacher_a, run):
    client.force_login(teacher_a)
    response = export(client, run, "csv", reason="")
    assert response.status_code == 422
    assert not AuditEntry.objects.filter(action="roster.export").exists()


def test_the_reason_and_the_number_of_rows_are_written_down(client, teacher_a, run):
    client.force_login(teacher_a)
    body(export(client, run, "csv"))
    entry = AuditEntry.objects.get(action="roster.export")
    assert entry.actor == teacher_a
    assert entry.detail == {"reason": "年底总结", "format": "csv", "rows": len(NASTY)}


def test_no_full_phone_number_leaves(client, teacher_a, course_a):
    run = course_a.runs.get(is_self_paced=True)
    person = make_learner("p", phone="+8613800138000")
    enrol_learner(learner=person, run=run)
    client.force_login(teacher_a)
    text = body(export(client, run, "csv")).decode()
    assert "138****8000" in text
    assert "13800138000" not in text


@pytest.mark.parametrize("text", ["揉面", "3", "a=b", "王小满"])
def test_plain_text_stays_as_it_is(text):
    assert safe_cell(text) == text
