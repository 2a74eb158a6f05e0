"""S-CSV: what people write runs in no spreadsheet program.

Every route of the permission matrix and every list of the admin is asked for a file, so
that a new export is looked at without being named; it must be named below all the same.
"""

import csv
import io
from itertools import cycle

import pytest
from django.db import transaction
from django.urls import reverse
from openpyxl import load_workbook

from core.spreadsheets import safe_cell
from tests.schools import test_isolation as sweep
from tests.security.poison import poison
from tests.security.reading import body_of
from tests.site.matrix import MATRIX

pytestmark = pytest.mark.django_db
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# By code: a full-width sign is easily folded to the plain one by who saves this file.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
ATTACK = 'HYPERLINK("https://a.example/","x")'
# By name and number of keys: two are called the same.
OURS = {
    ("desk:export", 1): {CSV, XLSX},
    ("desk:export_matrix", 1): {CSV, XLSX},
    # The figures of questions are met here without a question; the same cells.
    ("desk:export_questions", 1): set(),
    ("desk:export_questions", 2): {XLSX},
}
OF_THE_ADMIN = {
    f"wagtailadmin_reports:{name}"
    for name in (
        "aging_pages", "aging_pages_results", "locked_pages", "locked_pages_results",
        "site_history", "site_history_results", "workflow", "workflow_results",
        "workflow_tasks", "workflow_tasks_results",
    )
}  # fmt: skip


@pytest.fixture
def formulas(street):
    """The street of the matrix with a formula in place of every text."""
    starts = cycle([*STARTS, " =", "\u3000=", "=1\uff0b"])

    def formula(field, pk):
        end = f"{ATTACK}{field.name}{pk if field.unique else ''}"
        return (next(starts) + end)[: field.max_length]

    poison(formula, words=f"={ATTACK}", rich="<p>x</p>")
    return street


def kind_of(response):
    return response.headers.get("Content-Type", "").partition(";")[0]


def formulas_in(response):
    """The cells that a program would run, and how many it would have run."""
    raw = body_of(response)
    if kind_of(response) == CSV:
        cells = [one for row in csv.reader(io.StringIO(raw.decode("utf-8-sig")))
                 for one in row]  # fmt: skip
        guarded = sum(one.startswith("'") and ATTACK[:9] in one for one in cells)
        bad = [one for one in cells if one.startswith(STARTS)]
        return bad + [one for one in cells if one.strip().startswith(STARTS)], guarded
    sheets = load_workbook(io.BytesIO(raw)).worksheets
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    typed = sum(cell.data_type == "s" and ATTACK[:9] in cell.value for cell in cells)
    return [cell.value for cell in cells if cell.data_type == "f"], typed


def test_no_export_of_the_desk_holds_a_formula(client, director, formulas):
    """S-CSV-1: with names that begin with each of the signs, in every kind of file."""
    found, wrong = {}, []
    client.force_login(director)
    for row in MATRIX:
        address = reverse(row.name, args=[formulas[name] for name in row.args])
        for form in ("csv", "xlsx") if row.method == "post" else ("xlsx",):
            before = transaction.savepoint()
            data = {**(row.data or {}), "format": form, "export": form}
            response = getattr(client, row.method)(address, data)
            transaction.savepoint_rollback(before)
            if kind_of(response) not in (CSV, XLSX):
                continue
            cells, safe = formulas_in(response)
            wrong += [(row.name, form, cell) for cell in cells]
            kinds = found.setdefault((row.name, len(row.args)), set())
            kinds |= {kind_of(response)} if safe else set()
    assert not wrong
    # Of each kind, one in which a name that begins so really stands.
    assert found == OURS


def test_no_list_of_the_admin_is_taken_away_with_a_formula(
    client, site_admin, formulas
):
    """S-CSV-1: Wagtail itself leaves the cells of its CSV as they are."""
    client.force_login(site_admin)
    found, wrong, safe = set(), [], {CSV: 0, XLSX: 0}
    for route, arguments, pattern in sweep.admin_routes():
        if arguments or not hasattr(pattern, "_route") or route in sweep.SKIPPED:
            continue
        for form in ("csv", "xlsx"):
            response = client.get(f"{reverse(route)}?export={form}")
            if kind_of(response) in safe:
                found.add(route)
                cells, guarded = formulas_in(response)
                wrong += [(route, form, cell) for cell in cells]
                safe[kind_of(response)] += guarded
    assert not wrong
    assert found > OF_THE_ADMIN
    assert all(safe.values())


@pytest.mark.parametrize("start", STARTS)
def test_a_cell_is_marked_and_nothing_of_it_is_lost(start):
    """S-CSV-1"""
    assert safe_cell(f"{start}1") == f"'{start}1"
    assert safe_cell(f" \u3000{start}=1") == f"' \u3000{start}=1"


def test_a_telephone_number_stays_text():
    """S-CSV-1"""
    assert safe_cell("+8613800138000") == "'+8613800138000"
    assert safe_cell("138****8000") == "138****8000"
