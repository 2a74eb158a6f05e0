"""Wagtail's `users` app with our people and nobody's groups.

Stands in INSTALLED_APPS in place of `wagtail.users`, as Wagtail documents it.
"""

from wagtail.users.apps import WagtailUsersAppConfig


class SiteUsersConfig(WagtailUsersAppConfig):
    user_viewset = "accounts.admin_viewsets.PersonViewSet"
    group_viewset = "accounts.admin_viewsets.GroupViewSet"
