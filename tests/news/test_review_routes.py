"""Nothing is public that has not passed its reviews, by whatever route (REV-01, REV-05)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from news.choices import ReviewStage
from news.exceptions import (
    EarlierReviewError,
    NotReviewedError,
    StoryStopsError,
)
from news.models import NewsPage, NewsReviewTask
from tests.news.reviews import (
    SECRET,
    change,
    hand_in,
    is_public,
    say_yes,
    seen,
    waiting,
)

pytestmark = pytest.mark.django_db


# --- No way round --------------------------------------------------------------------


def by_button(page: NewsPage, client: Any) -> None:
    data = {"title": SECRET, "action-publish": "1", "event_date": "2026-03-01"}
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


def by_publish(page: NewsPage, client: Any) -> None:
    page.save_revision().publish(skip_permission_checks=True)


def by_schedule(page: NewsPage, client: Any) -> None:
    revision = page.save_revision(
        approved_go_live_at=timezone.now() - timedelta(minutes=1)
    )
    assert revision
    call_command("publish_scheduled")


def by_saving(page: NewsPage, client: Any) -> None:
    page.live = True
    page.save()


def by_saving_one_field(page: NewsPage, client: Any) -> None:
    page.live = True
    page.save(update_fields=["live"])


def by_copy(page: NewsPage, client: Any) -> None:
    page.live = True
    page.copy(update_attrs={"slug": "copied"}, keep_live=True)


def by_alias(page: NewsPage, client: Any) -> None:
    NewsPage.objects.filter(pk=page.pk).update(live=True)
    NewsPage.objects.get(pk=page.pk).create_alias(update_slug="alias")


def by_revert(page: NewsPage, client: Any) -> None:
    page.revisions.first().publish(skip_permission_checks=True)


def by_bulk(page: NewsPage, client: Any) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{address}?id={page.pk}", {"include_descendants": "on"})


def by_row(page: NewsPage, client: Any) -> None:
    Page.objects.filter(pk=page.pk).update(live=True)


def by_row_and_digest(page: NewsPage, client: Any) -> None:
    NewsPage.objects.filter(pk=page.pk).update(live=True, live_digest=seen(page))


def by_ended_tasks(page: NewsPage, client: Any) -> None:
    hand_in(page, None)
    for task in NewsReviewTask.objects.all():
        task.deactivate()


def by_changed_workflow(page: NewsPage, client: Any) -> None:
    workflow = page.get_workflow()
    workflow.workflow_tasks.all().delete()
    workflow.start(page, None)


def by_finishing(page: NewsPage, client: Any) -> None:
    hand_in(page, None)
    NewsPage.objects.get(pk=page.pk).current_workflow_state.finish()


def by_wagtails_approval(page: NewsPage, client: Any) -> None:
    state = hand_in(page, None)
    address = reverse(
        "wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk]
    )
    client.post(address)
    state.approve()


def by_stage_state(page: NewsPage, client: Any) -> None:
    for _stage in range(4):
        state = NewsPage.objects.get(pk=page.pk).current_workflow_state
        ((state and state.current_task_state.specific) or hand_in(page, None)).approve()


ROUTES = [
    by_button, by_publish, by_schedule, by_saving, by_saving_one_field, by_copy, by_alias,
    by_revert, by_bulk, by_row, by_row_and_digest, by_ended_tasks, by_changed_workflow,
    by_finishing, by_wagtails_approval, by_stage_state,
]  # fmt: skip


@pytest.mark.parametrize("who", ["clerk_a", "editor", "superuser"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda one: one.__name__)
def test_no_route_makes_it_public(
    request: Any, client: Any, story: NewsPage, site_admin: Any, route: Any, who: str
) -> None:
    if who == "superuser":
        site_admin.is_superuser = True
        site_admin.save()
    person = site_admin if who == "superuser" else request.getfixturevalue(who)
    client.force_login(person)
    try:
        with transaction.atomic():
            route(NewsPage.objects.get(pk=story.pk), client)
    except (NotReviewedError, PermissionDenied):
        pass
    for page in NewsPage.objects.all():
        assert not is_public(client, page)


def test_a_row_cannot_be_saved_live(story: NewsPage) -> None:
    story.live = True
    with pytest.raises(NotReviewedError):
        story.save()


def test_nothing_is_set_to_be_published_later(story: NewsPage) -> None:
    story.go_live_at = timezone.now() + timedelta(days=1)
    revision = story.save_revision()
    with pytest.raises(NotReviewedError):
        revision.publish(skip_permission_checks=True)
    revision.refresh_from_db()
    assert revision.approved_go_live_at is None


def test_what_has_passed_is_met_everywhere(
    client: Any,
    handed_in: NewsPage,
    principal_a: Any,
    editor: Any,
    director: Any,
    leader: Any,
) -> None:
    """The test of the test above: each of its places shows what is public."""
    say_yes(handed_in, principal_a, editor, director, leader)
    page = NewsPage.objects.get(pk=handed_in.pk)
    client.logout()
    for place in (page.url, "/news/", "/search/?q=柳篮", reverse("news:rss")):
        assert SECRET in client.get(place).content.decode(), place
    assert page.slug in client.get("/sitemap.xml").content.decode()


def test_a_task_that_was_ended_leaves_its_review_out_for_nobody(
    handed_in: NewsPage, principal_a: Any, editor: Any, director: Any
) -> None:
    say_yes(handed_in, principal_a)
    NewsReviewTask.objects.get(stage=ReviewStage.FIRST).deactivate()
    assert waiting(handed_in).task.specific.stage == ReviewStage.SECOND
    with pytest.raises(EarlierReviewError, match="一审一校"):
        say_yes(handed_in, director)


def test_what_a_machine_sees_stops_it(
    handed_in: NewsPage, clerk_a: Any, principal_a: Any
) -> None:
    change(handed_in, clerk_a, summary="身份证号 11010519491231002X")
    with pytest.raises(StoryStopsError, match="身份证"):
        say_yes(handed_in, principal_a)
