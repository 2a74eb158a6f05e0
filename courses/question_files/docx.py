"""The text of a Word file, line by line, with the numbers that Word makes itself.

Word keeps `1、` and `A．` of automatic lists out of the text; without them a paper has
neither questions nor options.
"""

import zipfile
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from courses.question_files.containers import child, entry, local, xml_of
from courses.question_files.items import LETTERS

DOCUMENT, NUMBERING = "word/document.xml", "word/numbering.xml"
CHINESE_NUMBERS = "零一二三四五六七八九十"
OBJECTS = {"drawing", "pict", "object", "oMath", "oMathPara"}


@dataclass
class _Lists:
    """How the automatic lists of a document count."""

    forms: dict[tuple[str, str], tuple[str, str, int]] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def next(self, name: str, level: str) -> str:
        """What Word shows before the next line of that list."""
        form, shown, start = self.forms.get((name, level), ("none", "", 1))
        count = self.counts.get((name, level), start - 1) + 1
        self.counts[name, level] = count
        for deeper in [one for one in self.counts if one[0] == name and one[1] > level]:
            del self.counts[deeper]
        mark = _mark(form, count)
        if not mark:
            return ""
        here = f"%{int(level) + 1}" if level.isdecimal() else "%1"
        return (shown.replace(here, mark) if here in shown else mark + "、") + " "


def read_lines(archive: zipfile.ZipFile) -> tuple[str, list[str]]:
    """The text of a document, and what of it is no text.

    Raises:
        QuestionFileError: broken, or with a DOCTYPE.
    """
    names = set(archive.namelist())
    lists = _Lists()
    if NUMBERING in names:
        lists = _lists(xml_of(entry(archive, NUMBERING)))
    root = xml_of(entry(archive, DOCUMENT))
    lines, lost = [], 0
    for paragraph in root.iter():
        if local(paragraph) != "p":
            continue
        text, objects = _words(paragraph)
        lost += objects
        label = _label(paragraph, lists) if text.strip() else ""
        lines.append(label + text)
    notes = []
    if any(local(one) == "altChunk" for one in root.iter()):
        notes.append(
            _(
                "这个 Word 文件里嵌着别的文件，里面的字没有读到。"
                "请用 WPS 或 Word 打开，「另存为」.docx 再传。"
            )
        )
    if lost:
        notes.append(
            _("文件里有 %(count)s 处图片或公式，没有带过来，请在网站上另外放。")
            % {"count": lost}
        )
    return "\n".join(lines), notes


def _value(element: Element | None, name: str) -> str:
    found = child(element, name)
    if found is None:
        return ""
    return next((v for k, v in found.attrib.items() if k.endswith("}val")), "")


def _attribute(element: Element, name: str) -> str:
    return next((v for k, v in element.attrib.items() if k.endswith("}" + name)), "")


def _lists(root: Element) -> _Lists:
    levels: dict[str, dict[str, tuple[str, str, int]]] = {}
    for one in root:
        if local(one) == "abstractNum":
            levels[_attribute(one, "abstractNumId")] = {
                _attribute(level, "ilvl"): (
                    _value(level, "numFmt"),
                    _value(level, "lvlText"),
                    int(start) if (start := _value(level, "start")).isdecimal() else 1,
                )
                for level in one
                if local(level) == "lvl"
            }
    lists = _Lists()
    for one in root:
        if local(one) == "num":
            for level, form in levels.get(_value(one, "abstractNumId"), {}).items():
                lists.forms[_attribute(one, "numId"), level] = form
    return lists


def _label(paragraph: Element, lists: _Lists) -> str:
    numbered = child(child(paragraph, "pPr"), "numPr")
    if numbered is None:
        return ""
    return lists.next(_value(numbered, "numId"), _value(numbered, "ilvl") or "0")


def _mark(form: str, count: int) -> str:
    if form in ("upperLetter", "lowerLetter"):
        return LETTERS[(count - 1) % 26]
    if form.startswith(("chineseCounting", "japaneseCounting")):
        return CHINESE_NUMBERS[count] if count <= 10 else str(count)
    return "" if form in ("none", "bullet", "") else str(count)


def _words(paragraph: Element) -> tuple[str, int]:
    """The text of a paragraph, without what was struck out of it, and its pictures.

    A paragraph within it, as of a text box, is one of its own.
    """
    parts: list[str] = []
    lost = 0
    waiting = list(reversed(list(paragraph)))
    while waiting:
        one = waiting.pop()
        name = local(one)
        if name in ("p", "del", "pPr", "rPr", "Fallback", "instrText"):
            continue
        lost += name in OBJECTS
        if name == "t":
            parts.append(one.text or "")
        elif name == "tab":
            parts.append("\t")
        elif name in ("br", "cr"):
            parts.append("\n")
        else:
            waiting.extend(reversed(list(one)))
    return "".join(parts), lost
