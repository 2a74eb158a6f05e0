"""The one place that cleans HTML which a person outside the editors has typed.

bleach is no longer maintained, so it does not have the last word: its output goes
through nh3 (html5ever), whose reading of HTML is that of a browser. Its successor can
replace it in this module alone.
"""

import re
from html import unescape

import bleach
import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

ALLOWED_TAGS = {
    "a", "b", "blockquote", "br", "code", "em", "h3", "h4", "i", "li", "ol", "p",
    "pre", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u",
    "ul",
}  # fmt: skip
ALLOWED_ATTRIBUTES = {
    "a": {"href", "title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
ALLOWED_SCHEMES = {"http", "https", "mailto", "tel"}
# Elements whose content is not text for people: it goes with them.
DROPPED_WITH_CONTENT = {
    "script", "style", "svg", "math", "iframe", "object", "template", "noscript",
    "title", "textarea", "xmp", "noembed", "noframes", "plaintext",
}  # fmt: skip
# bleach takes seconds for deep nesting in long text; longer text is shown as text.
MAX_LENGTH = 20_000


def clean_html(raw: str) -> SafeString:
    """HTML that is safe to show: an allow-list of tags, twice cleaned.

    Text of more than 20,000 characters is not parsed but escaped whole, so that nothing
    is lost and nothing runs. Not for rich text of editors: see `clean_rich_text`.
    """
    if len(raw) > MAX_LENGTH:
        return escape(raw)
    bleached = bleach.clean(
        raw,
        tags=ALLOWED_TAGS,
        attributes={tag: list(names) for tag, names in ALLOWED_ATTRIBUTES.items()},
        protocols=ALLOWED_SCHEMES,
        strip=True,
        strip_comments=True,
    )
    cleaned = nh3.clean(
        bleached,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes=ALLOWED_SCHEMES,
        link_rel="nofollow ugc noopener",
        strip_comments=True,
        clean_content_tags=DROPPED_WITH_CONTENT,
    )
    return mark_safe(cleaned)  # noqa: S308 - this is the function that makes it safe


# What the editor writes, and what older pages that were taken over may hold.
RICH_TAGS = ALLOWED_TAGS | {"caption", "h2", "hr", "tfoot"}


def clean_rich_text(html: str) -> SafeString:
    """An editor's rich text, ready to show, with nothing in it that runs.

    Wagtail cleans what its editor sends, when it is saved; what stands in the database
    by another way (an import, a copy, a restored backup) is shown as it stands there.
    """
    cleaned = nh3.clean(
        html,
        tags=RICH_TAGS,
        attributes=ALLOWED_ATTRIBUTES | {"*": {"lang"}},
        url_schemes=ALLOWED_SCHEMES,
        link_rel=None,
        clean_content_tags=DROPPED_WITH_CONTENT,
    )
    return mark_safe(cleaned)  # noqa: S308 - this is the function that makes it safe


_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)


def web_address(text: str) -> str:
    """The address if a link may lead there; else nothing, and no link is drawn.

    A form takes only such ones; what else stands in the database leads nowhere.
    """
    return text if _WEB.match(text) else ""


def well_formed(raw: str, tags: set[str], dropped: set[str]) -> str:
    """Broken HTML as a browser reads it, with these tags only; to take its text out.

    In linear time, unlike Python's own parser. Not for showing: use `clean_html`.

    Args:
        raw: any HTML.
        tags: what stays, with its `alt` and `src`; of others only the text stays.
        dropped: elements whose content goes with them.
    """
    return nh3.clean(
        raw,
        tags=tags,
        clean_content_tags=dropped,
        attributes={name: {"alt", "src"} for name in tags},
        link_rel=None,
    )


_LINE_ENDS = re.compile(r"</(?:p|h[1-6]|li|blockquote|td|th)>|<br\s*/?>", re.IGNORECASE)


def plain_lines(rich: str) -> list[str]:
    """The text of an editor's rich text, one entry a paragraph, without empty ones."""
    marked = _LINE_ENDS.sub("\n", rich)
    text = unescape(nh3.clean(marked, tags=set()))
    return [line.strip() for line in text.split("\n") if line.strip()]
