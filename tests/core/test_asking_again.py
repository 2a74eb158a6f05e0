"""What the database hears again and again it plans once, and answers as ever."""

import threading
import time
from datetime import date
from typing import Any

import pytest
from django.db import (
    IntegrityError,
    NotSupportedError,
    connection,
    connections,
    transaction,
)
from django.db.models import CharField, DateField, DateTimeField
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from core.asking_again import asking_again
from core.kept_changes import KEPT_INSERTS
from core.kept_sql import KEPT, Keys, Words, kept
from core.models import IdempotencyKey
from tests.core.questions import all_questions

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
ON_POSTGRES = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite plans in no time"
)


@kept(slug=CharField())
def _by_slug(slug: Any) -> Any:
    return Page.objects.filter(slug=slug).order_by("pk")


@pytest.fixture(autouse=True)
def _forget():
    yield
    for name in [one for one in KEPT if one.startswith("tests.")]:
        del KEPT[name]


def planned() -> list[str]:
    """The words whose plans the server keeps for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


def some(place: Any) -> Any:
    """A value of the type of a place."""
    field = place.output_field
    if isinstance(field, Keys | Words):
        return [1, 2] if isinstance(field, Keys) else ["0001", "甲"]
    if isinstance(field, DateTimeField):
        return timezone.now()
    if isinstance(field, DateField):
        return date(2026, 3, 1)
    return "甲" if isinstance(field, CharField) else 1


def test_every_question_can_be_asked_again_and_again():
    """The server has to find out of each place alone what type it has."""
    for question in all_questions().values():
        values = {name: some(place) for name, place in question.places.items()}
        answers = [question(**values) for _again in range(4)]
        assert answers == answers[:1] * 4, question.name


@ON_POSTGRES
def test_a_question_is_planned_once_whatever_its_values(course_a, lesson_a):
    for _again in range(3):
        assert _by_slug.first(slug=course_a.slug) == course_a.page_ptr
        assert _by_slug.first(slug=lesson_a.slug) == lesson_a.page_ptr
        assert _by_slug(slug="x' OR 1=1 --") == []
    assert len([one for one in planned() if '"slug" = ($1)' in one]) == 1


@kept(slug=CharField())
def _by_title(slug: Any) -> Any:
    titles = ["100% '甲'", 'a"b', "%s", "\\"]
    return Page.objects.filter(slug=slug, title__in=titles, live=True).order_by("pk")


@pytest.mark.parametrize("title", ["100% '甲'", 'a"b', "%s", "\\"])
def test_what_never_changes_is_part_of_the_words(course_a, title):
    """So that an index of some rows alone can be used, whatever the words hold."""
    for _again in range(4):
        assert _by_title(slug=course_a.slug) == []
    Page.objects.filter(pk=course_a.pk).update(title=title)
    for _again in range(4):
        assert _by_title.first(slug=course_a.slug) == course_a.page_ptr
    if connection.vendor == "postgresql":
        (words,) = [one for one in planned() if "100% ''甲''" in one]
        assert "$2" not in words


@ON_POSTGRES
def test_what_is_asked_as_ever_keeps_no_plan(course_a):
    before = planned()
    for _again in range(4):
        assert Page.objects.filter(url_path=course_a.url_path).count() == 1
    with pytest.raises(ZeroDivisionError), asking_again(connection):
        _ = 1 / 0
    for _again in range(4):
        assert Page.objects.filter(url_path=course_a.url_path).count() == 1
    assert planned() == before


def test_who_looks_for_slow_questions_sees_the_words_of_each(course_a):
    with CaptureQueriesContext(connection) as asked:
        for _again in range(4):
            _by_slug(slug=course_a.slug)
    assert len(asked) == 4
    assert all('."slug" = ' in one["sql"] for one in asked)


def test_a_transaction_that_failed_is_told_nothing_more(learner, course_a):
    """As with everything that is said to a database; its savepoint is another matter."""
    row = {"user": learner, "key": "1", "action": "test"}
    IdempotencyKey.objects.create(**row)
    again = KEPT_INSERTS["core.IdempotencyKey"]
    with pytest.raises(IntegrityError), transaction.atomic():
        again(IdempotencyKey(**row))
    assert _by_slug.first(slug=course_a.slug) == course_a.page_ptr
    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic(savepoint=False):
            again(IdempotencyKey(**row))
        with pytest.raises(transaction.TransactionManagementError):
            _by_slug(slug=course_a.slug)
        transaction.set_rollback(True)
    assert _by_slug.first(slug=course_a.slug) == course_a.page_ptr


@pytest.mark.django_db(transaction=True)
def test_who_was_cut_off_asks_on_a_new_connection(course_a):
    assert _by_slug.first(slug=course_a.slug) == course_a.page_ptr
    connection.close()
    assert _by_slug.first(slug=course_a.slug) == course_a.page_ptr


@ON_POSTGRES
def test_its_cursor_is_made_once(course_a, monkeypatch):
    own = connections[connection.alias]
    _by_slug(slug=course_a.slug)
    made = []
    create = own.create_cursor
    monkeypatch.setattr(
        own, "create_cursor", lambda name=None: made.append(1) or create(name)
    )
    for _again in range(3):
        _by_slug(slug=course_a.slug)
    assert not made
    assert Page.objects.filter(pk=course_a.pk).exists()
    assert made, "everything else has one of its own"


@ON_POSTGRES
def test_what_is_written_again_and_again_is_planned_too(learner):
    with asking_again(connection):
        for number in range(4):
            IdempotencyKey.objects.create(user=learner, key=str(number), action="test")
    assert len([one for one in planned() if one.startswith("INSERT")]) == 1
    assert IdempotencyKey.objects.filter(user=learner).count() == 4


@ON_POSTGRES
def test_a_pooler_that_keeps_no_plans_gets_none(course_a, monkeypatch):
    monkeypatch.setattr(connection.connection, "prepare_threshold", None)
    before = planned()
    for _again in range(4):
        assert _by_slug.first(slug=course_a.slug) == course_a.page_ptr
    assert planned() == before


@ON_POSTGRES
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_stood_idle_is_asked_whether_it_lives(monkeypatch):
    asked = []
    # The connection itself, not what stands for that of each thread.
    own = connections[connection.alias]
    monkeypatch.setattr(own, "health_check_enabled", True)
    monkeypatch.setattr(own, "is_usable", lambda: asked.append(1) or True)

    def request() -> None:
        connection.health_check_done = False
        assert Page.objects.exists()

    request()
    asked.clear()
    for _shortly_after in range(5):
        request()
    assert not asked
    later = time.monotonic() + 2
    monkeypatch.setattr("core.postgresql.base.time.monotonic", lambda: later)
    request()
    assert asked == [1]


@ON_POSTGRES
@pytest.mark.django_db(transaction=True)
def test_an_idle_connection_whose_server_was_begun_anew_is_no_trouble(monkeypatch):
    own = connections[connection.alias]
    monkeypatch.setattr(own, "health_check_enabled", True)
    assert Page.objects.exists()
    connection.connection.close()  # as the server's end looks from here
    later = time.monotonic() + 2
    monkeypatch.setattr("core.postgresql.base.time.monotonic", lambda: later)
    connection.health_check_done = False
    assert Page.objects.exists()


@pytest.fixture
def change(transactional_db):
    """Give a column another type, as a migration elsewhere does; its own at the end."""

    def to(size: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"ALTER TABLE wagtailcore_page ALTER slug TYPE varchar({size})"
            )
        connection.close()

    def elsewhere(size: int) -> None:
        thread = threading.Thread(target=to, args=(size,))
        thread.start()
        thread.join(60)

    yield elsewhere
    connection.close()
    to(255)


@pytest.fixture
def changed(course_a, change):
    """A table that was changed after its plan was kept."""
    for _again in range(3):
        _by_slug.first(slug=course_a.slug)
    change(300)
    return course_a


@ON_POSTGRES
@pytest.mark.django_db(transaction=True)
def test_a_table_that_was_changed_is_asked_anew(changed):
    for _again in range(3):
        assert _by_slug.first(slug=changed.slug) == changed.page_ptr


@ON_POSTGRES
@pytest.mark.django_db(transaction=True)
def test_in_the_midst_of_a_transaction_it_is_refused_once(changed):
    with pytest.raises(NotSupportedError), transaction.atomic():
        _by_slug.first(slug=changed.slug)
    with transaction.atomic():
        assert _by_slug.first(slug=changed.slug) == changed.page_ptr
