"""«我的资料»: what the site knows of one, a copy of it, and the end of the account."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.exceptions import ErasureRefusedError
from accounts.models import DataCopy, User
from accounts.proof import proved_lately
from accounts.services.data_copy import make_copy
from accounts.services.erasure import PAUSE, ask_erasure, keep_account, why_not_erase
from core.access import Rule, access
from core.privacy import kinds_of
from core.services.audit import record_audit
from core.services.deliver import deliver


@access(Rule.SIGNED_IN)
@require_GET
def data(request: HttpRequest) -> HttpResponse:
    """What is kept and why, and the copy that can be downloaded."""
    user = _person(request)
    now = timezone.now()
    return TemplateResponse(
        request,
        "accounts/data.html",
        {
            "kinds": kinds_of(user),
            "copy": user.data_copies.filter(expires_at__gt=now).first(),
        },
    )


@access(Rule.SIGNED_IN)
@require_http_methods(["GET", "POST"])
@proved_lately
def new_copy(request: HttpRequest) -> HttpResponseBase:
    """Have a copy made."""
    if request.method == "POST":
        copy = make_copy(user=_person(request))
        if copy.ready_at:
            messages.success(request, _("做好了，24 小时内可以下载。"))
        else:
            messages.info(request, _("正在做，请过几分钟再打开这一页。"))
        return redirect("accounts:data")
    return TemplateResponse(request, "accounts/new_copy.html")


@access(Rule.SIGNED_IN)
@require_http_methods(["GET", "HEAD"])
@proved_lately
def download_copy(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The file, for its person alone; somebody else's looks like none."""
    copy = get_object_or_404(DataCopy, key=key, user=_person(request))
    if not copy.is_open() or not default_storage.exists(copy.file_name):
        return TemplateResponse(request, "accounts/copy_over.html", status=410)
    record_audit(actor=request.user, action="data.downloaded", subject=request.user)
    return deliver(
        request,
        name=copy.file_name,
        content_type="application/zip",
        filename=f"{_('我的资料')}.zip",
        inline=False,
        cache_control="private, no-store",
    )


@access(Rule.SIGNED_IN)
@require_GET
def delete(request: HttpRequest) -> HttpResponse:
    """What goes, what stays; or the days in which it can be taken back."""
    user = _person(request)
    waiting = user.erasure_requests.waiting().first()
    return TemplateResponse(
        request,
        "accounts/delete.html",
        {
            "waiting": waiting,
            "refusal": "" if waiting else why_not_erase(user),
            **_what_goes_and_stays(user),
        },
    )


@access(Rule.SIGNED_IN)
@require_http_methods(["GET", "POST"])
@proved_lately
def confirm_delete(request: HttpRequest) -> HttpResponseBase:
    """«请核对», then the pause of seven days begins."""
    user = _person(request)
    if request.method == "POST":
        try:
            ask_erasure(user=user, by=user)
        except ErasureRefusedError as error:
            messages.error(request, str(error))
        return redirect("accounts:delete")
    if why_not_erase(user) or user.erasure_requests.waiting().exists():
        return redirect("accounts:delete")
    return TemplateResponse(
        request,
        "accounts/confirm_delete.html",
        {"due_at": timezone.now() + PAUSE, **_what_goes_and_stays(user)},
    )


@access(Rule.SIGNED_IN)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """One tap, and everything stays as it was. Nothing has to be proved for that."""
    user = _person(request)
    if keep_account(user=user, by=user):
        messages.success(request, _("好，账号留着，什么都没有少。"))
    return redirect("accounts:home")


def _what_goes_and_stays(user: User) -> dict[str, Any]:
    found = kinds_of(user)
    sentences = [str(one.stays) for one in found if one.stays]
    return {
        "goes": [one for one in found if not one.stays],
        "stays": list(dict.fromkeys(sentences)),
    }


def _person(request: HttpRequest) -> User:
    # `access` has let nobody through who is not signed in.
    return cast(User, request.user)
