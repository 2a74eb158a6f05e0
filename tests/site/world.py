"""The objects of school A that the routes of the matrix are asked for."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
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

HOUR = timedelta(hours=1)
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
