"""Who may edit which course. Lists of people are in `learning`; this is writing only."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.access import Allowed, Decision, Denied
from schools.admin.permission_testers import (
    FixedPagePermissionTester,
    TreePermissionTester,
)
from schools.choices import SCHOOL_STAFF_ROLES


class CourseSectionPermissionTester(FixedPagePermissionTester):
    """A school's `courses/` section, and the list of the whole site."""


class CoursePermissionTester(TreePermissionTester):
    """A course's teachers write it; other teachers of the school do not (design §2).

    Wagtail's `add` permission lets a teacher edit what they own; being its owner alone
    is not enough here once somebody else teaches the course. What clerks, principals
    and the centre may do comes from their permissions on the section.
    """

    def _course(self) -> Any:
        return self.page.specific

    @cached_property
    def _teacher_ids(self) -> set[int | None]:
        """The accounts of the course's teachers, as they stand in the database.

        Asked of the database and not of the page: the editor works on a draft, and
        nobody becomes or stops being a teacher by a draft.
        """
        from schools.models import StaffProfile

        profiles = StaffProfile.objects.filter(courses=self._course().pk)
        return set(profiles.values_list("user_id", flat=True))

    def _is_teacher(self) -> bool:
        return bool(self.user.is_active and self.user.pk in self._teacher_ids)

    def _is_unassigned_owner(self) -> bool:
        """Before a course names its teachers, who began it writes it."""
        return self._course().owner_id == self.user.pk and not self._teacher_ids

    def can_edit(self) -> bool:
        if not self.user.is_active or self.page_is_root:
            return False
        if self.user.is_superuser or "change" in self.permissions:
            return True
        if "add" in self.permissions and (
            self._is_teacher() or self._is_unassigned_owner()
        ):
            return True
        return self._may_edit_in_workflow()

    def _may_edit_in_workflow(self) -> bool:
        task = self.page.current_workflow_task
        return bool(task and task.user_can_access_editor(self.page, self.user))

    def can_add_subpage(self) -> bool:
        if not super().can_add_subpage():
            return False
        return (
            self.user.is_superuser
            or "change" in self.permissions
            or self._is_teacher()
            or self._is_unassigned_owner()
        )

    def can_publish(self) -> bool:
        """An editor who teaches a course publishes it by nobody's eyes but others'."""
        return bool(super().can_publish()) and not self._is_teacher()

    def can_reorder_children(self) -> bool:
        return self.can_edit()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Who began a course that others teach now has no right left in it."""
        return self.can_edit() and bool(super().can_delete(ignore_bulk))


class LessonPermissionTester(CoursePermissionTester):
    """A lesson follows its course."""

    def _course(self) -> Any:
        return self.page.specific.course

    def can_add_subpage(self) -> bool:
        return False

    def can_reorder_children(self) -> bool:
        return False


class BankPermissionTester(TreePermissionTester):
    """The school's teachers share its banks; nobody publishes one."""

    def can_edit(self) -> bool:
        if not self.user.is_active or self.page_is_root:
            return False
        return bool(self.user.is_superuser or self.permissions & {"add", "change"})

    def can_publish(self) -> bool:
        return False

    def can_submit_for_moderation(self) -> bool:
        return False


def schools_to_write_for(user: Any) -> Any:
    """The schools in which the person begins courses: those where they teach or serve."""
    from schools.models import SchoolPage

    held = user.memberships.active().filter(role__in=SCHOOL_STAFF_ROLES)
    return SchoolPage.objects.filter(pk__in=held.values("school_id")).in_order()


def can_write_courses(user: Any) -> Decision:
    """Whether the person begins courses at all."""
    if schools_to_write_for(user).exists():
        return Allowed()
    return Denied(_("写课由市民学校的老师、社教专干和校长来写。"), "write_courses")
