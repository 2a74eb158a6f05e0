"""Roles × routes × own or another school: who gets what, in one table.

A missing object and a forbidden one of another school look alike (404). A new route
below /learn/ or /desk/ must have its row: `test_every_route_about_people_has_a_row`.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import DataCopy
from attendance.checkin import make_token
from attendance.models import Session
from courses.models import RunSession
from learning.services.enrolment import enrol_learner
from schools.models import Membership, StaffProfile
from tests.courses.classes import make_class
from tests.learning.calls import make_call
from tests.learning.lessons import block_id, make_lesson, make_media, video_block
from tests.site.test_access import routes

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)

ROLES = (
    "visitor", "learner", "enrolled", "teacher_a", "clerk_a", "principal_a",
    "teacher_b", "clerk_b", "editor", "director", "site_admin",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A route and what each role gets, in the order of ROLES."""

    name: str
    expected: str
    args: tuple[str, ...] = ()
    method: str = "get"
    data: Any = None

    @property
    def statuses(self) -> dict[str, int]:
        codes = [int(code) for code in self.expected.split()]
        assert len(codes) == len(ROLES), self.name
        return dict(zip(ROLES, codes, strict=True))


# fmt: off
#                                       visi learn enr  t_a  c_a  p_a  t_b  c_b  edit dir  admin
MATRIX = [
    Row("learning:home",               "302  200  200  200  200  200  200  200  200  200  200"),
    Row("learning:enrol",              "302  302  302  302  302  302  302  302  302  302  302", ("course",), "post"),
    Row("learning:leave",              "302  404  200  404  404  404  404  404  404  404  404", ("enrolment",)),
    Row("learning:leave",              "302  404  302  404  404  404  404  404  404  404  404", ("enrolment",), "post"),
    Row("learning:run",                "302  200  302  200  200  200  200  200  200  200  200", ("class",)),
    Row("learning:run",                "302  422  302  422  422  422  422  422  422  422  422", ("class",), "post"),
    Row("learning:place",              "302  404  200  404  404  404  404  404  404  404  404", ("place",)),
    Row("learning:give_up",            "302  404  200  404  404  404  404  404  404  404  404", ("place",)),
    Row("learning:give_up",            "302  404  302  404  404  404  404  404  404  404  404", ("place",), "post"),
    Row("learning:leave_session",      "302  404  302  404  404  404  404  404  404  404  404", ("place", "session"), "post"),
    Row("learning:take_back",          "302  404  302  404  404  404  404  404  404  404  404", ("place",), "post"),
    Row("learning:answer",             "302  404  409  404  404  404  404  404  404  404  404", ("place",), "post", {"answer": "no"}),
    Row("learning:answer",             "302  404  302  404  404  404  404  404  404  404  404", ("place",), "post"),
    Row("learning:slip",               "302  404  200  404  404  404  404  404  404  404  404", ("place",)),
    Row("learning:place_calendar",     "302  404  200  404  404  404  404  404  404  404  404", ("place",)),
    Row("learning:timetable",          "302  200  200  200  200  200  200  200  200  200  200"),
    Row("learning:print_timetable",    "302  200  200  200  200  200  200  200  200  200  200"),
    Row("learning:calendar",           "302  200  200  200  200  200  200  200  200  200  200"),
    Row("learning:handout",            "403  403  200  200  200  200  403  403  200  200  403", ("lesson",)),
    Row("learning:progress",           "302  403  302  403  403  403  403  403  403  403  403", ("lesson",), "post", {"event": "done"}),
    Row("learning:layout",             "404  404  302  302  302  302  404  404  302  302  404", ("lesson",), "post", {"layout": "steps"}),
    Row("learning:done",               "302  403  302  403  403  403  403  403  403  403  403", ("lesson",)),
    Row("learning:media",              "404  404  200  200  200  200  404  404  200  200  404", ("lesson", "block", "slot")),
    Row("desk:home",                   "302  403  403  200  200  200  200  200  200  200  200"),
    Row("desk:roster",                 "302  403  403  200  200  200  404  404  404  200  404", ("run",)),
    Row("desk:export",                 "302  403  403  200  200  200  404  404  404  200  404", ("run",)),
    Row("desk:export",                 "302  403  403  200  200  200  404  404  404  200  404", ("run",), "post", {"reason": "年底总结", "format": "csv"}),
    Row("desk:classes",                "302  403  403  200  200  200  200  200  200  200  200"),
    Row("desk:new_class",              "302  403  403  403  200  200  403  200  403  200  403"),
    Row("desk:class",                  "302  403  403  200  200  200  404  404  404  200  404", ("class",)),
    Row("desk:add_seat",               "302  403  403  403  302  302  404  404  404  302  404", ("class",), "post", {"seats": "10"}),
    Row("desk:draw_step",              "302  403  403  403  409  409  404  404  404  409  404", ("class",), "post", {"step": "draw"}),
    Row("desk:cancel_day",             "302  403  403  403  200  200  404  404  404  200  404", ("class", "day")),
    Row("desk:cancel_day",             "302  403  403  403  302  302  404  404  404  302  404", ("class", "day"), "post"),
    Row("desk:move_day",               "302  403  403  403  200  200  404  404  404  200  404", ("class", "day")),
    Row("desk:edit_class",             "302  403  403  403  200  200  404  404  404  200  404", ("class",)),
    Row("desk:open_class",             "302  403  403  403  302  302  404  404  404  302  404", ("class",), "post"),
    Row("desk:cancel_class",           "302  403  403  403  200  200  404  404  404  200  404", ("class",)),
    Row("desk:cancel_class",           "302  403  403  403  302  302  404  404  404  302  404", ("class",), "post", {"reason": "人太少"}),
    Row("desk:calls",                  "302  403  403  403  200  200  403  200  403  200  403"),
    Row("desk:call",                   "302  403  403  404  200  200  404  404  404  200  404", ("call",)),
    Row("desk:call",                   "302  403  403  404  302  302  404  404  404  302  404", ("call",), "post", {"outcome": "told"}),
    Row("desk:call_number",            "302  403  403  404  200  200  404  404  404  200  404", ("call",), "post"),
    Row("desk:roll",                   "302  403  403  200  200  200  404  404  404  404  404", ("session",)),
    Row("desk:roll",                   "302  403  403  302  302  302  404  404  404  404  404", ("session",), "post", {"key": "k", "source": "teacher"}),
    Row("desk:print_roll",             "302  403  403  200  200  200  404  404  404  404  404", ("session",)),
    Row("desk:session_qr",             "302  403  403  200  200  200  404  404  404  404  404", ("session",)),
    Row("attendance:checkin",          "302  403  200  403  403  403  403  403  403  403  403", ("token",)),
    Row("desk:people",                 "302  403  403  403  302  302  403  302  403  200  200"),
    Row("desk:school_people",          "302  403  403  404  200  200  404  404  404  200  200", ("school",)),
    Row("desk:appoint",                "302  403  403  404  200  200  404  404  404  200  200", ("school",)),
    Row("desk:invite",                 "302  403  403  404  200  200  404  404  404  200  200", ("school",)),
    Row("desk:new_profile",            "302  403  403  404  200  200  404  404  404  200  200", ("school",)),
    Row("desk:edit_profile",           "302  403  403  404  200  200  404  404  404  200  200", ("school", "profile")),
    Row("desk:end_membership",         "302  403  403  404  200  200  404  404  404  200  200", ("membership",)),
    Row("desk:end_membership",         "302  403  403  404  302  302  404  404  404  302  302", ("membership",), "post"),
    Row("desk:hand_over",              "302  403  403  404  200  200  404  404  404  200  200", ("membership",)),
    Row("desk:second_factor",          "302  403  403  403  403  403  403  403  403  200  200"),
    Row("accounts:home",               "302  200  200  200  200  200  200  200  200  200  200"),
    Row("accounts:birth_year",         "302  200  200  200  200  200  200  200  200  200  200"),
    Row("accounts:birth_year",         "302  302  302  302  302  302  302  302  302  302  302", (), "post", {"birth_year": "1955"}),
    Row("accounts:data",               "302  200  200  200  200  200  200  200  200  200  200"),
    Row("accounts:new_copy",           "302  302  302  302  302  302  302  302  302  302  302", (), "post"),
    Row("accounts:download_copy",      "302  302  302  302  302  302  302  302  302  302  302", ("copy",)),
    Row("accounts:delete",             "302  200  200  200  200  200  200  200  200  200  200"),
    Row("accounts:confirm_delete",     "302  302  302  302  302  302  302  302  302  302  302", (), "post"),
    Row("accounts:keep",               "302  302  302  302  302  302  302  302  302  302  302", (), "post"),
    Row("accounts:end_device",         "302  404  404  404  404  404  404  404  404  404  404", ("device",), "post"),
    Row("wagtailadmin_home",           "302  403  403  200  200  200  200  200  200  200  200"),
]
# fmt: on


@pytest.fixture
def world(db, school_a, course_a, teacher_a, learner):
    """The objects of school A that the routes are asked for."""
    media = make_media()
    media.file.storage.save(media.file.name, _content())
    lesson = make_lesson(course_a, video_block("v", media), title="要报名的课")
    run = course_a.runs.get(is_self_paced=True)
    from tests.factories import make_learner

    enrolled = make_learner("enrolled")
    enrolment = enrol_learner(learner=enrolled, run=run)
    stranger = make_learner("stranger")
    device = UserSession.objects.create(
        user=stranger, session_key="elsewhere", ip="192.0.2.1", user_agent="phone"
    )
    profile = StaffProfile.objects.get(user=teacher_a, school=school_a)
    dated = make_class(course_a, capacity=20, teacher=profile)
    place = enrol_learner(learner=enrolled, run=dated)
    now = timezone.now()
    begun = Session.objects.create(
        school=school_a, teacher=profile, starts_at=now, ends_at=now + HOUR
    )
    # Another class, so that this one has not begun and can still be left.
    held = make_class(course_a, capacity=20, sessions=0)
    RunSession.objects.create(run=held, session=begun)
    enrol_learner(learner=enrolled, run=held)
    yield {
        "copy": DataCopy.objects.create(user=stranger, expires_at=timezone.now()).key,
        "device": device.pk,
        "course": course_a.pk,
        "lesson": lesson.pk,
        "block": block_id("v"),
        "slot": "video",
        "run": run.pk,
        "class": dated.pk,
        "place": place.pk,
        "call": make_call(place).pk,
        "day": dated.run_sessions.first().pk,
        "session": dated.run_sessions.earliest("session__starts_at").session_id,
        "token": make_token(begun.pk, now),
        "enrolment": enrolment.pk,
        "school": school_a.pk,
        "membership": Membership.objects.get(user=teacher_a, school=school_a).pk,
        "profile": StaffProfile.objects.filter(school=school_a).first().pk,
        "people": {"enrolled": enrolled},
        "lesson_page": lesson,
    }
    media.file.storage.delete(media.file.name)


def _content():
    from django.core.files.base import ContentFile

    return ContentFile(b"0" * 100)


def sign_in(client, request, world, role):
    if role != "visitor":
        user = world["people"].get(role) or request.getfixturevalue(role)
        client.force_login(user)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_matrix_says(client, request, world, role):
    """All rows of one role in one world; what a row changes is rolled back."""
    sign_in(client, request, world, role)
    wrong = []
    for row in MATRIX:
        url = reverse(row.name, args=[world[name] for name in row.args])
        before = transaction.savepoint()
        response = getattr(client, row.method)(url, row.data or {})
        transaction.savepoint_rollback(before)
        if response.status_code != row.statuses[role]:
            wrong.append((row.method, url, response.status_code, row.statuses[role]))
    assert not wrong


GATE = dict(
    zip(ROLES, (403, 403, 200, 200, 200, 200, 403, 403, 200, 200, 403), strict=True)
)


@pytest.mark.parametrize("role", ROLES)
def test_the_gate_opens_to_who_is_enrolled_and_who_works_on_the_course(
    client, request, world, role
):
    url = world["lesson_page"].url
    sign_in(client, request, world, role)
    response = client.get(url)
    assert response.status_code == GATE[role]
    if response.status_code == 403:
        assert "一手压住面" not in response.content.decode()
        assert response["Cache-Control"] == "private, no-store"


def test_every_route_about_people_has_a_row():
    rows = {row.name for row in MATRIX}
    names = set()
    for path, view in routes():
        if path.startswith(("learn/", "desk/")):
            space = "learning" if path.startswith("learn/") else "desk"
            names |= {
                f"{space}:{pattern}"
                for pattern, found in _names(space)
                if found is view
            }
    assert names - rows == set()


def _names(space):
    from django.urls import get_resolver

    for entry in get_resolver().url_patterns:
        if getattr(entry, "namespace", None) == space:
            for pattern in entry.url_patterns:
                yield pattern.name, pattern.callback
