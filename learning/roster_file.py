"""Reading a list of people out of a file as schools have them: a pure function.

Spreadsheets and text as Excel and WPS save them in China: GB18030, tabs, semicolons, a
title above the heads, sums and notes below, numbers turned into 1.39E+10. Nothing is
guessed silently: what cannot be used is said, with the number of its row.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.exceptions import InvalidPhoneError
from accounts.phone import parse_phone
from core.exceptions import CaptionsRefusedError, RefusedError
from core.services.caption_encodings import decode

MAX_BYTES = 2 * 1024 * 1024
# What a small file may unpack to, and how wide a sheet is read: some say 16,384 columns.
MAX_UNPACKED = 40 * 1024 * 1024
MOST_COLUMNS = 60
MOST_ROWS = 500
# Above the heads stand a title, who filled it in, merged heads.
HEADS_WITHIN = 12
NAME_LENGTH = 40
SEPARATORS = (",", "\t", ";", "，", "；")
HEADS = {
    "name": ("姓名", "名字", "学员姓名", "居民姓名", "学员", "name", "fullname"),
    "first": ("firstname", "名"),
    "last": ("lastname", "姓"),
    "phone": (
        "手机号", "手机号码", "手机", "电话", "电话号码", "联系电话", "联系方式",
        "phone", "mobile", "phonenumber",
    ),
    "born": ("出生年份", "出生年", "出生年月", "出生日期", "生日", "birthyear", "born"),
    "relative": ("家属签名", "签名的家人", "家属", "relative"),
}  # fmt: skip
KNOWN = {head: name for name, heads in HEADS.items() for head in heads}
# Columns that only a list of people has, where one without numbers is tried.
OF_PEOPLE = {
    "性别", "年龄", "年纪", "邮箱", "电子邮箱", "身份证", "身份证号", "email", "username",
}  # fmt: skip
# A row that begins so is a sum or a note and nobody.
NOBODY = re.compile(r"^(合计|总计|小计|共计|注[:：]|备注|说明|填表|制表|审核)")


class RosterFileError(RefusedError):
    """The file is no list of people that can be read; `str` says what to do."""

    status = 422


@dataclass
class PersonRow:
    """One person of the list, or what keeps the row from being one."""

    number: int
    name: str
    phone: str = ""
    born: int | None = None
    relative: str = ""
    error: str = ""
    warning: str = ""

    @property
    def masked_phone(self) -> str:
        """The number as pages show it."""
        digits = self.phone.removeprefix("+86")
        return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 7 else digits


@dataclass
class Roster:
    """What a file holds; `notes` are about the file and not about a row."""

    rows: list[PersonRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> list[PersonRow]:
        return [row for row in self.rows if not row.error]

    @property
    def bad(self) -> list[PersonRow]:
        return [row for row in self.rows if row.error]


def read_roster(raw: bytes, file_name: str = "") -> Roster:
    """The people in a file.

    Args:
        raw: the bytes of the file; they, and not its name, tell what it is.
        file_name: only to say where it promises something else.

    Raises:
        RosterFileError: too large, no table, no column of names, nobody in it.
    """
    if len(raw) > MAX_BYTES:
        raise RosterFileError(_("文件太大了（超过 2 兆）。请只留名单，再传一次。"))
    roster = Roster()
    cells = _cells(raw, file_name, roster.notes)
    heads, rest = _split_at_heads(cells, roster.notes)
    seen: dict[str, PersonRow] = {}
    for number, row in rest:
        person = _person(number, row, heads)
        if person is None:
            continue
        if len(roster.rows) >= MOST_ROWS:
            raise RosterFileError(
                _("一次最多 %(most)s 个人。请分成几个文件，一个一个传。")
                % {"most": MOST_ROWS}
            )
        _compare(person, seen)
        roster.rows.append(person)
    if not roster.rows:
        raise RosterFileError(_("表格里只有表头，没有一个人。请填好名单再传。"))
    return roster


def _cells(
    raw: bytes, file_name: str, notes: list[str]
) -> list[list[tuple[int, list[str]]]]:
    """Each possible table: rows with their number; text has one for each separator."""
    ending = file_name.rpartition(".")[2].lower()
    if raw.startswith(b"PK\x03\x04"):
        return [_sheet(raw, notes)]
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise RosterFileError(
            _("这是旧格式的 .xls 文件。请用 WPS 或 Excel 打开，「另存为」.xlsx 再传。")
        )
    try:
        text = decode(raw)
    except CaptionsRefusedError as error:
        raise RosterFileError(
            _("这个文件看不懂。请用 WPS 或 Excel 存成 .xlsx 或 CSV 再传。")
        ) from error
    if re.match(r"\s*<(!doctype|html|table|meta|head)", text, re.IGNORECASE):
        raise RosterFileError(
            _("这其实是一个网页，不是表格。请用 WPS 或 Excel 打开，另存为 .xlsx 再传。")
        )
    if ending in ("xlsx", "xls"):
        notes.append(
            _("文件名写的是 .%(ending)s，里面其实是文字表格（CSV），已经照 CSV 读了。")
            % {"ending": ending}
        )
    return [_lines(text, one) for one in SEPARATORS]


def _lines(text: str, separator: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return [(n, row[:MOST_COLUMNS]) for n, row in enumerate(reader, start=1)]
    except csv.Error as error:
        raise RosterFileError(
            _("这个文件看不懂。请用 WPS 或 Excel 存成 .xlsx 或 CSV 再传。")
        ) from error


def _sheet(raw: bytes, notes: list[str]) -> list[tuple[int, list[str]]]:
    """The first sheet that holds something; others are named and left alone."""
    # Asked for seldom: not every worker holds the library ready (tests/site/test_warm.py).
    from openpyxl import load_workbook

    broken = _("这个表格打不开，可能传坏了。请重新存一遍 .xlsx 再传。")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MAX_UNPACKED:
                raise RosterFileError(_("表格太大了。请只留名单这一页，再传一次。"))
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        for sheet in book.worksheets:
            rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
            found = [
                (number, [_text(cell) for cell in row])
                for number, row in enumerate(rows, start=1)
                if any(cell is not None for cell in row)
            ]
            if found:
                if len(book.worksheets) > 1:
                    notes.append(
                        _("文件里有几页表格，只读了「%(sheet)s」这一页。")
                        % {"sheet": sheet.title}
                    )
                return found
    except RosterFileError:
        raise
    # The library raises whatever it stumbles over in a file that is none.
    except Exception as error:
        raise RosterFileError(broken) from error
    raise RosterFileError(_("表格是空的。请填好名单再传。"))


def _text(cell: Any) -> str:
    """A cell as one would read it: numbers without a point that Excel added."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell)


def _plain(text: str) -> str:
    """One line without spaces at its ends; spaces of every width are one."""
    return " ".join(text.replace("　", " ").split())


def _head(text: str) -> str:
    """A head as the list of known ones has it."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\s_*（(].*$|[\s_*:：]", "", folded.strip())


def _split_at_heads(
    tables: Sequence[list[tuple[int, list[str]]]], notes: list[str]
) -> tuple[dict[str, int], Iterator[tuple[int, list[str]]]]:
    """Which column holds what, and the rows below the heads.

    Of the separators that give a column of names, the one that gives most columns.
    """
    found = [
        (table, place, heads)
        for table in tables
        for place, (_number, row) in enumerate(table[:HEADS_WITHIN])
        if _has_name(heads := _heads_in(row))
    ]
    if not found:
        raise RosterFileError(
            _(
                "没有找到「姓名」这一列，看到的是：%(heads)s。"
                "请把表头写成：姓名、手机号。"
            )
            % {"heads": _first_words(tables)}
        )
    table, place, heads = max(found, key=lambda one: len(one[0][one[1]][1]))
    row = table[place][1]
    if "phone" not in heads and not OF_PEOPLE & {_head(cell) for cell in row}:
        raise RosterFileError(
            _("没有找到「手机号」这一列，所以不像是名单。请把表头写成：姓名、手机号。")
        )
    _name_unused(row, heads, notes)
    return heads, iter(table[place + 1 :])


def _heads_in(row: Sequence[str]) -> dict[str, int]:
    heads: dict[str, int] = {}
    for column, cell in enumerate(row):
        heads.setdefault(KNOWN.get(_head(cell), ""), column)
    heads.pop("", None)
    return heads


def _has_name(heads: dict[str, int]) -> bool:
    return "name" in heads or {"first", "last"} <= heads.keys()


def _first_words(tables: Sequence[list[tuple[int, list[str]]]]) -> str:
    widest = max(tables, key=lambda table: len(table[0][1]) if table else 0)
    row = widest[0][1] if widest else []
    words = [_plain(cell)[:20] for cell in row if cell.strip()]
    return _("、").join(words[:10]) or _("空行")


def _name_unused(row: Iterable[str], heads: dict[str, int], notes: list[str]) -> None:
    used = set(heads.values())
    others = [
        _plain(cell)[:20]
        for column, cell in enumerate(row)
        if column not in used and cell.strip() and _head(cell) != "序号"
    ]
    if others:
        notes.append(
            _("这些列没有用到：%(columns)s。") % {"columns": _("、").join(others[:20])}
        )


def _person(number: int, row: Sequence[str], heads: dict[str, int]) -> PersonRow | None:
    """The person of a row; None for an empty row, a sum, a note."""

    def cell(name: str) -> str:
        column = heads.get(name)
        return row[column] if column is not None and column < len(row) else ""

    first = next((_plain(one) for one in row if one.strip()), "")
    if not first or NOBODY.match(first) or NOBODY.match(_plain(cell("name"))):
        return None
    name = _plain(cell("name")) or _plain(f"{cell('first')} {cell('last')}")
    person = PersonRow(number, name, relative=_plain(cell("relative"))[:NAME_LENGTH])
    if not name:
        person.error = _("没有写姓名。")
    elif len(name) > NAME_LENGTH:
        person.error = _("姓名太长了，最多 40 个字。")
    elif "?" in name or "\ufffd" in name:
        person.warning = _("名字里有认不出的字，请核对。")
    person.born = _year(cell("born"))
    _read_phone(person, _plain(cell("phone")))
    return person


def _year(text: str) -> int | None:
    found = re.match(r"\s*((?:19|20)\d\d)", unicodedata.normalize("NFKC", text))
    return int(found[1]) if found else None


def _read_phone(person: PersonRow, text: str) -> None:
    if person.error:
        return
    if not text:
        person.error = _("没有手机号。没有手机的人，请到柜台报名。")
        return
    plain = unicodedata.normalize("NFKC", text)
    if re.fullmatch(r"[\d.]+[eE]\+?\d+", plain):
        person.error = _(
            "手机号被表格软件改成了 %(text)s，找不回来了。请把这一列设成「文本」，重新填。"
        ) % {"text": text}
        return
    # A zero before a mobile number is an old way to dial it from afar.
    digits = re.sub(r"[\s-]", "", plain)
    if re.fullmatch(r"01\d{10}", digits):
        plain = digits[1:]
    try:
        person.phone = parse_phone(plain)
    except InvalidPhoneError:
        person.error = _("手机号不对：%(text)s。") % {"text": text[:30]}


def _compare(person: PersonRow, seen: dict[str, PersonRow]) -> None:
    """The same number twice: the same person again, or two people with one phone."""
    if person.error or not person.phone:
        return
    other = seen.setdefault(person.phone, person)
    if other is person:
        return
    if other.name == person.name:
        person.error = _("和第 %(number)s 行是同一个人。") % {"number": other.number}
    else:
        person.error = _(
            "手机号和第 %(number)s 行一样。两个人合用一部手机的，请到柜台报名。"
        ) % {"number": other.number}
