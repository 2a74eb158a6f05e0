"""What one person works with in the Wagtail admin: the schools they work at.

Staff of the centre see the whole tree. Everybody else is «fenced»: pages of their own
schools, the pages of the site that belong to no school where a link needs them, and
the files of their schools' collections and of the shared library.
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from wagtail.documents import get_document_model
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images import get_image_model
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.models import Page
from wagtailmedia.models import get_media_model
from wagtailmedia.permissions import permission_policy as media_policy

from core.pages import in_branches
from schools.admin.permission_testers import branch_of
from schools.choices import SCHOOL_STAFF_ROLES, Role
from schools.models import SchoolPage
from schools.permissions import centre_roles_of
from schools.tree import SCHOOL_DEPTH

# Centre roles that write, review or run the site in the Wagtail admin.
UNFENCED_ROLES = {Role.EDITOR, Role.DIRECTOR, Role.SITE_ADMIN}
VISIBLE = ("choose", "change", "delete")


class AdminScope:
    """The part of the admin that one person works with; built once a request."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.is_fenced = not (
            user.is_superuser or centre_roles_of(user) & UNFENCED_ROLES
        )
        held = user.memberships.active().filter(role__in=SCHOOL_STAFF_ROLES)
        self._held = held
        self.branches: list[str] = list(
            SchoolPage.objects.filter(pk__in=held.values("school_id")).values_list(
                "path", flat=True
            )
        )

    @cached_property
    def only_teaches(self) -> bool:
        """Whether the person teaches, and answers for no school's pages."""
        return set(self._held.values_list("role", flat=True)) == {Role.TEACHER}

    def owns(self, page: Page) -> bool:
        """Whether the page stands in a school where the person works."""
        return not self.is_fenced or branch_of(page) in self.branches

    def passes(self, page: Page) -> bool:
        """Whether one walks through the page on the way to the own schools."""
        if self.owns(page):
            return True
        return any(branch.startswith(page.path) for branch in self.branches)

    def top(self) -> Page:
        """Where the own part of the tree begins: the school, or the list of schools."""
        if len(self.branches) == 1:
            return Page.objects.get(path=self.branches[0])
        index = SCHOOL_DEPTH - 1
        found = Page.objects.filter(depth=index, path__in=self._parents())
        return found.first() or Page.objects.filter(depth=2).get()

    def _parents(self) -> set[str]:
        return {path[: -Page.steplen] for path in self.branches}

    def own_pages(self) -> QuerySet[Page]:
        """All pages for the centre, else those of the own schools."""
        if not self.is_fenced:
            return Page.objects.all()
        return Page.objects.filter(self._own())

    def choosable_pages(self, pages: Any) -> Any:
        """What a link may point to: own schools, and live pages outside of schools."""
        if not self.is_fenced:
            return pages
        outside = Q(depth=1) | Q(depth__lt=SCHOOL_DEPTH, live=True)
        return pages.filter(self._own() | outside)

    def _own(self) -> Q:
        return in_branches(self.branches)


def scope_of(user: Any) -> AdminScope:
    """The person's scope; kept on the user object, which lives for one request."""
    known: AdminScope | None = user.__dict__.get("_admin_scope_perm_cache")
    if known is None:
        known = AdminScope(user)
        user.__dict__["_admin_scope_perm_cache"] = known
    return known


def file_models() -> dict[Any, Any]:
    """The models of files and the permission policy of each."""
    return {
        get_image_model(): image_policy,
        get_document_model(): document_policy,
        get_media_model(): media_policy,
    }


def visible_files(user: Any, model: Any) -> QuerySet[Any]:
    """Files that the person may at least choose: own collections and the shared one."""
    found: QuerySet[Any] = file_models()[model].instances_user_has_any_permission_for(
        user, VISIBLE
    )
    return found
