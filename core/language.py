"""Which language the interface speaks, and how content is marked where it differs.

Content (courses, news, names of people and schools) is Chinese whatever the reader chose.
On an English page each run of it says so by `lang`, or a screen reader would spell it
with English sounds (UX-TYPE-5).
"""

import re
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

CONTENT_LANGUAGE = "zh-Hans"
# Han with its extensions, the punctuation of Chinese, and full-width forms.
_CHINESE = re.compile(
    "[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
    "\U00020000-\U0003ffff]"
)


def is_chinese() -> bool:
    """Whether the interface speaks Chinese now."""
    return (get_language() or "zh").startswith("zh")


def holds_chinese(value: object) -> bool:
    """Whether the text has a Chinese character or Chinese punctuation."""
    return bool(_CHINESE.search(str(value)))


def content_attribute(value: Any = None) -> SafeString:
    """` lang="zh-Hans"` for an element of content, where the interface is not Chinese.

    With a value, only if that holds Chinese: «WeChat» needs no mark.
    """
    if is_chinese() or (value is not None and not holds_chinese(value)):
        return SafeString("")
    return SafeString(f' lang="{CONTENT_LANGUAGE}"')


def content_html(value: Any) -> SafeString:
    """The value, escaped, in an element that names its language where that differs."""
    attribute = content_attribute("" if value is None else value)
    if not attribute:
        return conditional_escape("" if value is None else value)
    return format_html("<span{}>{}</span>", attribute, value)


def sentence_html(sentence: str, **content: Any) -> SafeString:
    """A translated sentence with content for its placeholders, each in its language.

    Args:
        sentence: of the interface, with placeholders like `%(course)s`.
        content: what stands for them; escaped.
    """
    marked = {name: content_html(value) for name, value in content.items()}
    return SafeString(str(conditional_escape(sentence)) % marked)
