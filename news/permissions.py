"""Who may write which news. The three reviews come with their own issue."""

from schools.admin.permission_testers import (
    FixedPagePermissionTester,
    TreePermissionTester,
)


class NewsSectionPermissionTester(FixedPagePermissionTester):
    """A school's `news/` section, and the list of the whole site."""


class NewsPermissionTester(TreePermissionTester):
    """Who began a draft writes it; clerks, principals and the centre write all."""
