"""What learning knows of sessions: who is expected, and who stays away.

`attendance` knows nothing of enrolment; it asks the provider and calls the listener that
`LearningConfig.ready` registers.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, F, Q
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
    enrolments = list(
        Enrolment.objects.select_for_update(no_key=True, of=("self",))
        .filter(run__run_sessions__session=session, learner__in=ids)
        .filter(state__in=GOING_STATES)
        .select_related("run__course", "run__school", "learner")
        .order_by("pk")
    )
    states = _states_of(enrolments)
    calls: dict[int, list[CallTask]] = defaultdict(list)
    for call in CallTask.objects.filter(
        enrolment__in=enrolments, template=THREE_ABSENCES
    ):
        calls[int(call.enrolment_id or 0)].append(call)
    new: list[tuple[Enrolment, list[int]]] = []
    moot: list[int] = []
    for enrolment in enrolments:
        said = states[enrolment.run_id, enrolment.learner_id]
        found = list(streaks(said))
        moot += _are_moot(calls[enrolment.pk], found)
        new += [
            (enrolment, streak)
            for streak in found
            if not any(_is_about(call, streak) for call in calls[enrolment.pk])
        ]
    if moot:
        CallTask.objects.filter(pk__in=moot).delete()
    if new:
        _ask_for_calls(new)


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


def _states_of(
    enrolments: Sequence[Enrolment],
) -> dict[tuple[int, int], list[tuple[int, str]]]:
    """By class and person, what the rolls say of them: session's id and state, in order."""
    run = F("session__run_session__run")
    rows = (
        AttendanceRecord.objects.filter(
            session__run_session__run__in={one.run_id for one in enrolments},
            attendee__in={one.learner_id for one in enrolments},
        )
        .exclude(session__state=SessionState.CANCELLED)
        .order_by("session__starts_at", "session_id")
        .values_list(run, "attendee_id", "session_id", "state")
    )
    found: dict[tuple[int, int], list[tuple[int, str]]] = defaultdict(list)
    for run_id, person, session_id, state in rows:
        found[run_id, person].append((session_id, state))
    return found


def _is_about(call: CallTask, streak: list[int]) -> bool:
    return not set(call.params["sessions"]).isdisjoint(streak)


def _are_moot(calls: list[CallTask], found: list[list[int]]) -> Iterator[int]:
    """Calls that nobody has made, for absences that there are not any more."""
    for call in calls:
        is_right = any(_is_about(call, streak) for streak in found)
        if call.done_at is None and not is_right:
            yield call.pk


def _ask_for_calls(new: list[tuple[Enrolment, list[int]]]) -> None:
    """Put these on the schools' lists; one that is there already stays as it is."""
    first = Session.objects.in_bulk({streak[0] for _one, streak in new})
    # In the site's language: who will read it is not who wrote the roll.
    with translation.override(settings.LANGUAGE_CODE):
        calls = [
            _call_for(enrolment, streak, first[streak[0]]) for enrolment, streak in new
        ]
    CallTask.objects.bulk_create(calls, ignore_conflicts=True)


def _call_for(enrolment: Enrolment, streak: list[int], first: Session) -> CallTask:
    run = enrolment.run
    return CallTask(
        dedupe_key=f"{THREE_ABSENCES}:{enrolment.pk}:{streak[0]}",
        school_id=run.school_id,
        person=enrolment.learner,
        enrolment=enrolment,
        template=THREE_ABSENCES,
        params={
            "course": run.course.title,
            "school": run.school.title,
            "enrolment": enrolment.pk,
            "since": short_day_in_words(civil_date(first.starts_at)),
            "sessions": streak,
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
