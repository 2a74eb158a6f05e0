"""A resident's own timetable: as a page, on paper, and as a file for the calendar.

The file is downloaded by the signed-in person; there is no address that a stranger who
learnt it could subscribe to.
"""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.access import Rule, access
from core.civil_time import civil_date, midnight
from courses.models import RunSession
from courses.weeks import asked_week, week_of
from learning.calendar_file import write_calendar
from learning.choices import GOING_STATES
from learning.models import Enrolment
from learning.views import person


def own_sessions(user: Any) -> Any:
    """The lessons of the classes that the person is on."""
    runs = Enrolment.objects.filter(learner=user, state__in=GOING_STATES).values("run")
    return RunSession.objects.for_timetable().filter(run__in=runs)


@access(Rule.SIGNED_IN)
@never_cache
@require_safe
def own_week(request: HttpRequest) -> HttpResponse:
    """«我的课表»: one week by day."""
    return render(request, "learning/runs/own_week.html", {"week": _week(request)})


@access(Rule.SIGNED_IN)
@never_cache
@require_safe
def print_own(request: HttpRequest) -> HttpResponse:
    """All lessons that lie ahead, on paper."""
    rows = own_sessions(person(request)).taking_place()
    ahead = rows.filter(session__ends_at__gt=timezone.now())
    return render(request, "print/own_timetable.html", {"rows": list(ahead)})


@access(Rule.SIGNED_IN)
@never_cache
@require_safe
def own_calendar(request: HttpRequest) -> HttpResponse:
    """What lies ahead and a month behind, cancelled lessons included."""
    since = timezone.now() - timedelta(days=31)
    rows = own_sessions(person(request)).filter(session__ends_at__gt=since)
    return _as_file(rows, "timetable.ics")


@access(Rule.SIGNED_IN)
@never_cache
@require_safe
def place_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The lessons of one class."""
    row = get_object_or_404(
        Enrolment.objects.filter(learner=person(request), state__in=GOING_STATES), pk=pk
    )
    rows = RunSession.objects.for_timetable().filter(run=row.run_id)
    return _as_file(rows, "class.ics")


def _week(request: HttpRequest) -> Any:
    monday = asked_week(request.GET.get("week", ""), civil_date())
    rows = (
        own_sessions(person(request))
        .taking_place()
        .filter(
            session__starts_at__gte=midnight(monday),
            session__starts_at__lt=midnight(monday + timedelta(days=7)),
        )
    )
    return week_of(list(rows), monday, civil_date())


def _as_file(rows: QuerySet[RunSession], name: str) -> HttpResponse:
    response = HttpResponse(
        write_calendar(rows), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
