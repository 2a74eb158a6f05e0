"""Signatures on paper, leaders above, and stories that are withdrawn (REV-06, 08, 09)."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.urls import reverse

from news.choices import ReviewKind, ReviewStage
from news.exceptions import (
    EarlierReviewError,
    NotReviewedError,
    StepRefusedError,
)
from news.models import NewsPage, Review
from news.services.reviews import (
    withdraw,
)
from tests.news.reviews import (
    SECRET,
    change,
    hand_in,
    is_public,
    on_paper,
    say_yes,
    seen,
)

pytestmark = pytest.mark.django_db


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
