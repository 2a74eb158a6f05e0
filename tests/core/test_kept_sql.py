"""SQL that is made once: the same rows as ever, whatever the values and whoever asks."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import BigIntegerField, CharField, DateTimeField
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.safestring import SafeString
from wagtail.models import Page

from core.kept_changes import KEPT_INSERTS, KEPT_UPDATES, kept_update
from core.kept_sql import KEPT, Keys, Words, kept
from core.models import IdempotencyKey
from courses.models import LessonPage
from learning.models import LessonProgress
from learning.services.lesson_row import SAVED
from tests.core.questions import all_questions

pytestmark = pytest.mark.django_db


@kept(slug=CharField(), since=DateTimeField())
def _by_slug(slug: Any, since: Any) -> Any:
    return Page.objects.filter(slug=slug, last_published_at__gte=since).order_by("pk")


@kept(path=CharField())
def _below(path: Any) -> Any:
    return Page.objects.filter(path__gt=path, path__lte=path + "ZZZZ").order_by("path")


@kept(keys=Keys())
def _named(keys: Any) -> Any:
    return Page.objects.filter(pk__among=keys).order_by("path").values_list("slug")


@kept(slugs=Words())
def _called(slugs: Any) -> Any:
    return Page.objects.filter(slug__among=slugs).order_by("path")


@kept(pk=BigIntegerField())
def _held(pk: Any) -> Any:
    return Page.objects.filter(pk=pk).select_for_update()


@kept_update(pk=BigIntegerField(), slug=CharField(), at=DateTimeField())
def _publish(pk: Any, slug: Any, at: Any) -> Any:
    rows = Page.objects.filter(pk=pk, live=True).order_by()
    return rows, {"slug": slug, "last_published_at": at, "title": "改了 100%"}


@pytest.fixture(autouse=True)
def _forget():
    """What a test asks is not among the questions of the site."""
    yield
    for known in (KEPT, KEPT_UPDATES):
        for name in [one for one in known if one.startswith("tests.")]:
            del known[name]


def test_a_change_of_two_tables_is_refused(lesson_a):
    @kept_update(pk=BigIntegerField(), title=CharField())
    def wrong(pk: Any, title: Any) -> Any:
        return LessonPage.objects.filter(pk=pk).order_by(), {"title": title}

    with pytest.raises(TypeError, match="two tables"):
        wrong(pk=lesson_a.pk, title="x")


@pytest.mark.postgres
def test_a_change_that_is_kept_is_made_of_the_values_of_each_call(lesson_a, lesson_b):
    now = timezone.now()
    assert _publish(pk=lesson_a.pk, slug="x'; --", at=now) == 1
    assert _publish(pk=lesson_b.pk, slug="another", at=now - timedelta(days=1)) == 1
    assert _publish(pk=10**19, slug="nobody", at=now) == 0
    Page.objects.filter(pk=lesson_b.pk).update(live=False)
    assert _publish(pk=lesson_b.pk, slug="not live", at=now) == 0
    changed = Page.objects.filter(pk__in=[lesson_a.pk, lesson_b.pk]).order_by("pk")
    assert list(changed.values_list("slug", "last_published_at", "title")) == [
        ("x'; --", now, "改了 100%"),
        ("another", now - timedelta(days=1), "改了 100%"),
    ]
    with pytest.raises(TypeError, match="takes pk, slug, at"):
        _publish(pk=lesson_a.pk, slug="x")


@pytest.mark.postgres
def test_a_row_that_is_kept_is_what_saving_it_would_have_written(learner):
    insert = KEPT_INSERTS["core.IdempotencyKey"]
    words = {"user": learner, "action": "a%s'", "response": {"面": [1, None, "100%"]}}
    one, other = (IdempotencyKey(key=key, **words) for key in ("one", "other"))
    insert(one)
    other.save()
    assert one.pk
    rows = IdempotencyKey.objects.order_by("pk").values(*words)
    assert rows[0] == rows[1]
    assert IdempotencyKey.objects.get(pk=one.pk).created_at == one.created_at
    one.response = {}
    one.save()
    assert IdempotencyKey.objects.get(key="one").response == {}
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(IdempotencyKey(key="one", **words))


def test_all_that_a_report_may_change_is_saved():
    concrete = {one.name for one in LessonProgress._meta.concrete_fields}
    assert concrete - set(SAVED) == {"id", "enrolment", "lesson"}


@pytest.mark.postgres
def test_the_rows_are_those_of_the_values_of_each_call(lesson_a, course_a):
    long_ago = timezone.now() - timedelta(days=9000)
    Page.objects.update(last_published_at=timezone.now())
    assert _by_slug.first(slug=lesson_a.slug, since=long_ago) == lesson_a.page_ptr
    assert _by_slug(slug=lesson_a.slug, since=timezone.now()) == []
    assert _by_slug.first(slug=course_a.slug, since=long_ago) == course_a.page_ptr
    assert _by_slug.first(slug="x' OR 1=1 --", since=long_ago) is None
    below = Page.objects.descendant_of(course_a).order_by("path")
    assert _below(path=course_a.path) == list(below)


@pytest.mark.postgres
@pytest.mark.parametrize("number", [0, 1, 3, 40])
def test_any_number_of_keys_is_one_question(number):
    keys = list(Page.objects.order_by("path").values_list("pk", flat=True)[:number])
    with CaptureQueriesContext(connection) as asked:
        found = _named(keys=[*keys, *keys])
    assert len(asked) == 1
    in_order = Page.objects.filter(pk__in=keys).order_by("path")
    assert found == list(in_order.values_list("slug"))


@pytest.mark.postgres
@pytest.mark.parametrize("number", [10**18, 10**19, 10**40, -(10**40)])
def test_a_number_that_is_too_large_finds_nothing(number, client, learner):
    with transaction.atomic():
        assert _held(pk=number) == []
    client.force_login(learner)
    assert client.post(f"/learn/lessons/{abs(number)}/progress").status_code == 404


@pytest.mark.postgres
@pytest.mark.parametrize("word", ["", "a'b", '"', "面", "{x}", "%s"])
def test_words_are_words_whatever_they_hold(course_a, word):
    assert _called(slugs=[word]) == []
    assert _called(slugs=[word, course_a.slug]) == [course_a.page_ptr]
    assert _called(slugs=[]) == []


@pytest.mark.postgres
@pytest.mark.parametrize("kind", [SafeString, lazystr, str])
def test_words_of_every_kind_are_words(course_a, kind):
    long_ago = timezone.now() - timedelta(days=400)
    found = _by_slug.first(slug=kind(course_a.slug), since=long_ago)
    assert found == course_a.page_ptr


def test_a_value_that_is_missing_or_unknown_is_refused():
    with pytest.raises(TypeError, match="takes slug, since"):
        _by_slug(slug="a")
    with pytest.raises(TypeError):
        _below(path="0001", slug="a")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_lock_is_held_by_a_transaction_only(course_a):
    with transaction.atomic():
        assert _held.first(pk=course_a.pk).pk == course_a.pk
    if connection.features.has_select_for_update:
        with pytest.raises(TransactionManagementError):
            _held(pk=course_a.pk)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_threads_ask_with_values_of_their_own(course_a):
    pages = list(Page.objects.order_by("path")[:6])
    wrong = []

    def ask(page):
        try:
            for _again in range(30):
                if _below(path=page.path) != list(
                    Page.objects.filter(
                        path__gt=page.path, path__lte=page.path + "ZZZZ"
                    ).order_by("path")
                ):
                    wrong.append(page.path)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[page]) for page in pages]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []


def test_what_is_kept_takes_nothing_from_the_moment_of_the_first_call(monkeypatch):
    """The clock is the trap: `not_over()` without a day would keep today for ever."""

    def made() -> dict[str, Any]:
        questions = {
            name: one.queryset().query.sql_with_params()
            for name, one in all_questions().items()
        }
        changes = {
            name: one.statement(connection) for name, one in KEPT_UPDATES.items()
        }
        return {
            name: [str(part) for part in parts]
            for name, parts in {**questions, **changes}.items()
        }

    today, now = made(), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=400))
    assert len(today) > 20
    assert made() == today


def test_a_question_that_keeps_the_clock_would_be_noticed(monkeypatch):
    @kept(slug=CharField())
    def wrong(slug: Any) -> Any:
        return Page.objects.filter(slug=slug, go_live_at__lte=timezone.now())

    first, now = str(wrong.queryset().query), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=400))
    assert str(wrong.queryset().query) != first
