"""The data map is whole; a copy holds all of it; an erasure leaves nothing of it."""

import io
import json
import shutil
import sqlite3
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry
from wagtail.search.index import insert_or_update_object
from wagtail.users.models import UserProfile

from accounts import erase_journal
from accounts.models import DataCopy, ErasureRequest, User, WebSession
from accounts.services.consent import give_consent
from accounts.services.data_copy import make_copy, write_zip
from accounts.services.erasure import ask_erasure, erase_due, erase_person
from accounts.services.people import create_person
from attendance.models import Session, WalkIn
from core import privacy
from core.models import AuditEntry, OutboxMessage
from core.privacy import PERSONAL, Datum, Erasure, gaps, stale
from core.services.audit import record_audit
from courses.models import CoursePage
from learning.models import Attempt, Enrolment, LessonProgress, Response
from learning.services.enrolment import enrol_learner
from schools.choices import Role
from schools.models import StaffProfile
from schools.services.membership import appoint
from tests import factories
from tests.learning.lessons import block_id, make_lesson, question_block

CANARY = "ZZP"
PHONE = "+8613711137111"


@pytest.fixture(autouse=True)
def own_journal(tmp_path, settings):
    settings.ERASURE_JOURNAL = str(tmp_path / "erasures.jsonl")
    # What a test that was broken off has left behind is not this one's.
    shutil.rmtree(Path(settings.PRIVATE_MEDIA_ROOT) / "copies", ignore_errors=True)
    shutil.rmtree(Path(settings.MEDIA_ROOT) / "private/avatar_images", True)


# --- The map ------------------------------------------------------------------------
def test_every_field_about_a_person_is_on_the_map():
    assert gaps() == []


def test_the_map_names_nothing_that_is_no_more():
    assert stale() == []


def test_a_model_or_a_field_that_nobody_declared_is_noticed(monkeypatch):
    enrolment = PERSONAL["learning.Enrolment"]
    fields = {k: v for k, v in enrolment.fields.items() if k != "source"}
    known = privacy.PersonalModel(
        **{**enrolment.__dict__, "fields": fields, "model": "learning.Enrolment"}
    )
    monkeypatch.setitem(PERSONAL, "learning.Enrolment", known)
    assert "learning.Enrolment.source" in gaps()
    monkeypatch.delitem(PERSONAL, "accounts.Consent")
    assert "accounts.Consent.user leads to a person" in gaps()
    # A row of a personal row is personal too.
    monkeypatch.delitem(PERSONAL, "learning.LessonProgress")
    assert "learning.LessonProgress.enrolment leads to a person" in gaps()


def test_each_field_says_what_for_how_long_and_who_sees_it():
    for declared in PERSONAL.values():
        for name, datum in declared.data.items():
            why = datum.why or declared.why
            said = (datum.label, why.purpose, why.basis.label, why.kept, why.seen_by)
            assert all(str(one).strip() for one in said), f"{declared.model}.{name}"
        if declared.erasure is not Erasure.DELETE:
            assert str(declared.stays), declared.model


def test_what_stays_after_an_erasure_has_no_words_that_somebody_typed():
    """Every text that rows keep is blanked, chosen from a list, or named here."""
    harmless = {
        # Words of the site itself, or hashes of them.
        "accounts.Consent": {"version", "text_sha256", "channel"},
        "core.AuditEntry": {"action", "subject_type", "subject_id", "detail"},
        "attendance.WalkIn": {"key"},  # a random word of the page
        "learning.Attempt": {"paper"},  # the questions, not the answers
        # What a sheet in somebody's hands is compared with (P-5).
        "learning.Certificate": {"serial", "token_hash", "snapshot_hash"},
        "learning.Enrolment": {"ticket"},
        "learning.EnrolmentEvent": {"from_state"},
        "learning.LessonProgress": {"watched", "transcripts", "rule"},
        "learning.Response": {"block_id"},
    }
    # Emptied by a service of their own, which the canary below proves.
    emptied = {"accounts.User", "schools.StaffProfile"}
    typed = (models.CharField, models.TextField, models.JSONField)
    wrong = []
    for declared in PERSONAL.values():
        if declared.erasure is Erasure.DELETE or declared.model in emptied:
            continue
        kept = set(declared.blank) | harmless.get(declared.model, set())
        wrong += [
            f"{declared.model}.{field.name}"
            for field in declared.cls._meta.local_fields
            if isinstance(field, typed) and not field.choices and field.name not in kept
        ]
    assert wrong == []


# --- A person with something of everything --------------------------------------------
def make_canary(course: CoursePage) -> User:
    """A resident, once a teacher, whose name stands in as many places as it can."""
    person = create_person(
        display_name=f"{CANARY}王",
        phone=PHONE,
        email=f"{CANARY.lower()}@example.com",
        username=f"{CANARY}-login",
        is_proved=True,
        birth_year=1950,
    )
    give_consent(user=person, kind="sms", by=person)
    learn(person, course)
    work(person, course)
    use_the_site(person)
    return person


def learn(person: User, course: CoursePage) -> None:
    run = course.runs.get(is_self_paced=True)
    enrolment = enrol_learner(learner=person, run=run)
    enrolment.events.update(reason=f"{CANARY}的家人来过电话")
    lesson = make_lesson(course, question_block("醒面要久"), title="有题的课")
    now = timezone.now()
    LessonProgress.objects.create(
        enrolment=enrolment, lesson=lesson, viewed_at=now, seen_until=now,
        done_at=now, completed_at=now, positions={"v": [0, 12.5]},
    )  # fmt: skip
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        lesson=lesson,
        paper=[{"block_id": block_id("q"), "raw": question_block("醒面要久")}],
    )
    Response.objects.create(
        attempt=attempt,
        block_id=block_id("q"),
        answer=[f"{CANARY}写的"],
        is_right=True,
        share=1,
    )
    # Noted at the door under this number before the account had proved it.
    session = Session.objects.create(
        school=course.school, starts_at=now, ends_at=now + timedelta(hours=1)
    )
    WalkIn.objects.create(session=session, name=f"{CANARY}王", phone=PHONE, key="w")


def work(person: User, course: CoursePage) -> None:
    """A teacher who has left: a role that has ended, a name with a course."""
    appoint(user=person, school=course.school, role=Role.TEACHER, since="2020-01-01")
    person.memberships.update(until="2021-01-01")
    profile = factories.make_profile(course.school, f"{CANARY}王老师", user=person)
    course.teachers.add(profile)
    course.save()
    insert_or_update_object(course)


def use_the_site(person: User) -> None:
    OutboxMessage.objects.create(
        dedupe_key="zz-1", channel="sms", recipient=person, template="invitation",
        params={"school": f"{CANARY}学校"},
    )  # fmt: skip
    record_audit(
        actor=None, action="x.done", subject=person, reason=f"{CANARY}的手机丢了"
    )
    ModelLogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(person.pk),
        label=f"{CANARY}王",
        action="wagtail.edit",
        timestamp=timezone.now(),
    )
    profile = UserProfile.get_for_user(person)
    profile.avatar.save(f"{CANARY}.png", ContentFile(CANARY.encode()))
    browser = Client()
    browser.force_login(person)
    browser.get("/accounts/")
    UserSession.objects.create(
        user=person,
        session_key=browser.session.session_key,
        ip="192.0.2.77",
        user_agent=f"{CANARY} phone",
    )
    make_copy(user=person)


@pytest.fixture
def canary(course_a, settings):
    return make_canary(course_a)


# --- The copy -------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_copy_holds_every_model_of_the_map_with_rows_of_ones_own(canary):
    held = io.BytesIO()
    write_zip(held, canary, timezone.now())
    with zipfile.ZipFile(held) as archive:
        data = json.loads(archive.read("data.json"))
        page = archive.read("我的资料.html").decode()
        files = [name for name in archive.namelist() if name.startswith("files/")]
        assert any(CANARY.encode() in archive.read(name) for name in files)
    told = {one["model"]: one for one in data["data"]}
    assert set(told) == set(PERSONAL)
    for name in (
        "accounts.User", "accounts.Consent", "account.EmailAddress",
        "learning.Enrolment", "learning.LessonProgress", "learning.Response",
        "schools.Membership", "schools.StaffProfile", "core.OutboxMessage",
        "core.AuditEntry", "usersessions.UserSession", "wagtailusers.UserProfile",
    ):  # fmt: skip
        assert told[name]["rows"], name
        assert set(told[name]["rows"][0]) == set(PERSONAL[name].fields), name
    for words in (f"{CANARY}王", PHONE, "揉面", f"{CANARY}写的", "醒面要久"):
        assert words in page, words
    assert "2026" in page
    assert "<script" not in page
    assert canary.password not in json.dumps(data) + page


@pytest.mark.django_db
def test_a_copy_shows_no_key_and_nobody_else(canary, course_a):
    other = factories.make_learner("other", display_name="别人家的人")
    run = course_a.runs.get(is_self_paced=True)
    enrol_learner(learner=other, run=run, by=canary, source="desk")
    held = io.BytesIO()
    write_zip(held, canary, timezone.now())
    with zipfile.ZipFile(held) as archive:
        everything = "".join(
            archive.read(name).decode(errors="replace") for name in archive.namelist()
        )
    assert "别人家的人" not in everything
    for session in WebSession.objects.all():
        assert session.session_key not in everything
    assert '"shown": false' in everything


# --- The erasure ----------------------------------------------------------------------
def dump() -> str:
    """Every value of every table, sessions decoded."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of tables
            parts += [f"{table}: {row!r}" for row in cursor.fetchall()]
    parts += [repr(session.get_decoded()) for session in WebSession.objects.all()]
    return "\n".join(parts)


def traces() -> list[str]:
    """Where the canary is still found: database, search index, files."""
    signs = (CANARY, CANARY.lower(), PHONE, PHONE[3:], "137****7111")
    found = [
        line[:200]
        for line in dump().splitlines()
        if any(sign in line for sign in signs)
    ]
    root = Path(settings.MEDIA_ROOT)
    found += [
        str(path)
        for path in root.rglob("*")
        if path.is_file()
        and (CANARY in path.name or CANARY.encode() in path.read_bytes())
    ]
    return found


def statistics() -> dict[str, int]:
    """What reports count."""
    return {
        "people": User.objects.count(),
        "learners": Enrolment.objects.values("learner").distinct().count(),
        "enrolments": Enrolment.objects.count(),
        "lessons": LessonProgress.objects.filter(completed_at__isnull=False).count(),
        "answers": Response.objects.filter(is_right=True).count(),
        "staff": StaffProfile.objects.count(),
    }


@pytest.mark.django_db
def test_an_erasure_leaves_no_trace_and_no_statistic_changes(
    canary, django_capture_on_commit_callbacks
):
    assert len(traces()) > 12
    before = statistics()
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_person(user=canary)
    assert traces() == []
    assert statistics() == before
    assert not DataCopy.objects.exists()
    assert default_storage.listdir("copies") == ([], [])
    canary.refresh_from_db()
    assert not canary.is_active
    assert not canary.has_usable_password()
    # Forgetting sign-ups that nobody proved does not take the row that counts.
    call_command("forget_unproved", verbosity=0)
    assert User.objects.filter(pk=canary.pk).exists()


@pytest.mark.django_db
def test_the_search_finds_the_teacher_until_the_erasure(canary, course_a):
    found = [page.pk for page in CoursePage.objects.search(f"{CANARY}王老师")]
    assert found == [course_a.pk]
    erase_person(user=canary)
    assert not list(CoursePage.objects.search(f"{CANARY}王老师"))


@pytest.mark.django_db
def test_erasing_twice_does_nothing_twice(canary):
    assert erase_person(user=canary)
    assert not erase_person(user=canary)
    lines = [line.event for line in erase_journal.read_lines()]
    assert lines == [erase_journal.Event.ERASED]
    assert AuditEntry.objects.filter(action="person.erased").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "sqlite",
    reason="takes its backup by SQLite's own means",
)
def test_after_a_restore_the_journal_erases_again(course_a, tmp_path):
    canary = make_canary(course_a)
    other = factories.make_learner("other", display_name="还在学的人")
    wishes = factories.make_learner("wishes", display_name="想注销的人")
    backup = sqlite3.connect(tmp_path / "backup.sqlite3")
    connection.connection.backup(backup)
    # After the backup: one is erased, one asks.
    erase_person(user=canary)
    asked = ask_erasure(user=wishes, by=wishes)
    assert traces() == []
    # The disaster: the older database comes back, and the person with it.
    backup.backup(connection.connection)
    backup.close()
    assert len(traces()) > 8
    call_command("replay_erasures", verbosity=0)
    assert traces() == []
    other.refresh_from_db()
    assert other.display_name == "还在学的人"
    again = ErasureRequest.objects.waiting().get()
    assert (again.user_id, again.due_at) == (wishes.pk, asked.due_at)
    call_command("erase_due", verbosity=0)
    assert ErasureRequest.objects.waiting().get() == again


@pytest.mark.django_db
def test_the_journal_takes_nobody_for_somebody_else(canary):
    """After a restore a new account may get the number of one that was erased."""
    erase_person(user=canary)
    ErasureRequest.objects.all().delete()
    User.objects.filter(pk=canary.pk).update(
        date_joined=timezone.now() + timedelta(seconds=1), display_name="新来的"
    )
    call_command("replay_erasures", verbosity=0)
    assert User.objects.get(pk=canary.pk).display_name == "新来的"


@pytest.mark.django_db
def test_a_journal_that_broke_off_in_a_crash_can_be_read(canary):
    erase_person(user=canary)
    path = erase_journal.journal_path()
    path.write_text(path.read_text() + '{"at": "2026-')
    assert len(list(erase_journal.read_lines())) == 1
    assert CANARY not in path.read_text()


@pytest.mark.django_db
def test_nobody_is_erased_where_the_journal_cannot_be_written(canary, settings):
    settings.ERASURE_JOURNAL = "/dev/null/erasures.jsonl"
    ask_erasure(user=canary, by=canary)
    assert erase_due(timezone.now() + timedelta(days=8)) == 0
    canary.refresh_from_db()
    assert canary.display_name == f"{CANARY}王"


def test_each_declared_model_is_a_model():
    for declared in PERSONAL.values():
        assert declared.cls in apps.get_models()
        assert all(isinstance(one, Datum) for one in declared.data.values())
