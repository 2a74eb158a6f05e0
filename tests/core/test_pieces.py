"""Pieces of a page: drawn once for the same values, and never for other ones."""

import re
from typing import Any

import pytest
from django.template import Context, Template
from django.template.base import VariableNode
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

from core import pieces
from core.pieces import TEMPLATES, Html, NotPlainError, draw, html_of
from courses.course_cards import CourseCard, Subject
from courses.course_filters import ArcOption, CategoryArc
from courses.models import Category


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
    for title in ("<i>面</i>", SafeString("<i>面</i>"), "<i>面</i>"):
        drawn = draw(card(title=title), Context())
        assert isinstance(title, SafeString) or "<i>" not in drawn


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


def test_each_kind_draws_with_its_own_values_alone():
    """Of nothing else a template may speak: the piece would be remembered without it."""
    for kind, template in TEMPLATES.items():
        nodes = get_template(template).template.nodelist
        source = get_template(template).template.source
        made = re.findall(r"(?:for|as|with|count) (\w+)(?:, (\w+))?", source)
        given = re.findall(r"(\w+)=", source)
        own = {*kind._fields, "forloop", *(w for pair in made for w in pair), *given}
        spoken = {
            str(node.filter_expression.var).split(".")[0]
            for node in nodes.get_nodes_by_type(VariableNode)
            if hasattr(node.filter_expression.var, "lookups")
            and node.filter_expression.var.lookups
        }
        assert spoken <= own, (template, spoken - own)
