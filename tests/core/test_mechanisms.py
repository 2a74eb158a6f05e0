"""The small mechanisms on which everything hangs: keys, audit, outbox, slots."""

import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from accounts.sms import MemoryBackend
from core import slots
from core.exceptions import AppendOnlyError, KeyReusedError
from core.models import AuditEntry, IdempotencyKey, OutboxMessage
from core.services.audit import record_audit
from core.services.each import each_alone
from core.services.idempotency import run_once
from core.services.outbox import queue_message, send_message, send_waiting
from tests.factories import make_learner


@pytest.fixture
def person(db):
    return make_learner("somebody")


def test_the_same_key_has_its_effect_once_and_gets_the_same_answer(person):
    calls = []

    def effect():
        calls.append(1)
        return {"number": len(calls)}

    ask = {"user": person, "key": "k1", "action": "test", "body": [1], "effect": effect}
    assert run_once(**ask) == {"number": 1}
    assert run_once(**ask) == {"number": 1}
    assert len(calls) == 1


def test_a_key_that_comes_back_with_another_body_is_refused(person):
    ask = {"user": person, "key": "k1", "action": "test", "effect": dict}
    run_once(**ask, body=[1])
    with pytest.raises(KeyReusedError):
        run_once(**ask, body=[2])


def test_the_trouble_of_one_row_is_logged_and_does_not_stop_the_others(db, caplog):
    rows = [make_learner(name) for name in ("first", "second", "third")]

    @transaction.atomic
    def rename(row):
        row.display_name = "改过"
        row.save()
        if row.username == "second":
            raise OSError("no space")
        return 2

    assert each_alone(rows, rename, trouble="row %s stays") == 4
    for row in rows:
        row.refresh_from_db()
    changed = [row.username for row in rows if row.display_name == "改过"]
    assert changed == ["first", "third"]
    (record,) = caplog.records
    assert record.getMessage() == f"row {rows[1].pk} stays"
    assert record.exc_info[0] is OSError
    assert "second" not in record.getMessage()


def test_a_key_belongs_to_one_person(person):
    other = make_learner("other")
    for user in (person, other):
        run_once(user=user, key="k1", action="test", body=user.pk, effect=dict)
    assert IdempotencyKey.objects.count() == 2


def test_nothing_is_kept_of_an_effect_that_failed(person):
    def effect():
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        run_once(user=person, key="k1", action="test", body=[], effect=effect)
    assert not IdempotencyKey.objects.exists()
    assert run_once(
        user=person, key="k1", action="test", body=[], effect=lambda: {"ok": True}
    ) == {"ok": True}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_equal_requests_at_once_one_has_the_effect():
    person = make_learner("somebody")
    barrier = threading.Barrier(6)
    answers = []

    def effect():
        record_audit(actor=person, action="effect")
        return {"done": True}

    def ask():
        barrier.wait(10)
        try:
            answers.append(
                run_once(user=person, key="k", action="t", body=[], effect=effect)
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _one in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [{"done": True}] * 6
    assert AuditEntry.objects.filter(action="effect").count() == 1


def test_the_audit_log_only_grows(person):
    entry = record_audit(actor=person, action="test.act", subject=person, detail_of=1)
    entry.action = "another"
    with pytest.raises(AppendOnlyError):
        entry.save()
    with pytest.raises(AppendOnlyError):
        entry.delete()
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.all().delete()
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.update(action="another")
    assert AuditEntry.objects.get().action == "test.act"


def queue(person, key="event:1"):
    return queue_message(
        dedupe_key=key,
        channel="sms",
        recipient=person,
        template="phone_changed",
        params={},
    )


def test_a_mail_is_chinese_whatever_language_its_cause_read(person, mailoutbox):
    person.phone, person.email = None, "a@example.org"
    person.save()
    message = queue_message(
        dedupe_key="offer:1",
        channel=OutboxMessage.Channel.EMAIL,
        recipient=person,
        template="seat_offered",
        params={"course": "剪纸"},
    )
    with translation.override("en"):
        assert send_message(message.pk)
    assert mailoutbox[0].subject == "轮到您了：《剪纸》有名额"


def test_an_event_sends_one_message_after_its_cause_is_safe(
    person, django_capture_on_commit_callbacks
):
    MemoryBackend.outbox.clear()
    person.phone = "+8613800138000"
    person.save()
    with django_capture_on_commit_callbacks(execute=True):
        queue(person)
        queue(person)
        assert not MemoryBackend.outbox
    assert len(MemoryBackend.outbox) == 1
    assert OutboxMessage.objects.get().sent_at is not None
    assert not send_message(OutboxMessage.objects.get().pk)


def test_a_message_that_cannot_be_sent_waits_and_undoes_nothing(
    person, django_capture_on_commit_callbacks
):
    MemoryBackend.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        queue(person)
    message = OutboxMessage.objects.get()
    assert message.sent_at is None
    assert message.error
    person.phone = "+8613800138000"
    person.save()
    assert send_waiting() == 0
    assert send_waiting(at=message.created_at + timedelta(minutes=1)) == 1


class Away:
    """A provider that does not answer."""

    def send_template(self, *_args, **_named):
        raise OSError("nobody there")


def minutes_after(message, *minutes):
    return [
        send_waiting(at=message.created_at + timedelta(minutes=one)) for one in minutes
    ]


def test_a_provider_that_is_away_for_half_an_hour_loses_no_message(person, settings):
    """R-11: tried again and again, ever more seldom; it leaves once."""
    MemoryBackend.outbox.clear()
    person.phone = "+8613800138000"
    person.save()
    usual, settings.SMS_BACKEND = settings.SMS_BACKEND, f"{__name__}.Away"
    message = queue(person)
    assert not send_message(message.pk)
    # The clock comes each minute; it is not tried each minute.
    assert minutes_after(message, *range(1, 30)) == [0] * 29
    message.refresh_from_db()
    assert (message.attempts, message.error) == (4, "nobody there")
    settings.SMS_BACKEND = usual
    assert minutes_after(message, 31, 60, 61, 62) == [0, 1, 0, 0]
    assert len(MemoryBackend.outbox) == 1


def test_a_message_that_never_leaves_is_given_up_and_told(person, caplog):
    """R-11: five times, then the log has an error; it holds up no other."""
    message = queue(person)
    minutes_after(message, 0, 1, 5, 15)
    assert not [one for one in caplog.records if one.levelname == "ERROR"]
    minutes_after(message, 60, 61, 600)
    (told,) = [one for one in caplog.records if one.levelname == "ERROR"]
    assert "given up" in told.getMessage()
    message.refresh_from_db()
    assert (message.attempts, message.sent_at) == (5, None)


@transaction.atomic
def queue_and_fail(person):
    queue(person)
    raise ValueError("no")


def test_a_cause_that_is_rolled_back_sends_nothing(person):
    MemoryBackend.outbox.clear()
    with pytest.raises(ValueError, match="no"):
        queue_and_fail(person)
    assert not OutboxMessage.objects.exists()
    assert send_waiting() == 0


def test_an_empty_slot_draws_nothing_and_a_filled_one_in_order(rf: RequestFactory):
    def draw(words):
        return lambda request, page: f"{words}{page}"

    template = Template('[{% slot "test.slot" page %}]')
    context = {"request": rf.get("/"), "page": 1}
    assert template.render(Context(context)) == "[]"
    slots.register_slot("test.slot", draw("b"), order=2)
    slots.register_slot("test.slot", draw("a"), order=1)
    try:
        assert template.render(Context(context)) == "[a1b1]"
    finally:
        slots._renderers.pop("test.slot")
