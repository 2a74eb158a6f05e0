"""What courses draws on pages of the apps below it: registered in `apps.py`."""

from typing import Any

from django.core.cache import cache
from django.db.models import F
from django.http import HttpRequest
from django.template.loader import render_to_string

from core.civil_time import civil_date
from core.origin import public_address
from core.pictures import read_renditions
from courses.catalogue import attach_schools
from courses.choices import RunState
from courses.content_checks import check_body
from courses.models import CoursePage, CourseRun, LessonPage
from courses.run_words import RunCard, read_cards
from courses.weeks import asked_week, read_week

COURSES_SHOWN = 6
CLASSES_SHOWN = 9
WORKS_HERE_KEPT_S = 300


def school_week(request: HttpRequest, school: Any) -> str:
    """«这周在这里»: the lessons of a week by day; one query."""
    monday = asked_week(request.GET.get("week", ""), civil_date())
    week = read_week(school=school, monday=monday)
    return render_to_string(
        "courses/slots/school_week.html",
        {"school": school, "week": week},
        request=request,
    )


def school_classes(request: HttpRequest, school: Any) -> str:
    """«到校课»: the classes of a school with their seats; one query."""
    cards = _classes_of(request, school)
    return render_to_string(
        "courses/slots/school_classes.html",
        {
            "school": school,
            "cards": cards[:CLASSES_SHOWN],
            "has_more": len(cards) > CLASSES_SHOWN,
        },
        request=request,
    )


def school_courses(request: HttpRequest, school: Any) -> str:
    """The school's newest courses that are no class now; two queries with pictures."""
    shown_already = {card.run.course_id for card in _classes_of(request, school)}
    newest = (
        CoursePage.objects.open_to_all()
        .annotate_lesson_counts()
        .select_related("category", "cover")
        .descendant_of(school)
        .exclude(pk__in=shown_already)
        .order_by("-first_published_at", "-pk")
    )
    # One more than is shown says whether there are more.
    courses = list(newest[: COURSES_SHOWN + 1])
    shown = courses[:COURSES_SHOWN]
    attach_schools(shown, [school])
    read_renditions(course.cover for course in shown)
    return render_to_string(
        "courses/slots/school_courses.html",
        {
            "school": school,
            "courses": shown,
            "has_more": len(courses) > COURSES_SHOWN,
            "has_classes": bool(shown_already),
        },
        request=request,
    )


def _classes_of(request: HttpRequest, school: Any) -> list[RunCard]:
    """The school's classes; read once for both slots."""
    known: dict[int, list[RunCard]] = request.__dict__.setdefault("_classes", {})
    if school.pk not in known:
        runs = (
            CourseRun.objects.shown()
            .with_meetings()
            .not_cancelled()
            .filter(school=school)
            .select_related("course__category")
            .order_by(F("next_at").asc(nulls_last=True), "pk")[: CLASSES_SHOWN + 1]
        )
        cards = read_cards(request, runs)
        # What one may still join stands first; the rest in the order of time.
        cards.sort(key=lambda card: card.state is not RunState.OPEN)
        known[school.pk] = cards
    return known[school.pk]


def edit_link(request: HttpRequest, page: Any) -> str:
    """«改这一页», for who may; nothing for everybody else.

    Whether somebody works here at all is kept for some minutes, so that a learner's
    page asks no query for it. The link is a way, not a right: the editor asks again.
    """
    if not request.user.is_authenticated or not _works_here(request.user):
        return ""
    if not page.permissions_for_user(request.user).can_edit():
        return ""
    return render_to_string("courses/slots/edit_link.html", {"page": page}, request)


def course_sheet(request: HttpRequest, course: CoursePage) -> str:
    """The leaflet of a course, live or a draft."""
    lessons = LessonPage.objects.child_of(course).live().defer("body").order_by("path")
    return render_to_string(
        "print/course.html",
        {
            "course": course,
            "school": course.school,
            "teachers": list(course.teachers.all()),
            "cards": read_cards(request, course.classes()),
            "lessons": list(lessons),
            "address": public_address(request, course.get_url(request)),
        },
        request=request,
    )


def editor_checks(request: HttpRequest, page: Any) -> str:
    """What is to be mended in the page that is open in the editor."""
    body = getattr(page, "body", None)
    if body is None:
        return ""
    return render_to_string(
        "courses/slots/editor_checks.html",
        {"page": page, "findings": check_body(body), "editor": ""},
        request=request,
    )


def _works_here(user: Any) -> bool:
    key = f"near:courses.works_here:{user.pk}"
    known = cache.get(key)
    if known is None:
        known = user.has_staff_role()
        cache.set(key, known, WORKS_HERE_KEPT_S)
    return bool(known)
