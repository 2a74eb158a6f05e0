"""Attacks in a real browser: shown by our templates they run nothing and ask nobody.

With the site's Content-Security-Policy, and without it: the policy is the second fence,
and must not be what holds them.
"""

import re
from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from wagtail.rich_text import RichText

from core.html import clean_html
from core.pieces import draw
from courses.models import LessonPage
from home.sections import Coming
from news.news_cards import NewsRow
from tests.browser.conftest import session_cookie
from tests.security.payloads import OWN, payloads
from tests.security.poison import poison

pytestmark = pytest.mark.browser
CANARY = Path(__file__).with_name("canary.js").read_text("utf-8")
PROVOKE = Path(__file__).with_name("provoke.js").read_text("utf-8")
BATCH = 450
ORIGIN = "http://street.example"
POLICIES = ("with the policy", "without the policy")
# What a browser leaves out of text or changes in it.
UNSHOWN = re.compile(r"[\s\x00-\x20\x7f-\x9f\ufeff\ufffd]+")


@pytest.fixture(params=POLICIES)
def tab(request, browser):
    """A page that writes down what runs in it; what it asks of others is `asked`."""
    context = browser.new_context(bypass_csp=request.param == POLICIES[1])
    context.set_default_timeout(20_000)
    context.add_init_script(CANARY)
    opened = context.new_page()
    opened.asked = []
    opened.on("request", lambda one: opened.asked.append(one.url))
    opened.on("dialog", lambda one: opened.asked.append(f"dialog {one.message}"))
    yield opened
    context.close()


def policy():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(said)}" for name, said in directives.items())


def show(tab, sections):
    """Open a document with these sections, sent with the site's policy; what happened."""
    inner = "".join(f"<section>{one}</section>" for one in sections)
    html = f"<!doctype html><meta charset=utf-8><main>{inner}</main><p id=last>last</p>"
    tab.route(
        f"{ORIGIN}/",
        lambda route: route.fulfill(
            body=html.encode("utf-8", "replace"),
            headers={
                "Content-Type": "text/html; charset=utf-8",
                "Content-Security-Policy": policy(),
            },
        ),
    )
    tab.goto(f"{ORIGIN}/")
    said = tab.evaluate(PROVOKE, "main")
    # Nothing has eaten what stands behind it, or got out of its place.
    assert tab.evaluate("document.querySelectorAll('main > section').length") == len(
        sections
    )
    assert tab.evaluate("document.body.lastElementChild.id") == "last"
    assert tab.evaluate("document.body.children.length") == 2
    assert said["ran"] == []
    assert said["bad"] == []
    assert [url for url in tab.asked if not url.startswith(f"{ORIGIN}/")] == []
    tab.unroute(f"{ORIGIN}/")
    return tab.evaluate(
        "[...document.querySelectorAll('main > section')].map(one => one.textContent)"
    )


def batches():
    tried = payloads()
    return [tried[at : at + BATCH] for at in range(0, len(tried), BATCH)]


# --- Where people's words stand in our templates ----------------------------------------


def plain(words):
    """The words as a paragraph, a heading, a name of a place, a title in a list."""
    coming = Coming(
        href="/", title=words, day=date(2026, 3, 1), time_words="", school=words,
        venue=words, seats_label=words, seats_kind="", action_href="",
        action_label="", action_kind="",
    )  # fmt: skip
    row = NewsRow("/", words, date(2026, 3, 1), words, is_over=False, cover=None)
    return [
        render_to_string("courses/blocks/tip.html", {"value": {"text": words}}),
        draw(coming, Context()),
        draw(row, Context()),
    ]


def in_attributes(words):
    """The words as what a field holds and what an attribute says."""
    return [
        forms.TextInput().render("field", words, {"title": words}),
        forms.Textarea().render("field", words),
        forms.Select(choices=[(words, words)]).render("field", words),
    ]


def rich(markup):
    """The markup as it stands in the database, and as a resident has typed it."""
    return [
        render_to_string("courses/blocks/text.html", {"value": RichText(markup)}),
        clean_html(markup),
    ]


def shown(text):
    return UNSHOWN.sub("", text)


def test_the_canary_sees_what_runs(browser):
    """Our own attacks, not cleaned: else the tests below could not fail."""
    from playwright.sync_api import Error

    context = browser.new_context()
    context.add_init_script(CANARY)
    context.route("**/*", lambda route: route.abort())
    noticed = 0
    for attack in OWN:
        # A page of its own: the one before may still be on its way elsewhere.
        page = context.new_page()
        page.set_content(f"<main><section>{attack}</section></main>")
        try:
            said = page.evaluate(PROVOKE, "main")
        except Error:
            # It has led the page away.
            noticed += 1
        else:
            noticed += bool(said["ran"] or said["bad"])
        page.close()
    context.close()
    assert noticed > len(OWN) * 0.7


def test_rich_text_runs_nothing(tab):
    """S-XSS-1, S-XSS-4, S-XSS-6: whatever stands in it, and however it got there."""
    tried = 0
    for some in batches():
        sections = [part for one in some for part in rich(one)]
        # `show` asserts that nothing ran, nothing was asked for and nothing got out.
        assert len(show(tab, sections)) == len(sections)
        tried += len(some)
    assert tried == len(payloads()) >= len(OWN)


def test_plain_words_are_shown_as_they_were_typed(tab):
    """S-XSS-1: names, titles, messages, captions, file names, in text and attributes."""
    for some in batches():
        texts = show(tab, [part for one in some for part in plain(one)])
        each = len(texts) // len(some)
        for number, one in enumerate(some):
            for text in texts[number * each : (number + 1) * each]:
                assert shown(one) in shown(text)
        show(tab, [part for one in some for part in in_attributes(one)])
        values = tab.evaluate(
            "[...document.querySelectorAll('input')].map(one => [one.value, one.title])"
        )
        for one, (value, title) in zip(some, values, strict=True):
            assert shown(one) == shown(value) == shown(title)


# --- The site itself --------------------------------------------------------------------


PAGES = (
    ("visitor", "/"),
    ("visitor", "/courses/"),
    ("visitor", "/news/"),
    ("enrolled", "lesson"),
    ("enrolled", "/learn/"),
    ("enrolled", "conversation"),
    ("teacher_a", "roster"),
    ("teacher_a", "import_preview"),
    ("principal_a", "/desk/people/"),
    ("editor", "/admin/reports/site-history/"),
    ("editor", "edit"),
    ("editor", "unpublish"),
)


@pytest.fixture
def addresses(street, course_a):
    """Where the pages lie, once every text of the street is an attack."""
    lesson = LessonPage.objects.child_of(course_a).order_by("path").last()
    poison()
    return {
        "lesson": lesson.url,
        "conversation": f"/learn/messages/{street['conversation']}/",
        "roster": reverse("desk:roster", args=[street["run"]]),
        "import_preview": reverse("desk:import_draft", args=[street["import_draft"]]),
        "edit": reverse("wagtailadmin_pages:edit", args=[lesson.pk]),
        "unpublish": reverse("wagtailadmin_pages:unpublish", args=[lesson.pk]),
    }


@pytest.mark.django_db(transaction=True)
def test_pages_of_the_site_run_nothing(
    tab, live_server, street, addresses, request, editor
):
    """S-XSS-1: with the site's own scripts, and the admin's."""
    for who, name in PAGES:
        tab.context.clear_cookies()
        if who != "visitor":
            person = street["people"].get(who) or request.getfixturevalue(who)
            tab.context.add_cookies([session_cookie(person, live_server.url)])
        answer = tab.goto(live_server.url + addresses.get(name, name))
        assert answer.status == 200, name
        assert "onerror=" in tab.inner_text("body") or name == "edit", name
        tab.wait_for_timeout(200)
        tab.evaluate(
            """() => document.querySelectorAll("main *").forEach(one => {
                for (const name of ["mouseover", "focus", "toggle", "error", "load"])
                    one.dispatchEvent(new Event(name));
            })"""
        )
        assert tab.evaluate("window.__ran ?? []") == [], name
        assert tab.evaluate("document.querySelectorAll('img[src=x]').length") == 0, name
    assert [
        url
        for url in tab.asked
        if not url.startswith((live_server.url, "data:", "blob:"))
    ] == []
