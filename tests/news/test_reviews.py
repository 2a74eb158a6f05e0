"""Three people pass one content of a story, in their order, and then it is public (REV-01 to 07)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from core.exceptions import AppendOnlyError
from news.choices import ReviewKind, ReviewResult, ReviewStage
from news.exceptions import (
    HeldStoryError,
)
from news.models import NewsPage, Review
from news.services.reviews import (
    BEFORE_REVIEWS,
    import_published,
)
from schools.choices import Role
from schools.exceptions import StaleReviewError
from tests.factories import make_news, make_staff
from tests.news.reviews import (
    SECRET,
    change,
    hand_in,
    is_public,
    on_paper,
    say_no,
    say_yes,
    seen,
    waiting,
)

pytestmark = pytest.mark.django_db


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
