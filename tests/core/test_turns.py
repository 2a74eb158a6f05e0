"""On SQLite the writers of a process come in turn, and nobody is left standing there."""

import threading

import pytest
from django.db import (
    OperationalError,
    close_old_connections,
    connection,
    connections,
    transaction,
)

from core.models import IdempotencyKey
from core.sqlite3 import base
from core.sqlite3.base import Turns
from tests import factories
from tests.production.servers import until

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL has a line of its own"
)


def in_threads(*calls):
    """Run each in a thread of its own, to the end; each is there before the next."""
    threads = []
    for call, is_there in calls:
        threads.append(threading.Thread(target=call))
        threads[-1].start()
        until(is_there, 10, "the next in line")
    return threads


@pytest.mark.django_db(transaction=True)
def test_a_request_leaves_its_connection_to_the_next():
    """Opened anew it would prepare every question anew."""
    connection.ensure_connection()
    kept = connection.connection
    close_old_connections()
    assert connection.connection is kept


def test_first_come_first_served():
    turns, came, order = Turns(), [], []
    assert turns.take(1)

    def writer(number):
        def write():
            came.append(number)
            assert turns.take(10)
            order.append(number)
            turns.give()

        return write, lambda: len(turns._line) == number + 1

    threads = in_threads(*(writer(number) for number in range(8)))
    turns.give()
    for thread in threads:
        thread.join(10)
    assert order == list(range(8)) == came
    assert turns._owner is None


def test_who_waits_in_vain_leaves_the_line():
    turns, answers = Turns(), []
    assert turns.take(1)
    waiting = threading.Thread(target=lambda: answers.append(turns.take(0.05)))
    waiting.start()
    waiting.join(10)
    assert answers == [False]
    turns.give()
    assert turns.take(0)


def test_who_is_interrupted_leaves_the_line(monkeypatch):
    class Interrupted:
        """A gate at which somebody presses Ctrl-C while they wait."""

        def acquire(self, timeout=None):
            if timeout is not None:
                raise KeyboardInterrupt

    turns = Turns()
    assert turns.take(1)
    monkeypatch.setattr("core.sqlite3.base.threading.Lock", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        turns.take(1)
    assert not turns._line
    turns.give()
    assert turns.take(0)


def test_a_thread_that_is_gone_holds_nobody_up():
    turns = Turns()
    gone = threading.Thread(target=turns.take, args=(1,))
    gone.start()
    gone.join(10)
    assert turns.take(0.05)
    assert turns._owner is threading.current_thread()


@pytest.fixture
def line(transactional_db):
    """The line before the database of this test."""
    connection.ensure_connection()
    with transaction.atomic():
        pass
    return base._turns[str(connection.settings_dict["NAME"])]


def is_free(line):
    """Whether the next writer need not wait: the turn, and SQLite's own lock."""
    free = []

    def ask():
        try:
            with transaction.atomic():
                free.append(line._owner is threading.current_thread())
        finally:
            connections.close_all()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(30)
    return free == [True] and line._owner is None


def test_a_turn_ends_with_what_was_written_or_taken_back(line):
    with transaction.atomic():
        assert line._owner is threading.current_thread()
        with transaction.atomic():
            pass
        assert line._owner is threading.current_thread()
    assert is_free(line)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _ = 1 / 0
    assert is_free(line)


def test_a_turn_ends_with_the_connection(line):
    with transaction.atomic():
        connection.close()
    assert is_free(line)


@pytest.mark.parametrize("step", ["_start_transaction_under_autocommit", "_commit"])
def test_a_turn_ends_where_the_database_refuses(line, monkeypatch, step):
    def refuse(_self):
        raise OperationalError("disk I/O error")

    name = f"django.db.backends.sqlite3.base.DatabaseWrapper.{step}"
    with monkeypatch.context() as broken:
        broken.setattr(name, refuse)
        with pytest.raises(OperationalError), transaction.atomic():
            pass
    assert is_free(line)


def test_who_waits_in_vain_is_told_that_it_is_locked(line, monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.1)
    said = []

    def write():
        try:
            with transaction.atomic():
                said.append("wrote")
        except OperationalError as error:
            said.append(str(error))
        finally:
            connections.close_all()

    with transaction.atomic():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(30)
    assert said == ["database is locked"]


def test_sixteen_who_write_at_once_are_all_heard(line):
    learner = factories.make_learner("writer")

    def write(number):
        def once():
            try:
                for again in range(10):
                    with transaction.atomic():
                        IdempotencyKey.objects.create(
                            user=learner, key=f"{number}-{again}", action="test"
                        )
            finally:
                connections.close_all()

        return threading.Thread(target=once)

    threads = [write(number) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert IdempotencyKey.objects.filter(action="test").count() == 160
    assert is_free(line)
