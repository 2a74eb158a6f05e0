"""«请老师帮忙»: a learner asks on a lesson, and reads what the teacher answered."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from core.access import Rule, access
from core.forms import posted
from courses.models import LessonPage
from learning.exceptions import NotEnrolledError, TooManyMessagesError
from learning.inbox import find_step, own_conversations
from learning.message_forms import MessageForm
from learning.permissions import study_enrolment
from learning.services import messages as service

ROWS_A_PAGE = 20


@access(Rule.SIGNED_IN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """Ask about a lesson or a step of it, then back to the same place."""
    lesson = get_object_or_404(LessonPage.objects.live(), pk=lesson_id)
    enrolment = study_enrolment(request.user, lesson.course.pk)
    if enrolment is None:
        raise NotEnrolledError
    asked = request.POST if request.method == "POST" else request.GET
    step = find_step(lesson, asked.get("block", "")[:36])
    place = lesson.get_url(request) + (f"?step={step.number}" if step else "")
    form = MessageForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            service.ask(
                enrolment=enrolment,
                lesson=lesson,
                block_id=step.key if step else "",
                step_title=step.title if step else "",
                **form.cleaned_data,
            )
        except TooManyMessagesError as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("交给老师了。老师回话以后，这里就看得到。"))
            return redirect(f"{place}#ask")
    return render(
        request,
        "learning/ask.html",
        {"lesson": lesson, "step": step, "form": form, "place": place},
        status=422 if form.is_bound else 200,
    )


@access(Rule.SIGNED_IN)
@require_GET
def own_messages(request: HttpRequest) -> HttpResponse:
    """«问老师的»: everything one has asked, with the last word of each."""
    page = Paginator(own_conversations(request.user), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "learning/messages.html", {"page": page})


@access(Rule.SIGNED_IN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own question with the answers; one may go on writing."""
    found = get_object_or_404(own_conversations(request.user), pk=pk)
    form = MessageForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            service.write_again(conversation=found, **form.cleaned_data)
        except TooManyMessagesError as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("交给老师了。老师回话以后，这里就看得到。"))
            return redirect("learning:conversation", pk)
    service.mark_read(conversation=found)
    step = find_step(found.lesson, found.block_id)
    place = found.lesson.get_url(request) + (step.place if step else "")
    return render(
        request,
        "learning/conversation.html",
        {"conversation": found, "form": form, "place": place},
        status=422 if form.is_bound else 200,
    )
