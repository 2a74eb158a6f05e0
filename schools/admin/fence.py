"""The fence around the Wagtail admin: staff of a school reach their school alone.

Wagtail narrows most of its lists by permission and asks for permission in most of its
views. The fence stands before all of them, so that what Wagtail forgets (a picture's
format dialogue, the list of chosen pages, a report) does not show another school. What
is not own is answered as what does not exist, with the same page.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    ValidationError,
)
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found
from wagtail.models import Page

from core.exceptions import RefusedError
from core.middleware import RefusalMiddleware
from schools.admin.permission_testers import branch_of
from schools.admin.removal import held_answer
from schools.admin.routes import (
    CLOSED_BULK_ACTIONS,
    CLOSED_ROUTES,
    FILE_ARGUMENTS,
    FILE_MODELS,
    PAGE_ARGUMENTS,
    SCHOOL_ROUTES,
    SITE_ADMIN_NAMESPACES,
    Guard,
)
from schools.admin.scope import AdminScope, file_models, scope_of, visible_files
from schools.admin.views import choose_medium
from schools.choices import Role
from schools.permissions import centre_roles_of

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
ADMIN_PREFIX = "/admin/"
BULK = "wagtail_bulk_action"
EXTERNAL_LINK = "wagtailadmin_choose_page_external_link"


class SchoolFenceMiddleware:
    """Stands after `MembershipMiddleware`, which has brought the roles up to date."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Let the request through, or answer in place of the view."""
        match = request.resolver_match
        is_of_admin = request.path.startswith(ADMIN_PREFIX)
        if match is None or not is_of_admin or not request.user.is_authenticated:
            return None
        name = match.view_name
        if _is_bad_request(request, name):
            return _incomplete()
        _refuse_closed(request.user, match, kwargs)
        scope = scope_of(request.user)
        if not scope.is_fenced or match.url_name is None:
            # The one view without a name answers what does not exist.
            return None
        return self._within_school(request, scope, name, args, kwargs)

    def _within_school(
        self, request: HttpRequest, scope: AdminScope, name: str, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        guard = SCHOOL_ROUTES.get(name)
        if guard is None:
            raise PermissionDenied(_("这一部分由社区教育中心管理。"))
        try:
            GUARDS[guard](request, scope, args, kwargs)
        except RefusedError as refusal:
            return RefusalMiddleware(self.get_response).process_exception(
                request, refusal
            )
        except Http404:
            return page_not_found(
                request, Http404(), template_name="wagtailadmin/404.html"
            )
        return _instead(request, scope, name, kwargs)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """What the admin's own views do not catch: no trace for a bad request."""
        if not request.path.startswith(ADMIN_PREFIX):
            return None
        if isinstance(exception, (ProtectedError, RestrictedError)):
            return held_answer(request, [])
        # A key of a row that is no number is a ValidationError, raised past the form.
        if isinstance(exception, (BadRequest, MultiValueDictKeyError, ValidationError)):
            logger.warning("A form of the admin was refused", exc_info=exception)
            return _incomplete()
        return None


def _is_bad_request(request: HttpRequest, name: str) -> bool:
    """What Wagtail's views would answer with a trace."""
    if name == BULK:
        return not all(map(_is_key, request.GET.getlist("id")))
    if name == EXTERNAL_LINK and request.method == "POST":
        return "external-link-chooser-url" not in request.POST
    return False


def _is_key(text: str) -> bool:
    return text == "all" or (text.isascii() and text.isdigit())


def _incomplete() -> HttpResponse:
    return HttpResponse(_("发来的表单不完整，请返回再试。"), status=400)


def _refuse_closed(user: Any, match: Any, kwargs: dict[str, Any]) -> None:
    """Routes that are closed to everybody, or to everybody but the site admin."""
    is_closed_bulk = match.view_name == BULK and kwargs["action"] in CLOSED_BULK_ACTIONS
    if match.view_name in CLOSED_ROUTES or is_closed_bulk:
        raise PermissionDenied(_("这里不用这个功能：内容只留在它自己的学校里。"))
    is_site_admin = user.is_superuser or Role.SITE_ADMIN in centre_roles_of(user)
    if not is_site_admin and SITE_ADMIN_NAMESPACES & set(match.namespaces[:1]):
        raise PermissionDenied(_("这一部分由系统管理员管理。"))


def _instead(
    request: HttpRequest, scope: AdminScope, name: str, kwargs: dict[str, Any]
) -> HttpResponse | None:
    """Views of Wagtail that cannot be told what a school's staff may see."""
    if name == "wagtailadmin_choose_page" and request.GET.get("page_type"):
        # Wagtail begins where all pages of that type have their common ancestor.
        start = reverse("wagtailadmin_choose_page_child", args=(scope.top().pk,))
        return redirect(f"{start}?{request.GET.urlencode()}")
    if name == "wagtailmedia:media_chosen":
        return choose_medium(request, kwargs["media_id"])
    if name == EXTERNAL_LINK:
        # Without known roots an address stays an address: turning it into a page would
        # show the title of another school's draft.
        request._wagtail_cached_site_root_paths = []  # type: ignore[attr-defined]
    return None


# --- Guards: each raises Http404 for what is not the person's own ----------------


def _page(args: Any, kwargs: dict[str, Any]) -> Page:
    keys = [kwargs[name] for name in PAGE_ARGUMENTS if name in kwargs] or list(args[:1])
    return _found(keys[0] if keys else None)


def _found(key: Any) -> Page:
    text = str(key)
    page = None
    if text.isascii() and text.isdigit():
        page = Page.objects.filter(pk=int(text)).first()
    if page is None:
        raise Http404
    return page


def _nothing(request: HttpRequest, scope: AdminScope, args: Any, kwargs: Any) -> None:
    """The view narrows itself."""


def _own_page(request: HttpRequest, scope: AdminScope, args: Any, kwargs: Any) -> None:
    if not scope.owns(_page(args, kwargs)):
        raise Http404


def _way_page(request: HttpRequest, scope: AdminScope, args: Any, kwargs: Any) -> None:
    if not scope.passes(_page(args, kwargs)):
        raise Http404


def _choosable_page(
    request: HttpRequest, scope: AdminScope, args: Any, kwargs: Any
) -> None:
    page = _page(args, kwargs)
    if not scope.choosable_pages(Page.objects.filter(pk=page.pk)).exists():
        raise Http404


def _chosen_pages(
    request: HttpRequest, scope: AdminScope, args: Any, kwargs: Any
) -> None:
    keys = {_found(key).pk for key in request.GET.getlist("id")}
    if scope.choosable_pages(Page.objects.filter(pk__in=keys)).count() != len(keys):
        raise Http404


def _page_copy(request: HttpRequest, scope: AdminScope, args: Any, kwargs: Any) -> None:
    page = _page(args, kwargs)
    if not scope.owns(page):
        raise Http404
    if request.method == "POST":
        destination = _found(request.POST.get("new_parent_page"))
        if branch_of(destination) != branch_of(page):
            raise Http404


def _file(request: HttpRequest, scope: AdminScope, args: Any, kwargs: Any) -> None:
    namespaces = request.resolver_match.namespaces if request.resolver_match else []
    model = FILE_MODELS[namespaces[0]]()
    key = next((kwargs[name] for name in FILE_ARGUMENTS if name in kwargs), None)
    if not visible_files(request.user, model).filter(pk=_number(key)).exists():
        raise Http404


def _number(key: Any) -> int | None:
    text = str(key)
    return int(text) if text.isascii() and text.isdigit() else None


def _bulk(request: HttpRequest, scope: AdminScope, args: Any, kwargs: Any) -> None:
    """All objects are own, or the whole request is refused (security §3, S-IDOR-4)."""
    model = _model(kwargs)
    keys = request.GET.getlist("id")
    if model is Page:
        whole = [request.GET.get("childOf")] if "all" in keys else keys
        if not all(scope.owns(_found(key)) for key in whole):
            raise Http404
    elif model not in file_models():
        raise PermissionDenied(_("这一部分由社区教育中心管理。"))
    elif "all" in keys:
        raise RefusedError(_("请只勾选这一页上的几个，分几次做。"))
    else:
        wanted = {int(key) for key in keys}
        own = visible_files(request.user, model).filter(pk__in=wanted)
        if own.count() != len(wanted):
            raise Http404


def _model(kwargs: dict[str, Any]) -> Any:
    try:
        return apps.get_model(kwargs["app_label"], kwargs["model_name"])
    except LookupError as error:
        raise Http404 from error


def _editing(request: HttpRequest, scope: AdminScope, args: Any, kwargs: Any) -> None:
    if not issubclass(_model(kwargs), Page) or not scope.owns(
        _found(kwargs["object_id"])
    ):
        raise Http404


GUARDS: dict[Guard, Callable[..., None]] = {
    Guard.NOTHING: _nothing,
    Guard.OWN_PAGE: _own_page,
    Guard.WAY_PAGE: _way_page,
    Guard.CHOOSABLE_PAGE: _choosable_page,
    Guard.CHOSEN_PAGES: _chosen_pages,
    Guard.PAGE_COPY: _page_copy,
    Guard.FILE: _file,
    Guard.BULK: _bulk,
    Guard.EDITING: _editing,
}
