"""The body of a story as text that can be typed on a phone. Pure.

One line is a paragraph, and 【图1】 on a line of its own says where the first photo
stands. What was written in the large editor and is more than that is not taken apart.
"""

import re
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from core.html import plain_lines
from news.exceptions import TextRefusedError

# As the reader's own keyboard writes it: 【图1】, or [photo 1].
MARK = re.compile(r"(?:【图|\[photo)\s*(\d{1,3})(?:】|\])")
_OF_PLAIN = re.compile(r'<p(?: data-block-key="[^"]*")?>|</p>|<br\s*/?>')


def is_plain(body: Any) -> bool:
    """Whether the body is paragraphs and photos alone, so that it can be typed."""
    return all(
        block.block_type == "photo"
        or (block.block_type == "text" and "<" not in _OF_PLAIN.sub("", _html(block)))
        for block in body
    )


def photos_of(body: Any) -> list[Any]:
    """The photos in their order, as 【图1】 and 【图2】 name them."""
    return [block for block in body if block.block_type == "photo"]


def to_text(body: Any) -> str:
    """The body as it is typed."""
    lines: list[str] = []
    number = 0
    for block in body:
        if block.block_type == "photo":
            number += 1
            lines.append(f"【图{number}】")
        else:
            lines += plain_lines(_html(block))
    return "\n".join(lines)


def to_raw(text: str, body: Any) -> list[dict[str, Any]]:
    """The typed text as the body that the stream field reads.

    A passage that says what it said before stays the block that it was, so that a save
    without a change changes nothing (REV-04). Photos that no mark names stand at the end.

    Raises:
        TextRefusedError: a mark names no photo, or the same one as another.
    """
    before = body.get_prep_value()
    photos = [one for one in before if one["type"] == "photo"]
    texts = [one for one in before if one["type"] == "text"]
    raw: list[dict[str, Any]] = []
    used: set[int] = set()
    for passage in _passages(text):
        if isinstance(passage, int):
            if not 1 <= passage <= len(photos):
                raise TextRefusedError(_no_photo(passage, len(photos)))
            if passage in used:
                words = _("【图%(number)s】写了两次，请删掉一处。")
                raise TextRefusedError(words % {"number": passage})
            used.add(passage)
            raw.append(photos[passage - 1])
        else:
            raw.append(_text_block(passage, texts))
    left = [one for place, one in enumerate(photos, start=1) if place not in used]
    return [*raw, *left]


def _passages(text: str) -> list[list[str] | int]:
    """Paragraphs that follow one another, and the numbers of photos between them."""
    found: list[list[str] | int] = []
    parts = MARK.split(text.replace("\r\n", "\n"))
    for place, part in enumerate(parts):
        if place % 2:
            found.append(int(part))
            continue
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        if lines:
            found.append(lines)
    return found


def _text_block(lines: list[str], texts: list[dict[str, Any]]) -> dict[str, Any]:
    same = next((one for one in texts if plain_lines(one["value"]) == lines), None)
    if same is not None:
        texts.remove(same)
        return same
    html = "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)
    return {"type": "text", "value": html}


def _no_photo(number: int, count: int) -> str:
    if not count:
        return _("还没有照片，请去掉【图%(number)s】，或者先加照片。") % {
            "number": number
        }
    return _("只有 %(count)s 张照片，没有【图%(number)s】。") % {
        "count": count,
        "number": number,
    }


def _html(block: Any) -> str:
    return str(block.value.source)
