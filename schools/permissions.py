"""Who may appoint whom, and who sees a school's people."""

from typing import Any

from django.utils.translation import gettext as _

from core.access import Allowed, Decision, Denied
from schools.choices import CENTRE_ROLES, SCHOOL_STAFF_ROLES, Level, Role

# Who may give and end which roles. No role can raise its own: nobody appoints a peer
# of the same role or one above.
APPOINTS: dict[str, tuple[str, ...]] = {
    Role.PRINCIPAL: (Role.CLERK, Role.TEACHER),
    Role.CLERK: (Role.TEACHER,),
    Role.DIRECTOR: (Role.PRINCIPAL, Role.CLERK, Role.TEACHER, Role.EDITOR,
                    Role.ARCHIVIST, Role.SUPERVISOR),
    Role.SITE_ADMIN: (*SCHOOL_STAFF_ROLES, *CENTRE_ROLES),
}  # fmt: skip


def roles_at(user: Any, school: Any) -> set[str]:
    """The roles that the person holds now at the school, centre roles included."""
    held = user.memberships.active().values_list("school_id", "role")
    return {
        role
        for school_id, role in held
        if school_id == school.pk or role in CENTRE_ROLES
    }


def held_roles(user: Any) -> set[tuple[int, str]]:
    """The roles that the person holds now, each with its school.

    Kept on the user object, which lives for one request; `sync_groups_of` forgets it.
    """
    if not user.is_authenticated:
        return set()
    known: set[tuple[int, str]] | None = user.__dict__.get("_held_role_perm_cache")
    if known is None:
        held = user.memberships.active()
        known = set(held.values_list("school_id", "role"))
        user.__dict__["_held_role_perm_cache"] = known
    return known


def roles_of(user: Any) -> set[str]:
    """The roles that the person holds now, wherever."""
    return {role for _school, role in held_roles(user)}


def centre_roles_of(user: Any) -> set[str]:
    """The centre roles that the person holds now."""
    return roles_of(user) & set(CENTRE_ROLES)


def appointable_roles(user: Any, school: Any) -> list[str]:
    """Which roles the person may give at that school, in the order of the choices."""
    mine = roles_at(user, school)
    if user.is_superuser:
        mine = mine | {Role.SITE_ADMIN}
    allowed = {given for role in mine for given in APPOINTS.get(role, ())}
    if school.level != Level.CENTRE:
        allowed -= set(CENTRE_ROLES)
    return [role for role in Role.values if role in allowed]


def can_appoint(user: Any, school: Any, role: str) -> Decision:
    """Whether the person may give or end that role at that school."""
    if role in appointable_roles(user, school):
        return Allowed()
    return Denied(_("您不能任命这个岗位。请联系校长或社区教育中心。"), "role")


def can_see_people(user: Any, school: Any) -> Decision:
    """Whether the person may see who works at the school."""
    allowed = {Role.CLERK, Role.PRINCIPAL, Role.DIRECTOR, Role.SITE_ADMIN}
    if user.is_superuser or roles_at(user, school) & allowed:
        return Allowed()
    return Denied(_("只有本校的校长和社教专干能看到这里。"), "people")


def staffed_schools(user: Any) -> Any:
    """The schools whose people the person may see, the centre's roles: all."""
    from schools.models import SchoolPage

    held = user.memberships.active()
    everywhere = (Role.DIRECTOR, Role.SITE_ADMIN)
    if user.is_superuser or held.filter(role__in=everywhere).exists():
        return SchoolPage.objects.in_order()
    own = held.filter(role__in=(Role.CLERK, Role.PRINCIPAL)).values("school_id")
    return SchoolPage.objects.filter(pk__in=own).in_order()


# Who looks at courses and stories at the centre and the street; a principal looks at the
# stories of the own school.
REVIEWER_ROLES = (Role.EDITOR, Role.DIRECTOR, Role.LEADER)


def can_review(user: Any) -> Decision:
    """Whether the person reviews pages at all."""
    held = {role for _school, role in held_roles(user)}
    if user.is_superuser or held & {*REVIEWER_ROLES, Role.PRINCIPAL}:
        return Allowed()
    return Denied(_("这里由社区教育中心的编辑看。"), "role")


def can_review_state(user: Any, state: Any, page: Any) -> Decision:
    """Whether the person may decide on that page; nobody on their own work."""
    from schools.models import StaffProfile
    from schools.review.authors import is_own_work, own_paths

    task = state.task.specific
    if not task.allows(user, page):
        return Denied(_("这一审由别的岗位来看。"), "role")
    # Who would teach the course by this very draft has a part in it too.
    drafted = page.get_latest_revision().content.get("teachers") or []
    teaches = StaffProfile.objects.filter(pk__in=drafted, user=user).exists()
    if (
        teaches
        or is_own_work(user, state, page, own_paths(user))
        or task.refuses(user, page)
    ):
        return Denied(_("自己写的、教的、改过的、审过的，请别的人看。"), "own_work")
    return Allowed()
