"""`/desk/news/`: the sheet of a story's reviews, a signature on paper, and withdrawing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.access import Rule, access, require
from core.exceptions import RefusedError
from core.forms import posted
from core.services.deliver import deliver as deliver_file
from news.digest import story_digest
from news.models import NewsPage, Review
from news.permissions import can_record_paper, can_withdraw
from news.review_forms import PaperForm, WithdrawForm
from news.services.reviews import record_paper, withdraw


@access(Rule.STAFF)
@never_cache
@require_safe
def sheet(request: HttpRequest, page_id: int) -> HttpResponse:
    """《信息发布审核表》 of a story, to be printed and filed (REV-06)."""
    page = get_object_or_404(NewsPage, pk=page_id)
    rows = list(
        Review.objects.visible_to(request.user)
        .filter(page=page)
        .select_related("recorded_by")
    )
    if not rows:
        raise Http404
    draft = page.get_latest_revision_as_object()
    return render(
        request,
        "print/review_sheet.html",
        {
            "page": draft,
            "school": page.school,
            "may_edit": page.permissions_for_user(request.user).can_edit(),
            "rows": rows,
            "withdrawals": page.withdrawals.select_related("by"),
            "photos": [one for one in draft.body if one.block_type == "photo"],
        },
    )


@access(Rule.STAFF)
@never_cache
@require_safe
def scan(request: HttpRequest, page_id: int, pk: int) -> HttpResponseBase:
    """The paper behind a review that was signed on paper."""
    row = get_object_or_404(
        Review.objects.visible_to(request.user).exclude(scan=""), pk=pk, page_id=page_id
    )
    name = row.scan.name
    return deliver_file(
        request,
        name=name,
        filename=name.rsplit("/", 1)[-1],
        inline=False,
    )


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, page_id: int) -> HttpResponse:
    """Enter what was signed on paper, for the third review or from the office above."""
    require(can_record_paper(request.user))
    page = get_object_or_404(NewsPage, pk=page_id)
    workflow = page.current_workflow_state
    if workflow is None or not page.workflow_in_progress:
        raise Http404
    seen = story_digest(page.get_latest_revision().content)
    form = PaperForm(posted(request), request.FILES or None, initial={"seen": seen})
    if request.method == "POST" and form.is_valid():
        try:
            record_paper(
                state=workflow.current_task_state, by=request.user, **form.cleaned_data
            )
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("登记好了。"))
            return redirect("desk:review_of_page", page_id=page.pk)
    return _form(request, page, form, _("登记纸上的签字"), _("登记"))


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_away(request: HttpRequest, page_id: int) -> HttpResponse:
    """«撤稿»: with a reason, at once; the address says so from then on."""
    require(can_withdraw(request.user))
    page = get_object_or_404(NewsPage, pk=page_id)
    if not page.live and not page.withdrawals.exists():
        raise Http404
    form = WithdrawForm(posted(request))
    if request.method == "POST" and form.is_valid():
        withdraw(page=page, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("撤下来了。改好以后要重新审过才能发布。"))
        return redirect("desk:news_sheet", page_id=page.pk)
    return _form(request, page, form, _("撤稿"), _("撤下来"))


def _form(
    request: HttpRequest, page: Any, form: Any, heading: str, button: str
) -> HttpResponse:
    return render(
        request,
        "news/desk/review_form.html",
        {
            "page": page,
            "form": form,
            "heading": heading,
            "button": button,
            "is_danger": isinstance(form, WithdrawForm),
        },
        status=422 if form.is_bound and form.errors else 200,
    )
