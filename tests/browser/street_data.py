"""Adds to a loaded demo what the browser tests look at; run as a program, never imported by one.

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

from tests.browser.street_desk import (
    PEOPLE,
    desk_paths,
    group_paths,
    marking_paths,
    message_paths,
    question_paths,
    silent_person,
    wanting_health,
)

FEW = 3


def main(target: Path) -> None:
    """Add the states that the demo does not have, and write what there is."""
    django.setup()
    paths = _paths()
    wanting_health()
    facts = {"paths": paths, "sessions": _sessions(), "errors": _errors()}
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
    from learning.models import Certificate, Enrolment

    own = Certificate.objects.get(enrolment=finished)
    over = (
        Enrolment.objects.filter(run__school=school, run__settled_at__isnull=False)
        .filter(certificates__isnull=False)
        .first()
    )
    sheet = over.certificates.get()
    _leave_few_beside(sheet)
    from accounts.services.family import agree_on_paper, ask_to_help

    # Somebody who helps the learner, and somebody whom the learner helps.
    helper, elder = User.objects.filter(username__startswith="resident-")[:2]
    ask_to_help(helper=helper, phone=str(learner.phone))
    link = agree_on_paper(elder=elder, helper=learner, by=helper)
    handed = courses["c05"].get_workflow().start(courses["c05"], helper)
    return {
        "review": f"/desk/reviews/{handed.current_task_state_id}/",
        "review_of_page": f"/desk/reviews/pages/{new.pk}/",
        "elder": f"/learn/family/{link.pk}/",
        "enrol_elder": _enrol_elder(link),
        "certificate": f"/learn/certificates/{own.pk}/",
        "certificate_check": f"/z/{own.token}/",
        "desk_finish": f"/desk/runs/{over.run_id}/finish/",
        "desk_certificates": f"/desk/runs/{over.run_id}/certificates/",
        "sheet_certificates": f"/desk/runs/{over.run_id}/certificates/print/",
        "desk_certificate": f"/desk/certificates/{sheet.pk}/",
        **_sharing_paths(),
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
        **message_paths(enrolment, lessons[1], school),
        "desk_dormant": silent_person(school),
        **desk_paths(school),
        **group_paths(school, learner),
        **marking_paths(half_run, learner),
        **question_paths(school),
        "handout": f"/learn/lessons/{lessons[0].pk}/print/",
        "sheet_course": f"/print/courses/{half.pk}/",
        "sheet_week": f"/print/schools/{school.pk}/week/",
        "school": school.url,
        "school_courses": f"{school.url}courses/",
        **_brand_paths(),
        **_review_paths(school),
        "news": NewsPage.objects.live().news().order_by("-event_date").first().url,
        "roster": f"/desk/courses/{half_run.pk}/",
        "matrix": f"/desk/courses/{half_run.pk}/matrix/",
        "print_matrix": f"/desk/courses/{half_run.pk}/matrix/print/",
        "export_matrix": f"/desk/courses/{half_run.pk}/matrix/export/",
        "regrades": f"/desk/courses/{half_run.pk}/regrade/",
        "stuck": f"/desk/courses/{half_run.pk}/stuck/",
        "stuck_lesson": f"/desk/courses/{half_run.pk}/stuck/{lessons[1].pk}/",
        "questions": f"/desk/courses/{half_run.pk}/questions/?lesson={quiz.pk}",
        "people": f"/desk/people/{school.pk}/",
        "profile": f"/desk/people/{school.pk}/profiles/{StaffProfile.objects.filter(school=school).first().pk}/",
        "end": f"/desk/people/memberships/{taught.pk}/end/",
        "hand_over": f"/desk/people/memberships/{taught.pk}/hand-over/",
        "category": f"/courses/?category={half.category.slug}&mode={half.mode}",
    }


def _leave_few_beside(sheet: Any) -> None:
    """A class of which few certificates hold: looking at a sheet of each takes long."""
    from accounts.models import User
    from learning.models import Certificate
    from learning.services.certificates import revoke_certificate

    principal = User.objects.get(username=PEOPLE["principal"])
    others = Certificate.objects.filter(
        enrolment__run=sheet.enrolment.run, revoked_at__isnull=True
    ).exclude(pk=sheet.pk)
    for one in others.order_by("pk")[FEW:]:
        revoke_certificate(certificate=one, by=principal, reason="印错了")


def _brand_paths() -> dict[str, str]:
    """The brands of the street, and one of them."""
    from activities.models import BrandIndexPage, BrandPage

    return {
        "brands": BrandIndexPage.objects.live().first().url,
        "brand": BrandPage.objects.live().order_by("pk").first().url,
    }


PHOTO = "22222222-0000-4000-8000-000000000001"


def _text_and_photo(school: Any) -> Any:
    from news.models import NewsPage
    from tests.factories import make_image

    field = NewsPage._meta.get_field("body")
    photo = {"image": make_image(school, "柳篮").pk, "alt": "", "place": "柳堤教室"}
    html = "<p>第一只篮编好了，大家围着看。</p><p>明天送到护河一线。</p>"
    return field.to_python(
        [
            {"type": "text", "value": html},
            {"type": "photo", "id": PHOTO, "value": photo},
        ]
    )


def _review_paths(school: Any) -> dict[str, str]:
    """A story that waits for the principal, one to be withdrawn, one that was."""
    from accounts.models import User
    from news.models import NewsPage
    from news.services.reviews import withdraw
    from tests.factories import make_news
    from tests.news.reviews import hand_in

    director = User.objects.get(username=PEOPLE["director"])
    waiting = make_news(
        school, "柳篮装热茶，送到独居老人家", live=False, summary="十一月"
    )
    state = hand_in(waiting, User.objects.get(username="clerk_guihuayuan"))
    news = NewsPage.objects.live().news()
    gone, live = news.order_by("event_date", "pk")[:2]
    notice = NewsPage.objects.live().filter(notice_until__isnull=False).first()
    draft = make_news(
        school,
        "编柳班的第一只篮",
        live=False,
        summary="十一月",
        event_place="柳堤教室",
        body=_text_and_photo(school),
    )
    address = gone.url
    withdraw(page=gone, by=director, reason="日期写错了，改好再发")
    return {
        "story_review": f"/desk/reviews/{state.pk}/",
        "news_paper": f"/desk/news/{waiting.pk}/paper/",
        "withdraw_news": f"/desk/news/{live.pk}/withdraw/",
        "sheet_reviews": f"/desk/news/{live.pk}/sheet/",
        "news_withdrawn": address,
        "notice": notice.url,
        "write_story": f"/desk/news/{draft.pk}/write/",
        "story_photo": f"/desk/news/{draft.pk}/photos/{PHOTO}/",
        "hand_in_story": f"/desk/news/{draft.pk}/hand-in/",
    }


def _sharing_paths() -> dict[str, str]:
    """A course that the teacher writes and may give, and one that another school gives."""
    from accounts.models import User
    from courses.models import CourseOffer
    from courses.writing import courses_of_writer, lessons_of

    teacher = User.objects.get(username=PEOPLE["teacher"])
    course = courses_of_writer(teacher).first()
    mine = f"/desk/my-courses/{course.pk}/"
    given = CourseOffer.objects.visible_to(teacher).open().first()
    return {
        "my_course": mine,
        "record_voice": f"/desk/lessons/{lessons_of(course)[0].pk}/record/",
        "offer_course": f"{mine}offer/",
        "shared_course": f"/desk/shared-courses/{given.pk}/",
    }


def _enrol_elder(link: Any) -> str:
    """A class on which the elder is not yet and that takes people."""
    from courses.choices import RunState
    from courses.models import CourseRun

    mine = link.elder.enrolments.values("run")
    runs = CourseRun.objects.shown().exclude(pk__in=mine).order_by("pk")
    run = next(one for one in runs if one.state() == RunState.OPEN)
    return f"/learn/family/{link.pk}/runs/{run.pk}/"


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
    names = (
        "403.html", "429.html", "500.html", "503.html", "busy.html",
        "core/csrf_failure.html",
    )  # fmt: skip
    pages = {name: render_to_string(name, request=request) for name in names}
    sentences = {"sentences": ["这一课要先报名。"], "back": "/courses/"}
    pages["core/refused.html"] = render_to_string(
        "core/refused.html", sentences, request=request
    )
    return pages


if __name__ == "__main__":
    main(Path(sys.argv[1]))
