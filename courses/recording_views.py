"""`/desk/lessons/<id>/record/`: a voice for a step, recorded in the browser."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import Rule, access, require
from core.exceptions import UploadRefusedError
from core.forms import posted
from core.middleware import permissions_policy
from core.services.idempotency import run_once
from courses.exceptions import PageLockedError
from courses.models import LessonPage
from courses.permissions import can_write_courses
from courses.recording_forms import RecordingForm
from courses.services.recording import MOST_SECONDS, add_recording, take_recording


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record, listen, keep. Without a script a recording of the phone is chosen.

    The script sends the same form and is answered in JSON, so that what was recorded
    stays on the page when the net goes away or something has to be changed.
    """
    require(can_write_courses(request.user))
    lesson: LessonPage = get_object_or_404(LessonPage, pk=pk)
    if not lesson.permissions_for_user(request.user).can_edit():
        raise Http404
    draft = lesson.get_latest_revision_as_object()
    form = RecordingForm(
        posted(request),
        request.FILES or None,
        draft=draft,
        initial={"key": str(uuid4())},
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                _keep(request, lesson, form)
            except (UploadRefusedError, PageLockedError) as refusal:
                form.add_error("recording", str(refusal))
            else:
                return _kept(request, lesson)
        status = 422
        if _by_script(request):
            return JsonResponse({"error": _words(form)}, status=status)
    response = render(
        request,
        "courses/desk/record.html",
        {"form": form, "lesson": draft, "course": lesson.course, "most": MOST_SECONDS},
        status=status,
    )
    # What was just recorded is heard before it is sent.
    response._csp_update = {"media-src": ["blob:"]}  # type: ignore[attr-defined]
    # The one page of the site that may ask for the microphone.
    response["Permissions-Policy"] = permissions_policy(microphone="(self)")
    return response


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _words(form: RecordingForm) -> str:
    return " ".join(str(one) for errors in form.errors.values() for one in errors)


def _keep(request: HttpRequest, lesson: LessonPage, form: RecordingForm) -> None:
    given = form.cleaned_data
    title = form.title_of_place()
    recording = take_recording(
        lesson=lesson, upload=given["recording"], title=title, by=request.user
    )

    def effect() -> dict[str, Any]:
        add_recording(
            lesson=lesson, recording=recording, after=given["after"], title=title,
            transcript=given["transcript"], by=request.user,
        )  # fmt: skip
        return {}

    run_once(
        user=request.user,
        key=given["key"],
        action=f"lesson.record:{lesson.pk}",
        body=recording.pk,
        effect=effect,
    )


def _kept(request: HttpRequest, lesson: LessonPage) -> HttpResponse:
    messages.success(request, _("录音放进草稿了。写好文字稿，再交给编辑。"))
    address = reverse("desk:my_course", args=[lesson.course.pk])
    if _by_script(request):
        return JsonResponse({"next": address})
    return redirect(address)
