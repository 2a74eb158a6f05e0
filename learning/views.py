"""What a resident does: enrol, learn, leave. A view reads the request and calls."""

import json
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from core.access import Rule, access
from core.display import read_display
from core.exceptions import KeyReusedError
from core.language import sentence_html
from core.origin import comes_from_elsewhere
from core.services.idempotency import run_once
from core.views import remember
from courses.models import CoursePage, CourseRun, LessonPage
from learning import my_learning
from learning.choices import ProgressSource
from learning.exceptions import BadReportError, NotEnrolledError
from learning.heartbeat import HeldRow, held_row
from learning.inbox import count_news
from learning.models import Enrolment
from learning.permissions import can_study, study_enrolment
from learning.progress_form import place_of, read_form
from learning.reading import (
    add_certificates,
    read_course_study,
    read_live_lesson,
    read_studies,
)
from learning.report import Opened, is_of_another, opened_at, read_report, read_token
from learning.services import progress as progress_service
from learning.services import seen
from learning.services.answers import current_attempt, unanswered
from learning.services.attempts import begin_attempt
from learning.services.enrolment import enrol_learner, leave
from learning.signal_handlers import PENDING_RUN
from learning.step_view import LAYOUT_COOKIE, LAYOUTS

STUDIES_A_PAGE = 20
MAX_BODY = 200_000


def person(request: HttpRequest) -> User:
    """Who asks; the access rule of the view has made sure that somebody does."""
    return cast("User", request.user)


@access(Rule.SIGNED_IN)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """«我的学习»: what to go on with, what is under way, what is finished."""
    now, user = timezone.now(), person(request)
    own = my_learning.read_enrolments(user)
    active = Paginator(my_learning.under_way(own), STUDIES_A_PAGE)
    page = active.get_page(request.GET.get("page"))
    done = Paginator(my_learning.finished(own), STUDIES_A_PAGE)
    finished = done.get_page(request.GET.get("finished"))
    classes = my_learning.on_classes(own, now)
    filled = my_learning.fill([*page.object_list, *finished.object_list, *classes])
    rows = [filled[one.pk] for one in page.object_list]
    ended = [filled[one.pk] for one in finished.object_list]
    studies = read_studies([*rows, *ended])
    under_way = studies[: len(rows)]
    add_certificates(studies[len(rows) :])
    places = my_learning.places_of([filled[one.pk] for one in classes], now)
    return render(
        request,
        "learning/home.html",
        {
            "today": now,
            "going_on": under_way[0] if under_way else None,
            "under_way": under_way,
            "page": page,
            "finished": studies[len(rows) :],
            "finished_page": finished,
            "going": my_learning.read_going(places, now),
            "places": places,
            "queues": [one for one in places if not one.is_seated],
            "news": count_news(user),
            "stamps": my_learning.read_stamps(user, now),
        },
    )


# A visitor's course page holds no token, so that one page can be kept for all of them
# (core.public_pages): what a visitor's POST may do is checked here, without one.
@access(Rule.GATED)
@csrf_exempt
@require_POST
def enrol(request: HttpRequest, course_id: int) -> HttpResponse:
    """«免费开始学»: enrol and go to the lesson. A visitor signs up first."""
    if request.user.is_authenticated:
        return _enrol_person(request, course_id)
    if comes_from_elsewhere(request):
        raise PermissionDenied
    course, run = _course_and_run(course_id)
    request.session[PENDING_RUN] = run.pk
    target = _lesson_to_begin(course, None) or course
    query = urlencode({"next": target.get_url(request)})
    return redirect(f"{reverse('account_signup')}?{query}")


@csrf_protect
def _enrol_person(request: HttpRequest, course_id: int) -> HttpResponse:
    course, run = _course_and_run(course_id)
    enrolment = enrol_learner(learner=person(request), run=run)
    target = _lesson_to_begin(course, enrolment) or course
    return redirect(target.get_url(request))


def _course_and_run(course_id: int) -> tuple[CoursePage, CourseRun]:
    course = get_object_or_404(CoursePage.objects.open_to_all(), pk=course_id)
    return course, get_object_or_404(CourseRun, course=course, is_self_paced=True)


def _lesson_to_begin(course: CoursePage, enrolment: Enrolment | None) -> Any:
    study = read_course_study(course, enrolment)
    chosen = study.next or (study.lessons[0] if study.lessons else None)
    return chosen.lesson if chosen else None


@access(Rule.SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def leave_course(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then leave. Progress is kept for coming back."""
    enrolment = get_object_or_404(
        Enrolment.objects.filter(learner=person(request)).with_course(), pk=pk
    )
    if request.method != "POST":
        return render(request, "learning/leave.html", {"enrolment": enrolment})
    leave(enrolment=enrolment, by=request.user)
    messages.success(
        request,
        sentence_html(
            _("您退出了《%(course)s》。学过的都留着，想回来随时再点「免费开始学」。"),
            course=enrolment.run.course.title,
        ),
    )
    return redirect("learning:home")


@access(Rule.SIGNED_IN)
@require_POST
def progress(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """Take a report of progress: JSON from the page's queue, or a plain form."""
    held = held_row(request, person(request))
    if held is not None:
        answer = _add(request, lesson_id, held)
        if answer is not None:
            return answer
    lesson = read_live_lesson(lesson_id)
    if lesson is None:
        raise Http404
    if request.content_type == "application/json":
        return _progress_json(request, lesson)
    enrolment = study_enrolment(request.user, lesson.course.pk)
    if enrolment is None:
        raise NotEnrolledError
    return _progress_form(request, lesson, enrolment)


def _add(request: HttpRequest, lesson_id: int, held: HeldRow) -> HttpResponse | None:
    """Take a report that only adds; None where the long way has to say what is wrong."""
    user, now = person(request), timezone.now()
    opened = _opened(held.body)
    if is_of_another(opened, user.pk):
        return None
    try:
        report = read_report(
            held.body["events"],
            content=held.content,
            opened=opened_at(opened, lesson_id, user.pk, now),
            at=now,
        )
    except BadReportError:
        return None
    outcome = seen.add(held.progress, held.content, report, now)
    return None if outcome is None else JsonResponse(outcome.as_json())


def _progress_json(request: HttpRequest, lesson: LessonPage) -> HttpResponse:
    user = person(request)
    try:
        body = _read_json(request)
        if is_of_another(_opened(body), user.pk):
            # Like an ended session: the page keeps what it has for its own person.
            return HttpResponse(status=403, content_type="text/plain")
        answer = run_once(
            user=user,
            key=str(body.get("key", ""))[:64],
            action=f"progress:{lesson.pk}",
            body=body.get("events"),
            effect=lambda: _take(lesson, user, body, ProgressSource.WEB),
            takes_turns=True,
        )
    except KeyReusedError:
        return _refusal(BadReportError())
    except (BadReportError, NotEnrolledError) as refusal:
        return _refusal(refusal)
    return JsonResponse(answer)


def _refusal(refusal: Any) -> JsonResponse:
    return JsonResponse(
        {"error": str(refusal), "code": type(refusal).__name__}, status=refusal.status
    )


def _read_json(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > MAX_BODY:
        raise BadReportError
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadReportError from error
    if not isinstance(body, dict):
        raise BadReportError
    return body


def _opened(body: dict[str, Any]) -> Opened | None:
    return read_token(str(body.get("opened", "")))


def _take(
    lesson: LessonPage, user: User, body: dict[str, Any], source: str
) -> dict[str, Any]:
    now = timezone.now()
    opened = opened_at(_opened(body), lesson.pk, user.pk, now)
    outcome = progress_service.record_as(
        user=user,
        lesson=lesson,
        read=lambda papers: read_report(
            body.get("events"),
            content=lesson.content,
            opened=opened,
            at=now,
            papers=papers,
        ),
        source=source,
        at=now,
    )
    return outcome.as_json()


def _progress_form(
    request: HttpRequest, lesson: LessonPage, enrolment: Enrolment
) -> HttpResponse:
    """The way without JavaScript: one button, one event, back to the same place."""
    url = lesson.get_url(request)
    if request.POST.get("event") in ("again", "begin"):
        begin_attempt(
            enrolment=enrolment,
            lesson=lesson,
            is_unhurried=read_display(request).is_elder,
        )
        return redirect(url + place_of(request.POST, "#questions"))
    is_hasty = request.POST.get("event") == "hand_in" and "sure" not in request.POST
    if is_hasty and unanswered(lesson, current_attempt(enrolment, lesson)):
        return redirect("learning:hand_in", lesson_id=lesson.pk)
    form = read_form(request.POST, enrolment, lesson)
    if not form.events:
        messages.error(request, form.left_out)
        return redirect(url + form.place)
    body = {"events": form.events, "opened": request.POST.get("opened", "")}
    answer = _take(lesson, person(request), body, ProgressSource.FORM)
    if form.events[0]["type"] != "done":
        return redirect(url + form.place)
    if answer["complete"]:
        return redirect("learning:done", lesson_id=lesson.pk)
    for sentence in answer["missing"]:
        messages.warning(request, sentence)
    return redirect(url + form.place)


@access(Rule.GATED)
@require_POST
def choose_layout(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """«一步一步看» or «整页看»: remembered in a cookie, for all lessons."""
    lesson = get_object_or_404(LessonPage.objects.live(), pk=lesson_id)
    if not can_study(request.user, lesson):
        raise Http404
    response = redirect(lesson.get_url(request))
    layout = request.POST.get("layout", "")
    if layout in LAYOUTS:
        remember(response, LAYOUT_COOKIE, layout)
    return response


@access(Rule.SIGNED_IN)
@require_GET
def done(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """The page after a lesson: what was learnt, the next lesson, or enough for today."""
    lesson = get_object_or_404(LessonPage.objects.live(), pk=lesson_id)
    course = lesson.course
    enrolment = study_enrolment(request.user, course.pk)
    if enrolment is None:
        raise NotEnrolledError
    study = read_course_study(course, enrolment)
    here = next((one for one in study.lessons if one.lesson.pk == lesson.pk), None)
    if here is None or not here.is_done:
        return redirect(lesson.get_url(request))
    return render(
        request,
        "learning/done.html",
        {"lesson": lesson, "course": course, "study": study, "here": here},
    )


@access(Rule.GATED)
@require_http_methods(["GET", "HEAD"])
def media(
    request: HttpRequest, lesson_id: int, block_id: str, slot: str
) -> HttpResponseBase:
    """A lesson's file, if the gate lets the reader in and the live lesson names it."""
    from learning.media import serve_lesson_file

    lesson = get_object_or_404(LessonPage, pk=lesson_id)
    if not lesson.live or not can_study(request.user, lesson):
        raise Http404
    return serve_lesson_file(request, lesson, block_id, slot)
