"""Handing work over, and having it back: for the learner and who marks it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import Rule, access
from core.services.deliver import deliver
from courses.models import LessonPage
from learning.choices import WorkKind
from learning.exceptions import NotEnrolledError, WorkRefusedError
from learning.permissions import study_enrolment
from learning.progress_form import place_of
from learning.services import work as service
from learning.work_files import work_of


@access(Rule.SIGNED_IN)
@require_POST
def hand_over(request: HttpRequest, lesson_id: int, block_id: str) -> HttpResponse:
    """Keep the files of the form and answer the question with them."""
    lesson = get_object_or_404(LessonPage.objects.live(), pk=lesson_id)
    enrolment = study_enrolment(request.user, lesson.course.pk)
    if enrolment is None:
        raise NotEnrolledError
    place = lesson.get_url(request) + place_of(request.POST, f"#q-{block_id}")
    try:
        service.hand_over(
            enrolment=enrolment,
            lesson=lesson,
            block_id=block_id,
            uploads=request.FILES.getlist("files"),
        )
    except WorkRefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("交上去了，等老师看。"))
    return redirect(place)


@access(Rule.GATED)
@require_http_methods(["GET", "HEAD"])
def work(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """One file; whoever may not have it is told that there is none."""
    found = work_of(request.user, key)
    if found is None:
        raise Http404
    return deliver(
        request,
        name=str(found.file.name),
        storage=found.file.storage,
        filename=found.name,
        # What we drew ourselves, and sound, may be shown; a file is only kept.
        inline=found.kind != WorkKind.FILE,
    )
