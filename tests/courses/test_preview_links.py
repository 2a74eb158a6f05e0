"""A draft on somebody's phone: for a day, one page, and only as long as its maker may."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from courses.models import PreviewLink
from courses.services.preview_links import make_link, revoke_link, token_of
from learning.models import LessonProgress
from learning.services.enrolment import enrol_learner
from schools.models import Membership
from schools.services.membership import end_membership
from tests.learning.lessons import block_id, make_lesson, make_media, video_block

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(lesson_a: Any) -> Any:
    """A lesson that is live, with words that are not."""
    body = [{"type": "text", "value": "<p>还没上线的话。</p>"}]
    lesson_a.body = lesson_a._meta.get_field("body").to_python(body)
    lesson_a.save_revision()
    return lesson_a


def address(link: PreviewLink) -> str:
    return reverse("courses:draft", args=[token_of(link)])


def test_the_phone_shows_the_draft_and_nobody_keeps_it(
    client: Any, teacher_a: Any, draft: Any
) -> None:
    answer = client.get(address(make_link(page=draft, by=teacher_a)))
    html = answer.content.decode()
    assert "还没上线的话" in html
    assert "这是草稿" in html
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    policy = answer["Content-Security-Policy"]
    assert "form-action 'none'" in policy
    assert "connect-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_it_shows_later_changes_and_the_large_size(
    client: Any, teacher_a: Any, draft: Any
) -> None:
    link = make_link(page=draft, by=teacher_a)
    draft.title = "改过的课名"
    draft.save_revision()
    html = client.get(address(link), {"mode": "elder"}).content.decode()
    assert "改过的课名" in html
    assert 'data-size="xlarge"' in html


@pytest.mark.parametrize("end", ["day", "revoked", "forged", "left"])
def test_a_link_that_is_over_shows_nothing(
    client: Any, teacher_a: Any, draft: Any, end: str
) -> None:
    link = make_link(page=draft, by=teacher_a)
    url = address(link)
    if end == "day":
        PreviewLink.objects.update(until=timezone.now() - timedelta(seconds=1))
    elif end == "revoked":
        revoke_link(link=link, by=teacher_a)
    elif end == "forged":
        url = url.replace(f"{link.pk}.", f"{link.pk + 1}.")
    else:
        end_membership(membership=Membership.objects.get(user=teacher_a), by=teacher_a)
    answer = client.get(url)
    assert answer.status_code == 404
    assert "还没上线的话" not in answer.content.decode()


def test_who_looks_leaves_no_trace(
    client: Any, teacher_a: Any, draft: Any, learner: Any, course_a: Any
) -> None:
    enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))
    client.force_login(learner)
    html = client.get(address(make_link(page=draft, by=teacher_a))).content.decode()
    assert "data-progress-url" not in html
    assert learner.display_name not in html.partition("<main")[2]
    assert not LessonProgress.objects.exists()


def test_it_brings_the_video_of_its_own_page_alone(
    client: Any, teacher_a: Any, course_a: Any
) -> None:
    media = make_media()
    media.file.storage.save(media.file.name, _content())
    lesson = make_lesson(course_a, video_block("v", media), title="有视频的课")
    other = make_lesson(course_a, video_block("w", media), title="别的课")
    token = token_of(make_link(page=lesson, by=teacher_a))

    def status(block: str) -> int:
        url = reverse("learning:draft_media", args=[token, block_id(block), "video"])
        answer = client.get(url)
        if answer.status_code == 200:
            assert "no-store" in answer["Cache-Control"]
        return int(answer.status_code)

    page = client.get(reverse("courses:draft", args=[token])).content.decode()
    assert reverse("learning:draft_media", args=[token, block_id("v"), "video"]) in page
    assert (status("v"), status("w")) == (200, 404)
    # The gate in front of the live lessons is as it was.
    assert client.get(other.url).status_code == 403
    media.file.storage.delete(media.file.name)


def test_it_is_made_once_shown_as_a_code_and_taken_back(
    client: Any, teacher_a: Any, other_teacher_a: Any, draft: Any
) -> None:
    client.force_login(teacher_a)
    page = reverse("desk:phone", args=[draft.pk])
    assert "data:image/svg+xml" not in client.get(page).content.decode()
    for _twice in range(2):
        client.post(reverse("desk:make_preview", args=[draft.pk]))
    link = PreviewLink.objects.get()
    assert address(link) in client.get(page).content.decode()
    assert "data:image/svg+xml" in client.get(page).content.decode()
    revoke = reverse("desk:revoke_preview", args=[link.pk])
    client.force_login(other_teacher_a)
    assert client.post(revoke).status_code == 404
    client.force_login(teacher_a)
    for _twice in range(2):
        assert client.post(revoke).status_code == 302
    assert address(link) not in client.get(page).content.decode()
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert actions.count("preview_link.made") == 1
    assert actions.count("preview_link.revoked") == 1


def test_the_page_of_checks_leads_to_the_place(
    client: Any, teacher_a: Any, draft: Any
) -> None:
    body = [{"type": "text", "value": "<p><a href='/a/'>点这里</a></p>", "id": "ab"}]
    draft.body = draft._meta.get_field("body").to_python(body)
    draft.save_revision()
    client.force_login(teacher_a)
    url = reverse("desk:checks", args=[draft.pk])
    edit = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    html = client.get(url).content.decode()
    assert f'href="{edit}#block-ab-section"' in html
    assert "没说通到哪里" in html
    part = client.get(url, {"part": "1"}).content.decode()
    assert 'href="#block-ab-section"' in part
    assert "<html" not in part


def _content() -> Any:
    from django.core.files.base import ContentFile

    return ContentFile(b"0" * 100)
