"""Who sees how the site's contents stand: the centre all of it, a school its own part."""

from typing import Any

from django.utils.translation import gettext as _

from core.access import Allowed, Decision, Denied
from schools.choices import Role
from schools.models import SchoolPage
from schools.models.pages import SchoolPageQuerySet
from schools.permissions import centre_roles_of, held_roles

WHOLE_SITE = (Role.EDITOR, Role.DIRECTOR)
OWN_SCHOOL = (Role.CLERK, Role.PRINCIPAL)


def sees_whole_site(user: Any) -> bool:
    """Whether the person sees every school, and what belongs to none."""
    return bool(centre_roles_of(user) & set(WHOLE_SITE))


def own_schools(user: Any) -> set[int]:
    """The schools whose part the person sees beside what the centre sees."""
    return {school for school, role in held_roles(user) if role in OWN_SCHOOL}


def sees_health(user: Any) -> Decision:
    """Whether the person sees the page at all."""
    if sees_whole_site(user) or own_schools(user):
        return Allowed()
    return Denied(_("网站体检由校长、社教专干和社区教育中心的编辑来看。"), "health")


def seen_schools(user: Any) -> SchoolPageQuerySet:
    """The schools that the person sees there, the centre first."""
    schools: SchoolPageQuerySet = SchoolPage.objects.live().in_order()
    if sees_whole_site(user):
        return schools
    return schools.filter(pk__in=own_schools(user))
