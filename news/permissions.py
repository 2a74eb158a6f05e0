"""Who may write which news, and who sees stories on their way to the outlets."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.access import Allowed, Decision, Denied
from schools.admin.permission_testers import (
    FixedPagePermissionTester,
    TreePermissionTester,
)
from schools.choices import SCHOOL_STAFF_ROLES, Level, Role
from schools.models import SchoolPage
from schools.permissions import centre_roles_of, held_roles, roles_at, roles_of

PUBLICISTS = (Role.EDITOR, Role.DIRECTOR)
SENDERS = (Role.CLERK, Role.PRINCIPAL)


class NewsSectionPermissionTester(FixedPagePermissionTester):
    """A school's `news/` section, and the list of the whole site."""

    def can_publish_subpage(self) -> bool:
        """Nobody: the last review publishes (REV-05)."""
        return False


class NewsPermissionTester(TreePermissionTester):
    """Who began a draft writes it; clerks, principals and the centre write all.

    Nobody publishes by a button, superusers included: the last review does, and
    `withdraw` takes a story from the site.
    """

    def can_publish(self) -> bool:
        return False

    def can_publish_subpage(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """A draft that nobody has reviewed; the rest is kept (REV-06)."""
        if self.page.live or self.page.specific.reviews.exists():
            return False
        return bool(super().can_delete(ignore_bulk))


def can_record_paper(user: Any) -> Decision:
    """Whether the person enters a review that was signed on paper."""
    if centre_roles_of(user) & {Role.EDITOR, Role.DIRECTOR}:
        return Allowed()
    return Denied(_("纸上签的意见由社区教育中心的编辑或主任登记。"), "paper")


def can_withdraw(user: Any) -> Decision:
    """Whether the person takes a story from the site (REV-08)."""
    if centre_roles_of(user) & {Role.EDITOR, Role.DIRECTOR, Role.LEADER}:
        return Allowed()
    return Denied(_("撤稿由社区教育中心的编辑、主任或街道分管领导来办。"), "withdraw")


def handles_publicity(user: Any) -> Decision:
    """Whether the person takes stories and sends them to the outlets."""
    if centre_roles_of(user) & set(PUBLICISTS):
        return Allowed()
    return Denied(_("稿子由社区教育中心的编辑采纳、送媒体。"), "publicity")


def sees_publicity(user: Any) -> Decision:
    """Whether the person sees stories on their way, of some school at least."""
    if handles_publicity(user):
        return Allowed()
    if roles_of(user) & set(SENDERS):
        return Allowed()
    return Denied(_("报送和采用由校长、社教专干和社区教育中心的编辑办。"), "publicity")


def schools_to_tell_of(user: Any) -> QuerySet[SchoolPage]:
    """The schools for which the person writes news; of the centre's people, its own."""
    return _schools_where(user, SCHOOL_STAFF_ROLES)


def schools_answered_for(user: Any) -> QuerySet[SchoolPage]:
    """The schools of which the person sees every story that is written."""
    return _schools_where(user, SENDERS)


def _schools_where(user: Any, roles: Collection[str]) -> QuerySet[SchoolPage]:
    """Those at which the person has one of these roles; of who edits, the centre too."""
    held = {school for school, role in held_roles(user) if role in roles}
    wanted = Q(pk__in=held)
    if handles_publicity(user):
        wanted |= Q(level=Level.CENTRE)
    found: QuerySet[SchoolPage] = SchoolPage.objects.filter(wanted).in_order()
    return found


def can_write_news(user: Any) -> Decision:
    """Whether the person begins news at all."""
    if roles_of(user) & {*SCHOOL_STAFF_ROLES, *PUBLICISTS}:
        return Allowed()
    return Denied(_("新闻由市民学校和社区教育中心的工作人员来写。"), "write_news")


def can_submit(user: Any, page: Any) -> Decision:
    """Whether the person may offer the story of that school to the centre."""
    school = page.school
    if school is not None and roles_at(user, school) & {*SENDERS, *PUBLICISTS}:
        return Allowed()
    return Denied(_("只有这所学校的社教专干、校长能报送这篇稿子。"), "submit")


def submitting_schools(user: Any) -> QuerySet[SchoolPage]:
    """The schools for which the person may offer stories; of the centre, all."""
    if handles_publicity(user):
        return SchoolPage.objects.all()
    held = user.memberships.active().filter(role__in=SENDERS)
    return SchoolPage.objects.filter(pk__in=held.values("school_id"))
