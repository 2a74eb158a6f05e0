"""Fills a demo street for the browser tests; run as a program, never imported by one.

    VAR_DIR=… DJANGO_SETTINGS_MODULE=… python -m tests.browser.street_data FILE

FILE gets, as JSON, the addresses of one page of each kind, the session cookie of one
person of each kind, and the error pages that no request brings about by itself.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

PEOPLE = {
    "learner": "resident_demo",
    "teacher": "teacher_gu",
    "clerk": "clerk_guihuayuan",
    "principal": "principal_guihuayuan",
    "director": "director",
}


def main(target: Path) -> None:
    """Load, add the states that the demo does not have, and write what there is."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_demo", verbosity=0)
    facts = {"paths": _paths(), "sessions": _sessions(), "errors": _errors()}
    target.write_text(json.dumps(facts), encoding="utf-8")


def _paths() -> dict[str, str]:
    """Addresses by the name of the page; a learner's course stands half-way."""
    from accounts.models import User
    from courses.models import CoursePage, LessonPage
    from demo.loader.once import loaded_pk
    from learning.services.enrolment import enrol_learner
    from news.models import NewsPage
    from schools.models import Membership, SchoolPage, StaffProfile

    learner = User.objects.get(username=PEOPLE["learner"])
    courses = {
        name: CoursePage.objects.get(pk=loaded_pk(f"course:{name}"))
        for name in ("c01", "c02", "c05", "c40")
    }
    closed = courses["c40"]
    for lesson in LessonPage.objects.child_of(closed):
        lesson.unpublish()
    half, whole, new = courses["c01"], courses["c02"], courses["c05"]
    half_run = half.runs.get(is_self_paced=True)
    enrolment = enrol_learner(learner=learner, run=half_run)
    lessons = list(LessonPage.objects.child_of(half).live().order_by("path"))
    _finish(enrolment, lessons[0])
    finished = enrol_learner(learner=learner, run=whole.runs.get(is_self_paced=True))
    for lesson in LessonPage.objects.child_of(whole).live():
        _finish(finished, lesson)
    school = SchoolPage.objects.get(pk=half.get_parent().get_parent().pk)
    taught = Membership.objects.filter(school=school, role="teacher").first()
    every = LessonPage.objects.live().order_by("path")
    quiz = next(one for one in lessons[1:] if one.content.questions)
    film = next(
        one
        for one in every
        if any(medium.kind == "video" for medium in one.content.media)
    )
    film_run = film.course.runs.get(is_self_paced=True)
    enrol_learner(learner=learner, run=film_run)
    locked = next(one for one in every.child_of(new) if not one.is_preview)
    return {
        "course": half.url,
        "course_new": new.url,
        "course_closed": closed.url,
        "lesson": lessons[1].url,
        "lesson_done": lessons[0].url,
        "film": film.url,
        "quiz": quiz.url,
        "locked": locked.url,
        "done": f"/learn/lessons/{lessons[0].pk}/done/",
        "leave": f"/learn/enrolments/{enrolment.pk}/leave/",
        **_class_paths(learner),
        **_desk_paths(school),
        "handout": f"/learn/lessons/{lessons[0].pk}/print/",
        "sheet_course": f"/print/courses/{half.pk}/",
        "sheet_week": f"/print/schools/{school.pk}/week/",
        "school": school.url,
        "school_courses": f"{school.url}courses/",
        "news": NewsPage.objects.live().order_by("-event_date").first().url,
        "roster": f"/desk/courses/{half_run.pk}/",
        "people": f"/desk/people/{school.pk}/",
        "profile": f"/desk/people/{school.pk}/profiles/{StaffProfile.objects.filter(school=school).first().pk}/",
        "end": f"/desk/people/memberships/{taught.pk}/end/",
        "hand_over": f"/desk/people/memberships/{taught.pk}/hand-over/",
        "category": f"/courses/?category={half.category.slug}&mode={half.mode}",
    }


def _class_paths(learner: Any) -> dict[str, str]:
    """A class that the learner may still join, and a place that the learner has."""
    from courses.choices import RunState
    from courses.models import CourseRun
    from learning.choices import State
    from learning.models import Enrolment

    mine = Enrolment.objects.filter(learner=learner, run__is_self_paced=False)
    place = mine.filter(state=State.CONFIRMED).order_by("-pk").first()
    others = CourseRun.objects.filter(is_self_paced=False).exclude(
        pk__in=mine.values("run")
    )
    open_run = next(run for run in others if run.state() == RunState.OPEN)
    return {
        "class": f"/learn/runs/{open_run.pk}/",
        "place": f"/learn/places/{place.pk}/",
        "place_leave": f"/learn/places/{place.pk}/leave/",
        "slip": f"/learn/places/{place.pk}/slip/",
    }


def _desk_paths(school: Any) -> dict[str, str]:
    """A class of that school whose lesson begins now, one that has been, a call."""
    from django.utils import timezone

    from attendance.models import Session
    from courses.models import RunSession
    from learning.models import CallTask, Draw, Enrolment

    now = timezone.now()
    ours = RunSession.objects.filter(run__school=school).taking_place()
    day = ours.filter(session__starts_at__gt=now).earliest("session__starts_at")
    before = ours.filter(session__ends_at__lt=now).latest("session__starts_at")
    Session.objects.filter(pk=day.session_id).update(
        starts_at=now + timedelta(minutes=10), ends_at=now + timedelta(minutes=100)
    )
    enrolment = Enrolment.objects.filter(run=day.run).first()
    call, _is_new = CallTask.objects.get_or_create(
        dedupe_key="browser",
        defaults={
            "person": enrolment.learner,
            "school": school,
            "enrolment": enrolment,
            "template": "run_cancelled",
            "params": {"course": day.run.course.title, "school": school.title},
        },
    )
    _take_rolls(school)
    drawn = Draw.objects.filter(drawn_at__isnull=False).first()
    return {
        "draw": f"/draws/{drawn.pk}/",
        "desk_class": f"/desk/runs/{day.run_id}/",
        "desk_edit_class": f"/desk/runs/{day.run_id}/edit/",
        "desk_new_form": f"/desk/runs/new/?course={day.run.course_id}",
        "desk_cancel_day": f"/desk/runs/{day.run_id}/sessions/{day.pk}/cancel/",
        "class_roster": f"/desk/courses/{day.run_id}/",
        "desk_cancel_class": f"/desk/runs/{day.run_id}/cancel/",
        "desk_move_day": f"/desk/runs/{day.run_id}/sessions/{day.pk}/move/",
        "desk_call": f"/desk/calls/{call.pk}/",
        "roll": f"/desk/sessions/{before.session_id}/roll/",
        "roll_sheet": f"/desk/sessions/{before.session_id}/roll/print/",
        "session_qr": f"/desk/sessions/{day.session_id}/qr/",
    }


def _take_rolls(school: Any) -> None:
    """What has been held at that school has a roll: most came, some did not."""
    from django.utils import timezone

    from accounts.models import User
    from attendance.choices import AttendanceState
    from attendance.gathering import gathering_of
    from attendance.models import Session
    from attendance.services.roll import save_roll

    clerk = User.objects.get(username=PEOPLE["clerk"])
    held = Session.objects.filter(school=school, ends_at__lt=timezone.now())
    words = [
        *[AttendanceState.PRESENT] * 4,
        AttendanceState.LATE,
        AttendanceState.ABSENT,
    ]
    for session in held.taking_place().order_by("starts_at"):
        people = sorted(gathering_of(session).ids)
        said = {pk: words[(pk + session.pk) % len(words)] for pk in people}
        save_roll(session=session, states=said, by=clerk, headcount=len(said))


def _finish(enrolment: Any, lesson: Any) -> None:
    """Everything that the lesson asks for, a few days ago."""
    from django.utils import timezone

    from demo.loader.learners import _finish as finish

    finish(enrolment, lesson, timezone.now() - timedelta(days=2), wrong=0.5)


def _sessions() -> dict[str, str]:
    """The key of a signed-in session for each kind of person, and for a newcomer."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from accounts.models import User

    newcomer = User.objects.create_person(username="newcomer", display_name="新邻居")
    people = {
        key: User.objects.get(username=username) for key, username in PEOPLE.items()
    }
    sessions = {}
    for key, user in {**people, "newcomer": newcomer}.items():
        store = import_module(settings.SESSION_ENGINE).SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.create()
        sessions[key] = store.session_key
    return sessions


def _errors() -> dict[str, str]:
    """The pages that need a broken, closed or hard-pressed site, as they are sent."""
    from django.contrib.auth.models import AnonymousUser
    from django.template.loader import render_to_string
    from django.test import RequestFactory

    request = RequestFactory().get("/courses/")
    request.user = AnonymousUser()
    names = ("403.html", "429.html", "500.html", "503.html", "core/csrf_failure.html")
    pages = {name: render_to_string(name, request=request) for name in names}
    sentences = {"sentences": ["这一课要先报名。"], "back": "/courses/"}
    pages["core/refused.html"] = render_to_string(
        "core/refused.html", sentences, request=request
    )
    return pages


if __name__ == "__main__":
    main(Path(sys.argv[1]))
