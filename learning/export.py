"""Files of a roster: streamed, and safe to open in a spreadsheet program."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from core.civil_time import SHANGHAI
from core.spreadsheets import safe_cell
from learning.desk import Roster, RosterRow

CHUNK = 500
# So many characters of a text file leave at once.
PART = 16_000


def header() -> list[str]:
    return [
        _("姓名"),
        _("手机号"),
        _("报名时间"),
        _("学完几课"),
        _("共几课"),
        _("最后一次学习"),
        _("学完时间"),
        _("情况"),
    ]


def export_rows(roster: Roster) -> Iterator[list[Any]]:
    """The header, then a row a learner, read in chunks so that memory stays flat."""
    yield header()
    enrolments = roster.enrolments.iterator(chunk_size=CHUNK)
    while chunk := list(islice(enrolments, CHUNK)):
        for row in roster.read(chunk):
            yield _cells(row)


def _cells(row: RosterRow) -> list[Any]:
    enrolment = row.enrolment
    return [
        row.name,
        row.masked_phone,
        _day(enrolment.created_at),
        row.done,
        row.total,
        _day(enrolment.last_seen_at),
        _day(enrolment.completed_at),
        _("卡住了") if row.is_stuck else row.words,
    ]


def _day(at: Any) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d") if at else ""


def stream_csv(rows: Iterable[list[Any]], name: str) -> StreamingHttpResponse:
    """UTF-8 with its mark, so that spreadsheet programs read the Chinese."""

    def lines() -> Iterator[bytes]:
        yield b"\xef\xbb\xbf"
        part = io.StringIO()
        write = csv.writer(part).writerow
        for row in rows:
            write([cell if isinstance(cell, int) else safe_cell(cell) for cell in row])
            # A part for each line would be most of the work of a long file.
            if part.tell() >= PART:
                yield part.getvalue().encode()
                part.seek(0)
                part.truncate()
        yield part.getvalue().encode()

    return _file(lines(), name, "csv", "text/csv; charset=utf-8")


def stream_xlsx(rows: Iterable[list[Any]], name: str) -> StreamingHttpResponse:
    """Typed cells: what is text stays text, whatever it begins with."""
    # Asked for seldom: not every worker holds the library ready (tests/site/test_warm.py).
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("名单"))
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet)
            if isinstance(value, int):
                cell.value = value
            else:
                cell.value = str(value)
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    held = tempfile.SpooledTemporaryFile(max_size=2_000_000)  # noqa: SIM115
    book.save(held)
    held.seek(0)

    def parts() -> Iterator[bytes]:
        with held:
            while part := held.read(64 * 1024):
                yield part

    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(parts(), name, "xlsx", kind)


def _file(
    parts: Iterator[bytes], name: str, extension: str, content_type: str
) -> StreamingHttpResponse:
    response = StreamingHttpResponse(parts, content_type=content_type)
    response["Content-Disposition"] = (
        f'attachment; filename="roster.{extension}"; '
        f"filename*=UTF-8''{quote(f'{name}.{extension}')}"
    )
    response["Cache-Control"] = "private, no-store"
    return response
