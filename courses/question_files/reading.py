"""Which kind of file it is, told by its bytes and never by its name, and reading it."""

import re
import zipfile

from django.utils.translation import gettext as _

from courses.exceptions import QuestionFileError
from courses.question_files import docx
from courses.question_files.cloze import read_cloze
from courses.question_files.containers import (
    local,
    open_zip,
    refuse_too_large,
    text_of,
    xml_of,
)
from courses.question_files.gift import looks_like_gift, read_gift
from courses.question_files.items import MOST_QUESTIONS, QuestionFile
from courses.question_files.moodle_xml import read_moodle_xml
from courses.question_files.paper import read_paper
from courses.question_files.qti import is_qti, read_package, read_qti
from courses.question_files.tables import read_book, read_csv

XML_MARKS = (
    b"<?xml",
    b"<quiz",
    b"<questestinterop",
    b"<assessment",
    b"<qti-",
    b"<!DOCTYPE",
)
CLOZE = re.compile(r"\{\d*:[A-Z_]{2,}:")
WEBCT = re.compile(r"^:TYPE:", re.MULTILINE)
PAPER = re.compile(
    r"^[ \t　]*(?:ANSWER|(?:参考|正确|标准)?答案)[ \t　]*[:：]",
    re.IGNORECASE | re.MULTILINE,
)


def read_questions(raw: bytes) -> QuestionFile:
    """The questions of a file.

    Reads .docx and plain papers in Chinese, Aiken, GIFT, Cloze, .xlsx, CSV, Moodle XML, QTI 1.2
    and 2.x as XML or package. Text is UTF-8, UTF-16 or GB18030. A question that cannot
    be used is among the items, with the verdict `refused` and the reason.

    Raises:
        QuestionFileError: larger than 5 MB, more than 2,000 questions, no kind of file
            that we know, broken, or not safe to open; `str` says what to do.
    """
    refuse_too_large(raw)
    try:
        found = _read(raw)
    except RecursionError as error:
        raise QuestionFileError(
            _("这个文件写得太绕了，没有读。请从题库系统重新导出一次。")
        ) from error
    if len(found.items) > MOST_QUESTIONS:
        raise QuestionFileError(
            _("一次最多 %(most)s 道题。请分成几个文件，一个一个传。")
            % {"most": MOST_QUESTIONS}
        )
    if len(found.notes) > MOST_QUESTIONS:
        raise QuestionFileError(
            _("这个文件里看不懂的话太多，不像题库：「%(text)s」。请只留题目再传。")
            % {"text": found.notes[0][:100]}
        )
    if not found.items:
        found.notes.append(_("里面没有题目。请选有题目的文件再传。"))
    return found


def _read(raw: bytes) -> QuestionFile:
    if raw.startswith(b"PK\x03\x04"):
        return _archive(raw)
    _refuse_known(raw)
    if _is_xml(raw):
        return _xml(raw)
    return _text(text_of(raw))


def _refuse_known(raw: bytes) -> None:
    """Files that people take for question files, by their first bytes."""
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise QuestionFileError(
            _(
                "这是旧格式的 .doc 或 .xls 文件。请用 WPS 或 Word 打开，"
                "「另存为」.docx 或 .xlsx 再传。"
            )
        )
    if raw.startswith(b"%PDF"):
        raise QuestionFileError(_("这是 PDF，读不出题目。请传 Word 或 Excel 原稿。"))
    if raw.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise QuestionFileError(_("这是图片，读不出题目。请传 Word 或 Excel 原稿。"))
    if raw.startswith(b"{\\rtf"):
        raise QuestionFileError(
            _("这是 RTF 文件。请用 WPS 或 Word 打开，「另存为」.docx 再传。")
        )


def _is_xml(raw: bytes) -> bool:
    head = raw[:400]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\0", b"")[2:]
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(XML_MARKS)


def _archive(raw: bytes) -> QuestionFile:
    with open_zip(raw) as archive:
        names = set(archive.namelist())
        if docx.DOCUMENT in names:
            return _word(archive)
        if any(name.startswith("xl/") for name in names):
            return read_book(raw)
        return read_package(archive)


def _word(archive: zipfile.ZipFile) -> QuestionFile:
    text, notes = docx.read_lines(archive)
    found = _text(text)
    found.notes[:0] = notes
    return found


def _xml(raw: bytes) -> QuestionFile:
    root = xml_of(raw.lstrip() if raw[:1].isspace() else raw)
    name = local(root)
    if name == "quiz":
        return read_moodle_xml(root)
    if is_qti(root):
        return read_qti(root)
    known = {"POOL": "Blackboard", "examview": "ExamView"}
    raise QuestionFileError(
        _(
            "这种题库（%(name)s）还不能导入。请从原来的系统导出 GIFT、Moodle XML 或 QTI。"
        )
        % {"name": known.get(name, name[:40])}
    )


def _text(text: str) -> QuestionFile:
    if WEBCT.search(text):
        raise QuestionFileError(
            _("这种题库（WebCT）还不能导入。请改成 Word、Excel 或 GIFT 再传。")
        )
    if CLOZE.search(text):
        return read_cloze(text)
    if re.match(r"\s*<(!doctype|html)", text, re.IGNORECASE):
        raise QuestionFileError(
            _("这其实是一个网页，不是题目。请用 WPS 打开，另存为 .docx 再传。")
        )
    if looks_like_gift(text) and not PAPER.search(text):
        return read_gift(text)
    return read_csv(text) or read_paper(text)
