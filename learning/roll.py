"""What learning knows of sessions: who is expected, and who stays away.

`attendance` knows nothing of enrolment; it asks the provider and calls the listener that
`LearningConfig.ready` registers.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendance.choices import CAME, AttendanceState, SessionState
from attendance.gathering import Gathering
from attendance.models import AttendanceRecord, Session
from core.civil_time import civil_date, short_day_in_words
from courses.models import CourseRun
from learning.choices import GOING_STATES, State
from learning.models import CallTask, Enrolment

# On the list of a class: who has a seat and has said that they come.
ON_THE_LIST = (State.CONFIRMED, State.ATTENDING, State.COMPLETED)
ABSENCES_TO_CALL = 3
THREE_ABSENCES = "three_absences"


def run_gathering(session: Session) -> Gathering | None:
    """The people of the class whose lesson the session is, in the order of names."""
    run = CourseRun.objects.filter(run_sessions__session=session)
    found = run.select_related("course").first()
    if found is None:
        return None
    rows = Enrolment.objects.filter(run=found, state__in=ON_THE_LIST).select_related(
        "learner"
    )
    # Somebody who takes the class a second time has two rows and is one person.
    people = {row.learner_id: row.learner for row in rows}
    return Gathering(
        title=found.course.title,
        people=sorted(people.values(), key=lambda one: (one.get_full_name(), one.pk)),
        href=reverse("desk:roster", args=[found.pk]),
    )


def streaks(states: Sequence[tuple[int, str]]) -> Iterator[list[int]]:
    """Runs of absences long enough for a call: a pure function.

    Args:
        states: (session's id, state) of one person in the order of time. Sessions
            without a record are not in it: where no roll was taken nobody was absent.

    Leave ends a run: whoever asked for it has been in touch.
    """
    run: list[int] = []
    for session_id, state in [*states, (0, "")]:
        if state == AttendanceState.ABSENT:
            run.append(session_id)
            continue
        if len(run) >= ABSENCES_TO_CALL:
            yield run
        run = []


def call_after_absences(session: Session, ids: Collection[int]) -> None:
    """Three absences in a row put one call on the school's list; nobody is removed.

    One call for each run of absences, however the roll comes in. A call that nobody has
    made yet goes where the roll was corrected and there is no such run any more.
    """
    enrolments = (
        Enrolment.objects.select_for_update(no_key=True, of=("self",))
        .filter(run__run_sessions__session=session, learner__in=ids)
        .filter(state__in=GOING_STATES)
        .select_related("run__course", "run__school", "learner")
        .order_by("pk")
    )
    for enrolment in enrolments:
        _bring_calls_up_to_date(enrolment)


def complete_after_roll(session: Session, ids: Collection[int]) -> None:
    """A roll that was corrected after «结课» completes whom it brings over the rule."""
    from learning.services.completion import complete_those_who_may

    rows = (
        Enrolment.objects.select_for_update(no_key=True, of=("self",))
        .filter(run__run_sessions__session=session, learner__in=ids)
        .filter(state__in=GOING_STATES, run__settled_at__isnull=False)
        .select_related("run__course", "run__school", "learner")
        .order_by("pk")
    )
    complete_those_who_may(list(rows), by=None, at=timezone.now())


def _bring_calls_up_to_date(enrolment: Enrolment) -> None:
    states = list(
        AttendanceRecord.objects.filter(
            attendee=enrolment.learner_id, session__run_session__run=enrolment.run_id
        )
        .exclude(session__state=SessionState.CANCELLED)
        .order_by("session__starts_at", "session_id")
        .values_list("session_id", "state")
    )
    found = list(streaks(states))
    calls = list(CallTask.objects.filter(enrolment=enrolment, template=THREE_ABSENCES))
    for call in calls:
        is_right = any(set(call.params["sessions"]) & set(one) for one in found)
        if call.done_at is None and not is_right:
            call.delete()
    for streak in found:
        if any(set(call.params["sessions"]) & set(streak) for call in calls):
            continue
        _ask_for_call(enrolment, streak)


def _ask_for_call(enrolment: Enrolment, streak: list[int]) -> None:
    run = enrolment.run
    first = Session.objects.get(pk=streak[0])
    # In the site's language: who will read it is not who wrote the roll.
    with translation.override(settings.LANGUAGE_CODE):
        since = short_day_in_words(civil_date(first.starts_at))
    CallTask.objects.get_or_create(
        dedupe_key=f"{THREE_ABSENCES}:{enrolment.pk}:{streak[0]}",
        defaults={
            "school_id": run.school_id,
            "person": enrolment.learner,
            "enrolment": enrolment,
            "template": THREE_ABSENCES,
            "params": {
                "course": run.course.title,
                "school": run.school.title,
                "enrolment": enrolment.pk,
                "since": since,
                "sessions": streak,
            },
        },
    )


@dataclass(frozen=True)
class OwnAttendance:
    """How often a learner came to a class, for themselves."""

    came: int = 0
    total: int = 0

    @property
    def words(self) -> str:
        """«上了 4 次课，您来了 3 次»; empty before the first roll."""
        if not self.total:
            return ""
        if self.came == self.total:
            sentence = ngettext(
                "上了 %(total)s 次课，您每次都来了。",
                "上了 %(total)s 次课，您每次都来了。",
                self.total,
            )
        else:
            sentence = ngettext(
                "上了 %(total)s 次课，您来了 %(came)s 次。",
                "上了 %(total)s 次课，您来了 %(came)s 次。",
                self.total,
            )
        return sentence % {"total": self.total, "came": self.came}


def own_attendance(enrolment: Enrolment) -> OwnAttendance:
    """The learner's records of the class up to now, in one query.

    Sessions in which the roll was not taken count neither way.
    """
    rows = AttendanceRecord.objects.filter(
        attendee=enrolment.learner_id,
        session__run_session__run=enrolment.run_id,
        session__starts_at__lte=timezone.now(),
    ).exclude(session__state=SessionState.CANCELLED)
    counted = rows.aggregate(
        total=Count("pk"), came=Count("pk", filter=Q(state__in=CAME))
    )
    return OwnAttendance(came=counted["came"], total=counted["total"])


def has_leave(enrolment: Enrolment, session: Session | None) -> bool:
    """Whether the learner is down as on leave for that session."""
    return session is not None and (
        session.records.filter(
            attendee=enrolment.learner_id, state=AttendanceState.LEAVE
        ).exists()
    )


def leave_words(session: Session) -> str:
    """What is said when leave was asked for."""
    day = short_day_in_words(civil_date(session.starts_at))
    return _("好的，%(day)s 给您记了请假。") % {"day": day}
