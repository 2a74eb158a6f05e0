"""Pieces of a page: drawn once for the same values, and never for other ones."""

import re
from datetime import UTC, date, datetime
from types import UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.defaulttags import NowNode
from django.template.loader import get_template
from django.templatetags.cache import CacheNode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

from core import filter_rows, frame, headings, pieces, say_button
from core.pieces import TEMPLATES, Html, NotPlainError, draw, html_of
from courses import course_parts, lesson_rows
from courses.course_cards import CourseCard, Subject
from courses.course_filters import ArcOption, CategoryArc
from courses.models import Category
from home import sections
from news import news_cards
from schools import school_cards

KINDS = (
    filter_rows.FilterRow,
    frame.Header,
    frame.BottomBar,
    frame.Footer,
    frame.HelpStrip,
    headings.SectionHeading,
    headings.Pager,
    say_button.SayButton,
    CourseCard,
    course_parts.CourseFacts,
    course_parts.RunOfCourse,
    course_parts.Share,
    CategoryArc,
    lesson_rows.LessonRow,
    sections.MoonGate,
    sections.WaysIn,
    sections.FirstSteps,
    sections.Doors,
    sections.Coming,
    news_cards.NewsRow,
    news_cards.LeadStory,
    school_cards.SchoolCard,
)
# Parameters of components that these pieces do not use.
MAY_BE_LEFT_OUT: dict[Any, set[str]] = {
    CourseCard: {"icon_name"},
    course_parts.RunOfCourse: {"icon_name"},
    sections.Coming: {"icon_name"},
    sections.WaysIn: {"action", "query", "id", "label", "cream"},
}


def card(**other: Any) -> CourseCard:
    """The card of some course."""
    values: dict[str, Any] = {
        "href": "/schools/a/courses/c/",
        "title": "面点",
        "subject": Subject("skills", "ochre", "wrench"),
        "pattern": "",
        "picture": None,
        "lesson_total": 8,
        "mode_words": "在家看",
        "when_words": "",
        "school": "柳堤",
        "teachers": ("白舒平",),
        "seats_label": "",
        "seats_kind": "",
        "is_open_at_home": True,
    }
    return CourseCard(**{**values, **other})


@pytest.fixture
def drawings(monkeypatch):
    """How often something was drawn."""
    made = []
    draws = pieces._drawn

    def counted(values):
        made.append(values)
        return draws(values)

    monkeypatch.setattr(pieces, "_drawn", counted)
    for remembered in pieces._draws.values():
        remembered.cache_clear()
    return made


def test_the_same_values_are_drawn_once(drawings):
    first = draw(card(), Context())
    assert draw(card(), Context()) == first
    assert len(drawings) == 1
    assert "面点" in first


@pytest.mark.parametrize(
    "other",
    [
        {"title": "面塑"},
        {"href": "/schools/b/courses/c/"},
        {"teachers": ("白舒平", "顾知行")},
        {"subject": Subject("arts", "rosewood", "music-notes")},
        {"lesson_total": 9},
        {"seats_label": "还剩 2 个名额", "seats_kind": "few"},
        {"is_open_at_home": False},
    ],
)
def test_other_values_are_another_piece(other):
    assert draw(card(**other), Context()) != draw(card(), Context())


def test_each_language_has_its_own():
    here = draw(card(), Context())
    with override("en"):
        there = draw(card(), Context())
        assert "8 lessons" in there
    assert "8 lessons" not in here
    assert draw(card(), Context()) == here


def test_what_is_said_is_escaped():
    drawn = draw(card(title="<script>", teachers=("a<b",)), Context())
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
    assert "a&lt;b" in drawn


@pytest.mark.parametrize(
    "value",
    [
        SafeString("<b>面点</b>"),
        gettext_lazy("首页"),
        ["面点"],
        ("面点", ["面点"]),
        datetime(2026, 11, 26, tzinfo=UTC),
        2.5,
        Category(name="面点"),
    ],
)
def test_what_could_change_or_is_html_is_refused_while_developing(value):
    with pytest.raises(NotPlainError, match="no value of a piece"):
        draw(card(title=value), Context())


def test_a_site_in_use_draws_it_all_the_same(settings, drawings, caplog):
    settings.STRICT_PIECES = False
    lazily = card(mode_words=gettext_lazy("首页"))
    assert "首页" in draw(lazily, Context())
    with override("en"):
        assert "首页" not in draw(lazily, Context())
    assert len(drawings) == 2
    assert "could not be remembered" in caplog.text


def test_html_is_never_found_under_the_same_letters(settings, drawings):
    settings.STRICT_PIECES = False
    html, text = SafeString("<i>面</i>"), "<i>面</i>"
    assert html in draw(card(title=html), Context())
    assert html not in draw(card(title=text), Context())
    # It was drawn anew, and not kept under what is equal to it.
    assert len(drawings) == 2
    draw(card(title=text), Context())
    assert len(drawings) == 2


def test_what_a_template_says_keeps_its_html_and_no_other():
    assert html_of(SafeString("<b>课</b>")) == Html("<b>课</b>")
    assert html_of("<b>课</b>") == Html("&lt;b&gt;课&lt;/b&gt;")
    assert type(html_of(SafeString("课")).html) is str


def test_who_develops_sees_the_template_of_now(settings, drawings):
    settings.DEBUG = True
    draw(card(), Context())
    draw(card(), Context())
    assert len(drawings) == 2


def test_no_two_drawings_of_a_page_share_an_id(rf):
    request = rf.get("/")
    gates = tuple(
        ArcOption(name, "?", False, "", Subject("skills", "ochre", "wrench"))
        for name in ("面点", "面点", "书法")
    )
    page = Template(
        "{% load pieces site_tags %}{% piece arc %}{% piece arc %}{% lattice %}"
        "{% piece card %}{% piece card %}"
    )
    context = {"request": request, "arc": CategoryArc(gates, False), "card": card()}
    drawn = page.render(Context(context))
    ids = re.findall(r' id="([^"]+)"', drawn)
    assert len(ids) == len(set(ids)) == 9
    assert all(f"url(#{one})" in drawn for one in ids)
    assert pieces.NUMBER not in drawn


class Own(Context):
    """The values of a piece; notes what else its template asks for."""

    asked: ClassVar[set[str]] = set()

    def __getitem__(self, key):
        try:
            return super().__getitem__(key)
        except KeyError:
            self.asked.add(key)
            raise


def example(kind: Any, *, is_full: bool) -> Any:
    """Some value of that type: one that says something, or one that says nothing."""
    if get_origin(kind) in (Union, UnionType):
        (some,) = [one for one in get_args(kind) if one is not type(None)]
        return example(some, is_full=True) if is_full else None
    if get_origin(kind) is tuple:
        return (example(get_args(kind)[0], is_full=True),) * 2 if is_full else ()
    if hasattr(kind, "_fields"):
        types = get_type_hints(kind)
        return kind(*(example(types[one], is_full=is_full) for one in kind._fields))
    plain = {str: ("甲", ""), int: (2, 0), bool: (True, False)}
    if kind is date:
        return date(2026, 11, 26)
    return plain[kind][0 if is_full else 1]


# With what a template of a piece would say what is not among its values.
OF_NOW = (NowNode, CacheNode)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("is_full", [True, False])
def test_each_kind_draws_with_its_own_values_alone(kind, is_full, monkeypatch):
    """Whatever else a template spoke of, the piece would be remembered without it."""
    monkeypatch.setattr(pieces, "Context", Own)
    monkeypatch.setattr(Own, "asked", set())
    pieces._drawn(example(kind, is_full=is_full))
    # What a component may be given, and is not, is nothing for this piece at all times.
    assert Own.asked <= MAY_BE_LEFT_OUT.get(kind, set())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_template_of_a_piece_says_what_changes_by_itself(kind):
    nodes = get_template(TEMPLATES[kind]).template.nodelist
    for of_now in OF_NOW:
        assert not nodes.get_nodes_by_type(of_now)


def test_these_are_all_pieces():
    """A module that declares another one is to be named here."""
    found = set()
    for path in settings.BASE_DIR.glob("*/*.py"):
        if "@piece(" in path.read_text(encoding="utf-8"):
            found.add(f"{path.parent.name}.{path.stem}")
    found -= {"core.pieces"}
    assert {kind.__module__ for kind in KINDS} == found
