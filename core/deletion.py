"""Deleting pages that other rows hold on to.

Facts about people PROTECT what they are about (a lesson somebody learnt, a run with
enrolments). The database layer is asked, so that nobody has to list the facts of apps
above; nothing is deleted by asking.
"""

from typing import Any, ClassVar

from django.db import router, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from wagtail.models import Page

from core.exceptions import RefusedError


def holders_of(page: Page) -> set[Any]:
    """The rows because of which a page and what lies below it cannot be deleted."""
    branch = Page.objects.filter(path__startswith=page.path)
    collector = Collector(using=router.db_for_write(Page), origin=branch)
    try:
        collector.collect(branch)
    except ProtectedError as error:
        return set(error.protected_objects)
    except RestrictedError as error:
        return set(error.restricted_objects)
    return set()


class HeldPageMixin:
    """A page type whose deletion is refused with a sentence, never with a trace.

    `held_error` is the error of the type. The admin asks earlier, in
    `schools.admin.removal`; this is for scripts and for what the hooks did not foresee.
    """

    held_error: ClassVar[type[RefusedError]] = RefusedError

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete the page and what lies below it.

        Raises:
            RefusedError: of the type `held_error`, where facts hold on to it.
        """
        try:
            with transaction.atomic():
                return super().delete(*args, **kwargs)  # type: ignore[misc]
        except (ProtectedError, RestrictedError) as error:
            raise self.held_error from error
