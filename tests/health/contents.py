"""How contents stand, for tests: published so long ago, and what a person sees."""

from datetime import timedelta

from django.utils import timezone

from attendance.models import Session
from core.civil_time import civil_date
from courses.models import CourseRun, LessonPage
from health.reading import read_health
from learning.models import Conversation
from learning.services.enrolment import enrol_learner
from learning.services.messages import ask
from schools.models import SchoolPage
from tests.courses.classes import make_class
from tests.factories import (
    make_learner,
    make_text_lesson,
)

DAY = timedelta(days=1)


def published(page, days):
    """The page was published last so many days ago."""
    at = timezone.now() - days * DAY
    type(page).objects.filter(pk=page.pk).update(
        first_published_at=at, last_published_at=at
    )
    return page


def cells(user, school):
    """The columns of the school as that person sees them, by their keys."""
    row = next(one for one in read_health(user).rows if one.school.pk == school.pk)
    return {cell.column.key: cell.age for cell in row.cells}


def contacted(school):
    SchoolPage.objects.filter(pk=school.pk).update(phone="000", address="望塔街 1 号")


def over_class(course, **facts):
    """A class whose lessons ended yesterday."""
    run = make_class(course, sessions=2)
    ended = timezone.now() - 3 * DAY
    Session.objects.filter(run_session__run=run).update(
        starts_at=ended - timedelta(hours=1), ends_at=ended
    )
    CourseRun.objects.filter(pk=run.pk).update(
        **{"starts_on": civil_date() - 9 * DAY, "ends_on": None, **facts}
    )
    return run


def asked(course, name="asker"):
    lesson = LessonPage.objects.child_of(course).first() or make_text_lesson(course)
    run = course.runs.get(is_self_paced=True)
    enrolment = enrol_learner(learner=make_learner(name), run=run)
    ask(enrolment=enrolment, lesson=lesson, text="面粘手怎么办？", key=name)
    return Conversation.objects.get(enrolment=enrolment)


def waits_since(conversation, delta):
    Conversation.objects.filter(pk=conversation.pk).update(
        waiting_since=timezone.now() - delta
    )
