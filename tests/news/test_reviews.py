"""Nothing is public that three people have not passed, by whatever route (REV-01 to 09)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from core.exceptions import AppendOnlyError
from news.choices import ReviewKind, ReviewResult, ReviewStage
from news.exceptions import (
    EarlierReviewError,
    HeldStoryError,
    NotReviewedError,
    StepRefusedError,
    StoryStopsError,
)
from news.models import NewsPage, NewsReviewTask, Review
from news.services.reviews import (
    BEFORE_REVIEWS,
    import_published,
    withdraw,
)
from schools.choices import Role
from schools.exceptions import StaleReviewError
from tests.factories import make_news, make_staff
from tests.news.reviews import (
    change,
    hand_in,
    on_paper,
    say_no,
    say_yes,
    seen,
    waiting,
)

pytestmark = pytest.mark.django_db
SECRET = "还没审过的话"


@pytest.fixture
def leader(centre_school: Any, without_second_factor: None) -> Any:
    return make_staff("leader", centre_school, Role.LEADER)


@pytest.fixture
def story(school_a: Any, clerk_a: Any) -> NewsPage:
    """A draft of the clerk's."""
    item = make_news(school_a, SECRET, live=False, owner=clerk_a, summary="柳篮编好了")
    item.save_revision(user=clerk_a)
    return item


@pytest.fixture
def handed_in(story: NewsPage, clerk_a: Any, principal_a: Any, leader: Any) -> NewsPage:
    hand_in(story, clerk_a)
    return story


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


# --- The way ---------------------------------------------------------------------


def test_four_people_in_their_order_and_it_is_public(
    client: Any,
    handed_in: NewsPage,
    principal_a: Any,
    editor: Any,
    director: Any,
    leader: Any,
) -> None:
    for person in (principal_a, editor, director):
        say_yes(handed_in, person)
        assert not is_public(client, handed_in)
    say_yes(handed_in, leader, opinion="同意发布")
    assert is_public(client, handed_in)
    rows = list(Review.objects.filter(page=handed_in))
    assert [one.stage for one in rows] == [0, 1, 2, 3]
    assert {one.content_digest for one in rows} == {seen(handed_in)}
    last = rows[-1]
    assert (last.reviewer, last.reviewer_post) == (leader, "街道分管领导")
    assert last.opinion == "同意发布"
    assert last.check_words[0] == "时间、地点、人名、数字核对过"


def test_at_the_centre_the_check_at_the_school_is_left_out(
    centre_school: Any, editor: Any, director: Any, leader: Any
) -> None:
    item = make_news(centre_school, "中心的事", live=False)
    hand_in(item, None)
    assert waiting(item).task.specific.stage == ReviewStage.FIRST
    say_yes(item, editor, director, leader)
    assert NewsPage.objects.get(pk=item.pk).live


def test_what_was_passed_goes_live_and_not_a_later_draft(
    client: Any,
    handed_in: NewsPage,
    clerk_a: Any,
    principal_a: Any,
    editor: Any,
    director: Any,
    leader: Any,
) -> None:
    say_yes(handed_in, principal_a, editor, director, leader)
    change(handed_in, clerk_a, title="改过的题目")
    page = NewsPage.objects.get(pk=handed_in.pk)
    assert page.title == SECRET
    assert "改过的题目" not in client.get(page.url).content.decode()


# --- Who ---------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["owner", "saved", "author", "proofreader"])
def test_who_has_a_part_in_it_is_no_reviewer_though_a_superuser(
    handed_in: NewsPage, clerk_a: Any, principal_a: Any, editor: Any, part: str
) -> None:
    editor.is_superuser = True
    editor.save()
    say_yes(handed_in, principal_a)
    if part == "owner":
        Page.objects.filter(pk=handed_in.pk).update(owner=editor)
    elif part == "saved":
        change(handed_in, editor)
    else:
        change(handed_in, clerk_a, **{part: f"王五、{editor.get_full_name()}"})
        say_yes(handed_in, principal_a)
    with pytest.raises(PermissionDenied):
        say_yes(handed_in, editor)


def test_one_person_with_two_posts_passes_one_review(
    handed_in: NewsPage, centre_school: Any, principal_a: Any, editor: Any
) -> None:
    from schools.services.membership import appoint

    appoint(
        user=editor,
        school=centre_school,
        role=Role.DIRECTOR,
        since=timezone.now().date() - timedelta(days=1),
    )
    say_yes(handed_in, principal_a, editor)
    with pytest.raises(PermissionDenied):
        say_yes(handed_in, editor)


def test_namesakes_are_two_people(
    handed_in: NewsPage, principal_a: Any, editor: Any, director: Any, leader: Any
) -> None:
    for person in (editor, director, leader):
        person.display_name = "王芳"
        person.save()
    say_yes(handed_in, principal_a, editor, director, leader)
    assert NewsPage.objects.get(pk=handed_in.pk).live


def test_who_signed_on_paper_for_the_office_above_does_not_pass_it_too(
    handed_in: NewsPage,
    clerk_a: Any,
    principal_a: Any,
    editor: Any,
    director: Any,
    leader: Any,
) -> None:
    change(handed_in, clerk_a, needs_extra_signoff=True)
    say_yes(handed_in, principal_a, editor, director)
    name = leader.get_full_name()
    on_paper(handed_in, editor, stage=ReviewStage.EXTRA, name=name)
    with pytest.raises(PermissionDenied):
        say_yes(handed_in, leader)


def test_nobody_takes_the_turn_of_another_post(
    handed_in: NewsPage, principal_a: Any, editor: Any, leader: Any, site_admin: Any
) -> None:
    site_admin.is_superuser = True
    site_admin.save()
    for person in (editor, leader, site_admin):
        with pytest.raises(PermissionDenied):
            say_yes(handed_in, person)
    say_yes(handed_in, principal_a)
    for person in (principal_a, leader, site_admin):
        with pytest.raises(PermissionDenied):
            say_yes(handed_in, person)


def test_the_principal_of_another_school_checks_nothing(
    handed_in: NewsPage, school_b: Any, without_second_factor: None
) -> None:
    other = make_staff("principal_b", school_b, Role.PRINCIPAL)
    with pytest.raises(PermissionDenied):
        say_yes(handed_in, other)


def test_the_database_knows_no_second_approval_of_one_person(
    handed_in: NewsPage, principal_a: Any, editor: Any
) -> None:
    say_yes(handed_in, principal_a, editor)
    row = Review.objects.get(stage=ReviewStage.FIRST)
    again = {
        one.name: getattr(row, one.name)
        for one in row._meta.concrete_fields
        if one.name != "id"
    }
    for stage in (ReviewStage.FIRST, ReviewStage.SECOND):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.create(**{**again, "stage": stage})


# --- Changes -----------------------------------------------------------------------


def test_a_change_begins_anew_and_a_save_without_one_ends_nothing(
    client: Any,
    handed_in: NewsPage,
    clerk_a: Any,
    principal_a: Any,
    editor: Any,
    director: Any,
    leader: Any,
) -> None:
    say_yes(handed_in, principal_a, editor)
    change(handed_in, clerk_a)
    assert waiting(handed_in).task.specific.stage == ReviewStage.SECOND
    say_yes(handed_in, director)
    assert waiting(handed_in).task.specific.stage == ReviewStage.THIRD
    change(handed_in, clerk_a, title="改过的题目")
    assert waiting(handed_in).task.specific.stage == ReviewStage.SCHOOL
    with pytest.raises(PermissionDenied):
        say_yes(handed_in, leader)
    say_yes(handed_in, principal_a, editor, director)
    assert not is_public(client, handed_in)
    say_yes(handed_in, leader)
    assert NewsPage.objects.get(pk=handed_in.pk).title == "改过的题目"


def test_what_changed_under_the_reviewers_eyes_is_not_passed(
    handed_in: NewsPage, clerk_a: Any, principal_a: Any
) -> None:
    before = seen(handed_in)
    change(handed_in, clerk_a, title="改过的题目")
    with pytest.raises(StaleReviewError):
        say_yes(handed_in, principal_a, seen=before)


def test_a_return_has_a_reason_and_the_next_round_begins_at_the_first(
    client: Any, handed_in: NewsPage, clerk_a: Any, principal_a: Any, editor: Any
) -> None:
    say_yes(handed_in, principal_a)
    say_no(handed_in, editor)
    row = Review.objects.get(result=ReviewResult.RETURNED)
    assert (row.reviewer, row.opinion) == (editor, "时间地点没有写清楚")
    change(handed_in, clerk_a, summary="十一月在柳堤编好了柳篮")
    client.force_login(clerk_a)
    told = client.get(reverse("desk:review_of_page", args=[handed_in.pk]))
    html = told.content.decode()
    assert "时间地点没有写清楚" in html
    assert "柳篮编好了" in html
    assert "十一月在柳堤编好了柳篮" in html
    state = NewsPage.objects.get(pk=handed_in.pk).current_workflow_state
    state.resume(clerk_a)
    say_yes(handed_in, principal_a)
    assert waiting(handed_in).task.specific.stage == ReviewStage.FIRST


def test_handed_in_again_as_it_was_it_needs_all_reviews_anew(
    handed_in: NewsPage,
    clerk_a: Any,
    principal_a: Any,
    editor: Any,
    director: Any,
    leader: Any,
) -> None:
    say_yes(handed_in, principal_a, editor)
    say_no(handed_in, director)
    NewsPage.objects.get(pk=handed_in.pk).current_workflow_state.resume(clerk_a)
    assert waiting(handed_in).task.specific.stage == ReviewStage.SCHOOL
    say_yes(handed_in, principal_a, editor, director, leader)
    assert NewsPage.objects.get(pk=handed_in.pk).live


def test_taken_back_and_handed_in_again_nobody_looks_twice_at_the_same(
    handed_in: NewsPage,
    clerk_a: Any,
    principal_a: Any,
    editor: Any,
    director: Any,
    leader: Any,
) -> None:
    say_yes(handed_in, principal_a, editor)
    NewsPage.objects.get(pk=handed_in.pk).current_workflow_state.cancel(user=clerk_a)
    hand_in(handed_in, clerk_a)
    assert waiting(handed_in).task.specific.stage == ReviewStage.SECOND
    say_yes(handed_in, director, leader)
    assert NewsPage.objects.get(pk=handed_in.pk).live


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


# --- Kept ------------------------------------------------------------------------------


def test_reviews_are_written_once(
    handed_in: NewsPage, principal_a: Any, editor: Any
) -> None:
    say_yes(handed_in, principal_a)
    row = Review.objects.get()
    row.opinion = "改口"
    for act in (
        row.save,
        row.delete,
        Review.objects.all().delete,
        lambda: Review.objects.update(opinion="改口"),
    ):
        with pytest.raises(AppendOnlyError):
            act()
    with pytest.raises(HeldStoryError):
        NewsPage.objects.get(pk=handed_in.pk).delete()


def test_what_was_public_before_stays_and_says_so(client: Any, school_a: Any) -> None:
    old = make_news(school_a, "老新闻", live=False)
    NewsPage.objects.filter(pk=old.pk).update(live=True, live_digest=BEFORE_REVIEWS)
    assert client.get(f"/schools/school-a/news/{old.slug}/").status_code == 404
    assert import_published() == 1
    assert import_published() == 0
    assert is_public(client, old)
    row = Review.objects.get(page=old)
    assert (row.kind, row.result) == (ReviewKind.IMPORTED, ReviewResult.IMPORTED)


# --- Paper, leaders above, withdrawal -----------------------------------------------------


def test_the_third_review_on_paper_is_entered_with_its_scan(
    client: Any, handed_in: NewsPage, principal_a: Any, editor: Any, director: Any
) -> None:
    say_yes(handed_in, principal_a, editor)
    with pytest.raises(StepRefusedError, match="还没到三审"):
        on_paper(handed_in, editor)
    say_yes(handed_in, director)
    with pytest.raises(StepRefusedError, match="另一个人"):
        on_paper(handed_in, editor, name=director.get_full_name())
    with pytest.raises(PermissionDenied):
        on_paper(handed_in, principal_a)
    row = on_paper(handed_in, editor)
    assert is_public(client, handed_in)
    assert (row.kind, row.recorded_by) == (ReviewKind.PAPER, editor)
    assert row.reviewer is None


def test_the_form_says_why_a_paper_is_not_taken_and_keeps_what_was_typed(
    client: Any, handed_in: NewsPage, editor: Any
) -> None:
    client.force_login(editor)
    address = reverse("desk:news_paper", args=[handed_in.pk])
    given = {
        "seen": seen(handed_in),
        "stage": "3",
        "name": "罗主任",
        "post": "街道分管领导",
        "opinion": "同意",
        "scan": ContentFile(b"%PDF-1.4", "signed.pdf"),
    }
    answer = client.post(address, given)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "还没到三审" in html
    assert "罗主任" in html
    assert not Review.objects.exists()


def test_the_sheet_leads_back_to_where_its_reader_may_go(
    client: Any, handed_in: NewsPage, principal_a: Any, editor: Any, leader: Any
) -> None:
    say_yes(handed_in, principal_a)
    author_side = reverse("desk:review_of_page", args=[handed_in.pk])
    for person, leads_there in ((editor, True), (leader, False)):
        client.force_login(person)
        html = client.get(reverse("desk:news_sheet", args=[handed_in.pk]))
        assert (author_side in html.content.decode()) is leads_there


def test_a_story_on_leaders_above_waits_for_their_office(
    handed_in: NewsPage,
    clerk_a: Any,
    principal_a: Any,
    editor: Any,
    director: Any,
    leader: Any,
) -> None:
    change(handed_in, clerk_a, needs_extra_signoff=True)
    say_yes(handed_in, principal_a, editor, director)
    with pytest.raises(EarlierReviewError, match="上级办公室"):
        say_yes(handed_in, leader)
    on_paper(handed_in, editor, stage=ReviewStage.EXTRA, name="区办公室", post="区办")
    say_yes(handed_in, leader)
    assert NewsPage.objects.get(pk=handed_in.pk).live


def test_a_withdrawn_story_says_so_and_comes_back_corrected_alone(
    client: Any,
    handed_in: NewsPage,
    clerk_a: Any,
    principal_a: Any,
    editor: Any,
    director: Any,
    leader: Any,
) -> None:
    say_yes(handed_in, principal_a, editor, director, leader)
    page = NewsPage.objects.get(pk=handed_in.pk)
    address = page.url
    with pytest.raises(PermissionDenied):
        withdraw(page=page, by=clerk_a, reason="日期写错了")
    for _twice in range(2):
        withdraw(page=page, by=editor, reason="日期写错了")
    gone = client.get(address)
    assert gone.status_code == 410
    assert "已撤回" in gone.content.decode()
    assert SECRET not in gone.content.decode()
    with pytest.raises(NotReviewedError):
        NewsPage.objects.get(pk=page.pk).get_latest_revision().publish(
            skip_permission_checks=True
        )
    change(handed_in, clerk_a, title="改过的题目")
    hand_in(handed_in, clerk_a)
    say_yes(handed_in, principal_a, editor, director, leader)
    assert "改过的题目" in client.get(address).content.decode()
