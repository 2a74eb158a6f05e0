"""`/desk/inbox/`: what learners ask; answer, and «办好了»."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from core.access import Rule, access
from core.civil_time import civil_date
from core.forms import posted
from learning.inbox import desk_conversations, find_step
from learning.message_forms import AnswerForm
from learning.models import Conversation
from learning.services import messages as service

ROWS_A_PAGE = 25


@access(Rule.STAFF)
@never_cache
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Who waits for a word, the longest first; `?show=all` also what is answered."""
    shows_all = request.GET.get("show") == "all"
    found = desk_conversations(request.user, only_waiting=not shows_all)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [
        {
            "conversation": one,
            "last": list(one.messages.all())[-1:],
            "days": _days(one),
            "is_late": one.is_late(now),
        }
        for one in page.object_list
    ]
    context = {"page": page, "rows": rows, "shows_all": shows_all}
    return render(request, "learning/desk/inbox.html", context)


def _days(one: Conversation) -> int:
    """How many days somebody has waited."""
    if one.waiting_since is None:
        return 0
    return (civil_date() - civil_date(one.waiting_since)).days


def _conversation(request: HttpRequest, pk: int) -> Conversation:
    """A conversation that one may answer; another's looks like none."""
    rows = desk_conversations(request.user, only_waiting=False)
    found: Conversation = get_object_or_404(rows, pk=pk)
    return found


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked, where, and the answer."""
    found = _conversation(request, pk)
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        service.answer(conversation=found, by=request.user, **form.cleaned_data)
        messages.success(request, _("回话交给学员了。"))
        return redirect("desk:inbox")
    step = find_step(found.lesson, found.block_id)
    place = found.lesson.get_url(request) + (step.place if step else "")
    return render(
        request,
        "learning/desk/conversation.html",
        {
            "conversation": found,
            "form": form,
            "place": place,
            "is_late": found.is_late(),
        },
        status=422 if form.is_bound else 200,
    )


@access(Rule.STAFF)
@never_cache
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """«办好了»: it needs no answer any more."""
    service.close(conversation=_conversation(request, pk), by=request.user)
    messages.success(request, _("记下了。学员再写，它会回到名单里。"))
    return redirect("desk:inbox")
