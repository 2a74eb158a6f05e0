"""The page between «交卷» and handing in, for who has left questions out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.access import Rule, access
from courses.models import LessonPage
from learning.exceptions import NotEnrolledError
from learning.permissions import study_enrolment
from learning.quiz_view import read_own_work
from learning.services.answers import unanswered


@access(Rule.SIGNED_IN)
@never_cache
@require_safe
def hand_in(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """«还有 N 题没答»: hand in all the same, or go back. Handing in is a report."""
    lesson = get_object_or_404(LessonPage.objects.live(), pk=lesson_id)
    enrolment = study_enrolment(request.user, lesson.course.pk)
    if enrolment is None:
        raise NotEnrolledError
    _row, attempt, _responses = read_own_work(enrolment, lesson, timezone.now())
    is_over = not attempt.is_open if attempt else lesson.begins_by_button
    if is_over or not lesson.is_handed_in:
        return redirect(lesson.get_url(request))
    return render(
        request,
        "learning/hand_in.html",
        {
            "lesson": lesson,
            "course": lesson.course,
            "number": attempt.number if attempt else 1,
            "unanswered": unanswered(lesson, attempt),
        },
    )
