"""What the home page draws from elsewhere: four queries, whatever there is.

Courses, news and schools are all pages, so one query reads them together, the courses
with their teachers; the pictures shown and the categories are one each. The coming
lessons are one, with the queues of their classes.
"""

from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Case, DateTimeField, When
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page

from core.civil_time import civil_date, clock_span_in_words
from core.kept_sql import kept
from core.pages import unlisted
from core.pictures import read_renditions
from core.pieces import piece
from core.routing import join_kinds, own_types
from core.site_facts import address_at
from courses.catalogue import attach_schools
from courses.models import Category, CoursePage
from courses.models.course import OWN_TEXTS as COURSE_TEXTS
from courses.models.course import lesson_count
from courses.run_words import RunCard, hand_on_places, read_cards
from courses.teacher_names import names_of_teachers
from courses.weeks import next_sessions
from news.models import NewsPage
from schools.models import SchoolPage
from schools.models.names import short_name

NEWEST_COURSES = 8
NEWEST_NEWS = 4
NEWEST_NOTICES = 3
COMING_SHOWN = 4
# What of a page the home page does not show; by when courses appeared they are sorted.
UNSHOWN = (
    *(name for name in unlisted() if name != "first_published_at"),
    *(f"coursepage__{name}" for name in COURSE_TEXTS),
    "newspage__body",
)


@piece("components/moon_gate.html", kept=len(settings.LANGUAGES))
class MoonGate(NamedTuple):
    """The drawing at the top, which depends on nothing but the language."""


class Chip(NamedTuple):
    """A category, as a way into the catalogue."""

    slug: str
    label: str


@piece("home/includes/ways_in.html")
class WaysIn(NamedTuple):
    """The search, and all categories."""

    categories: tuple[Chip, ...]


@piece("home/includes/first_steps.html", kept=len(settings.LANGUAGES))
class FirstSteps(NamedTuple):
    """What a visitor does first; depends on nothing but the language."""


@piece("home/includes/doors.html")
class Doors(NamedTuple):
    """The four ways from the home page; one says how many lessons are still to come."""

    lessons: int
    are_this_week: bool


@piece("home/includes/coming.html")
class Coming(NamedTuple):
    """A lesson of the coming days with the seats of its class."""

    href: str
    title: str
    day: date
    time_words: str
    school: str
    venue: str
    seats_label: str
    seats_kind: str
    action_href: str
    action_label: str
    action_kind: str


def read_coming(request: HttpRequest) -> dict[str, Any]:
    """The next lessons of the street, and how many this week still has."""
    learner = request.user.pk or 0
    lessons = next_sessions(count=COMING_SHOWN, learner=learner)
    for row in lessons.rows:
        hand_on_places(row)
    cards = read_cards(request, [row.run for row in lessons.rows])
    pairs = zip(lessons.rows, cards, strict=True)
    return {
        "coming": [_coming(request, *pair) for pair in pairs],
        "coming_is_this_week": lessons.is_this_week,
        "doors": Doors(lessons.total, lessons.is_this_week),
    }


def _coming(request: HttpRequest, row: Any, card: RunCard) -> Coming:
    """Of a row of `next_sessions`."""
    session = row.session
    return Coming(
        href=address_at(row.course_url_path, request),
        title=row.course_title,
        day=civil_date(session.starts_at),
        time_words=clock_span_in_words(session.starts_at, session.ends_at),
        school=short_name(row.school_title, row.school_community),
        venue=row.venue_name or "",
        seats_label=card.seats_label,
        seats_kind=card.seats_kind,
        action_href=card.action_href,
        action_label=card.action_label,
        action_kind=card.action_kind,
    )


def read_sections() -> dict[str, Any]:
    """New courses, news and the schools, as the home page shows them."""
    courses, stories, schools = _read_together()
    news = [one for one in stories if not one.is_notice]
    notices = [one for one in stories if one.is_notice]
    attach_schools([*courses, *stories], schools)
    read_renditions(
        [
            *(course.cover for course in courses),
            *(item.lead_image for item in news[:1]),
            *(school.lead_image for school in schools),
        ]
    )
    return {
        "new_courses": courses,
        "lead_news": news[0] if news else None,
        "latest_news": news[1:],
        "notices": notices,
        "schools": schools,
        "ways_in": WaysIn(tuple(Chip(one.slug, one.label) for one in _categories())),
        "first_steps": FirstSteps(),
        "gate": MoonGate(),
    }


def _read_together() -> tuple[list[Any], list[Any], list[Any]]:
    rows = _newest(now=timezone.now())
    beside = {row.id: row for row in rows}
    courses, news, schools = [], [], []
    for number, own in own_types(rows).items():
        if isinstance(own, CoursePage):
            own.lesson_total = beside[number].lesson_total
            own.teacher_names = beside[number].teacher_names
            courses.append(own)
        elif isinstance(own, NewsPage):
            news.append(own)
        else:
            schools.append(own)
    courses.sort(key=lambda one: (str(one.first_published_at), one.pk), reverse=True)
    news.sort(key=lambda one: (one.event_date, one.pk), reverse=True)
    schools.sort(key=lambda one: (not one.is_centre, one.path))
    return courses, news, schools


@kept()
def _categories() -> Any:
    return Category.objects.all()


@kept(now=DateTimeField())
def _newest(now: Any) -> Any:
    """The newest courses, news and notices, and all schools, in one list."""
    newest_courses = CoursePage.objects.open_to_all(now).order_by(
        "-first_published_at", "-pk"
    )
    newest = NewsPage.objects.newest(now)
    chosen = [
        newest_courses.values("pk")[:NEWEST_COURSES],
        newest.news().values("pk")[:NEWEST_NEWS],
        newest.notices().values("pk")[:NEWEST_NOTICES],
        SchoolPage.objects.open_to_all(now).values("pk"),
    ]
    # One list, so that the pages are looked up: of «in one list or another» PostgreSQL
    # reads all pages, and SQLite makes each list twice.
    first, *others = [
        Page.objects.filter(pk__in=pages).order_by().values("pk") for pages in chosen
    ]
    # Only of a course: for a school all that lies below it would be looked through.
    lessons = Case(When(coursepage__isnull=False, then=lesson_count()), default=0)
    rows = Page.objects.filter(pk__any_of=first.union(*others, all=True)).annotate(
        lesson_total=lessons, teacher_names=names_of_teachers()
    )
    return join_kinds(rows, CoursePage, NewsPage, SchoolPage).defer(*UNSHOWN)
