"""What a school writes down of those who learn there."""

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.choices import ConsentKind
from accounts.models import DataCopy, WebSession
from accounts.services.cards import issue_card
from accounts.services.consent import give_consent
from accounts.services.erasure import ask_erasure
from accounts.services.family import agree_on_paper
from accounts.services.sign_in_codes import give_sign_in_code
from attendance.checkin import make_token
from attendance.models import Session
from attendance.services.roll import save_roll
from attendance.services.walk_ins import note_walk_in
from core.models import IdempotencyKey, OutboxMessage
from core.storage import PrivateStorage
from courses.choices import Allocation
from courses.models import RunSession
from learning.choices import HoursKind, State
from learning.models import (
    Certificate,
    HoursEntry,
    LateAnswer,
    LessonProgress,
    Regrade,
    Response,
)
from learning.services.draw import prepare_draw
from learning.services.enrolment import enrol_learner, move
from learning.services.groups import seat_people, start_sitting
from learning.services.messages import answer, ask
from tests import factories
from tests.courses.classes import make_class
from tests.learning.calls import make_call
from tests.learning.lessons import block_id
from tests.learning.written import make_work, make_written

HOUR = timedelta(hours=1)


def fill(made: Any) -> None:
    """Places, answers, messages, certificates, rolls, and what an account brings."""
    _places(made)
    _answers(made)
    _messages(made)
    _certificate(made)
    _in_the_room(made)
    _accounts(made)


def _places(made: Any) -> None:
    learner, elder = made.people["enrolled"], made.people["elder"]
    made.at_home = enrol_learner(learner=learner, run=made.own_run)
    made.place = enrol_learner(learner=learner, run=made.run)
    silent = enrol_learner(
        learner=elder, run=made.own_run, at=timezone.now() - timedelta(days=40)
    )
    now = timezone.now()
    drawn = make_class(
        made.course,
        first=now.date() + timedelta(days=30),
        sessions=0,
        allocation=Allocation.DRAW,
        enrol_until=now + timedelta(days=7),
    )
    enrol_learner(learner=elder, run=drawn)
    made.add("run", drawn)
    made.add("draw", prepare_draw(run=drawn))
    made.add("enrolment", made.at_home, made.place, silent)
    made.add("silent", silent)
    call = make_call(made.place, f"call-{made.slug}", note=made.name("call"))
    call.params["course"] = made.name("course-of-the-call")
    call.save(update_fields=["params"])
    made.add("call", call)


def _answers(made: Any) -> None:
    at, lesson = timezone.now(), made.lesson
    written = make_written(made.at_home, lesson, made.name("answer"))
    Response.objects.filter(pk=written.pk).update(comment=made.name("remark"))
    LateAnswer.objects.create(
        attempt=written.attempt,
        block_id=block_id("w"),
        answer=made.name("late"),
        seq=2,
        arrived_at=at,
    )
    Regrade.objects.create(
        school=made.school,
        lesson=lesson,
        block_id=block_id("q"),
        question={"prompt": made.name("old-question")},
        by=made.people["teacher"],
        at=at,
        reason=made.name("regrade"),
        looked_at=1,
        better=0,
        worse=0,
    )
    work = make_work(made.at_home, lesson)
    work.file.save(f"{made.name('work')}.jpg", ContentFile(made.name("work").encode()))
    LessonProgress.objects.get_or_create(
        enrolment=made.at_home,
        lesson=lesson,
        defaults={"viewed_at": at, "seen_until": at},
    )
    made.add("written", written)
    made.add("attempt", written.attempt_id)
    made.add("work", work.key)
    made.add("file", work.file.name)


def _messages(made: Any) -> None:
    talk = ask(
        enrolment=made.at_home,
        lesson=made.lesson,
        text=made.name("message"),
        key="message",
        block_id=block_id("v"),
        step_title=made.name("step"),
    )
    answer(
        conversation=talk,
        by=made.people["teacher"],
        text=made.name("reply"),
        key="reply",
    )
    made.add("conversation", talk)


def _certificate(made: Any) -> None:
    past = factories.make_course(
        made.school, f"{made.slug}-past", made.public, title=f"{made.school.title}老课"
    )
    done = enrol_learner(learner=made.people["enrolled"], run=past.runs.get())
    move(enrolment=done, to=State.COMPLETED, by=made.people["enrolled"])
    certificate = Certificate.objects.get(enrolment=done)
    made.add("certificate", certificate)
    made.add("run", done.run)
    made.add("enrolment", done)
    made.secrets.append(certificate.token)


def _in_the_room(made: Any) -> None:
    teacher, now = made.people["teacher"], timezone.now()
    begun = Session.objects.create(
        school=made.school,
        teacher=made.public,
        starts_at=now,
        ends_at=now + HOUR,
        category="life",
    )
    held = make_class(made.course, sessions=0)
    RunSession.objects.create(run=held, session=begun)
    enrol_learner(learner=made.people["enrolled"], run=held)
    learner = made.people["enrolled"]
    save_roll(session=begun, states={learner.pk: "present"}, by=teacher, at=now)
    walk_in = note_walk_in(
        session=begun, name=made.name("walk-in"), by=teacher, key="walk-in",
        phone=f"+86{made.numbers}7777", at=now,
    )  # fmt: skip
    sitting = start_sitting(lesson=made.lesson, by=teacher, key="sitting")
    seat_people(sitting=sitting, people=[made.people["enrolled"]])
    HoursEntry.objects.create(
        school=made.school,
        learner=made.people["enrolled"],
        kind=HoursKind.CLASS,
        seconds=2700,
        at=now,
        session=begun,
    )
    made.add("run", held)
    made.add("session", begun)
    made.add("walk_in", walk_in)
    made.add("sitting", sitting)
    made.add("seat", sitting.seats.get())
    # Of an hour ago: it has been on the screen, and is good for nothing now.
    made.forged.append(make_token(begun.pk, now - HOUR))


def _accounts(made: Any) -> None:
    enrolled, elder = made.people["enrolled"], made.people["elder"]
    teacher, now = made.people["teacher"], timezone.now()
    made.add("family", agree_on_paper(elder=elder, helper=enrolled, by=teacher))
    made.secrets.append(issue_card(person=elder, by=teacher)[1])
    made.secrets.append(give_sign_in_code(person=elder, by=teacher))
    give_consent(user=elder, kind=ConsentKind.SMS, by=elder)
    ask_erasure(user=made.people["leaving"], by=made.people["leaving"])
    copy = DataCopy.objects.create(user=enrolled, ready_at=now, expires_at=now + HOUR)
    words = ContentFile(made.name("copy").encode())
    PrivateStorage().save(copy.file_name, words)
    made.add("copy", copy.key)
    made.add("file", copy.file_name)
    WebSession.objects.create(
        user=enrolled,
        session_key=f"session-{made.slug}",
        session_data=made.name("session"),
        expire_date=now + HOUR,
    )
    device = UserSession.objects.create(
        user=enrolled,
        session_key=f"device-{made.slug}",
        ip="192.0.2.1",
        user_agent=made.name("device"),
    )
    made.add("device", device)
    IdempotencyKey.objects.create(
        user=enrolled,
        key=f"key-{made.slug}",
        action="enrol",
        body_sha256="0" * 64,
        response={"said": made.name("said")},
    )
    OutboxMessage.objects.create(
        dedupe_key=f"message-{made.slug}",
        channel="mail",
        recipient=enrolled,
        template="seat_confirmed",
        params={"course": made.name("course")},
    )
