"""A story on its way through its reviews, for tests."""

from typing import Any

from django.core.files.base import ContentFile
from django.urls import reverse

from news.choices import ReviewStage
from news.models import NewsPage, Review
from news.review_checks import STORY_CHECKS
from news.services.reviews import record_paper
from schools.models.review import ReviewState
from schools.services.review import approve, send_back

SECRET = "还没审过的话"


def hand_in(page: Any, by: Any) -> ReviewState:
    """The story is handed in; the review that waits."""
    fresh = NewsPage.objects.get(pk=page.pk)
    fresh.get_workflow().start(fresh, by)
    return waiting(page)


def waiting(page: Any) -> ReviewState:
    """The review of the story that waits now."""
    state = NewsPage.objects.get(pk=page.pk).current_workflow_state
    found: ReviewState = state.current_task_state.specific
    return found


def seen(page: Any) -> str:
    """What somebody sees who opens the newest version."""
    fresh = NewsPage.objects.get(pk=page.pk)
    return NewsPage.digest_of(fresh.get_latest_revision().content)


def say_yes(page: Any, *people: Any, **more: Any) -> None:
    """These people pass the story, one review each."""
    for person in people:
        approve(
            state=waiting(page),
            by=person,
            seen=more.get("seen") or seen(page),
            checks=list(STORY_CHECKS),
            opinion=more.get("opinion", ""),
        )


def say_no(page: Any, by: Any, reason: str = "时间地点没有写清楚") -> None:
    send_back(state=waiting(page), by=by, seen=seen(page), reason=reason)


def change(page: Any, by: Any, **fields: Any) -> Any:
    """Somebody saves a draft."""
    draft = NewsPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    return draft.save_revision(user=by)


def on_paper(page: Any, by: Any, **facts: Any) -> Review:
    """A signature on paper is entered."""
    given = {
        "stage": ReviewStage.THIRD,
        "name": "罗主任",
        "post": "街道分管领导",
        "opinion": "同意",
        "scan": ContentFile(b"%PDF-1.4", "signed.pdf"),
        **facts,
    }
    row: Review = record_paper(state=waiting(page), by=by, seen=seen(page), **given)
    return row


def is_public(client: Any, page: Any) -> bool:
    """Whether anything of the story is to be met by anybody."""
    client.logout()
    page = NewsPage.objects.get(pk=page.pk)
    address = page.relative_url(None) or f"/schools/school-a/news/{page.slug}/"
    places = ["/", "/news/", "/search/?q=柳篮", reverse("news:rss"), "/sitemap.xml"]
    shown = [client.get(address)] + [client.get(place) for place in places]
    words = (SECRET, "改过的题目", page.slug)
    met = [
        one for one in shown[1:] if any(word in one.content.decode() for word in words)
    ]
    return shown[0].status_code == 200 or bool(met)
