"""Where the rules of the tree and of the schools meet Wagtail's hooks."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page
from wagtailmedia.models import get_media_model

from schools.admin.home_panels import OwnInReviewPanel, OwnRecentEditsPanel
from schools.admin.listing import OwnPageViewSet
from schools.admin.permission_testers import branch_of
from schools.admin.removal import HeldAwareDelete, refuse_held_page
from schools.admin.review_button import HandOverMenuItem, is_wagtails_review_item
from schools.admin.scope import scope_of, visible_files
from schools.exceptions import OutsideSchoolError
from schools.models import SchoolCollection, SchoolPage
from schools.services.provisioning import provision_school

# What a school's staff finds in the menu; reports and settings are the centre's. Apps
# above bring «my-courses» and «own-help».
TEACHER_MENU = {"my-courses", "images", "documents", "media", "own-help"}
# The tree is for who answers for all pages of a school.
SCHOOL_MENU = TEACHER_MENU | {"explorer"}


@hooks.register("register_admin_viewset")
def register_own_page_listing() -> OwnPageViewSet:
    return OwnPageViewSet()


# Wagtail keeps one bulk action of a kind for each model: the one registered last.
hooks.register("register_bulk_action", HeldAwareDelete, order=1000)
hooks.register("before_delete_page", refuse_held_page)


@hooks.register("after_create_page")
def provision_new_school(request: HttpRequest, page: Page) -> None:
    """A school made by the form gets its sections like any other (design §2)."""
    if isinstance(page, SchoolPage):
        provision_school(school=page)


@hooks.register("before_copy_page")
def keep_copies_in_school(request: HttpRequest, page: Page) -> None:
    """A copy stays in its school, and no page mirrors another.

    Raises:
        OutsideSchoolError: the form names another school, no page, or asks for an alias.
    """
    if request.method != "POST":
        return
    if request.POST.get("alias"):
        raise OutsideSchoolError(_("这里不做「别名」页面。需要两份，就复制一份。"))
    key = request.POST.get("new_parent_page", "")
    parent = Page.objects.filter(pk=int(key)).first() if key.isdecimal() else None
    if parent is None or branch_of(parent) != branch_of(page):
        raise OutsideSchoolError


@hooks.register("construct_page_chooser_queryset")
def choose_own_pages(pages: Any, request: HttpRequest) -> Any:
    return scope_of(request.user).choosable_pages(pages)


@hooks.register("construct_explorer_page_queryset")
def explore_own_pages(parent: Page, pages: Any, request: HttpRequest) -> Any:
    """Pages of own schools, and those on the way to them."""
    scope = scope_of(request.user)
    if not scope.is_fenced or scope.owns(parent):
        return pages
    return pages.filter(
        pk__in=[page.pk for page in pages.order_by() if scope.passes(page)]
    )


@hooks.register("construct_media_chooser_queryset")
def choose_visible_media(media: Any, request: HttpRequest) -> Any:
    """Wagtailmedia lists what one may change; the shared library may be chosen from."""
    return visible_files(request.user, get_media_model())


@hooks.register("construct_main_menu")
def show_what_the_role_uses(request: HttpRequest, items: list[Any]) -> None:
    """Nothing that answers with a refusal; no help page of another host."""
    scope = scope_of(request.user)
    if scope.is_fenced:
        shown = TEACHER_MENU if scope.only_teaches else SCHOOL_MENU
        items[:] = [item for item in items if item.name in shown]
    else:
        items[:] = [item for item in items if item.name != "help"]


@hooks.register("construct_homepage_panels")
def show_own_panels(request: HttpRequest, panels: list[Any]) -> None:
    if scope_of(request.user).is_fenced:
        panels[:] = [OwnInReviewPanel(), OwnRecentEditsPanel()]


@hooks.register("describe_collection_contents")
def keep_collections_of_schools(collection: Any) -> dict[str, Any] | None:
    """Wagtail deletes only collections of which nobody describes the contents."""
    if not SchoolCollection.objects.filter(collection=collection).exists():
        return None
    return {"count": 1, "count_text": _("这是一所学校的资料集"), "url": None}


@hooks.register("construct_page_action_menu")
def offer_one_button_for_review(
    items: list[Any], request: HttpRequest, context: dict[str, Any]
) -> None:
    """«交给编辑看看» in place of Wagtail's words; no second way to the same review."""
    kept = [item for item in items if not is_wagtails_review_item(item)]
    found = len(kept) != len(items)
    items[:] = [*kept, HandOverMenuItem(order=35)] if found else kept


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def say_who_looks(request: HttpRequest, page: Page) -> HttpResponse | None:
    """After handing in: a page that says who looks at it and by when."""
    if "action-submit" in request.POST and page.workflow_in_progress:
        return redirect("desk:review_of_page", page_id=page.pk)
    return None
