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
from accounts.services.cards import issue_card
from accounts.services.family import agree_on_paper
from attendance.checkin import make_token
from attendance.models import Session
from attendance.services.walk_ins import note_walk_in
from core.models import Upload
from courses.models import RunSession
from courses.question_files import read_questions
from courses.services.preview_links import make_link, token_of
from courses.services.questions import keep_draft
from courses.services.sharing import offer_course
from learning.choices import State
from learning.counter import reference_of
from learning.group import SALT
from learning.models import Certificate
from learning.services.enrolment import enrol_learner, move
from learning.services.groups import seat_people, start_sitting
from learning.services.messages import ask
from news.choices import ReviewStage
from news.models import NewsPage
from news.services.submissions import accept, deliver
from schools.choices import Role
from schools.models import Membership, StaffProfile
from schools.services.provisioning import collection_of
from tests.courses.banks import make_bank
from tests.courses.classes import make_class
from tests.factories import (
    make_course,
    make_image,
    make_learner,
    make_news,
    make_staff,
)
from tests.learning.calls import make_call
from tests.learning.lessons import block_id, make_lesson, make_media, video_block
from tests.learning.written import make_work, make_written, work_block, written_block
from tests.news.reviews import hand_in, on_paper
from tests.news.stories import make_outlet, make_submission
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
    Row("learning:hand_over",          "302  403  302  403  403  403  403  403  403  403  403", ("asking", "work_block"), "post"),
    Row("learning:work",               "404  404  200  200  200  200  404  404  404  200  404", ("work",)),
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
    Row("learning:record",             "302  200  200  200  200  200  200  200  200  200  200"),
    Row("learning:certificate",        "302  404  200  404  404  404  404  404  404  404  404", ("certificate",)),
    Row("learning:certificate_file",   "302  404  200  404  404  404  404  404  404  404  404", ("certificate",)),
    Row("check",                       "200  200  200  200  200  200  200  200  200  200  200"),
    Row("certificate_code",            "200  200  200  200  200  200  200  200  200  200  200", ("code",)),
    Row("learning:family",             "302  200  200  200  200  200  200  200  200  200  200"),
    Row("learning:elder",              "302  404  200  404  404  404  404  404  404  404  404", ("link",)),
    Row("learning:answer_family",      "302  404  302  404  404  404  404  404  404  404  404", ("link",), "post", {"answer": "no"}),
    Row("learning:enrol_elder",        "302  404  200  404  404  404  404  404  404  404  404", ("link", "class")),
    Row("learning:enrol_elder",        "302  404  302  404  404  404  404  404  404  404  404", ("link", "class"), "post", {"key": "k"}),
    Row("learning:elder_place",        "302  404  404  404  404  404  404  404  404  404  404", ("link", "place"), "post", {"step": "give_up"}),
    Row("accounts:school_code",        "200  200  200  200  200  200  200  200  200  200  200"),
    Row("card",                        "200  200  200  200  302  302  200  302  200  302  200", ("card",)),
    Row("learning:timetable",          "302  200  200  200  200  200  200  200  200  200  200"),
    Row("learning:print_timetable",    "302  200  200  200  200  200  200  200  200  200  200"),
    Row("learning:calendar",           "302  200  200  200  200  200  200  200  200  200  200"),
    Row("learning:handout",            "403  403  200  200  200  200  403  403  200  200  403", ("lesson",)),
    Row("courses:draft",               "200  200  200  200  200  200  200  200  200  200  200", ("draft_token",)),
    Row("learning:draft_media",        "200  200  200  200  200  200  200  200  200  200  200", ("draft_token", "block", "slot")),
    Row("learning:progress",           "302  403  302  403  403  403  403  403  403  403  403", ("lesson",), "post", {"event": "done"}),
    Row("learning:hand_in",            "302  403  302  403  403  403  403  403  403  403  403", ("lesson",)),
    Row("learning:layout",             "404  404  302  302  302  302  404  404  302  302  404", ("lesson",), "post", {"layout": "steps"}),
    Row("learning:done",               "302  403  302  403  403  403  403  403  403  403  403", ("lesson",)),
    Row("learning:ask",                "302  403  200  403  403  403  403  403  403  403  403", ("lesson",)),
    Row("learning:ask",                "302  403  302  403  403  403  403  403  403  403  403", ("lesson",), "post", {"text": "不会", "key": "k"}),
    Row("learning:messages",           "302  200  200  200  200  200  200  200  200  200  200"),
    Row("learning:conversation",       "302  404  200  404  404  404  404  404  404  404  404", ("conversation",)),
    Row("learning:conversation",       "302  404  302  404  404  404  404  404  404  404  404", ("conversation",), "post", {"text": "还是不会"}),
    Row("learning:media",              "404  404  200  200  200  200  404  404  200  200  404", ("lesson", "block", "slot")),
    Row("desk:home",                   "302  403  403  200  200  200  200  200  200  200  200"),
    Row("desk:roster",                 "302  403  403  200  200  200  404  404  404  200  404", ("run",)),
    Row("desk:export",                 "302  403  403  200  200  200  404  404  404  200  404", ("run",)),
    Row("desk:export",                 "302  403  403  200  200  200  404  404  404  200  404", ("run",), "post", {"reason": "年底总结", "format": "csv"}),
    Row("desk:regrades",               "302  403  403  200  200  200  404  404  404  200  404", ("run",)),
    Row("desk:regrade",                "302  403  403  404  404  404  404  404  404  404  404", ("run", "lesson", "block")),
    Row("desk:extra_time",             "302  403  403  200  200  200  404  404  404  200  404", ("run", "enrolment")),
    Row("desk:extra_time",             "302  403  403  302  302  302  404  404  404  302  404", ("run", "enrolment"), "post", {"percent": "50"}),
    Row("desk:matrix",                 "302  403  403  200  200  200  404  404  404  200  404", ("run",)),
    Row("desk:print_matrix",           "302  403  403  200  200  200  404  404  404  200  404", ("run",)),
    Row("desk:export_matrix",          "302  403  403  200  200  200  404  404  404  200  404", ("run",)),
    Row("desk:export_matrix",          "302  403  403  200  200  200  404  404  404  200  404", ("run",), "post", {"reason": "年底总结", "format": "csv"}),
    Row("desk:stuck",                  "302  403  403  200  200  200  404  404  404  200  404", ("run",)),
    Row("desk:stuck_lesson",           "302  403  403  200  200  200  404  404  404  200  404", ("run", "lesson")),
    Row("desk:questions",              "302  403  403  200  200  200  404  404  404  200  404", ("run",)),
    Row("desk:export_questions",       "302  403  403  200  200  200  404  404  404  200  404", ("run",)),
    Row("desk:export_questions",       "302  403  403  200  200  200  404  404  404  200  404", ("run",), "post", {"reason": "看看题目"}),
    Row("desk:classes",                "302  403  403  200  200  200  200  200  200  200  200"),
    Row("desk:new_class",              "302  403  403  200  200  200  403  200  403  200  403"),
    Row("desk:class",                  "302  403  403  200  200  200  404  404  404  200  404", ("class",)),
    Row("desk:import",                 "302  403  403  403  200  200  404  404  404  200  404", ("class",)),
    Row("desk:import",                 "302  403  403  403  422  422  404  404  404  422  404", ("class",), "post"),
    Row("desk:add_seat",               "302  403  403  403  302  302  404  404  404  302  404", ("class",), "post", {"seats": "10"}),
    Row("desk:draw_step",              "302  403  403  403  409  409  404  404  404  409  404", ("class",), "post", {"step": "draw"}),
    Row("desk:cancel_day",             "302  403  403  200  200  200  404  404  404  200  404", ("class", "day")),
    Row("desk:cancel_day",             "302  403  403  302  302  302  404  404  404  302  404", ("class", "day"), "post"),
    Row("desk:move_day",               "302  403  403  200  200  200  404  404  404  200  404", ("class", "day")),
    Row("desk:edit_class",             "302  403  403  200  200  200  404  404  404  200  404", ("class",)),
    Row("desk:open_class",             "302  403  403  302  302  302  404  404  404  302  404", ("class",), "post"),
    Row("desk:cancel_class",           "302  403  403  403  200  200  404  404  404  200  404", ("class",)),
    Row("desk:cancel_class",           "302  403  403  403  302  302  404  404  404  302  404", ("class",), "post", {"reason": "人太少"}),
    Row("desk:counter",                "302  403  403  403  200  200  403  200  403  200  403"),
    Row("desk:counter_new",            "302  403  403  403  200  200  403  200  403  200  403"),
    Row("desk:counter_new",            "302  403  403  403  422  422  403  422  403  422  403", (), "post"),
    Row("desk:counter_person",         "302  403  403  403  200  200  403  200  403  200  403", ("reference",)),
    Row("desk:counter_enrol",          "302  403  403  403  302  302  403  302  403  302  403", ("reference",), "post"),
    Row("desk:counter_done",           "302  403  403  403  200  200  403  404  403  200  403", ("reference", "place")),
    Row("desk:counter_slip",           "302  403  403  403  200  200  403  404  403  200  403", ("reference", "place")),
    Row("desk:counter_undo",           "302  403  403  403  302  302  403  404  403  302  403", ("reference", "place"), "post"),
    Row("desk:finish",                 "302  403  403  403  200  200  404  404  404  200  404", ("class",)),
    Row("desk:finish",                 "302  403  403  403  409  409  404  404  404  409  404", ("class",), "post"),
    Row("desk:grant",                  "302  403  403  403  302  302  404  404  404  302  404", ("class", "place"), "post", {"reason": "住院，补考过了"}),
    Row("desk:certificates",           "302  403  403  403  200  200  404  404  404  200  404", ("past",)),
    Row("desk:certificates",           "302  403  403  403  404  404  404  404  404  404  404", ("run",), "post", {"enrolment": "0"}),
    Row("desk:print_certificates",     "302  403  403  403  200  200  404  404  404  200  404", ("past",)),
    Row("desk:certificates_file",      "302  403  403  403  200  200  404  404  404  200  404", ("past",)),
    Row("desk:waiting_certificates",   "302  403  403  403  200  200  403  200  403  200  403"),
    Row("desk:certificate",            "302  403  403  403  200  200  404  404  404  200  404", ("certificate",)),
    Row("desk:certificate",            "302  403  403  403  302  302  404  404  404  302  404", ("certificate",), "post", {"step": "revoke", "reason": "发错了"}),
    Row("desk:counter_more",           "302  403  403  403  200  200  403  200  403  200  403", ("reference",)),
    Row("desk:counter_code",           "302  403  403  403  200  200  403  200  403  200  403", ("reference",), "post"),
    Row("desk:counter_card",           "302  403  403  403  200  200  403  200  403  200  403", ("reference",), "post"),
    Row("desk:cards",                  "302  403  403  200  200  200  404  404  404  404  404", ("session",)),
    Row("desk:cards",                  "302  403  403  422  422  422  404  404  404  404  404", ("session",), "post", {"card": "none"}),
    Row("desk:record",                 "302  403  403  403  200  200  403  404  403  200  403", ("resident",)),
    Row("desk:write",                  "302  403  403  302  302  302  302  302  403  403  403"),
    Row("desk:how_to_write",           "302  403  403  200  200  200  200  200  200  200  200"),
    Row("desk:write_step",             "302  403  403  200  200  200  200  200  403  403  403", ("step",)),
    Row("desk:write_step",             "302  403  403  422  422  422  422  422  403  403  403", ("step",), "post"),
    Row("desk:my_courses",             "302  403  403  200  200  200  200  200  403  403  403"),
    Row("desk:my_course",              "302  403  403  200  200  200  404  404  403  403  403", ("course",)),
    Row("desk:more_lessons",           "302  403  403  302  302  302  404  404  403  403  403", ("course",), "post", {"key": "more"}),
    Row("desk:copy_course",            "302  403  403  302  302  302  404  404  403  403  403", ("course",), "post", {"key": "copy"}),
    Row("desk:offer_course",           "302  403  403  200  200  200  404  404  403  403  403", ("course",)),
    Row("desk:offer_course",           "302  403  403  302  302  302  404  404  403  403  403", ("course",), "post", {"is_ours": "on"}),
    Row("desk:withdraw_course",        "302  403  403  302  302  302  404  404  403  403  403", ("course",), "post"),
    Row("desk:shared_courses",         "302  403  403  200  200  200  200  200  403  403  403"),
    # Who writes in the giving school alone has nothing to copy there.
    Row("desk:shared_course",          "302  403  403  404  404  404  200  200  403  403  403", ("shared",)),
    Row("desk:shared_course",          "302  403  403  404  404  404  422  422  403  403  403", ("shared",), "post"),
    Row("desk:record_voice",           "302  403  403  200  200  200  404  404  403  403  403", ("lesson",)),
    Row("desk:record_voice",           "302  403  403  422  422  422  404  404  403  403  403", ("lesson",), "post"),
    Row("desk:rolls",                  "302  403  403  200  200  200  200  200  200  200  200"),
    Row("desk:drafts",                 "302  403  403  403  200  200  403  200  403  200  403"),
    Row("desk:dormant",                "302  403  403  403  200  200  403  200  403  200  403"),
    Row("desk:dormant_person",         "302  403  403  403  200  200  403  404  403  200  403", ("silent",)),
    Row("desk:dormant_person",         "302  403  403  403  302  302  403  404  403  302  403", ("silent",), "post", {"outcome": "back"}),
    Row("desk:dormant_number",         "302  403  403  403  200  200  403  404  403  200  403", ("silent",), "post"),
    Row("desk:undo_dormant",           "302  403  403  403  302  302  403  302  403  302  403", ("call",), "post"),
    Row("desk:inbox",                  "302  403  403  200  200  200  200  200  200  200  200"),
    Row("desk:conversation",           "302  403  403  200  200  200  404  404  404  404  404", ("conversation",)),
    Row("desk:conversation",           "302  403  403  302  302  302  404  404  404  404  404", ("conversation",), "post", {"text": "再看一遍"}),
    Row("desk:close_conversation",     "302  403  403  302  302  302  404  404  404  404  404", ("conversation",), "post"),
    Row("desk:phone",                  "302  403  403  200  200  200  404  404  200  200  200", ("lesson",)),
    Row("desk:checks",                 "302  403  403  200  200  200  404  404  200  200  200", ("lesson",)),
    Row("desk:make_preview",           "302  403  403  302  302  302  404  404  302  302  302", ("lesson",), "post"),
    Row("desk:revoke_preview",         "302  403  403  302  404  404  404  404  404  404  404", ("draft_link",), "post"),
    Row("desk:reviews",                "302  403  403  403  403  200  403  403  200  200  200"),
    Row("desk:review_look",            "302  403  403  403  403  403  403  403  200  200  200", ("review",)),
    Row("desk:my_news",                "302  403  403  200  200  200  200  200  200  200  403"),
    Row("desk:new_story",              "302  403  403  200  200  200  200  200  200  200  403"),
    Row("desk:new_story",              "302  403  403  422  422  422  422  422  422  422  403", (), "post"),
    Row("desk:write_story",            "302  403  403  404  200  200  404  404  200  200  403", ("story",)),
    Row("desk:write_story",            "302  403  403  404  422  422  404  404  422  422  403", ("story",), "post"),
    Row("desk:story_photo",            "302  403  403  404  200  200  404  404  200  200  403", ("photo_story", "photo")),
    Row("desk:story_photo",            "302  403  403  404  422  422  404  404  422  422  403", ("photo_story", "photo"), "post"),
    Row("desk:hand_in_story",          "302  403  403  404  200  200  404  404  200  200  403", ("story",)),
    Row("desk:hand_in_story",          "302  403  403  404  422  422  404  404  422  422  403", ("story",), "post"),
    # Of a story that waits for the principal of school A and has been passed on paper once.
    Row("desk:news_sheet",             "302  403  403  404  200  200  404  404  200  200  404", ("waiting_story",)),
    Row("desk:news_paper",             "302  403  403  403  403  403  403  403  200  200  403", ("waiting_story",)),
    Row("desk:news_paper",             "302  403  403  403  403  403  403  403  422  422  403", ("waiting_story",), "post"),
    Row("desk:review_scan",            "302  403  403  404  200  200  404  404  200  200  404", ("waiting_story", "paper")),
    Row("desk:withdraw_news",          "302  403  403  403  403  403  403  403  200  200  403", ("story",)),
    Row("desk:withdraw_news",          "302  403  403  403  403  403  403  403  302  302  403", ("story",), "post", {"reason": "日期写错了"}),
    Row("desk:review",                 "302  403  403  403  403  403  403  403  200  200  200", ("review",)),
    Row("desk:review",                 "302  403  403  403  403  403  403  403  422  422  422", ("review",), "post"),
    Row("desk:review_remark",          "302  403  403  403  403  403  403  403  302  302  302", ("review",), "post", {"path": "title", "text": "好"}),
    Row("desk:review_of_page",         "302  403  403  200  200  200  404  404  200  200  200", ("waits",)),
    Row("desk:health",                 "302  403  403  403  200  200  403  200  200  200  403"),
    Row("desk:calls",                  "302  403  403  403  200  200  403  200  403  200  403"),
    Row("desk:call",                   "302  403  403  404  200  200  404  404  404  200  404", ("call",)),
    Row("desk:call",                   "302  403  403  404  302  302  404  404  404  302  404", ("call",), "post", {"outcome": "told"}),
    Row("desk:call_number",            "302  403  403  404  200  200  404  404  404  200  404", ("call",), "post"),
    Row("desk:publicity",             "302  403  403  403  200  200  403  200  200  200  403"),
    Row("desk:choose_story",          "302  403  403  403  200  200  403  200  200  200  403"),
    Row("desk:submit_story",          "302  403  403  404  200  200  404  404  200  200  404", ("story",)),
    Row("desk:submit_story",          "302  403  403  404  302  302  404  404  302  302  404", ("story",), "post", {"ended_at": "2026-03-01T09:00", "author": "陈", "proofreader": "宋"}),
    Row("desk:submission",            "302  403  403  404  200  200  404  404  200  200  404", ("submission",)),
    Row("desk:accept_story",          "302  403  403  404  403  403  404  404  302  302  404", ("submission",), "post"),
    Row("desk:return_story",          "302  403  403  404  403  403  404  404  302  302  404", ("offered",), "post", {"reason": "请写明时间地点"}),
    Row("desk:deliver_story",         "302  403  403  404  403  403  404  404  422  422  404", ("submission",), "post"),
    Row("desk:story_package",         "302  403  403  404  403  403  404  404  200  200  404", ("submission",)),
    Row("desk:adoption",              "302  403  403  404  403  403  404  404  200  200  404", ("submission", "delivery")),
    Row("desk:adoption",              "302  403  403  404  403  403  404  404  302  302  404", ("submission", "delivery"), "post", {"published_on": "2026-03-02", "title": "登"}),
    Row("desk:not_adopted",           "302  403  403  404  403  403  404  404  302  302  404", ("submission", "delivery"), "post"),
    Row("desk:clipping",              "302  403  403  404  404  404  404  404  404  404  404", ("submission", "delivery")),
    Row("desk:ranking",               "302  403  403  403  200  200  403  200  200  200  403"),
    Row("desk:circular",              "302  403  403  403  200  200  403  200  200  200  403"),
    Row("desk:circular_file",         "302  403  403  403  200  200  403  200  200  200  403"),
    Row("desk:points",                "302  403  403  403  403  403  403  403  200  200  403"),
    Row("desk:points",                "302  403  403  403  403  403  403  403  302  302  403", (), "post", {"yearly_quota": "20"}),
    Row("desk:change_rule",           "302  403  403  403  403  403  403  403  200  200  403", ("level",)),
    Row("desk:change_rule",           "302  403  403  403  403  403  403  403  302  302  403", ("level",), "post", {"points": "2", "brief_points": "1"}),
    Row("desk:bonus",                 "302  403  403  403  403  403  403  403  200  200  403"),
    Row("desk:bonus",                 "302  403  403  403  403  403  403  403  422  422  403", (), "post", {"key": "k", "points": "2", "day": "2026-03-01", "reason": "批示"}),
    Row("desk:outlets",               "302  403  403  403  403  403  403  403  200  200  403"),
    Row("desk:new_outlet",            "302  403  403  403  403  403  403  403  200  200  403"),
    Row("desk:new_outlet",            "302  403  403  403  403  403  403  403  302  302  403", (), "post", {"name": "晚报", "level": "city", "kind": "paper"}),
    Row("desk:outlet",                "302  403  403  403  403  403  403  403  200  200  403", ("outlet",)),
    Row("desk:outlet",                "302  403  403  403  403  403  403  403  302  302  403", ("outlet",), "post", {"name": "晚报", "level": "city", "kind": "paper"}),
    Row("desk:marking",                "302  403  403  200  200  200  200  200  200  200  200"),
    Row("desk:mark",                   "302  403  403  200  200  200  404  404  404  200  404", ("written",)),
    Row("desk:mark",                   "302  403  403  302  302  302  404  404  404  302  404", ("written",), "post", {"seen": "1/", "pressed": "right"}),
    Row("desk:mark_next",              "302  403  403  302  302  302  302  302  302  302  302", ("lesson", "block")),
    Row("desk:attempt",                "302  403  403  200  200  200  404  404  404  200  404", ("attempt",)),
    Row("desk:attempts",               "302  403  403  200  200  200  302  302  302  200  302", ("enrolment",)),
    Row("desk:questions",              "302  403  403  200  200  200  200  200  200  200  200"),
    Row("desk:question_lessons",       "302  403  403  200  200  200  200  200  200  200  200"),
    Row("desk:new_bank",               "302  403  403  200  200  200  200  200  200  200  200"),
    Row("desk:new_bank",               "302  403  403  422  422  422  422  422  422  422  422", (), "post"),
    Row("desk:question_page",          "302  403  403  200  200  200  404  404  200  200  200", ("bank",)),
    Row("desk:question_page",          "302  403  403  422  422  422  404  404  422  422  422", ("bank",), "post"),
    Row("desk:import_questions",       "302  403  403  200  200  200  404  404  200  200  200", ("bank",)),
    Row("desk:import_questions",       "302  403  403  302  302  302  404  404  302  302  302", ("bank",), "post", {"text": "水是湿的。{T}"}),
    # What was read is looked at by who has uploaded it, and by nobody else.
    Row("desk:import_draft",           "302  403  403  200  404  404  404  404  404  404  404", ("import_draft",)),
    Row("desk:import_draft",           "302  403  403  422  404  404  404  404  404  404  404", ("import_draft",), "post"),
    Row("desk:export_questions",       "302  403  403  200  200  200  404  404  200  200  200", ("bank", "form")),
    Row("desk:roll",                   "302  403  403  200  200  200  404  404  404  404  404", ("session",)),
    Row("desk:roll",                   "302  403  403  302  302  302  404  404  404  404  404", ("session",), "post", {"key": "k", "source": "teacher"}),
    # Whose roll it is, is asked of a report that can be read: tests/attendance/test_roll_report.py.
    Row("desk:roll_report",            "302  403  403  422  422  422  422  422  422  422  422", ("session",), "post"),
    Row("desk:print_roll",             "302  403  403  200  200  200  404  404  404  404  404", ("session",)),
    Row("desk:walk_in",                "302  403  403  302  302  302  404  404  404  404  404", ("held",), "post", {"key": "k", "name": "王"}),
    Row("desk:drop_walk_in",           "302  403  403  302  302  302  404  404  404  404  404", ("held", "walk_in"), "post"),
    Row("desk:walk_in_claim",          "302  403  403  200  200  200  404  404  404  404  404", ("held", "walk_in")),
    Row("desk:session_qr",             "302  403  403  200  200  200  404  404  404  404  404", ("session",)),
    Row("desk:groups",                 "302  403  403  200  200  200  200  200  200  200  200"),
    Row("desk:new_group",              "302  403  403  200  200  200  404  404  404  404  404", ("run",)),
    Row("desk:start_group",            "302  403  403  404  404  404  404  404  404  404  404", (), "post"),
    Row("desk:group",                  "302  403  403  200  200  200  404  404  404  404  404", ("sitting",)),
    Row("desk:group_seat",             "302  403  403  302  302  302  404  404  404  404  404", ("sitting",), "post"),
    Row("desk:group_drop_seat",        "302  403  403  302  302  302  404  404  404  404  404", ("sitting", "seat"), "post"),
    Row("desk:end_group",              "302  403  403  302  302  302  404  404  404  404  404", ("sitting",), "post"),
    Row("desk:group_qr",               "302  403  403  200  200  200  404  404  404  404  404", ("sitting",)),
    Row("learning:join_group",         "302  200  200  200  200  200  200  200  200  200  200", ("group_token",)),
    Row("attendance:checkin",          "302  403  200  403  403  403  403  403  403  403  403", ("token",)),
    Row("desk:uploads",                "302  403  403  200  200  200  200  200  200  200  200"),
    Row("desk:open_upload",            "302  403  403  404  404  404  404  404  404  404  404", (), "post", {"collection": "0", "size": "1"}),
    Row("desk:upload_part",            "302  403  403  404  404  404  404  404  404  404  404", ("upload", "part"), "post"),
    Row("desk:finish_upload",          "302  403  403  404  404  404  404  404  404  404  404", ("upload",), "post"),
    Row("desk:drop_upload",            "302  403  403  302  302  302  302  302  302  302  302", ("upload",), "post"),
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


PHOTO = "22222222-0000-4000-8000-000000000001"


def _photo(school):
    value = {"image": make_image(school, "柳篮").pk, "alt": "柳篮"}
    field = NewsPage._meta.get_field("body")
    return field.to_python([{"type": "photo", "id": PHOTO, "value": value}])


@pytest.fixture
def world(db, centre_school, school_a, course_a, teacher_a, learner):
    """The objects of school A that the routes are asked for."""
    media = make_media()
    media.file.storage.save(media.file.name, _content())
    lesson = make_lesson(course_a, video_block("v", media), title="要报名的课")
    run = course_a.runs.get(is_self_paced=True)
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
    # Of another course, so that the world's enrolments stay open.
    past = make_course(school_a, "past", profile)
    done = enrol_learner(learner=enrolled, run=past.runs.get())
    move(enrolment=done, to=State.COMPLETED, by=enrolled)
    certificate = Certificate.objects.get(enrolment=done)
    waits = make_course(school_a, "waits", profile, live=False)
    review = waits.get_workflow().start(waits, teacher_a).current_task_state
    walk_in = note_walk_in(session=begun, name="王", by=teacher_a, key="w", at=now)
    sitting = start_sitting(lesson=lesson, by=teacher_a, key="g")
    seat_people(sitting=sitting, people=[enrolled])
    taken = accept(submission=make_submission(school_a, teacher_a), by=teacher_a)
    (delivery,) = deliver(
        submission=taken, outlets=[make_outlet()], method="mail", by=teacher_a
    )
    asking = make_lesson(course_a, written_block(), work_block(), title="要写的课")
    written = make_written(enrolment, asking)
    work = make_work(enrolment, asking)
    bank = make_bank(school_a, teacher_a)
    draft = keep_draft(
        page=bank, found=read_questions(b"x{T}"), file_sha256="", by=teacher_a
    )
    draft_link = make_link(page=lesson, by=teacher_a)
    handed_in = make_news(school_a, "等着审的", live=False)
    hand_in(handed_in, teacher_a)
    photo_story = make_news(school_a, "有照片的", live=False, body=_photo(school_a))
    paper = on_paper(
        handed_in,
        make_staff("editor_b", centre_school, Role.EDITOR),
        stage=ReviewStage.EXTRA,
    )
    yield {
        "waiting_story": handed_in.pk,
        "paper": paper.pk,
        "bank": bank.pk,
        "import_draft": draft.pk,
        "shared": offer_course(course=course_a, by=teacher_a).pk,
        "form": "xlsx",
        "draft_link": draft_link.pk,
        "draft_token": token_of(draft_link),
        "certificate": certificate.pk,
        "code": certificate.token,
        "link": agree_on_paper(elder=stranger, helper=enrolled, by=teacher_a).pk,
        "card": issue_card(person=stranger, by=teacher_a)[1],
        "copy": DataCopy.objects.create(user=stranger, expires_at=timezone.now()).key,
        "device": device.pk,
        "course": course_a.pk,
        "lesson": lesson.pk,
        "block": block_id("v"),
        "slot": "video",
        "run": run.pk,
        "past": past.runs.get().pk,
        "class": dated.pk,
        "place": place.pk,
        "call": make_call(place).pk,
        "story": make_news(school_a, "一只柳篮").pk,
        "photo_story": photo_story.pk,
        "photo": PHOTO,
        "submission": taken.pk,
        "offered": make_submission(school_a, teacher_a).pk,
        "delivery": delivery.pk,
        "outlet": delivery.outlet_id,
        "level": "city",
        "asking": asking.pk,
        "work_block": block_id("p"),
        "work": work.key,
        "written": written.pk,
        "attempt": written.attempt_id,
        # Of somebody else: nobody goes on with another's file.
        "upload": Upload.objects.create(
            user=stranger,
            collection=collection_of(school_a),
            key="k",
            name="a.png",
            kind="image",
            size=1,
        ).pk,
        "part": 0,
        "silent": enrol_learner(
            learner=make_learner("silent"), run=run, at=now - timedelta(days=30)
        ).pk,
        "conversation": ask(
            enrolment=enrolment, lesson=lesson, text="不会", key="w"
        ).pk,
        "day": dated.run_sessions.first().pk,
        "session": dated.run_sessions.earliest("session__starts_at").session_id,
        "sitting": sitting.pk,
        "seat": sitting.seats.get().pk,
        "group_token": make_token(sitting.pk, now, salt=SALT),
        "held": begun.pk,
        "walk_in": walk_in.pk,
        "token": make_token(begun.pk, now),
        "enrolment": enrolment.pk,
        "resident": enrolled.pk,
        "review": review.pk,
        "waits": waits.pk,
        "reference": "none",
        "step": "title",
        "school": school_a.pk,
        "membership": Membership.objects.get(user=teacher_a, school=school_a).pk,
        "profile": StaffProfile.objects.filter(school=school_a).first().pk,
        "people": {"enrolled": enrolled},
        "lesson_page": lesson,
    }
    media.file.storage.delete(media.file.name)
    work.file.storage.delete(work.file.name)
    paper.scan.storage.delete(paper.scan.name)


def _content():
    from django.core.files.base import ContentFile

    return ContentFile(b"0" * 100)


def sign_in(client, request, world, role):
    if role != "visitor":
        user = world["people"].get(role) or request.getfixturevalue(role)
        client.force_login(user)
        # Each clerk has a reference of their own to whoever stands before them.
        world["reference"] = reference_of(user, world["people"]["enrolled"])


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
