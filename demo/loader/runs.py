"""The street's classes with dates: rooms, timetables, and who is on which.

The term is laid around the day of the first load, so that this week has lessons.
Everybody comes by the services: seats, queues and the draw are what they say.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model

from attendance.choices import AttendanceState
from attendance.services.roll import save_roll
from core.civil_time import SHANGHAI
from courses.choices import Allocation
from courses.models import CoursePage, CourseRun
from courses.services.timetable import plan_run
from demo.loader.data import run_plans
from demo.loader.once import loaded_pk, once
from learning.choices import GOING_STATES, State
from learning.exceptions import ClassLimitError
from learning.models import Enrolment
from learning.services.completion import settle_class
from learning.services.draw import close_list, hold_draw, prepare_draw
from learning.services.enrolment import join_queue, leave
from learning.services.runs import cancel_run
from schools.choices import Role
from schools.models import SchoolPage, StaffProfile, Venue

# What the demo's resident has: two classes this week, a queue, and an offered seat.
OWN_CLASSES = ("f02", "f03")
OWN_OFFER = "f07"
# Behind how many others; at the head stands who is offered the next seat.
OWN_QUEUES = {"f05": 2, OWN_OFFER: 0}
# How many sessions of a class lie behind it when the demo begins.
BEHIND = 2
BORN = 1955
SIGNED_BY = "女儿（示例）"


@dataclass
class Resident:
    """A resident as the loader hands out classes: the ones with fewest go first."""

    user: Any
    age: int
    seats: Counter[str]


def load_runs(schools: dict[str, SchoolPage], now: datetime) -> None:
    """Rooms and classes with their sessions, as of `now`."""
    for plan in run_plans():
        school = schools[plan["school"]]
        once(f"venue:{school.slug}:{plan['room']}", partial(_room, school, plan))
        once(f"run:{plan['id']}", partial(_run, plan, school, now))


def load_places(now: datetime) -> None:
    """Who is on the classes, who waits, who was drawn."""
    residents = _residents(now)
    once("birth:resident_demo", _be_born)
    for plan in run_plans():
        once(f"places:{plan['id']}", partial(_fill, plan, residents, now))


def _room(school: SchoolPage, plan: dict[str, Any]) -> Venue:
    return Venue.objects.create(
        school=school, name=plan["room"], seats=max(plan["capacity"], 30)
    )


def _first_day(plan: dict[str, Any], today: date) -> date:
    """Of a class under way: so that this week's session is the third, or nearly."""
    monday = today - timedelta(days=today.weekday())
    this_week = monday + timedelta(days=plan["weekday"] - 1)
    weeks = {
        "open": -min(BEHIND, plan["sessions"] - 2),
        "closed": -1,
        "ended": -plan["sessions"] - 3,
        "drawn": 1,
        "draw": 3,
        "soon": 4,
        "cancelled": 1,
    }
    return this_week + timedelta(weeks=weeks[plan["kind"]])


def _run(plan: dict[str, Any], school: SchoolPage, now: datetime) -> CourseRun:
    course = CoursePage.objects.get(pk=loaded_pk(f"course:{plan['course']}") or 0)
    first = _first_day(plan, now.date())
    begin = datetime.combine(first, time(9), tzinfo=SHANGHAI)
    is_draw = plan["kind"] in ("draw", "drawn")
    run = CourseRun.objects.create(
        course=course,
        school=school,
        term=plan["term"],
        weekday=plan["weekday"],
        start_time=time.fromisoformat(plan["start"]),
        end_time=time.fromisoformat(plan["end"]),
        venue=Venue.objects.get(school=school, name=plan["room"]),
        teacher=_teacher(course, school),
        starts_on=first,
        capacity=plan["capacity"],
        min_seats=plan["min_seats"],
        allocation=Allocation.DRAW if is_draw else Allocation.FIRST_COME,
        age_min=plan.get("age_min"),
        age_max=plan.get("age_max"),
        note=plan.get("note", ""),
    )
    sessions = plan_run(run=run, count=plan["sessions"], at=begin - timedelta(days=40))
    last = sessions[-1].session.starts_at
    windows = {
        # Late joiners are welcome until the last lesson.
        "open": (begin - timedelta(days=30), last),
        "closed": (begin - timedelta(days=30), begin - timedelta(days=3)),
        "ended": (begin - timedelta(days=30), begin - timedelta(days=3)),
        "drawn": (now - timedelta(days=12), now - timedelta(days=4)),
        "draw": (now - timedelta(days=3), now + timedelta(days=5, hours=17)),
        "soon": (now + timedelta(days=6, hours=9), begin - timedelta(days=2)),
        "cancelled": (now - timedelta(days=20), now - timedelta(days=2)),
    }
    run.enrol_from, run.enrol_until = windows[plan["kind"]]
    run.save(update_fields=["enrol_from", "enrol_until"])
    return run


def _teacher(course: CoursePage, school: SchoolPage) -> StaffProfile | None:
    found: StaffProfile | None = course.teachers.filter(school=school).first()
    return found


def _residents(now: datetime) -> list[Resident]:
    """The loaded residents in their order, with how many classes each has already."""
    people = get_user_model().objects.filter(username__startswith="resident-")
    held: dict[int, Counter[str]] = defaultdict(Counter)
    rows = Enrolment.objects.filter(run__is_self_paced=False)
    for pk, term in rows.values_list("learner_id", "run__term"):
        held[pk][term] += 1
    return [
        Resident(one, now.year - (one.birth_year or 0), held[one.pk])
        for one in people.order_by("username")
    ]


def _fill(plan: dict[str, Any], residents: list[Resident], now: datetime) -> None:
    run = CourseRun.objects.get(pk=loaded_pk(f"run:{plan['id']}") or 0)
    if plan["kind"] == "soon" or run.enrol_from is None:
        return
    begin = run.enrol_from + timedelta(hours=1)
    fit = [one for one in residents if _fits(one, run)]
    fit.sort(key=lambda one: one.seats[run.term])
    come = 0
    if plan["id"] in OWN_CLASSES:
        come += _comes(_demo_resident(), run, begin)
    own_place = plan["confirmed"] + OWN_QUEUES.get(plan["id"], len(residents))
    for one in fit:
        at = begin + timedelta(minutes=come)
        if come == own_place:
            come += _comes(_demo_resident(), run, at)
        if come >= plan["confirmed"] + plan["waiting"]:
            break
        if _comes(one.user, run, at):
            one.seats[run.term] += come < plan["confirmed"]
            come += 1
    _afterwards(plan, run, now)


def _comes(user: Any, run: CourseRun, at: datetime) -> bool:
    """Whether the person has a place now; not who has enough classes this term."""
    try:
        join_queue(learner=user, run=run, at=at, relative_name=SIGNED_BY)
    except ClassLimitError:
        return False
    return True


def _fits(one: Resident, run: CourseRun) -> bool:
    return (run.age_min or 0) <= one.age <= (run.age_max or 200)


def _afterwards(plan: dict[str, Any], run: CourseRun, now: datetime) -> None:
    clerk = _clerk(run)
    if plan["kind"] == "ended":
        _finish(run, clerk)
    elif plan["kind"] == "drawn":
        _draw(run, clerk, now)
    elif plan["kind"] == "cancelled":
        cancel_run(run=run, by=clerk, at=now - timedelta(hours=30))
    else:
        _call_rolls(run, clerk, before=now)
    if plan["id"] == OWN_OFFER:
        _offer(run, clerk, now)


def _finish(run: CourseRun, clerk: Any) -> None:
    """Of a class that is over, nearly everybody came nearly always: they finish it."""
    last = _call_rolls(run, clerk)
    if last is not None:
        settle_class(run=run, by=clerk, at=last.ends_at)


def _call_rolls(run: CourseRun, clerk: Any, *, before: datetime | None = None) -> Any:
    """The rolls of the lessons that are over; the last of these.

    Every seventh person came seldom. Of a class under way the latest lesson is left for
    whoever tries the desk.
    """
    rows = Enrolment.objects.filter(run=run, state__in=GOING_STATES).order_by("pk")
    people = list(rows.values_list("learner_id", flat=True))
    sessions = [one.session for one in run.run_sessions.select_related("session")]
    sessions.sort(key=lambda one: one.starts_at)
    if before is not None:
        sessions = [one for one in sessions if one.ends_at < before][:-1]
    for day, session in enumerate(sessions):
        states = {person: _came(number, day) for number, person in enumerate(people)}
        there = sum(one != AttendanceState.ABSENT for one in states.values())
        save_roll(
            session=session,
            states=states,
            by=clerk,
            headcount=there,
            at=session.starts_at + timedelta(minutes=15),
        )
    return sessions[-1] if sessions else None


def _came(number: int, day: int) -> str:
    if number % 7 == 6 and day % 3:
        return AttendanceState.ABSENT
    if (number + day) % 9 == 4:
        return AttendanceState.LATE
    return AttendanceState.PRESENT


def _draw(run: CourseRun, clerk: Any, now: datetime) -> None:
    prepare_draw(run=run, at=run.enrol_from)
    close_list(run=run, at=now - timedelta(days=4) + timedelta(minutes=5))
    hold_draw(run=run, by=clerk, at=now - timedelta(days=3))


def _offer(run: CourseRun, clerk: Any, now: datetime) -> None:
    """Somebody leaves, and the seat is offered to who is next: the demo's resident."""
    goes = Enrolment.objects.filter(run=run, state=State.CONFIRMED).order_by("pk")[3]
    # At nine in the morning of the day before.
    leave(enrolment=goes, by=clerk, at=now - timedelta(hours=15))


def _clerk(run: CourseRun) -> Any:
    return (
        get_user_model()
        .objects.filter(memberships__school=run.school, memberships__role=Role.CLERK)
        .first()
    )


def _be_born() -> None:
    """Some classes ask for an age."""
    get_user_model().objects.filter(
        username="resident_demo", birth_year__isnull=True
    ).update(birth_year=BORN)


def _demo_resident() -> Any:
    return get_user_model().objects.get(username="resident_demo")
