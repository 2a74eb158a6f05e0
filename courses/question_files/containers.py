"""What a file is, told by its bytes; archives and XML are opened with limits."""

import io
import re
import zipfile
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from core.exceptions import CaptionsRefusedError
from core.services.caption_encodings import MAX_BYTES as MOST_TEXT
from core.services.caption_encodings import decode
from courses.exceptions import QuestionFileError
from courses.question_files.items import MAX_BYTES

MAX_UNPACKED = 40 * 1024 * 1024
MOST_ENTRIES = 3000
CHINESE = {"gb2312", "gbk", "gb18030", "gb_2312-80", "cp936", "hz-gb-2312"}
# A DOCTYPE that declares no entity: it names a grammar, which is never fetched, and may
# describe elements. It is cut out, and any other one is refused.
BARE_DOCTYPE = re.compile(
    rb"""\A((?:\s|<\?[^>]*\?>|<!--(?:(?!-->).)*-->)*)<!DOCTYPE\s+[\w:.-]+\s*"""
    rb"""(?:(?:SYSTEM|PUBLIC\s*(?:"[^"]*"|'[^']*'))\s*(?:"[^"]*"|'[^']*')?\s*)?"""
    rb"""(?:\[(?:\s|<!--(?:(?!-->).)*-->|<!(?:ELEMENT|ATTLIST)\s[^>%&]*>)*\]\s*)?>""",
    re.DOTALL,
)
DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]+)["']""")


def text_of(raw: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or GB18030, with one kind of line end.

    Raises:
        QuestionFileError: none of them, or more text than 2 MB.
    """
    if len(raw) > MOST_TEXT:
        raise QuestionFileError(
            _("文字太多了（超过 2 兆）。请分成几个文件，一个一个传。")
        )
    try:
        text = decode(raw)
    except CaptionsRefusedError as error:
        raise QuestionFileError(
            _(
                "读不懂这个文件的文字编码（不是 UTF-8，也不是 GB18030，像是 %(name)s）。"
                "请用记事本打开它，「另存为」UTF-8 编码，再传。"
            )
            % {"name": _encoding_of(raw)}
        ) from error
    if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text):
        raise QuestionFileError(
            _("这不是文字，也不是认识的文件。请传 Word、Excel、GIFT 或 Moodle 题库。")
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding_of(raw: bytes) -> str:
    """What bytes that are none of ours are most likely written in, for a sentence."""
    is_chinese = sum(byte > 127 for byte in raw) * 3 > len(raw)
    name = "big5" if is_chinese else "cp1252"
    try:
        raw.decode(name)
    except UnicodeDecodeError:
        return _("别的编码")
    return _("Big5 繁体") if is_chinese else "Windows-1252"


def xml_of(raw: bytes) -> Element:
    """The root of an XML file.

    Raises:
        QuestionFileError: a DOCTYPE with entities of its own, or not well-formed.
    """
    declared = DECLARED.match(raw)
    if declared and declared[1].decode().lower() in CHINESE:
        body = raw[raw.index(b"?>") + 2 :] if b"?>" in raw else raw
        raw = text_of(body).encode()
    raw = BARE_DOCTYPE.sub(rb"\1", raw, count=1)
    try:
        root: Element = ElementTree.fromstring(raw, forbid_dtd=True)
    except DefusedXmlException as error:
        raise QuestionFileError(
            _(
                "这个文件里有 DOCTYPE 或外部引用，可能不安全，没有读。"
                "请从题库系统重新导出一次。"
            )
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise QuestionFileError(
            _("这个 XML 文件写坏了（%(reason)s）。请从题库系统重新导出一次。")
            % {"reason": str(error)[:80]}
        ) from error
    return root


def open_zip(raw: bytes) -> zipfile.ZipFile:
    """An archive that is small enough to unpack in memory; nothing goes to disk.

    Raises:
        QuestionFileError: broken, locked, or unpacking to too much.
    """
    if len(raw) > MAX_BYTES:
        raise QuestionFileError(_too_large())
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise QuestionFileError(_broken()) from error
    entries = archive.infolist()
    if (
        len(entries) > MOST_ENTRIES
        or sum(one.file_size for one in entries) > MAX_UNPACKED
    ):
        raise QuestionFileError(
            _("这个文件展开以后太大了，没有读。请只留题目，再传一次。")
        )
    if any(one.flag_bits & 1 for one in entries):
        raise QuestionFileError(_("这个文件有密码。请去掉密码再传。"))
    return archive


def entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """One file of an archive.

    Raises:
        QuestionFileError: it cannot be unpacked.
    """
    try:
        return archive.read(name)
    # zlib, lzma and zipfile each raise their own on a broken entry.
    except Exception as error:
        raise QuestionFileError(_broken()) from error


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def inside(element: Element, *names: str) -> list[Element]:
    """All elements below with one of these names, in their order."""
    return [one for one in element.iter() if one is not element and local(one) in names]


def child(element: Element | None, name: str) -> Element | None:
    """The first direct child of that name."""
    if element is None:
        return None
    return next((one for one in element if local(one) == name), None)


def _too_large() -> str:
    return _("文件太大了（超过 5 兆）。请分成几个文件，一个一个传。")


def _broken() -> str:
    return _("这个文件打不开，可能传坏了。请重新存一遍再传。")


def refuse_too_large(raw: bytes) -> None:
    """Refuse what is not worth reading.

    Raises:
        QuestionFileError: more than 5 MB, or nothing at all.
    """
    if len(raw) > MAX_BYTES:
        raise QuestionFileError(_too_large())
    if not raw.strip(b"\0 \r\n\t"):
        raise QuestionFileError(_("文件是空的。请选有题目的文件再传。"))
