"""Guards of the product, and what of the sweep each of them protects.

Without its guard a row must be found: `test_guards.py` takes one away at a time. A guard
stands here by its dotted name; a function is taken away wherever it was imported.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db.models import Q

from core.access import Allowed
from courses.models import CoursePage, CourseRun
from learning.models import Certificate
from schools.models import SchoolPage
from search.finding import HITS

OWN = (
    "core", "accounts", "schools", "attendance", "courses", "learning", "activities",
    "news", "search", "home", "health",
)  # fmt: skip


@dataclass(frozen=True)
class Guard:
    """A place in the code, what stands there instead, and who then sees what."""

    place: str
    instead: Any
    role: str
    # Names of routes; «page» is the tree, a path is an address as it is.
    rows: tuple[str, ...]

    def remove(self, patch: pytest.MonkeyPatch) -> None:
        """Put the other thing in its place, in every module that has it."""
        owner, name = _found(self.place)
        original = vars(owner)[name]
        patch.setattr(owner, name, self.instead)
        if isinstance(owner, ModuleType):
            for module in _own_modules():
                for known, value in list(vars(module).items()):
                    if value is original:
                        patch.setattr(module, known, self.instead)


def _found(place: str) -> tuple[Any, str]:
    """The module or class, and the name in it."""
    head, _dot, name = place.rpartition(".")
    try:
        return import_module(head), name
    except ModuleNotFoundError:
        module, _dot, kind = head.rpartition(".")
        return getattr(import_module(module), kind), name


def _own_modules() -> Iterator[ModuleType]:
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in OWN and module is not None:
            yield module


def _allow(*_args: Any, **_more: Any) -> Any:
    return Allowed()


def _yes(*_args: Any, **_more: Any) -> bool:
    return True


def _nothing(*_args: Any, **_more: Any) -> None:
    return None


def _all_rows(rows: Any, *_args: Any, **_more: Any) -> Any:
    return rows.all()


def _same(_self: Any, pages: Any) -> Any:
    return pages


def _every(model: Any) -> Callable[..., Any]:
    return lambda *_args, **_more: model.objects.all()


def _any_certificate(_request: Any, pk: int) -> Any:
    return Certificate.objects.get(pk=pk)


def _any_course(_request: Any, pk: int) -> Any:
    return CoursePage.objects.get(pk=pk)


def _anybody(_clerk: Any, references: Any) -> Any:
    known = [one for one in references if one.isdecimal()]
    return list(get_user_model().objects.filter(pk__in=known))


GUARDS = [
    # Rows of people: who is asked for what.
    Guard("schools.models.tenant.TenantQuerySet.visible_to", _all_rows, "clerk",
          ("desk:certificate", "desk:submission", "desk:call")),
    Guard("schools.models.membership.MembershipQuerySet.active", _all_rows, "moved",
          ("desk:roster", "desk:call")),
    Guard("attendance.models.walk_in.WalkInQuerySet.visible_to", _all_rows, "clerk",
          ("desk:walk_in_claim",)),
    Guard("attendance.models.session.SessionQuerySet.rolled_by", _all_rows, "clerk",
          ("desk:roll", "desk:print_roll")),
    Guard("learning.models.message.ConversationQuerySet.own_rows",
          lambda _rows, _user: Q(pk__gt=0), "teacher", ("desk:conversation",)),
    Guard("learning.permissions.can_see_roster", _allow, "teacher",
          ("desk:roster", "desk:class")),
    Guard("attendance.permissions.can_take_roll", _allow, "teacher", ("desk:roll",)),
    Guard("learning.permissions.can_lead_group", _allow, "teacher", ("desk:group",)),
    Guard("learning.permissions.managed_schools", _every(SchoolPage), "clerk",
          ("/desk/counter/?q=findme",)),
    Guard("learning.desk.runs_for_desk", _every(CourseRun), "clerk",
          ("desk:classes",)),
    Guard("learning.certificate_views.own_certificate", _any_certificate, "enrolled",
          ("learning:certificate",)),
    Guard("learning.counter.people_of", _anybody, "clerk", ("desk:counter_person",)),
    Guard("schools.permissions.can_see_people", _allow, "clerk",
          ("desk:school_people",)),
    # Lessons, drafts and files.
    Guard("learning.permissions.can_study", _allow, "resident", ("page",)),
    Guard("core.files_access.may_read_original", _yes, "teacher",
          ("core:private_file",)),
    Guard("core.files_access.may_read_document", _yes, "resident",
          ("wagtaildocs_serve",)),
    Guard("courses.models.preview.PreviewLinkQuerySet.open_at", _all_rows, "visitor",
          ("courses:draft",)),
    Guard("courses.models.sharing.CourseOfferQuerySet.open", _all_rows, "teacher",
          ("desk:shared_course",)),
    Guard("courses.writing_views.writable_course", _any_course, "teacher",
          ("desk:my_course",)),
    Guard("courses.permissions.CoursePermissionTester.can_edit", _yes, "teacher",
          ("desk:checks", "desk:my_course")),
    Guard("courses.permissions.BankPermissionTester.can_edit", _yes, "teacher",
          ("desk:question_page",)),
    # News on its way.
    Guard("news.permissions.can_submit", _allow, "clerk", ("desk:submit_story",)),
    Guard("news.models.review_task.NewsReviewTask.allows", _yes, "principal",
          ("desk:review", "desk:review_of_page")),
    # What everybody meets.
    Guard("core.routing.OpenPageQuerySet.open_to_all", lambda pages: pages.live(),
          "visitor", ("news:school_rss", "news:print_item")),
    # The whole of what is wanted, because its SQL is kept by it.
    Guard("search.finding.HITS", replace(HITS, where=lambda _at: Q(pk__gt=0)), "visitor",
          ("search:search",)),
    # The Wagtail admin.
    Guard("schools.middleware.sync_groups_of", _nothing, "moved",
          ("core:private_file",)),
    Guard("schools.admin.scope.AdminScope.choosable_pages", _same, "teacher",
          ("/admin/choose-page/search/?q=findme", "/admin/api/main/pages/?search=findme")),
    Guard("schools.admin.fence.SchoolFenceMiddleware.process_view", _nothing, "clerk",
          ("/admin/images/chooser/chosen-multiple/?id={image}",
           "/admin/choose-page/chosen-multiple/?id={page}")),
]  # fmt: skip
