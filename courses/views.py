"""Public pages that are no pages of the tree: the street's timetable, print views."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.access import Rule, access
from core.civil_time import civil_date
from courses.models import CoursePage
from courses.slots import course_sheet
from courses.weeks import asked_week, read_week
from schools.models import SchoolPage


@access(Rule.PUBLIC)
@require_safe
def timetable(request: HttpRequest) -> HttpResponse:
    """What takes place in the whole street in a week, by day."""
    asked = request.GET.get("week", "")
    week = read_week(monday=asked_week(asked, civil_date()))
    return render(
        request, "courses/timetable/street.html", {"week": week, "noindex": bool(asked)}
    )


@access(Rule.PUBLIC)
@require_safe
def print_week(request: HttpRequest, pk: int) -> HttpResponse:
    """The timetable of a school for the notice board: one sheet of A4."""
    school = get_object_or_404(SchoolPage.objects.open_to_all(), pk=pk)
    monday = asked_week(request.GET.get("week", ""), civil_date())
    return render(
        request,
        "print/week.html",
        {"school": school, "week": read_week(school=school, monday=monday)},
    )


@access(Rule.PUBLIC)
@require_safe
def print_course(request: HttpRequest, pk: int) -> HttpResponse:
    """A leaflet of a course: what it is, when, where, and how to join."""
    course = get_object_or_404(
        CoursePage.objects.open_to_all().select_related("category"), pk=pk
    )
    return HttpResponse(course_sheet(request, course))
