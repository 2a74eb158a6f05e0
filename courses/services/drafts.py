"""Drafts that are begun and changed outside the editor: kept from others meanwhile."""

from typing import Any

from django.core.exceptions import PermissionDenied
from wagtail.log_actions import log
from wagtail.models import Page

from courses.exceptions import PageLockedError


def add_draft(parent: Any, page: Any, by: Any) -> None:
    """What Wagtail's own form does: the page, its first version, and who made it."""
    parent.add_child(instance=page)
    # A draft lacks what publishing asks for, for instance the sentence of a course.
    page.save_revision(user=by, clean=False)
    log(instance=page, action="wagtail.create", user=by)


def locked_draft(pk: int, by: Any) -> Any:
    """The newest version of a page that the person may write, in a transaction.

    Raises:
        PermissionDenied: the person does not write the page.
        PageLockedError: somebody has locked it, or it is being reviewed.
    """
    held = Page.objects.select_for_update().get(pk=pk).specific
    tester = held.permissions_for_user(by)
    if not tester.can_edit():
        raise PermissionDenied
    if tester.page_locked():
        raise PageLockedError
    return held.get_latest_revision_as_object()
