"""`/desk/reviews/`: what waits to be looked at, one page of it, and its author's side."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.models import Page, TaskState

from core.access import Rule, access, require
from core.exceptions import RefusedError
from core.previews import PreviewMode, silent
from schools.models.review import ReviewState
from schools.permissions import can_review, can_review_state
from schools.review.changes import since_return
from schools.review.digest import digest_for
from schools.review.reading import remarks_on, submission_of, submissions_for
from schools.review.targets import editor_link, targets_of
from schools.review_forms import APPROVE, DecisionForm, RemarkForm
from schools.services.review import add_remark, approve, send_back


@access(Rule.STAFF)
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """«等我看的»: what waits for this person, the oldest first."""
    require(can_review(request.user))
    rows = submissions_for(request.user)
    return render(request, "schools/desk/review/list.html", {"rows": rows})


def _state(request: HttpRequest, pk: int) -> tuple[Any, Any]:
    """The review and its page, if the person may decide on it."""
    require(can_review(request.user))
    state = get_object_or_404(
        ReviewState.objects.select_related("workflow_state__requested_by", "revision"),
        pk=pk,
    )
    page = get_object_or_404(Page, pk=state.workflow_state.object_id).specific
    require(can_review_state(request.user, state, page))
    return state, page


@access(Rule.STAFF)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One page that waits: what it says, the checks, the remarks, and the decision."""
    state, page = _state(request, pk)
    draft = page.get_latest_revision_as_object()
    if request.method != "POST":
        return _show(request, state, page, draft)
    form = DecisionForm(draft, request.POST)
    if not form.is_valid():
        return _show(request, state, page, draft, decision=form)
    seen = form.cleaned_data["seen"]
    if form.verdict == APPROVE:
        try:
            passed = approve(
                state=state,
                by=request.user,
                seen=seen,
                checks=form.ticked,
                opinion=form.cleaned_data.get("opinion", ""),
            )
        except RefusedError as refusal:
            return _refused(request, state, page, refusal)
        if passed.workflow_in_progress:
            messages.success(request, _("通过了，交给下一审。"))
        else:
            messages.success(request, _("上线了。作者会收到消息。"))
        return redirect("desk:reviews")
    try:
        reason = form.cleaned_data["reason"]
        send_back(state=state, by=request.user, seen=seen, reason=reason)
    except RefusedError as refusal:
        return _refused(request, state, page, refusal)
    messages.success(request, _("退回给作者了。作者会收到消息。"))
    return redirect("desk:reviews")


@access(Rule.STAFF)
@never_cache
@require_GET
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """The page as residents would see it; also for who never enters the admin."""
    _state_of_page, page = _state(request, pk)
    draft = page.get_latest_revision_as_object()
    response: HttpResponse = draft.serve_preview(request, PreviewMode.PHONE)
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    response._csp_replace = silent(policy)  # type: ignore[attr-defined]
    return response


@access(Rule.STAFF)
@require_POST
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Tie a remark to a place of the page."""
    state, page = _state(request, pk)
    draft = page.get_latest_revision_as_object()
    form = RemarkForm(targets_of(draft), request.POST)
    if not form.is_valid():
        return _show(request, state, page, draft, remark_form=form)
    add_remark(state=state, by=request.user, **form.cleaned_data)
    messages.success(request, _("记下了。退回的时候，作者会看到。"))
    return redirect("desk:review", pk=pk)


@access(Rule.STAFF)
@never_cache
@require_GET
def review_of_page(request: HttpRequest, page_id: int) -> HttpResponse:
    """The author's side: who looks and by when, what was said, or that it is live."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise Http404
    draft = page.get_latest_revision_as_object()
    workflow_state = page.current_workflow_state
    task_state = workflow_state.current_task_state if workflow_state else None
    waits = task_state is not None and (
        task_state.status == TaskState.STATUS_IN_PROGRESS
    )
    print_link = getattr(page, "print_link", "")
    return render(
        request,
        "schools/desk/review/author.html",
        {
            "page": page,
            "draft": draft,
            "submission": _waiting(task_state, page) if waits else None,
            "returned": task_state if task_state and not waits else None,
            "remarks": remarks_on(draft),
            "changes": since_return(page, draft),
            "edit_link": editor_link(page),
            "print_link": print_link if page.live else "",
        },
    )


def _waiting(task_state: Any, page: Any) -> Any:
    words = getattr(task_state.task.specific, "stage_words", "")
    return submission_of(task_state, page, stage_words=words)


def _refused(
    request: HttpRequest, state: Any, page: Any, refusal: RefusedError
) -> HttpResponse:
    """The page again, as it is now, with the sentence."""
    page = Page.objects.get(pk=page.pk).specific
    draft = page.get_latest_revision_as_object()
    return _show(request, state, page, draft, refusal=refusal)


def _show(
    request: HttpRequest,
    state: Any,
    page: Any,
    draft: Any,
    *,
    decision: Any = None,
    remark_form: Any = None,
    refusal: RefusedError | None = None,
) -> HttpResponse:
    revision = page.get_latest_revision()
    targets = targets_of(draft)
    faulty = decision or remark_form
    status = refusal.status if refusal else 422 if faulty else 200
    initial = {"seen": digest_for(page, revision.content)}
    return render(
        request,
        "schools/desk/review/one.html",
        {
            "submission": submission_of(
                state, page, stage_words=state.task.specific.stage_words
            ),
            "draft": draft,
            "waits": state.status == TaskState.STATUS_IN_PROGRESS,
            "revision": revision,
            "is_changed": state.content_digest != initial["seen"],
            "targets": targets,
            "remarks": remarks_on(draft),
            "changes": since_return(page, draft),
            "decision": decision or DecisionForm(draft, initial=initial),
            "remark_form": remark_form or RemarkForm(targets, auto_id="remark_%s"),
            "form": faulty,
            "refusal": refusal,
        },
        status=status,
    )
