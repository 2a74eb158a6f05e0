"""What stands on the desk of the demo street for the tests that look: lists with somebody on
them, a class that begins now, answers that wait. Called by `street_data` in Django.
"""

from datetime import timedelta
from typing import Any

# Of the street: who signs in, by the name of the test.
PEOPLE = {
    "learner": "resident_demo",
    "teacher": "teacher_gu",
    "clerk": "clerk_guihuayuan",
    "principal": "principal_guihuayuan",
    "director": "director",
}


def question_paths(school: Any) -> dict[str, str]:
    """A bank with questions, a file that was read and one that was taken over."""
    from accounts.models import User
    from courses.question_files import read_questions
    from courses.services.questions import import_questions, keep_draft
    from tests.courses.banks import PAPER, make_bank

    principal = User.objects.get(username=PEOPLE["principal"])
    bank = make_bank(school, principal)
    drafts = [
        keep_draft(
            page=bank,
            found=read_questions(text.encode()),
            file_sha256=str(number),
            by=principal,
        )
        for number, text in enumerate((PAPER, PAPER.replace("温水", "热水")))
    ]
    import_questions(draft=drafts[0], chosen=[1, 2], by=principal)
    return {
        "bank": f"/desk/questions/{bank.pk}/",
        "import_questions": f"/desk/questions/{bank.pk}/import/",
        "import_done": f"/desk/questions/import/{drafts[0].pk}/",
        "import_preview": f"/desk/questions/import/{drafts[1].pk}/",
    }


def desk_paths(school: Any) -> dict[str, str]:
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
    from accounts.models import User
    from attendance.services.walk_ins import note_walk_in
    from learning.counter import reference_of

    principal = User.objects.get(username=PEOPLE["principal"])
    at_counter = reference_of(principal, enrolment.learner)
    walk_in = note_walk_in(
        session=before.session, name="王阿姨", by=principal, key="browser"
    )
    drawn = Draw.objects.filter(drawn_at__isnull=False).first()
    return {
        "draw": f"/draws/{drawn.pk}/",
        "desk_class": f"/desk/runs/{day.run_id}/",
        "desk_edit_class": f"/desk/runs/{day.run_id}/edit/",
        "desk_new_form": f"/desk/runs/new/?course={day.run.course_id}",
        "counter_more": f"/desk/counter/{at_counter}/more/",
        "desk_cards": f"/desk/sessions/{day.session_id}/cards/",
        "counter_person": f"/desk/counter/{at_counter}/",
        "counter_done": f"/desk/counter/{at_counter}/{enrolment.pk}/",
        "desk_import": f"/desk/runs/{day.run_id}/import/",
        "desk_record": f"/desk/residents/{enrolment.learner_id}/record/",
        "desk_cancel_day": f"/desk/runs/{day.run_id}/sessions/{day.pk}/cancel/",
        "class_roster": f"/desk/courses/{day.run_id}/",
        "desk_cancel_class": f"/desk/runs/{day.run_id}/cancel/",
        "desk_move_day": f"/desk/runs/{day.run_id}/sessions/{day.pk}/move/",
        "desk_call": f"/desk/calls/{call.pk}/",
        "roll": f"/desk/sessions/{before.session_id}/roll/",
        "walk_in": f"/desk/sessions/{before.session_id}/walk-ins/{walk_in.pk}/",
        "roll_sheet": f"/desk/sessions/{before.session_id}/roll/print/",
        "session_qr": f"/desk/sessions/{day.session_id}/qr/",
    }


def message_paths(enrolment: Any, lesson: Any, school: Any) -> dict[str, str]:
    """A question with its answer, and one of that school that waits for days."""
    from django.utils import timezone

    from accounts.models import User
    from courses.models import LessonPage
    from learning.models import Enrolment
    from learning.services.messages import answer, ask

    asked = ask(
        enrolment=enrolment, lesson=lesson, text="面粘手怎么办？", key="browser"
    )
    teacher = User.objects.get(username=PEOPLE["teacher"])
    answer(conversation=asked, by=teacher, text="手上沾一点面粉再揉。", key="browser")
    row = (
        Enrolment.objects.filter(run__school=school, learner__is_active=True)
        .filter(run__is_self_paced=True)
        .select_related("run__course")
        .first()
    )
    theirs = LessonPage.objects.child_of(row.run.course).live().first()
    waiting = ask(
        enrolment=row, lesson=theirs, text="找不到绿色的按钮", key="browser",
        at=timezone.now() - timedelta(days=4),
    )  # fmt: skip
    return {
        "ask": f"/learn/lessons/{lesson.pk}/ask/",
        "conversation": f"/learn/messages/{asked.pk}/",
        "desk_conversation": f"/desk/inbox/{waiting.pk}/",
    }


def silent_person(school: Any) -> str:
    """Somebody of that school who has not come for long."""
    from django.utils import timezone

    from accounts.models import User
    from learning.dormant import dormant_enrolments
    from learning.models import Enrolment
    from learning.services.enrolment import enrol_learner

    at = timezone.now() - timedelta(days=40)
    person = User.objects.create_person(
        username="silent", display_name="何奶奶", phone="+8613700000001",
        birth_year=1948,
    )  # fmt: skip
    run = Enrolment.objects.filter(run__school=school, run__is_self_paced=True)
    enrol_learner(learner=person, run=run.first().run, at=at)
    principal = User.objects.get(username=PEOPLE["principal"])
    return f"/desk/dormant/{dormant_enrolments(principal).get(learner=person).pk}/"


def group_paths(school: Any, learner: Any) -> dict[str, str]:
    """A lesson that a group of that school learns now, and one that it has learnt."""
    from accounts.models import User
    from courses.models import LessonPage
    from learning.models import Enrolment
    from learning.permissions import led_runs
    from learning.services.groups import end_sitting, seat_people, start_sitting

    principal = User.objects.get(username=PEOPLE["principal"])
    run = led_runs(principal).filter(school=school).order_by("pk").first()
    lesson = LessonPage.objects.child_of(run.course).live().first()
    rows = Enrolment.objects.filter(run__school=school, learner__is_active=True)
    rows = rows.exclude(learner=learner).select_related("learner")
    people = {row.learner_id: row.learner for row in rows}
    present = list(people.values())[:6]
    now, over = (
        start_sitting(lesson=lesson, by=principal, key=key) for key in ("now", "over")
    )
    seat_people(sitting=now, people=present[:2])
    seat_people(sitting=over, people=present[2:])
    end_sitting(sitting=over, by=principal)
    return {
        "new_group": f"/desk/groups/new/{run.pk}/",
        "group": f"/desk/groups/{now.pk}/",
        "group_over": f"/desk/groups/{over.pk}/",
        "group_qr": f"/desk/groups/{now.pk}/qr/",
    }


def marking_paths(run: Any, learner: Any) -> dict[str, str]:
    """A lesson that asks for words and work, and two answers that wait."""
    from courses.models import LessonPage
    from learning.models import Enrolment
    from tests.learning.written import make_written, work_block, written_block

    lesson = LessonPage(title="写几句，交张照片", is_required=False)
    lesson.body = lesson._meta.get_field("body").to_python(
        [written_block(), work_block(takes_audio=True, takes_file=True)]
    )
    run.course.add_child(instance=lesson)
    lesson.save_revision().publish()
    others = Enrolment.objects.filter(run=run).exclude(learner=learner)
    for row in others.order_by("pk")[:2]:
        written = make_written(row, lesson, "按下去慢慢弹回来，就是醒好了。")
    own = Enrolment.objects.get(run=run, learner=learner)
    make_written(own, lesson, "冬天一个钟头，夏天半个钟头。")
    return {
        "asking": lesson.url,
        "desk_mark": f"/desk/marking/{written.pk}/",
        "desk_attempt": f"/desk/attempts/{written.attempt_id}/",
        "desk_attempts": f"/desk/enrolments/{written.attempt.enrolment_id}/attempts/",
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
    # Of the first lesson nobody has said who came.
    for session in held.taking_place().order_by("starts_at")[1:]:
        people = sorted(gathering_of(session).ids)
        said = {pk: words[(pk + session.pk) % len(words)] for pk in people}
        save_roll(session=session, states=said, by=clerk, headcount=len(said))


def wanting_health() -> None:
    """A broken link and reviews that are late, for the page that names them."""
    from django.core.management import call_command
    from django.utils import timezone

    from home.models import StandardPage
    from schools.models.review import ReviewState

    about = StandardPage.objects.get(slug="about")
    text = '<p><a href="/bus-2024/">去年的班车表</a>在这里。</p>'
    about.body.append(("text", text))
    about.save_revision().publish()
    waiting = ReviewState.objects.filter(status=ReviewState.STATUS_IN_PROGRESS)
    waiting.update(started_at=timezone.now() - timedelta(days=9))
    call_command("check_links", verbosity=0)
