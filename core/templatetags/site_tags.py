"""Drawings and small helps of every template. See `docs/design.md`."""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.rich_text import RichText, expand_db_html

from core.civil_time import (
    civil_date,
    clock_in_words,
    clock_span_in_words,
    day_in_words,
    month_in_words,
    short_day_in_words,
    weekday_in_words,
)
from core.covers import (
    CATEGORIES,
    COLOURS,
    cover_svg,
    look_of,
    pattern_def,
    subject_icon,
)
from core.drawing_numbers import number_in
from core.headings import heading_of, pager_of
from core.html import clean_rich_text, web_address
from core.icons import (
    UnknownIconError,
    icon_href,
    icon_names,
    icon_svg,
    seal_path,
    wordmark,
)
from core.pieces import draw
from core.queries import query_with
from core.say_button import button_of

register = template.Library()

# «（示例）» after a name says that the site is a demo; it is drawn as a small tag.
_REMARK = re.compile(r"^(?P<name>.+?)\s*[(（](?P<remark>[^()（）]+)[)）]$")
_NOT_DIALLED = re.compile(r"[^0-9+]")


@register.simple_tag
def icon(name: str, weight: str = "", classname: str = "") -> SafeString:
    """`{% icon "arrow-right-bold" %}` or `{% icon category.icon "duotone" %}`.

    A name that does not exist fails while developing and draws nothing on a real site:
    words always stand beside an icon.
    """
    try:
        return icon_svg(name, weight, classname)
    except UnknownIconError:
        if settings.DEBUG:
            raise
        return SafeString("")


@register.simple_tag
def all_icons() -> list[str]:
    """The names of all icons, for the page of components."""
    return sorted(icon_names())


@register.simple_tag(takes_context=True)
def cover(
    context: Context,
    seed: Any,
    category: Any = "",
    icon: str = "",
    pattern: str = "",
) -> SafeString:
    """`{% cover course.title course.category %}`: fills its box.

    `category` is a category (with `slug`, `colour`, `icon`), its slug or a colour;
    `pattern` the lattice that was chosen, where one was.
    """
    key, drawn = _category(category, icon, str(seed))
    return cover_svg(str(seed), key, drawn, number=number_in(context), pattern=pattern)


@register.simple_tag(takes_context=True)
def disc(
    context: Context,
    seed: Any,
    category: Any = "",
    icon: str = "",
    pattern: str = "",
) -> SafeString:
    """The round form of a cover, for rows and cards: `{% disc run.title category %}`."""
    key, drawn = _category(category, icon, str(seed))
    return cover_svg(
        str(seed),
        key,
        drawn,
        shape="disc",
        number=number_in(context),
        pattern=pattern,
    )


def _category(category: Any, icon: str, seed: str) -> tuple[str, str]:
    """Slug or colour of a category, and the icon asked for."""
    if category is None or isinstance(category, str):
        return category or "", icon
    slug = str(getattr(category, "slug", ""))
    key = slug if slug in CATEGORIES else str(getattr(category, "colour", ""))
    return key, icon or subject_icon(seed, str(getattr(category, "icon", "")))


@register.simple_tag(takes_context=True)
def name_disc(context: Context, name: Any, colour: str = "") -> SafeString:
    """The first character of a person's name in a gate, in a colour that stays."""
    text = str(name).strip() or "友"
    shade = colour if colour in COLOURS else COLOURS[sum(text.encode()) % len(COLOURS)]
    look = look_of(text, shade)
    wall_id = f"n{sum(text.encode()):x}-{number_in(context)}"
    return format_html(
        '<svg class="disc ground--{}" viewBox="0 0 120 120" aria-hidden="true"'
        ' focusable="false"><defs>{}</defs>'
        '<circle class="cover__ground" cx="60" cy="60" r="60"/>'
        '<circle cx="60" cy="60" r="60" fill="url(#{})"/>'
        '<circle class="cover__gate" cx="60" cy="60" r="43"/>'
        '<text class="disc__name" x="60" y="78" text-anchor="middle">{}</text></svg>',
        shade,
        pattern_def(wall_id, look.pattern),
        wall_id,
        text[0].upper(),
    )


@register.simple_tag(takes_context=True)
def lattice(
    context: Context, name: str = "begonia", classname: str = "wall__bg"
) -> SafeString:
    """A wall of lattice behind a band: `{% lattice "key" "ch__bg" %}`."""
    wall_id = f"l-{name}-{number_in(context)}"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><defs>{}</defs>'
        '<rect width="100%" height="100%" fill="url(#{})"/></svg>',
        classname,
        pattern_def(wall_id, name),
        wall_id,
    )


@register.simple_tag(takes_context=True)
def band_lattice(
    context: Context, seed: Any, category: Any = "", classname: str = "ch__bg"
) -> SafeString:
    """The lattice of a course's cover, as large as the band at the top of its page."""
    key, _icon = _category(category, "", str(seed))
    return lattice(context, look_of(str(seed), key).pattern, classname)


@register.filter
def ground(seed: Any, category: Any) -> str:
    """The class that gives a band the colour of a category: `ground--slate`."""
    key, _icon = _category(category, "", str(seed))
    return f"ground--{look_of(str(seed), key).colour}"


@register.simple_tag(takes_context=True)
def eave(context: Context) -> SafeString:
    """The tiled eave above a band."""
    tile_id = f"tile-{number_in(context)}"
    return format_html(
        '<svg class="eave" aria-hidden="true" focusable="false"><defs>'
        '<pattern id="{0}" width="26" height="16" y="14"'
        ' patternUnits="userSpaceOnUse"><path d="M0 0a13 13 0 0 0 26 0"'
        ' fill="#0A2F29" stroke="#5E9686" stroke-width="2"/></pattern></defs>'
        '<rect width="100%" height="15" fill="#0A2F29"/>'
        '<rect y="6" width="100%" height="2" fill="#FFF8E7" fill-opacity=".35"/>'
        '<rect y="14" width="100%" height="16" fill="url(#{0})"/></svg>',
        tile_id,
    )


@register.simple_tag
@lru_cache(maxsize=500)
def seal(character: str, classname: str = "") -> SafeString:
    """A cinnabar seal with one character, as decoration beside a heading."""
    glyph = seal_path(character)
    drawn = (
        format_html('<path class="seal__ink" d="{}"/>', glyph)
        if glyph
        else format_html(
            '<text class="seal__ink seal__text" x="42" y="63" text-anchor="middle">'
            "{}</text>",
            character[:1],
        )
    )
    return format_html(
        '<svg class="{}" viewBox="0 0 84 84" aria-hidden="true" focusable="false">'
        '<path class="seal__ground"'
        ' d="M10 3h63q8 0 8 8v61q0 9-9 9H12q-9 0-9-9V12q0-9 7-9z"/>{}</svg>',
        f"seal {classname}".strip(),
        drawn,
    )


@register.inclusion_tag("components/site_name.html")
def site_name(name: str) -> dict[str, Any]:
    """The name of the site: outlined if it is the one drawn, else in letters."""
    found = _REMARK.match(name.strip())
    plain, remark = (found["name"], found["remark"]) if found else (name.strip(), "")
    drawn_name, box = wordmark()
    is_drawn = bool(plain) and plain == drawn_name
    return {
        "plain": plain,
        "remark": remark,
        "wordmark_href": icon_href("wordmark") if is_drawn else "",
        "wordmark_box": box,
    }


@register.inclusion_tag("components/progress_words.html")
def progress_words(
    done: int, total: int, words: str = "", current: int = 0
) -> dict[str, Any]:
    """Progress as segments and in words.

    Args:
        done: how many are finished; more than `total` counts as `total`.
        total: how many there are; with 0 only the words are drawn.
        words: the sentence, for instance «共 6 课，已学完 2 课»; always shown.
        current: which one is open now (from 1); 0 for none.
    """
    done, total = max(0, int(done or 0)), max(0, int(total or 0))
    return {
        "segments": [
            "on" if index <= done else "now" if index == current else ""
            for index in range(1, total + 1)
        ],
        "words": words,
    }


@register.simple_tag(takes_context=True)
def pager(
    context: Context, page_obj: Any, parameter: str = "page", label: str = ""
) -> SafeString:
    """Numbered pages of a `Page` of Django's paginator; keeps the other parameters.

    Nothing on a single page. A second one on a page has a `label` of its own.
    """
    if page_obj.paginator.num_pages < 2:
        return SafeString("")
    pages = pager_of(page_obj, lambda number: _query(context, parameter, number), label)
    return draw(pages, context)


@register.simple_tag(takes_context=True)
def say_button(context: Context, **said: Any) -> SafeString:
    """«听这一步», where the page links js/say.js.

    `target`: id of what is read; `label`: words on the button; optional `note`: smaller
    words beside them; `player`: id of an `<audio>` with the teacher's own recording.
    """
    return draw(button_of(context.get("site_settings"), **said), context)


@register.simple_tag(takes_context=True)
def section_heading(context: Context, **said: Any) -> SafeString:
    """The heading of a section, put first in `<section class="sec" aria-labelledby="…">`.

    `seal_character`: one character; `id`; `title`; optional `count`: words beside it;
    `href` and `more`: a link at the right.
    """
    return draw(heading_of(**said), context)


def _query(context: Context, parameter: str, value: object) -> str:
    request = context.get("request")
    asked = request.META.get("QUERY_STRING", "") if request is not None else ""
    return query_with(asked, parameter, str(value))


@register.filter
def rich_text(value: RichText) -> SafeString:
    """What an editor wrote, its links leading where pages and files are now."""
    return clean_rich_text(expand_db_html(value.source))


@register.filter
def web_link(address: str) -> str:
    """The address if it is one of the web; else nothing."""
    return web_address(address)


@register.filter
def dialled(phone: Any) -> str:
    """A telephone number as `tel:` wants it: digits and a leading plus only."""
    return _NOT_DIALLED.sub("", str(phone or ""))


@register.filter
def unbroken(phone: Any) -> SafeString:
    """A telephone number in a sentence, kept on one line: half a number is not dialled."""
    return format_html('<span class="nowrap">{}</span>', phone or "")


def _day(value: date | datetime) -> date:
    return civil_date(value) if isinstance(value, datetime) else value


@register.filter
def day_words(value: date | datetime | None) -> str:
    """«11 月 26 日 周四», of a day or of the day in Shanghai at an instant."""
    return day_in_words(_day(value)) if value else ""


@register.filter
def clock_words(value: datetime | None) -> str:
    """«上午 9:00» in Shanghai; never 24-hour alone."""
    return clock_in_words(value) if value else ""


@register.filter
def weekday_words(value: date | datetime | None) -> str:
    """«周四»."""
    return weekday_in_words(_day(value)) if value else ""


@register.filter
def month_words(value: date | datetime | None) -> str:
    """«11 月»."""
    return month_in_words(_day(value)) if value else ""


@register.filter
def moment_words(value: datetime | None) -> str:
    """«11 月 26 日 周四 上午 9:00» in Shanghai."""
    return f"{day_in_words(_day(value))} {clock_in_words(value)}" if value else ""


@register.filter
def short_day_words(value: date | datetime | None) -> str:
    """«12 月 1 日»."""
    return short_day_in_words(_day(value)) if value else ""


@register.filter
def span_words(start: datetime | None, end: datetime) -> str:
    """«下午 2:00 到 3:20»: of one part of the day; «上午 11:00 到 中午 12:30»."""
    return clock_span_in_words(start, end) if start else ""
