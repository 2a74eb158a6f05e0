"""A draft on somebody's phone, and what is to be mended in it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page

from core.access import Rule, access
from core.previews import LearnerPreviewMixin, silent
from core.qr_code import qr_data_uri
from courses.content_checks import check_body
from courses.models.preview import PreviewLink
from courses.services.preview_links import (
    make_link,
    may_preview,
    read_draft,
    revoke_link,
    token_of,
)


def _page(request: HttpRequest, page_id: int) -> Any:
    """The page, if the person works on it; else there is none."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, LearnerPreviewMixin) or not may_preview(request.user, page):
        raise Http404
    return page


@access(Rule.STAFF)
@never_cache
@require_safe
def phone(request: HttpRequest, page_id: int) -> HttpResponse:
    """The link to the draft, as a code to be scanned; and the other links of one's own."""
    page = _page(request, page_id)
    rows = PreviewLink.objects.open_at(timezone.now()).filter(made_by=request.user)
    links = list(rows.select_related("page"))
    link = next((one for one in links if one.page_id == page.pk), None)
    address = request.build_absolute_uri(_address(link)) if link else ""
    return render(
        request,
        "courses/desk/phone.html",
        {
            "page": page,
            "title": page.get_latest_revision_as_object().title,
            "link": link,
            "address": address,
            "code": qr_data_uri(address) if link else "",
            "others": [one for one in links if one is not link],
        },
    )


def _address(link: PreviewLink) -> str:
    return reverse("courses:draft", args=[token_of(link)])


@access(Rule.STAFF)
@require_POST
def make(request: HttpRequest, page_id: int) -> HttpResponse:
    """Make the link; the form that is sent twice makes one."""
    page = _page(request, page_id)
    make_link(page=page, by=request.user)
    return redirect("desk:phone", page.pk)


@access(Rule.STAFF)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a link of one's own back."""
    person: Any = request.user
    link = get_object_or_404(PreviewLink.objects.filter(made_by=person), pk=pk)
    revoke_link(link=link, by=person)
    messages.success(request, _("收回了。那个链接现在打不开了。"))
    return redirect("desk:phone", link.page_id)


@access(Rule.STAFF)
@never_cache
@require_safe
def checks(request: HttpRequest, page_id: int) -> HttpResponse:
    """What is to be mended in the draft, each with the way to its place."""
    page = _page(request, page_id)
    draft = page.get_latest_revision_as_object()
    is_part = "part" in request.GET
    return render(
        request,
        "courses/includes/findings.html" if is_part else "courses/desk/checks.html",
        {
            "page": page,
            "title": draft.title,
            "findings": check_body(getattr(draft, "body", ())),
            "editor": (
                "" if is_part else reverse("wagtailadmin_pages:edit", args=[page.pk])
            ),
        },
    )


@access(Rule.GATED)
@never_cache
@require_safe
def draft(request: HttpRequest, token: str) -> HttpResponse:
    """The draft, for who holds the link. Nothing can be sent from it."""
    page = read_draft(token)
    if page is None:
        response = render(request, "courses/draft_gone.html", status=404)
    else:
        request.preview_token = token  # type: ignore[attr-defined]
        response = page.serve_preview(request, request.GET.get("mode", ""))
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        response._csp_replace = silent(policy)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
