"""Three hundred residents from a fixed seed, who learn through the services."""

import random
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from django.contrib.auth import get_user_model

from courses.content import LessonContent
from courses.models import CoursePage, LessonPage
from demo.loader.data import street
from demo.loader.once import loaded_pk, once
from learning.choices import Source
from learning.models import Enrolment
from learning.report import read_report
from learning.services.enrolment import enrol_learner, leave
from learning.services.progress import record
from schools.models import SchoolPage
from schools.services.membership import appoint

# Of a resident's age: the share of each band. Older people are the majority (domain §1).
AGE_BANDS = ((18, 39, 20), (40, 59, 25), (60, 74, 40), (75, 88, 15))
FIRST_DAYS = 40
# Of the demo's resident; the same facts as a resident's plan has.
OWN_STUDIES: tuple[dict[str, Any], ...] = (
    {"id": "c18", "share": 1.0, "days_ago": 38, "pause": 12},
    {"id": "c10", "share": 0.25, "days_ago": 9, "pause": 6},
    {"id": "c01", "share": 0.34, "days_ago": 20, "pause": 1},
)


def load_learners(schools: dict[str, SchoolPage], now: datetime) -> None:
    """Residents with their school, enrolments and progress, as of `now`."""
    pool = street()["residents"]
    chance = random.Random(pool["seed"])  # noqa: S311 - the same street every time
    names = [f"{one}{two}" for one in pool["surnames"] for two in pool["given"]]
    chance.shuffle(names)
    by_school = {key: one for key, one in schools.items() if key != "centre"}
    weights = [line["population"] for line in street()["schools"]]
    courses = _courses(by_school)
    _taught.cache_clear()
    for number in range(pool["count"]):
        # Every draw is made whether or not the resident exists, so that a load which
        # was interrupted goes on with the same street.
        plan = _plan(chance, list(by_school), weights, courses, names[number])
        once(
            f"resident:{number}",
            partial(_resident, plan, number, by_school, now),
        )


def load_own_learning(now: datetime) -> None:
    """What the demo's resident has learnt: one course finished, two under way."""
    resident = get_user_model().objects.get(username="resident_demo")
    # In the afternoon, not at midnight.
    now -= timedelta(hours=8)
    for line in OWN_STUDIES:
        once(f"study:resident_demo:{line['id']}", partial(_study, resident, line, now))


def _courses(schools: dict[str, SchoolPage]) -> dict[str, list[str]]:
    return {
        key: [one["id"] for one in street()["courses"] if one["school"] == key]
        for key in schools
    }


def _plan(
    chance: random.Random,
    schools: list[str],
    weights: list[int],
    courses: dict[str, list[str]],
    name: str,
) -> dict[str, Any]:
    low, high, _share = chance.choices(AGE_BANDS, [band[2] for band in AGE_BANDS])[0]
    school = chance.choices(schools, weights)[0]
    every = [one for ids in courses.values() for one in ids]
    wanted: list[str] = []
    for _one in range(chance.choices((0, 1, 2, 3, 4), (6, 34, 36, 18, 6))[0]):
        source = courses[school] if chance.random() < 0.75 else every
        wanted.append(chance.choice(source))
    return {
        "name": name,
        "age": chance.randint(low, high),
        "school": school,
        "courses": [
            {
                "id": one,
                # How much of the course: finished, part of it, or nothing yet.
                "share": chance.choices(
                    (1.0, chance.uniform(0.2, 0.8), 0.0), (34, 50, 16)
                )[0],
                "days_ago": chance.randint(1, FIRST_DAYS),
                "pause": chance.choices((0, 1, 9, 15), (40, 25, 20, 15))[0],
                "leaves": chance.random() < 0.03,
                "wrong": chance.random(),
            }
            for one in dict.fromkeys(wanted)
        ],
    }


def _resident(
    plan: dict[str, Any], number: int, schools: dict[str, SchoolPage], now: datetime
) -> Any:
    user = get_user_model().objects.create_person(
        username=f"resident-{number:03d}",
        display_name=plan["name"],
        birth_year=now.year - plan["age"],
        # A number that no telephone has: the demo can call nobody.
        phone=f"+860000{number:07d}",
    )
    appoint(
        user=user,
        school=schools[plan["school"]],
        role="learner",
        since=(now - timedelta(days=FIRST_DAYS + 5)).date(),
    )
    for line in plan["courses"]:
        _study(user, line, now)
    return user


@cache
def _taught(course_id: str) -> tuple[Any, list[LessonPage]]:
    """The self-paced run of a course and its lessons; read once in a load."""
    course = CoursePage.objects.filter(pk=loaded_pk(f"course:{course_id}")).first()
    if course is None:
        return None, []
    lessons = LessonPage.objects.child_of(course).live().order_by("path")
    return course.runs.get(is_self_paced=True), list(lessons)


def _study(user: Any, line: dict[str, Any], now: datetime) -> None:
    run, lessons = _taught(line["id"])
    if run is None:
        return
    begun = now - timedelta(days=line["days_ago"], hours=user.pk % 9)
    enrolment = enrol_learner(learner=user, run=run, source=Source.SELF, at=begun)
    wanted = round(line["share"] * len(lessons))
    # The lessons are spread from the first day to the one on which the learner paused.
    stopped = max(begun + timedelta(hours=2), now - timedelta(days=line["pause"]))
    last = begun
    for position, lesson in enumerate(lessons[:wanted], start=1):
        last = begun + (stopped - begun) * position / wanted
        _finish(enrolment, lesson, last, wrong=line.get("wrong", 1.0))
    if 0 < line["share"] < 1 and wanted < len(lessons):
        _begin(enrolment, lessons[wanted], last + timedelta(minutes=5))
    if line.get("leaves") and line["share"] < 1:
        leave(enrolment=Enrolment.objects.get(pk=enrolment.pk), by=user, at=now)


def _finish(enrolment: Any, lesson: LessonPage, at: datetime, *, wrong: float) -> None:
    content = lesson.content
    events = [{"type": "transcript", "block": one.block_id} for one in content.media]
    events += _answers(content, wrong)
    events.append({"type": "done"})
    opened = at - timedelta(minutes=lesson.minutes)
    report = read_report(events, content=content, opened=opened, at=at)
    record(enrolment=enrolment, lesson=lesson, report=report, at=at)


def _begin(enrolment: Any, lesson: LessonPage, at: datetime) -> None:
    report = read_report([{"type": "view"}], content=lesson.content, opened=at, at=at)
    record(enrolment=enrolment, lesson=lesson, report=report, at=at)


def _answers(content: LessonContent, wrong: float) -> list[dict[str, Any]]:
    """Most answers are right; some residents err at first."""
    events = []
    for number, question in enumerate(content.questions):
        right = sorted(question.value.right_ids)
        others = [one["id"] for one in question.value.choices if one["id"] not in right]
        choice = others[:1] if wrong < 0.15 and number == 0 and others else right
        events.append(
            {"type": "answer", "block": question.block_id, "choice": choice, "seq": 1}
        )
    return events
