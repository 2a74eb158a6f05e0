"""What courses draws on pages of the apps below it: registered in `apps.py`."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from core.pictures import read_renditions
from courses.catalogue import attach_schools
from courses.models import CoursePage

COURSES_SHOWN = 6


def school_courses(request: HttpRequest, school: Any) -> str:
    """The newest courses of a school, on its page: two queries, three with pictures."""
    newest = (
        CoursePage.objects.in_catalogue()
        .descendant_of(school)
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
        },
        request=request,
    )
