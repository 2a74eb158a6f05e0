"""The editor of lessons in a real browser: it saves by itself, shows and checks."""

import contextlib
import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESKTOP = {"width": 1280, "height": 900}


def edit(open_page: Any, teacher: Any, lesson: Any) -> Any:
    path = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    return open_page(path, user=teacher, viewport=DESKTOP)


def test_what_is_typed_is_there_again_and_checked(
    open_page: Any, teacher_a: Any, lesson_a: Any
) -> None:
    body = [
        {"type": "tip", "value": {"text": "慢慢来。"}},
        {"type": "text", "value": "<p>看<a href='/a/'>点这里</a></p>"},
    ]
    lesson_a.body = lesson_a._meta.get_field("body").to_python(body)
    lesson_a.save_revision()
    page = edit(open_page, teacher_a, lesson_a)
    tip = page.locator("[name=body-0-value-text]")
    saved = page.locator("[data-saved-at]")
    # Wagtail does not look at the form for its first two seconds.
    for length in range(45, 60):
        tip.fill("揉" * length)
        with contextlib.suppress(AssertionError):
            expect(saved).to_have_text(re.compile(r"^\d\d:\d\d$"), timeout=3000)
            break
    expect(page.get_by_text("已自动存好")).to_be_visible()
    page.locator("[data-side-panel-toggle=checks]").first.click()
    panel = page.locator("[data-findings]")
    expect(panel).to_contain_text(f"{length} 个字", timeout=20_000)
    places = [one.get_attribute("href") for one in panel.locator("a").all()]
    assert len(places) == 2
    for place in places:
        expect(page.locator(f"[id='{place[1:]}']")).to_have_count(1)
    page.reload()
    expect(page.locator("[name=body-0-value-text]")).to_have_value("揉" * length)


def test_the_preview_shows_the_lesson_in_the_large_size(
    open_page: Any, teacher_a: Any, lesson_a: Any
) -> None:
    page = edit(open_page, teacher_a, lesson_a)
    page.locator("[data-side-panel-toggle=preview]").first.click()
    frame = page.frame_locator("iframe.w-preview__iframe").first
    expect(frame.locator("main")).to_contain_text("一手压住面", timeout=20_000)
    page.locator("#id_preview_mode").select_option(label="长辈版（特大）")
    expect(
        page.frame_locator("#w-preview-iframe").locator("html[data-size=xlarge]")
    ).to_have_count(1, timeout=20_000)
