"""What a machine can see before people read a story (domain §7). Pure but for two lists.

A finding that stops is repeated wherever a story is sent on; the others are for the
author and the reviewers to decide.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from core.civil_time import civil_date
from core.html import plain_lines
from news.choices import NOTICE_KINDS, NewsKind

MOST_OF_A_TITLE = 30
OLD_AFTER = timedelta(days=30)
# Marks of papers that are not for everybody (LAW-26).
SECRET_WORDS = ("内部资料", "内部文件", "秘密", "机密", "绝密")
_IDENTITY = re.compile(r"(?<!\d)(\d{17}[\dXx])(?!\d)")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


@dataclass(frozen=True)
class Finding:
    """One thing to look at; `stops` where the story may not go on with it."""

    sentence: str
    stops: bool = False
    block_id: str = ""


def text_of(page: Any) -> str:
    """All words of a story as residents would read them, one line a part."""
    parts = [page.title, page.summary, page.event_place, page.contact]
    for block in page.body:
        if block.block_type == "text":
            parts += plain_lines(str(block.value.source))
        elif block.block_type == "photo":
            parts += [str(block.value.get(name) or "") for name in block.value]
        elif block.block_type == "picture":
            parts += [block.value.get("alt") or "", block.value.get("caption") or ""]
    return "\n".join(part for part in parts if part)


def check_story(
    page: Any,
    *,
    words: Iterable[str] = (),
    same_titles: int = 0,
    today: date | None = None,
) -> list[Finding]:
    """Everything found; what stops comes first.

    Args:
        page: a news page, saved or not.
        words: the operator's list of words to look at twice.
        same_titles: how many other stories bear the same title.
        today: the civil date; today by default.
    """
    found = [
        *_privacy(text_of(page)),
        *_words(text_of(page), words),
        *_source(page),
        *_photos(page),
        *_days(page, today or civil_date()),
        *_notice(page, today or civil_date()),
        *_title(page, same_titles),
    ]
    return sorted(found, key=lambda one: not one.stops)


def is_identity_number(text: str) -> bool:
    """Whether 18 characters are a resident's identity number (GB 11643: check digit)."""
    total = sum(
        int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True)
    )
    return _CHECK_DIGITS[total % 11] == text[17].upper()


def _privacy(text: str) -> list[Finding]:
    found = []
    if any(is_identity_number(one) for one in _IDENTITY.findall(text)):
        found.append(Finding(_("文里有身份证号，请删掉。"), stops=True))
    if _MOBILE.search(text):
        found.append(Finding(_("文里有手机号。如果是个人的，请删掉，写学校的电话。")))
    return found


def _words(text: str, words: Iterable[str]) -> list[Finding]:
    found = [
        Finding(_("文里有「%(word)s」，请看看能不能公开。") % {"word": word})
        for word in SECRET_WORDS
        if word in text
    ]
    found += [
        Finding(_("文里有「%(word)s」，请再看看用得对不对。") % {"word": word})
        for word in words
        if word and word in text
    ]
    return found


def _source(page: Any) -> list[Finding]:
    if page.is_repost and not (
        page.source and page.source_url and page.original_author
    ):
        return [Finding(_("转载要写清来源、原文网址和原作者，请补上。"), stops=True)]
    return []


def _photos(page: Any) -> list[Finding]:
    names = {
        "day": _("时间"),
        "content": _("内容"),
        "place": _("地点"),
        "people": _("人物"),
        "photographer": _("摄影者"),
        "background": _("背景"),
    }
    found = []
    photos = [block for block in page.body if block.block_type == "photo"]
    for number, block in enumerate(photos, start=1):
        missing = [str(names[name]) for name in block.value.missing]
        if missing:
            sentence = _("第 %(number)s 张照片的说明还缺：%(names)s。")
            values = {"number": number, "names": _("、").join(missing)}
            found.append(Finding(sentence % values, block_id=block.id))
        if block.value.get("shows_minors") and not block.value.get("has_consent"):
            sentence = _(
                "第 %(number)s 张照片里有孩子，监护人还没有同意。请问过再登，或换一张。"
            )
            found.append(
                Finding(sentence % {"number": number}, stops=True, block_id=block.id)
            )
    return found


def _days(page: Any, today: date) -> list[Finding]:
    if page.event_date is None:
        return []
    if page.event_date > today and page.kind not in NOTICE_KINDS:
        return [Finding(_("事情发生的日子还没到，请核对。"))]
    if today - page.event_date > OLD_AFTER:
        return [Finding(_("事情过去一个多月了，请核对日子。"))]
    return []


def _notice(page: Any, today: date) -> list[Finding]:
    """A 公示 without a last day or somebody to object to is none (domain, 公示)."""
    if page.kind not in NOTICE_KINDS:
        return []
    found = []
    missing = not page.notice_until or not page.contact
    if page.kind == NewsKind.ANNOUNCEMENT and missing:
        words = _("公示要写明到哪天为止、有意见找谁，请补上。")
        found.append(Finding(words, stops=True))
    if page.notice_until and page.event_date and page.notice_until < page.event_date:
        words = _("最后一天比开始那天还早，请核对。")
        found.append(Finding(words, stops=True))
    elif page.notice_until and page.notice_until < today:
        found.append(Finding(_("写的最后一天已经过了，请核对。")))
    return found


def _title(page: Any, same_titles: int) -> list[Finding]:
    found = []
    if len(page.title) > MOST_OF_A_TITLE:
        sentence = _("题目有 %(number)s 个字，%(most)s 个字以内好读。")
        values = {"number": len(page.title), "most": MOST_OF_A_TITLE}
        found.append(Finding(sentence % values))
    if same_titles:
        found.append(Finding(_("已经有一篇同名的稿子，请看看是不是重复了。")))
    return found
