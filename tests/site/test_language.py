"""The English interface is English, the Chinese one Chinese; content says what it is.

The demo street is walked from page to page by one person of each kind. On an English
page everything that is not marked as Chinese must be free of Chinese, down to attributes
and the words that a script will say; a title inside an attribute cannot be marked, so
that titles and names of the street are allowed there and in <title>.
"""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page

from core.display import DISPLAY_COOKIE, LANGUAGE_COOKIE, Display
from core.language import holds_chinese
from courses.services.sharing import AGAIN
from learning.models import Draw
from tests.site.language_pages import Answer, Walk
from tests.site.test_access import routes

VISITOR, RESIDENT = "", "resident_demo"
STAFF = ("teacher_gu", "clerk_guihuayuan", "principal_guihuayuan", "director")
pytestmark = pytest.mark.long

# Each walk: who, and at which size; the larger ones show a lesson step by step.
WALKS = (
    (VISITOR, "standard"), (RESIDENT, "standard"), (RESIDENT, "large"),
    *((who, "standard") for who in STAFF),
)  # fmt: skip
# Pages that differ much from one to the next.
MORE = {"LessonPage": 8, "LessonPage?": 8, "CoursePage": 4, "learning:place": 6}
# Reached by every walk that may see them, whatever else there is.
MET = {
    "HomePage", "CourseIndexPage", "CoursePage", "LessonPage", "NewsIndexPage",
    "NewsPage", "SchoolIndexPage", "SchoolPage", "StandardPage", "search:search",
    "core:display", "core:offline", "account_login", "account_signup",
    "account_email", "account_change_password", "accounts:home", "accounts:data",
    "accounts:delete", "accounts:consent_text", "mfa_activate_totp",
    "usersessions_list", "learning:home", "learning:done", "learning:leave",
    "learning:run", "learning:place", "desk:home", "desk:roster", "desk:export",
    "desk:school_people", "desk:appoint", "desk:hand_over", "desk:edit_profile",
    "desk:classes", "desk:new_class", "desk:class", "desk:edit_class", "desk:calls",
    "desk:counter", "desk:counter_new", "desk:counter_person", "desk:counter_done",
    "desk:counter_slip", "desk:rolls", "desk:import", "desk:drafts", "desk:record", "learning:record",
    "learning:certificate", "desk:finish", "desk:certificates", "desk:certificate",
    "desk:print_certificates", "desk:waiting_certificates", "check", "accounts:school_code",
    "desk:counter_more", "desk:cards", "learning:family",
    "desk:cancel_class", "desk:move_day", "desk:cancel_day", "draw", "desk:groups",
    "desk:new_group", "desk:inbox", "learning:messages", "learning:ask",
    "desk:dormant", "desk:uploads", "desk:publicity", "desk:ranking", "BrandIndexPage", "BrandPage",
}  # fmt: skip
# What the street itself says: pages of the tree, people, the organiser.
CONTENT_APPS = ("accounts", "attendance", "core", "courses", "learning", "news", "home")
CONTENT_APPS += ("activities", "schools", "wagtailcore")
# Words by which a page of a library gives itself away.
ENGLISH = re.compile(
    r"\b(account|change|close|confirm|delete|e-?mail|enter|error|forgot|home|invalid|"
    r"log ?(in|out)|menu|next|page|password|please|previous|required|save|search|"
    r"select|send|sign ?(in|out|up)|submit|this field|username|verify|welcome|yes)\b",
    re.IGNORECASE,
)

READ_ATTRIBUTES = ("@alt", "@aria-label", "@placeholder", "@title", "@value")


@pytest.fixture(scope="module")
def street(demo_street: None) -> Iterator[None]:
    """The demo street; what was met on it is forgotten with it."""
    yield
    walk.cache_clear()
    tree.cache_clear()


@pytest.fixture
def demo(street: None, db: Any, settings: Any) -> Any:
    """A test's own view of the street, whose staff sign in by a password alone."""
    settings.STAFF_SECOND_FACTOR = False


def a_client(language: str, username: str, size: str = "standard") -> Client:
    client = Client(raise_request_exception=False)
    client.cookies[LANGUAGE_COOKIE] = language
    client.cookies[DISPLAY_COOKIE] = Display(size=size).as_cookie()
    if username:
        client.force_login(get_user_model().objects.get(username=username))
    return client


# What the walker types into a search box: something that is there, something that is not.
TYPED = ("手机", "没有的词")
PUBLIC = (
    "/", *(f"/courses/?q={word}" for word in TYPED), "/search/",
    *(f"/search/?q={word}" for word in TYPED), "/display/", "/offline/",
    "/no/such/page/",
)  # fmt: skip


def plain_addresses(*areas: str) -> list[str]:
    """All addresses below these that need nothing filled in."""
    return [
        f"/{path}"
        for path, _view in routes()
        if path.startswith(areas) and not re.search(r"[<(\\^]", path)
    ]


@cache
def tree() -> dict[str, str]:
    """Path and type of each page of the street."""
    return {
        page.url: page.specific_class.__name__
        for page in Page.objects.live().filter(depth__gte=2).specific()
        if page.url
    }


@cache
def walk(language: str, username: str, size: str = "standard") -> list[Answer]:
    """What this person gets: staff walk their own part, the others the whole site."""
    client = a_client(language, username, size)
    draws = [
        f"/draws/{number}/" for number in Draw.objects.values_list("pk", flat=True)
    ]
    own = plain_addresses("accounts/", "learn/", "desk/")
    starts, only = [*PUBLIC, *draws, *own], ()
    if username in STAFF:
        starts, only = plain_addresses("desk/"), ("/desk/",)
    found = Walk(client, username or "visitor", tree(), MORE, only)
    return list(found.answers(starts))


def texts_of(value: Any) -> Iterator[str]:
    """Every text in the raw value of a body, without its markup."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_of(part)
    elif isinstance(value, str):
        yield from re.split(r"<[^>]+>|\n", unescape(value))


def content() -> re.Pattern[str]:
    """Every text of the street that holds Chinese, the longest first."""
    found: set[str] = {*TYPED, AGAIN}
    for label in CONTENT_APPS:
        for model in apps.get_app_config(label).get_models():
            names = [
                one.name
                for one in model._meta.concrete_fields
                if isinstance(one, models.CharField | models.TextField)
                and not one.choices
            ]
            for row in model._default_manager.values_list(*names) if names else ():
                found.update(part for text in row for part in texts_of(text))
    for page in Page.objects.filter(depth__gte=2).specific():
        # A school is also called by its short name.
        found.add(str(getattr(page, "short_name", "")))
        if hasattr(page, "body"):
            found.update(part for one in page.body.raw_data for part in texts_of(one))
    known = sorted(filter(holds_chinese, map(str.strip, found)), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, known)))


def test_an_english_page_is_english_but_for_its_content(demo: Any) -> None:
    known = content()
    wrong: dict[str, set[str]] = {}
    met: set[str] = set()
    for username, size in WALKS:
        for answer in walk("en", username, size):
            met.add(answer.kind)
            assert '<html lang="en"' in answer.html, answer
            for run in answer.reading.runs:
                if run.language.startswith("zh"):
                    continue
                text = run.text
                if "@" in run.place or run.place in ("title", "option", "textarea"):
                    text = known.sub(" ", text)
                if holds_chinese(text):
                    found = wrong.setdefault(f"{run.place}: {run.text[:90]}", set())
                    found.add(str(answer))
    assert sorted(MET - met) == []
    assert not wrong, "\n".join(
        f"{text}\n    {sorted(where)[:3]}" for text, where in wrong.items()
    )


def test_what_is_marked_as_chinese_is_chinese(demo: Any) -> None:
    """A mark around words of the interface would have them spelt out as Chinese."""
    from gettext import GNUTranslations

    from tests.site.test_catalogue import COMPILED

    with COMPILED.open("rb") as file:
        words = {
            text
            for text in GNUTranslations(file)._catalog.values()
            if text.strip() and not holds_chinese(text)
        }
    wrong = {
        f"{run.place}: {run.text}": str(answer)
        for answer in walk("en", RESIDENT)
        for run in answer.reading.runs
        if run.language.startswith("zh") and run.text in words
    }
    assert not wrong


def test_a_chinese_page_has_no_english_of_a_library(demo: Any) -> None:
    wrong = {}
    for username in (VISITOR, RESIDENT, STAFF[-1]):
        for answer in walk("zh-hans", username):
            assert '<html lang="zh-hans"' in answer.html, answer
            for run in answer.reading.runs:
                is_word = "@" not in run.place or run.place.endswith(READ_ATTRIBUTES)
                if (
                    run.language.startswith("zh")
                    and is_word
                    and ENGLISH.search(run.text)
                ):
                    wrong[f"{run.place}: {run.text[:90]}"] = str(answer)
    assert not wrong


def test_the_switch_in_the_footer_changes_the_language_and_back(demo: Any) -> None:
    client = a_client("zh-hans", "")
    assert ">English</a>" in client.get("/courses/").content.decode()
    for language, heading in (("en", "Find a course"), ("zh-hans", "找课程")):
        there = client.post(
            reverse("core:language"), {"language": language, "next": "/courses/"}
        )
        assert there["Location"] == "/courses/"
        page = client.get("/courses/")
        assert f"<h1>{heading}</h1>" in page.content.decode()
        assert page["Content-Language"] == language
    client.post(reverse("core:language"), {"language": "xx", "next": "/"})
    assert client.cookies[LANGUAGE_COOKIE].value == "zh-hans"


def test_the_admin_works_in_english_too(demo: Any) -> None:
    client = a_client("en", "director")
    response = client.get("/admin/")
    assert response.status_code == 200


@pytest.mark.django_db
def test_a_refusal_and_a_stale_form_are_english() -> None:
    """Pages that no link leads to."""
    client = Client(enforce_csrf_checks=True)
    client.cookies[LANGUAGE_COOKIE] = "en"
    with translation.override("en"):
        stale = client.post("/display/", {"size": "large"})
    assert stale.status_code == 403
    assert "This page was open for too long" in stale.content.decode()
