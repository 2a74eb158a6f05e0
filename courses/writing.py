"""Reading for «我的课»: the courses that one writes, with their lessons, in few queries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from core.pages import in_branches, with_workflow_states
from courses.models import CourseOrigin, CoursePage, LessonPage
from courses.permissions import schools_to_write_for

DRAFTS_SHOWN = 10


def courses_of_writer(user: Any) -> QuerySet[CoursePage]:
    """The courses that the person teaches or has begun, where they still work."""
    schools = schools_to_write_for(user).values_list("path", flat=True)
    found: QuerySet[CoursePage] = (
        CoursePage.objects.filter(in_branches(schools))
        .filter(Q(owner=user) | Q(teachers__user=user))
        .select_related("category")
        .distinct()
        .order_by("-latest_revision_created_at", "-pk")
    )
    return found


def drafts_of_writer(user: Any) -> list[Page]:
    """What the person has not finished, the newest first: for «接着写»."""
    courses = courses_of_writer(user).values_list("path", flat=True)
    schools = schools_to_write_for(user).values_list("path", flat=True)
    mine = in_branches(courses) | (in_branches(schools) & Q(owner=user))
    pages = Page.objects.filter(mine, has_unpublished_changes=True)
    return list(
        pages.select_related("content_type")
        .exclude(latest_revision_created_at=None)
        .order_by("-latest_revision_created_at", "-pk")[:DRAFTS_SHOWN]
    )


def state_words(page: Page) -> str:
    """Where a page stands, in words."""
    if page.workflow_in_progress:
        return _("给编辑看了")
    if not page.live:
        return _("草稿")
    if page.has_unpublished_changes:
        return _("已上线，改动还没上线")
    return _("已上线")


@dataclass
class CourseRow:
    """One course of the list: its state and how many lessons it has, in words."""

    course: CoursePage
    lessons: int

    @property
    def words(self) -> str:
        return ngettext("%(number)s 课", "%(number)s 课", self.lessons) % {
            "number": self.lessons
        }

    @property
    def state(self) -> str:
        return state_words(self.course)


def course_rows(courses: Any) -> list[CourseRow]:
    """The rows of these courses."""
    return [CourseRow(one, one.numchild) for one in with_workflow_states(courses)]


def lessons_of(course: CoursePage) -> list[LessonPage]:
    """The lessons of a course in their order, drafts too."""
    found = LessonPage.objects.child_of(course).defer("body").order_by("path")
    lessons: list[Any] = list(with_workflow_states(found))
    for number, lesson in enumerate(lessons, start=1):
        lesson.number = number
        lesson.state = state_words(lesson)
    return lessons


def copies_elsewhere(course: CoursePage) -> list[CourseOrigin]:
    """Who has copied the course: the school and the day, no more; each school once."""
    found = CourseOrigin.objects.filter(source=course).exclude(school=course.school)
    by_school = {one.school_id: one for one in found.select_related("school")}
    return sorted(by_school.values(), key=lambda one: one.copied_at)
