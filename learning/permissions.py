"""Who may study what, and who sees whose learning."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, F, Q, QuerySet
from django.utils.translation import gettext as _

from core.access import Allowed, Decision, Denied
from core.kept_sql import kept
from courses.models import CoursePage, CourseRun, LessonPage
from learning.choices import STUDY_STATES
from learning.exceptions import OverrideRefusedError
from learning.models import Enrolment
from schools.choices import Role
from schools.models import SchoolPage
from schools.permissions import centre_roles_of

# Who answers for the classes of their school; the director does for every school's.
MANAGERS = (Role.CLERK, Role.PRINCIPAL)


def study_enrolment(user: Any, course_id: int) -> Enrolment | None:
    """The enrolment by which the person studies the course: the newest episode."""
    if not user.is_authenticated:
        return None
    found: Enrolment | None = _study_enrolment.first(learner=user.pk, course=course_id)
    return found


@kept(learner=BigIntegerField(), course=BigIntegerField())
def _study_enrolment(learner: Any, course: Any) -> QuerySet[Enrolment]:
    own = study_enrolments(learner).filter(run__course=course)
    return own.select_related("run")[:1]


def study_enrolments(user: Any) -> QuerySet[Enrolment]:
    """All by which the person studies; of a course the one that counts comes first."""
    return Enrolment.objects.filter(learner=user, state__in=STUDY_STATES).order_by(
        # An unfinished episode before a finished one; then the one that was learnt in
        # (somebody who learns at home may join a class too); then the newest.
        F("completed_at").asc(nulls_first=True),
        F("last_seen_at").desc(nulls_last=True),
        "-pk",
    )


def can_study(
    user: Any, lesson: LessonPage, enrolment: Enrolment | None = None
) -> Decision:
    """Whether the person may open the lesson and have what it holds.

    Preview lessons are open to everybody; the others to who is enrolled, and to who
    writes or reviews the course (so that a teacher sees what learners see).
    """
    if lesson.is_preview:
        return Allowed()
    if not user.is_authenticated:
        return Denied(
            _("这一课要先报名才能学。报名免费，只要一个手机号。"), "signed_out"
        )
    if enrolment or study_enrolment(user, lesson.course.pk):
        return Allowed()
    if works_on_course(user, lesson.course):
        return Allowed()
    return Denied(_("您还没有报名这门课。点「免费开始学」就能学。"), "not_enrolled")


def works_on_course(user: Any, course: CoursePage) -> bool:
    """Whether the person teaches the course, or checks courses of its school."""
    if not user.is_authenticated:
        return False
    held = list(user.memberships.active().values_list("school_id", "role"))
    if not held:
        return False
    if any(role in (Role.EDITOR, Role.DIRECTOR) for _school, role in held):
        return True
    school = course.school
    if school is None:
        return False
    at_school = {role for school_id, role in held if school_id == school.pk}
    if at_school & {Role.CLERK, Role.PRINCIPAL}:
        return True
    return Role.TEACHER in at_school and course.is_taught_by(user)


def can_see_roster(user: Any, run: CourseRun) -> Decision:
    """Whether the person sees who is on the run, and how far."""
    held = list(user.memberships.active().values_list("school_id", "role"))
    if _answers_for(held, run.school_id):
        return Allowed()
    if (run.school_id, Role.TEACHER) in held and run.course.is_taught_by(user):
        return Allowed()
    return Denied(_("只有这门课的老师和本校的工作人员能看到名单。"), "roster")


def can_export_roster(user: Any, run: CourseRun) -> Decision:
    """Whether the person may take the list of names away in a file (domain §3.2)."""
    return can_see_roster(user, run)


def _answers_for(held: Iterable[tuple[int, str]], school_id: int) -> bool:
    """Whether somebody with these (school, role) answers for classes of that school."""
    return any(
        role == Role.DIRECTOR or (school == school_id and role in MANAGERS)
        for school, role in held
    )


def managed_schools(user: Any) -> QuerySet[SchoolPage]:
    """The schools for whose classes the person answers: `can_manage_runs` as a list."""
    if Role.DIRECTOR in centre_roles_of(user):
        return SchoolPage.objects.all()
    own = user.memberships.active().filter(role__in=MANAGERS)
    return SchoolPage.objects.filter(pk__in=own.values("school_id"))


def can_manage_runs(user: Any, school: Any = None) -> Decision:
    """Whether the person opens, changes and cancels classes of the school, or of any.

    Clerk and principal of it, and the director; a teacher sees the classes they teach.
    """
    schools = managed_schools(user)
    if (schools if school is None else schools.filter(pk=school.pk)).exists():
        return Allowed()
    return Denied(
        _("开班、改班由本校的社教专干或校长来办。有事请找他们。"), "manage_runs"
    )


def can_open_class(user: Any) -> Decision:
    """Whether the person opens classes at all: who answers for them, and who teaches."""
    if managed_schools(user).exists() or led_runs(user).exists():
        return Allowed()
    return Denied(_("开班由社教专干、校长，或者这门课的老师来办。"), "open_class")


def can_change_class(user: Any, run: CourseRun) -> Decision:
    """Whether the person changes a class and its days.

    Who answers for the classes of its school, and who teaches its course there. Seats,
    lists, draws and calling it off stay with the first.
    """
    if can_manage_runs(user, run.school):
        return Allowed()
    if led_runs(user).filter(course=run.course_id, school=run.school_id).exists():
        return Allowed()
    return Denied(_("改班由社教专干、校长，或者这门课的老师来办。"), "change_class")


def can_manage_certificates(user: Any, run: CourseRun) -> Decision:
    """Whether the person issues, revokes and issues anew certificates of the run.

    Never their own, and no teacher does: who marks does not certify (S-PRIV-4). That the
    certificate is one's own is asked where it is known.
    """
    held = user.memberships.active().values_list("school_id", "role")
    if _answers_for(held, run.school_id):
        return Allowed()
    return Denied(_("证书由本校的社教专干或校长来办。有事请找他们。"), "certificates")


def led_runs(user: Any) -> QuerySet[CourseRun]:
    """The courses of which the person plays lessons to a group: `can_lead_group`.

    By their self-paced run, in which the learning is written down.
    """
    held = user.memberships.active()
    managed = held.filter(role__in=MANAGERS).values("school_id")
    taught = held.filter(role=Role.TEACHER).values("school_id")
    return (
        CourseRun.objects.self_paced()
        .filter(course__live=True)
        .filter(
            Q(school__in=managed) | Q(school__in=taught, course__teachers__user=user)
        )
        .distinct()
    )


def can_lead_group(user: Any, course: CoursePage) -> Decision:
    """Whether the person plays lessons of the course to a group and credits them.

    Who teaches it at its school, clerk and principal; nobody of another school, nor of
    the centre: they are not in the room.
    """
    if led_runs(user).filter(course=course).exists():
        return Allowed()
    return Denied(_("集体学习由这门课的老师和本校的工作人员来带。"), "lead_group")


def can_make_calls(user: Any) -> Decision:
    """Whether the person makes the calls of a school: who answers for its classes."""
    if managed_schools(user).exists():
        return Allowed()
    return Denied(_("打电话由本校的社教专干或校长来办。"), "make_calls")


def can_override(user: Any, run: CourseRun, at: datetime | None = None) -> Decision:
    """Whether the person may make an exception from limits and windows of a run.

    Clerk and principal of its school, and the director; a teacher does not choose whom
    to let in. For seats there is no exception.
    """
    held = user.memberships.active(at).values_list("school_id", "role")
    if _answers_for(held, run.school_id):
        return Allowed()
    return Denied(_("只有本校的工作人员可以破例，而且要写明原因。"), "override")


def require_override(
    user: Any, run: CourseRun, reason: str, at: datetime | None = None
) -> None:
    """Let an exception through only for staff who say why.

    Raises:
        OverrideRefusedError: no staff of the school, or no reason.
    """
    if user is None or not reason.strip() or not can_override(user, run, at):
        raise OverrideRefusedError
