"""Beginning a course and adding lessons to it; drafts, never anything live."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from courses.exceptions import NotYourCourseError
from courses.lesson_sample import sample_body
from courses.models import Audience, Category, CourseIndexPage, CoursePage, LessonPage
from courses.services.drafts import add_draft
from schools.models import StaffProfile

MOST_LESSONS = 20


@dataclass(frozen=True)
class CoursePlan:
    """What «写一课» asks: all that a draft begins with."""

    title: str
    category: Category
    lessons: int
    audience: Audience | None = None
    pattern: str = ""


@transaction.atomic
def begin_course(*, school: Any, plan: CoursePlan, by: Any) -> CoursePage:
    """A draft course of the school with as many draft lessons; `by` teaches it.

    Who stands in the school's people file becomes its teacher; anybody else writes it
    as the one who began it.
    """
    course = CoursePage(
        title=plan.title,
        category=plan.category,
        cover_pattern=plan.pattern,
        live=False,
        has_unpublished_changes=True,
        owner=by,
    )
    course.teachers = list(
        StaffProfile.objects.filter(school=school, user=by, is_active=True)
    )
    course.audiences = [plan.audience] if plan.audience else []
    section = CourseIndexPage.objects.child_of(school).get()
    add_draft(section, course, by)
    for number in range(1, plan.lessons + 1):
        _add_lesson(course, number, by)
    return course


@transaction.atomic
def add_lesson(*, course: CoursePage, by: Any) -> LessonPage:
    """One more draft lesson at the end of the course.

    Raises:
        NotYourCourseError: the person does not write this course.
    """
    course = CoursePage.objects.select_for_update().get(pk=course.pk)
    if not course.permissions_for_user(by).can_add_subpage():
        raise NotYourCourseError
    return _add_lesson(course, LessonPage.objects.child_of(course).count() + 1, by)


def _add_lesson(course: CoursePage, number: int, by: Any) -> LessonPage:
    # The title is content, as the sample is: Chinese whatever the reader speaks.
    lesson = LessonPage(
        title=f"第 {number} 课", live=False, has_unpublished_changes=True, owner=by
    )
    lesson.body = lesson._meta.get_field("body").to_python(
        sample_body(lesson.translation_key)
    )
    add_draft(course, lesson, by)
    return lesson
