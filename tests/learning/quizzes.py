"""Quizzes for tests: a lesson, a learner, and what a device sends of them."""

from datetime import timedelta

from django.utils import timezone

from courses.choices import AnswersShown
from courses.models import QuestionBankPage
from learning.models import Attempt
from learning.report import read_report
from learning.services.answers import papers_of, read_attempts
from learning.services.enrolment import enrol_learner
from learning.services.progress import record
from tests.learning.lessons import block_id, make_lesson, option_id, question_block

QUESTIONS = ("q1", "q2")


def make_quiz(course, *names, **fields):
    """A lesson of single-choice questions in which «a» is right."""
    blocks = [question_block(name) for name in names or QUESTIONS]
    return make_lesson(course, *blocks, **fields)


def quiet(**fields):
    return {"answers_shown": AnswersShown.HANDED_IN, **fields}


def enrolled(learner, lesson):
    run = lesson.course.runs.get(is_self_paced=True)
    return enrol_learner(learner=learner, run=run)


def answer(name, option="a", *, attempt=1, seq=1):
    return {
        "type": "answer",
        "block": block_id(name),
        "choice": [option_id(name, option)],
        "attempt": attempt,
        "seq": seq,
    }


def hand_in(attempt=1):
    return {"type": "hand_in", "attempt": attempt}


def send(enrolment, lesson, *events, at=None):
    """A report of these events, as the view takes it."""
    moment = at or timezone.now()
    report = read_report(
        list(events),
        content=lesson.content,
        opened=moment,
        at=moment,
        papers=papers_of(lesson, read_attempts(enrolment, lesson)),
    )
    return record(enrolment=enrolment, lesson=lesson, report=report, at=moment)


def newest(enrolment, lesson):
    return Attempt.objects.filter(enrolment=enrolment, lesson=lesson).last()


def minutes(count):
    return timedelta(minutes=count)


def edit(lesson, *blocks):
    """Publish the lesson with these blocks instead."""
    field = lesson._meta.get_field("body")
    lesson.body = field.to_python(list(blocks))
    lesson.save_revision().publish()
    return type(lesson).objects.get(pk=lesson.pk)


def make_bank(course, *names, title="题库"):
    """A bank of the course's school with these questions; «a» is right."""
    bank = QuestionBankPage(title=title)
    body = [question_block(name) for name in names]
    bank.body = bank._meta.get_field("body").to_python(body)
    course.get_parent().add_child(instance=bank)
    bank.save_revision()
    return bank


def draw_block(bank, count, name="draw"):
    value = {"bank": bank.pk, "count": count}
    return {"type": "draw", "id": block_id(name), "value": value}
