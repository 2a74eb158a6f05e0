"""Who may open people and groups in the Wagtail admin."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from wagtail.permission_policies.base import BasePermissionPolicy


class SuperuserPolicy(BasePermissionPolicy):
    """Superusers alone, whatever permissions somebody has put on a group.

    A role comes from a Membership, which the desk appoints; whoever could edit people
    or groups here could raise their own (S-PRIV-4).
    """

    actions: Iterable[str] = ()

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether it is a superuser, and one of the actions that exist at all."""
        return bool(user.is_active and user.is_superuser and action in self.actions)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        """The superusers, if one of the actions exists."""
        people = get_user_model()._default_manager.filter(
            is_active=True, is_superuser=True
        )
        return people if set(actions) & set(self.actions) else people.none()


class PeoplePolicy(SuperuserPolicy):
    """People are added, changed and switched off; what they did stays theirs."""

    actions = ("add", "change", "view")


class GroupsPolicy(SuperuserPolicy):
    """Groups are made by provisioning and can only be looked at."""

    actions = ("view",)
