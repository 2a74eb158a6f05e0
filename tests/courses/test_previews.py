"""Looking at a draft: as residents will see it, and without any trace."""

from typing import Any

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import rich_text

from courses.models import LessonPage
from learning.models import LessonProgress
from learning.services.enrolment import enrol_learner
from tests.factories import make_news
from tests.schools.admin_forms import course_data, lesson_data

pytestmark = pytest.mark.django_db


def form_of(page: Any) -> dict[str, Any]:
    if isinstance(page, LessonPage):
        return lesson_data(("text", rich_text("<p>还没存的话。</p>")))
    return course_data(title="还没存的课名")


def look(client: Any, page: Any, mode: str = "phone", **query: str) -> Any:
    """Send the form of the editor, as it stands, and ask for its preview."""
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    answer = client.post(url, form_of(page))
    assert answer.json() == {"is_valid": True, "is_available": True}
    return client.get(url, {"mode": mode, **query})


@pytest.mark.parametrize(
    ("mode", "size"),
    [("phone", "standard"), ("elder", "xlarge"), ("other", "standard")],
)
def test_a_lesson_is_shown_in_the_size_that_is_chosen(
    client: Any, teacher_a: Any, lesson_a: Any, mode: str, size: str
) -> None:
    client.force_login(teacher_a)
    client.cookies["display"] = "large.dark"
    client.cookies["layout"] = "whole"
    answer = look(client, lesson_a, mode)
    html = answer.content.decode()
    assert f'data-size="{size}"' in html
    assert 'data-theme="dark"' not in html
    assert "还没存的话" in html
    assert ("data-step=" in html) is (mode == "elder")


@pytest.mark.parametrize("kind", ["course_a", "lesson_a"])
def test_the_sheet_is_the_one_that_is_printed(
    client: Any, teacher_a: Any, kind: str, request: Any
) -> None:
    client.force_login(teacher_a)
    answer = look(client, request.getfixturevalue(kind), "print")
    assert "css/print.css" in answer.content.decode()
    assert "还没存的" in answer.content.decode()


def test_news_has_no_sheet_of_its_own(client: Any, clerk_a: Any, school_a: Any) -> None:
    item = make_news(school_a, "包粽子", live=False)
    assert [name for name, _label in item.preview_modes] == ["phone", "elder"]
    client.force_login(clerk_a)
    url = reverse("wagtailadmin_pages:view_draft", args=[item.pk])
    assert "包粽子" in client.get(url).content.decode()


def test_a_preview_stands_in_the_frame_of_the_editor_and_can_send_nothing(
    client: Any, teacher_a: Any, lesson_a: Any
) -> None:
    client.force_login(teacher_a)
    answer = look(client, lesson_a, in_preview_panel="true")
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy
    assert "connect-src 'none'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    # What the panel of checks looks with.
    assert "wagtail-userbar-template" in answer.content.decode()
    # The public page is as strict as before.
    assert "frame-ancestors 'none'" in client.get("/")["Content-Security-Policy"]


def test_a_teacher_who_also_learns_leaves_no_trace(
    client: Any, teacher_a: Any, course_a: Any, lesson_a: Any
) -> None:
    enrol_learner(learner=teacher_a, run=course_a.runs.get(is_self_paced=True))
    client.force_login(teacher_a)
    html = look(client, lesson_a).content.decode()
    assert "data-progress-url" not in html
    assert teacher_a.display_name not in html.partition("<main")[2]
    assert not LessonProgress.objects.exists()


def test_nobody_previews_the_lesson_of_another_school(
    client: Any, teacher_b: Any, lesson_a: Any
) -> None:
    client.force_login(teacher_b)
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[lesson_a.pk])
    assert client.get(url).status_code == 404
    assert client.post(url, {}).status_code == 404
