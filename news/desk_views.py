"""`/desk/publicity/`: stories offered to the centre and on their way to the outlets."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from core.access import Rule, access, require
from core.forms import posted
from core.services.deliver import deliver as deliver_file
from news.choices import SubmissionState
from news.desk_forms import AdoptionForm, DeliverForm, ReturnForm, SubmitForm
from news.exceptions import ClippingRefusedError
from news.models import Delivery, NewsPage, Submission
from news.outgoing import problems_before_sending
from news.permissions import (
    can_submit,
    handles_publicity,
    sees_publicity,
    submitting_schools,
)
from news.services import submissions
from news.word_files import package_name, package_of

ROWS_A_PAGE = 25


@access(Rule.STAFF)
@require_GET
def publicity(request: HttpRequest) -> HttpResponse:
    """What was offered; what waits for the centre comes first."""
    require(sees_publicity(request.user))
    found = Submission.objects.visible_to(request.user).with_page().in_order()
    page = Paginator(found.prefetch_related("deliveries__outlet"), ROWS_A_PAGE)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "handles": bool(handles_publicity(request.user)),
    }
    return render(request, "news/desk/publicity.html", context)


@access(Rule.STAFF)
@require_GET
def choose_story(request: HttpRequest) -> HttpResponse:
    """Which story to offer."""
    require(sees_publicity(request.user))
    found = NewsPage.objects.to_submit(submitting_schools(request.user))
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "news/desk/choose_story.html", {"page": page})


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submit_story(request: HttpRequest, page_id: int) -> HttpResponse:
    """Offer a story; offer one again that came back."""
    story = get_object_or_404(NewsPage, pk=page_id)
    if not can_submit(request.user, story):
        raise Http404
    known = Submission.objects.filter(page=story).first()
    if known is not None and known.state != SubmissionState.RETURNED:
        return redirect("desk:submission", known.pk)
    form = SubmitForm(posted(request), page=story, instance=known)
    if request.method == "POST" and form.is_valid():
        found = submissions.submit(page=story, by=request.user, **form.given())
        messages.success(request, _("报上去了，等中心看。"))
        return redirect("desk:submission", found.pk)
    context = {"story": story, "form": form, "known": known}
    return render(request, "news/desk/submit_story.html", context, status=_status(form))


@access(Rule.STAFF)
@never_cache
@require_GET
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """One story: where it is, and what the outlets made of it."""
    return _page(request, _submission(request, pk))


@access(Rule.STAFF)
@require_POST
def accept_story(request: HttpRequest, pk: int) -> HttpResponse:
    found = _submission(request, pk)
    require(handles_publicity(request.user))
    submissions.accept(submission=found, by=request.user)
    return redirect("desk:submission", found.pk)


@access(Rule.STAFF)
@require_POST
def return_story(request: HttpRequest, pk: int) -> HttpResponse:
    found = _submission(request, pk)
    require(handles_publicity(request.user))
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, found, return_form=form)
    submissions.send_back(
        submission=found, by=request.user, reason=form.cleaned_data["reason"]
    )
    return redirect("desk:submission", found.pk)


@access(Rule.STAFF)
@require_POST
def deliver_story(request: HttpRequest, pk: int) -> HttpResponse:
    found = _submission(request, pk)
    require(handles_publicity(request.user))
    form = DeliverForm(request.POST, submission=found)
    if not form.is_valid():
        return _page(request, found, deliver_form=form)
    submissions.deliver(submission=found, by=request.user, **form.cleaned_data)
    return redirect("desk:submission", found.pk)


@access(Rule.STAFF)
@never_cache
@require_GET
def package(request: HttpRequest, pk: int) -> HttpResponse:
    """The zip for a television station or a newspaper (PUB-06)."""
    found = _submission(request, pk)
    require(handles_publicity(request.user))
    problems = problems_before_sending(found.page)
    if problems:
        return _page(request, found)
    answer = HttpResponse(package_of(found), content_type="application/zip")
    answer.headers["Content-Disposition"] = _attachment(f"{package_name(found)}.zip")
    return answer


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def adoption(request: HttpRequest, pk: int, delivery_id: int) -> HttpResponse:
    """How an outlet brought the story."""
    found = _submission(request, pk)
    require(handles_publicity(request.user))
    delivery = _delivery(found, delivery_id)
    known = getattr(delivery, "adoption", None)
    form = AdoptionForm(posted(request), request.FILES or None, instance=known)
    if request.method == "POST" and form.is_valid():
        try:
            submissions.note_adoption(
                delivery=delivery, by=request.user, **form.cleaned_data
            )
        except ClippingRefusedError as error:
            form.add_error("clipping", str(error))
        else:
            messages.success(request, _("记下了。"))
            return redirect("desk:submission", found.pk)
    context = {"submission": found, "delivery": delivery, "form": form}
    return render(request, "news/desk/adoption.html", context, status=_status(form))


@access(Rule.STAFF)
@require_POST
def not_adopted(request: HttpRequest, pk: int, delivery_id: int) -> HttpResponse:
    found = _submission(request, pk)
    require(handles_publicity(request.user))
    submissions.note_not_adopted(
        delivery=_delivery(found, delivery_id), by=request.user
    )
    return redirect("desk:submission", found.pk)


@access(Rule.STAFF)
@never_cache
@require_GET
def clipping(request: HttpRequest, pk: int, delivery_id: int) -> HttpResponseBase:
    """The clipping, to keep; never shown as a page of this site."""
    delivery = _delivery(_submission(request, pk), delivery_id)
    known = getattr(delivery, "adoption", None)
    if known is None or not known.clipping:
        raise Http404
    name = known.clipping.name
    return deliver_file(
        request,
        name=name,
        filename=name.rsplit("/", 1)[-1],
        inline=False,
    )


def _submission(request: HttpRequest, pk: int) -> Submission:
    """A story that the person may see; another's looks like none."""
    found: Submission = get_object_or_404(
        Submission.objects.visible_to(request.user).with_page(), pk=pk
    )
    return found


def _delivery(submission: Submission, pk: int) -> Delivery:
    found: Delivery = get_object_or_404(
        submission.deliveries.select_related("outlet", "adoption"), pk=pk
    )
    return found


def _page(
    request: HttpRequest,
    found: Submission,
    *,
    return_form: Any = None,
    deliver_form: Any = None,
) -> HttpResponse:
    handles = bool(handles_publicity(request.user))
    wrong = return_form or deliver_form
    context = {
        "submission": found,
        "deliveries": list(found.deliveries.select_related("outlet", "adoption")),
        "handles": handles,
        "problems": problems_before_sending(found.page) if handles else [],
        "may_submit": bool(can_submit(request.user, found.page)),
        "return_form": return_form or ReturnForm(),
        "deliver_form": deliver_form or DeliverForm(submission=found),
        "form": wrong,
    }
    return render(
        request, "news/desk/submission.html", context, status=422 if wrong else 200
    )


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _attachment(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(True, name) or "attachment"
