"""Word files and packages: a story for an outlet, the monthly circular (PUB-05, PUB-06).

They go to people outside, in Chinese whatever language the page was read in.
"""

import io
import re
import zipfile
from typing import Any

from core.civil_time import day_in_words
from core.html import plain_lines
from news.publicity import Ranking

# What file systems and mail programs stumble over.
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\u200b-\u200f\u202a-\u202e]')
MOST_OF_A_NAME = 60
PICTURES = ("picture", "photo")


def paragraphs_of(page: Any) -> list[str]:
    """The text of a story, one entry a paragraph; pictures as 【图1】 in their places."""
    found: list[str] = []
    pictures = 0
    for block in page.body:
        if block.block_type in PICTURES:
            pictures += 1
            found.append(f"【图{pictures}】")
            continue
        if block.block_type != "text":
            continue
        found += plain_lines(str(block.value.source))
    return found


def signature(submission: Any) -> str:
    """«（文字：甲 摄影：乙）», as newspapers want it at the end of the text."""
    parts = [f"文字：{submission.author}"]
    if submission.photographer:
        parts.append(f"摄影：{submission.photographer}")
    names = "　".join(parts)
    return f"（{names}）"


def story_as_text(submission: Any) -> str:
    """The story as plain text."""
    page = submission.page
    lines = [page.title, "", *paragraphs_of(page), "", signature(submission)]
    return "\r\n".join(lines) + "\r\n"


def story_as_word(submission: Any) -> bytes:
    """The story as a Word file."""
    page = submission.page
    document = _document()
    document.add_heading(page.title, level=1)
    for paragraph in paragraphs_of(page):
        document.add_paragraph(paragraph)
    document.add_paragraph(signature(submission))
    return _bytes_of(document)


def package_name(submission: Any) -> str:
    """`YYYYMMDD_标题_单位` (PUB-06), safe on every file system."""
    page = submission.page
    parts = (page.title, submission.school.title)
    safe = [_UNSAFE.sub("", part).strip(" .")[:MOST_OF_A_NAME] for part in parts]
    return f"{page.event_date:%Y%m%d}_{safe[0]}_{safe[1]}"


def package_of(submission: Any) -> bytes:
    """Everything an editor outside wants of a story, in one zip.

    Text, Word file, the pictures as they were taken, what is on them, and whom to ask.
    """
    page = submission.page
    target = io.BytesIO()
    captions = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("稿件.txt", story_as_text(submission).encode("utf-8-sig"))
        package.writestr("稿件.docx", story_as_word(submission))
        for number, value in enumerate(_pictures(page), start=1):
            label = f"图{number}"
            image = value["image"]
            ending = image.file.name.rpartition(".")[2].lower()
            with image.file.open("rb") as original:
                package.writestr(f"{label}.{ending}", original.read())
            captions.append(f"{label}：{_caption(value)}")
        if captions:
            sheet = "\r\n".join(captions) + "\r\n"
            package.writestr("图片说明.txt", sheet.encode("utf-8-sig"))
        package.writestr("联系.txt", _contact(submission).encode("utf-8-sig"))
    return target.getvalue()


def _pictures(page: Any) -> list[Any]:
    return [
        block.value
        for block in page.body
        if block.block_type in PICTURES and block.value.get("image")
    ]


def _caption(value: Any) -> str:
    """What is on a picture, and who took it."""
    words = getattr(value, "caption_words", "") or value.get("caption") or value["alt"]
    photographer = value.get("photographer") or ""
    return f"{words}（{photographer} 摄）" if photographer else str(words)


def _contact(submission: Any) -> str:
    school, page = submission.school, submission.page
    lines = [
        f"单位：{school.title}",
        f"电话：{school.phone}",
        f"地址：{school.address}",
        f"作者：{submission.author}",
        f"校对：{submission.proofreader}",
        f"事情发生：{day_in_words(page.event_date)}",
    ]
    return "\r\n".join(lines) + "\r\n"


def circular_as_word(ranking: Ranking, title: str) -> bytes:
    """The circular of a month or year (采用情况通报) as a Word file."""
    document = _document()
    document.add_heading(title, level=1)
    document.add_heading("各学校", level=2)
    _table(
        document,
        ["名次", "学校", "报送", "按时", "采用", "得分"],
        [
            [
                place,
                row.name,
                row.submitted,
                "—" if row.on_time_percent is None else f"{row.on_time_percent}%",
                row.adopted,
                row.points,
            ]
            for place, row in enumerate(ranking.schools, start=1)
        ],
    )
    document.add_heading("各作者", level=2)
    _table(
        document,
        ["名次", "作者", "学校", "报送", "采用", "得分"],
        [
            [place, row.name, row.school_name, row.submitted, row.adopted, row.points]
            for place, row in enumerate(ranking.authors, start=1)
        ],
    )
    document.add_heading("采用的稿子", level=2)
    _table(
        document,
        ["日期", "媒体", "登出来的题目", "作者", "得分"],
        [
            [f"{clip.published_on:%F}", clip.outlet_name, clip.title, clip.author,
             clip.points]
            for clip in ranking.clips
        ],
    )  # fmt: skip
    return _bytes_of(document)


def _document() -> Any:
    """An empty document whose Chinese letters have a font that Word has."""
    # Asked for seldom: not every worker holds the library ready (tests/site/test_warm.py).
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = Document()
    style = document.styles["Normal"]
    style.font.size = Pt(12)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    return document


def _table(document: Any, head: list[str], rows: list[list[Any]]) -> None:
    table = document.add_table(rows=1, cols=len(head), style="Table Grid")
    for cell, words in zip(table.rows[0].cells, head, strict=True):
        cell.text = words
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = str(value)


def _bytes_of(document: Any) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
