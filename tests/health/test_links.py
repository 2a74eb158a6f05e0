"""`check_links`: which links of the live pages lead nowhere, and that mended ones vanish."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction

from core.models import SiteDocument
from courses.models import LessonPage
from health.choices import Problem
from health.links import fetch
from health.links.inner import inner_path
from health.models import LinkCheck, LinkFinding, OutsideAddress
from health.services.links import check_links
from home.models import StandardPage
from news.models import NewsPage
from news.services.reviews import withdraw
from schools.models import SchoolPage
from tests.courses.banks import make_bank
from tests.factories import (
    make_course,
    make_document,
    make_image,
    make_news,
    make_text_lesson,
)
from tests.learning.lessons import (
    block_id,
    make_lesson,
    make_media,
    question_block,
    video_block,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def text_with(html):
    return {"type": "text", "id": block_id("links"), "value": f"<p>{html}</p>"}


def page_with(*blocks, slug="links"):
    """A live page of the whole site with these blocks."""
    page = StandardPage(title="有链接的", slug=slug)
    page.body = page._meta.get_field("body").to_python(list(blocks))
    Page.objects.get(depth=2).add_child(instance=page)
    page.save_revision().publish()
    return page


def broken(page=None, **options):
    """What a run finds, each as (target, problem)."""
    check_links(at=options.pop("at", timezone.now()), **options)
    found = LinkFinding.objects.order_by("target")
    if page is not None:
        found = found.filter(page=page)
    return [(one.target, one.problem) for one in found]


def link_to(page):
    return text_with(f'<a linktype="page" id="{page.pk}">看课</a>')


def test_the_pages_that_every_site_has_are_whole(db, school_a):
    assert broken() == []
    assert LinkCheck.objects.get().links > 3


def test_a_link_to_a_page_is_asked_of_the_tree(school_a):
    course = make_course(school_a, "mian")
    page = page_with(link_to(course))
    assert broken() == []
    course.unpublish()
    assert broken() == [(f"page:{course.pk}", Problem.PAGE_HIDDEN)]
    course.save_revision().publish()
    assert broken() == []
    number = course.pk
    course.delete()
    assert broken() == [(f"page:{number}", Problem.PAGE_GONE)]
    found = LinkFinding.objects.get()
    assert (found.page_id, found.school_id, found.words) == (page.pk, None, "看课")
    assert found.anchor == f"#block-{block_id('links')}-section"
    assert found.shown_target == ""


def test_a_story_that_was_withdrawn_is_no_longer_open(school_a, director):
    story = make_news(school_a, "一只柳篮")
    page_with(link_to(story))
    assert broken() == []
    withdraw(page=story, by=director, reason="日期写错了")
    assert broken() == [(f"page:{story.pk}", Problem.PAGE_HIDDEN)]


def test_a_story_that_never_passed_is_not_open_though_its_row_says_live(school_a):
    story = make_news(school_a, "没审过", live=False)
    NewsPage.objects.filter(pk=story.pk).update(live=True)
    page_with(link_to(story))
    assert broken() == [(f"page:{story.pk}", Problem.PAGE_HIDDEN)]


def test_a_page_in_a_private_part_is_not_open(school_a):
    course = make_course(school_a, "mian")
    page_with(link_to(course))
    PageViewRestriction.objects.create(page=course, restriction_type="login")
    assert broken() == [(f"page:{course.pk}", Problem.PAGE_HIDDEN)]


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("/help/", ""),
        ("/help", ""),
        ("/help/?from=home#top", ""),
        ("/learn/", ""),
        ("/desk/runs/", ""),
        ("/", ""),
        ("#here", ""),
        ("mailto:a@example.org", ""),
        ("tel:000", ""),
        ("http://localhost/help/", ""),
        ("/static/css/base.css", ""),
        ("/nowhere/", Problem.NO_ADDRESS),
        ("http://localhost/nowhere/", Problem.NO_ADDRESS),
        ("/help.html", Problem.NO_ADDRESS),
        ("/learn/nowhere/at/all/", Problem.NO_ADDRESS),
        ("/documents/987654/a.pdf", Problem.FILE_GONE),
        ("/hidden/", Problem.PAGE_HIDDEN),
        # Outside: not asked here.
        ("https://example.org/nowhere/", ""),
        ("//example.org/nowhere/", ""),
    ],
)
def test_an_address_that_was_typed_is_asked_as_a_browser_would(address, problem):
    page_with(slug="hidden").unpublish()
    page_with(text_with(f'<a href="{address}">这里</a>'))
    assert broken() == ([(address, problem)] if problem else [])


def test_an_address_that_is_passed_on_is_whole():
    page_with(text_with('<a href="/old-place/">这里</a>'))
    assert broken() == [("/old-place/", Problem.NO_ADDRESS)]
    Redirect.objects.create(old_path="/old-place", redirect_link="/help/")
    assert broken() == []


def test_files_must_be_there_and_have_their_original(school_a):
    document = make_document(school_a, "操作卡")
    block = {"title": "操作卡", "document": document.pk}
    page = page_with(
        {"type": "file", "id": block_id("f"), "value": block},
        text_with(f'<a linktype="document" id="{document.pk}">操作卡</a>'),
    )
    assert broken() == []
    document.file.storage.delete(document.file.name)
    assert broken(page) == [(f"document:{document.pk}", Problem.FILE_LOST)]
    assert LinkFinding.objects.count() == 1, "twice on a page is one to mend"
    document.file.save("again.txt", ContentFile(b"text"))
    assert broken() == []
    SiteDocument.objects.filter(pk=document.pk).delete()
    assert broken(page) == [(f"document:{document.pk}", Problem.FILE_GONE)]


def test_pictures_films_and_captions_are_looked_at_in_lessons_too(school_a, course_a):
    media = make_media()
    picture = make_image(school_a, "三光")
    lesson = make_lesson(
        course_a,
        video_block("v", media),
        {
            "type": "picture",
            "id": block_id("p"),
            "value": {"image": picture.pk, "alt": "面团", "caption": ""},
        },
    )
    assert broken(lesson) == [(f"media:{media.pk}", Problem.FILE_LOST)]
    found = LinkFinding.objects.get()
    assert found.school_id == school_a.pk
    assert found.anchor == f"#block-{block_id('v')}-section"
    picture.file.storage.delete(picture.file.name)
    assert (f"image:{picture.pk}", Problem.FILE_LOST) in broken(lesson)


def test_a_bank_is_used_and_not_followed(school_a, course_a, teacher_a):
    """Nobody opens a bank of questions: that it is no public page breaks nothing."""
    bank = make_bank(school_a, teacher_a)
    draft = bank.get_latest_revision_as_object()
    draft.body = draft._meta.get_field("body").to_python([question_block("q")])
    draft.save_revision()
    value = {"bank": bank.pk, "count": 1}
    make_lesson(course_a, {"type": "draw", "id": block_id("d"), "value": value})
    assert broken() == []


def test_the_picture_of_a_school_is_a_link_of_its_page(school_a):
    picture = make_image(school_a, "门口")
    SchoolPage.objects.filter(pk=school_a.pk).update(lead_image=picture)
    assert broken() == []
    picture.file.storage.delete(picture.file.name)
    assert broken(school_a) == [(f"image:{picture.pk}", Problem.FILE_LOST)]


def test_what_nobody_may_read_is_not_looked_at(school_a, course_a):
    lesson = make_text_lesson(course_a)
    bad = lesson._meta.get_field("body").to_python([text_with('<a href="/no/">x</a>')])
    lesson.body = bad
    lesson.save_revision()
    assert broken() == [], "a draft is its author's"
    lesson.save_revision().publish()
    assert len(broken()) == 1
    LessonPage.objects.get(pk=lesson.pk).unpublish()
    assert broken() == []


def test_a_finding_keeps_its_first_day_and_goes_when_it_is_mended():
    page_with(text_with('<a href="/no/">x</a>'))
    first = timezone.now() - 5 * DAY
    assert len(broken(at=first)) == 1
    assert len(broken(at=first + DAY)) == 1
    found = LinkFinding.objects.get()
    assert (found.first_seen_at, found.checked_at) == (first, first + DAY)
    page = StandardPage.objects.get(slug="links")
    page.body = []
    page.save_revision().publish()
    assert broken() == []


def test_a_page_that_cannot_be_read_does_not_stop_the_others(monkeypatch):
    bad = page_with(text_with('<a href="/no/">x</a>'), slug="bad")
    good = page_with(text_with('<a href="/no/">x</a>'), slug="good")
    assert len(broken()) == 2
    from health.services import links as service

    def stumble(page, read=service.links_of):
        if page.pk == bad.pk:
            raise ValueError
        return read(page)

    monkeypatch.setattr(service, "links_of", stumble)
    later = timezone.now() + DAY
    assert broken(at=later) == [("/no/", Problem.NO_ADDRESS)] * 2
    assert LinkFinding.objects.get(page=bad).checked_at < later, "as it was known"
    assert LinkFinding.objects.get(page=good).checked_at == later


def test_the_command_says_what_it_found():
    page_with(text_with('<a href="/no/">x</a>'))
    said = StringIO()
    call_command("check_links", stdout=said)
    assert "1 broken" in said.getvalue()
    for _time in range(35):
        check_links(at=timezone.now())
    assert LinkCheck.objects.count() == 30


def test_each_sees_the_findings_of_the_own_school(
    clerk_a, clerk_b, director, editor, teacher_a, course_a
):
    lesson = make_lesson(course_a, text_with('<a href="/no/">x</a>'))
    page_with(text_with('<a href="/no/">x</a>'))
    check_links(at=timezone.now())
    seen = LinkFinding.objects.visible_to
    assert [one.page_id for one in seen(clerk_a)] == [lesson.pk]
    assert not seen(clerk_b).exists()
    assert not seen(teacher_a).exists()
    assert seen(director).count() == seen(editor).count() == 2


# --- Outside ------------------------------------------------------------------------------


class Asked(list):
    """Notes who is asked; answers as told."""

    def __init__(self, **problems):
        super().__init__()
        self.problems = problems

    def __call__(self, address):
        self.append(address)
        name = address.rpartition("/")[2]
        return self.problems.get(name, fetch.Answer())


GONE = fetch.Answer(Problem.OUTSIDE_GONE, "404")


def test_nobody_outside_is_asked_unless_the_operator_wants_it():
    page_with(text_with('<a href="https://example.org/gone">x</a>'))
    ask = Asked(gone=GONE)
    assert broken(ask=ask) == []
    assert ask == []


def test_an_address_outside_is_asked_once_a_week(settings):
    settings.CHECK_OUTSIDE_LINKS = True
    page_with(
        text_with('<a href="https://example.org/gone">没了</a>'),
        text_with('<a href="https://example.org/there">在</a>'),
    )
    ask = Asked(gone=GONE)
    start = timezone.now()
    expected = [("https://example.org/gone", Problem.OUTSIDE_GONE)]
    assert broken(at=start, ask=ask) == expected
    found = LinkFinding.objects.get()
    assert (found.detail, found.shown_target) == ("404", "https://example.org/gone")
    assert broken(at=start + 6 * DAY, ask=ask) == expected, "known from last time"
    assert len(ask) == 2
    ask.problems = {}
    assert broken(at=start + 7 * DAY, ask=ask) == []
    assert len(ask) == 4


def test_so_many_are_asked_in_one_run_the_oldest_first(settings):
    settings.CHECK_OUTSIDE_LINKS = True
    settings.OUTSIDE_LINKS_A_RUN = 2
    html = "".join(f'<a href="https://example.org/{one}">x</a>' for one in "abcde")
    page_with(text_with(html))
    start = timezone.now()
    days = []
    for number in range(3):
        ask = Asked()
        broken(at=start + number * DAY, ask=ask)
        days.append([one[-1] for one in ask])
    assert days == [["a", "b"], ["c", "d"], ["e"]]
    ask = Asked()
    broken(at=start + 8 * DAY, ask=ask)
    assert [one[-1] for one in ask] == ["a", "b"]


def test_what_is_linked_no_more_is_forgotten(settings):
    settings.CHECK_OUTSIDE_LINKS = True
    page = page_with(text_with('<a href="https://example.org/a">x</a>'))
    start = timezone.now()
    broken(at=start, ask=Asked())
    assert OutsideAddress.objects.count() == 1
    page.delete()
    broken(at=start + 8 * DAY, ask=Asked())
    assert not OutsideAddress.objects.exists()


def test_the_original_of_a_repost_is_an_address_outside(settings, school_a):
    settings.CHECK_OUTSIDE_LINKS = True
    story = make_news(
        school_a, "转来的", is_repost=True, source="日报", original_author="某",
        source_url="https://example.org/gone",
    )  # fmt: skip
    assert broken(ask=Asked(gone=GONE)) == [
        ("https://example.org/gone", Problem.OUTSIDE_GONE)
    ]
    assert LinkFinding.objects.get().page_id == story.pk


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/a/%E6%9F%B3/?q=1#x", "/a/柳/"),
        ("https://own.example/x", "/x"),
        ("HTTPS://OWN.example", "/"),
        ("https://own.example.org/x", None),
        ("https://other.example/x", None),
        ("//other.example/x", None),
        ("tel:000", ""),
        ("", ""),
        ("https://[broken", None),
    ],
)
def test_what_is_within_the_site_is_known_by_its_host(address, path):
    assert inner_path(address, {"own.example"}) == path
