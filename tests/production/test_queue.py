"""Work beside a request: the queue in the database, its worker, and a worker that dies."""

import pytest

from tests.production.servers import until

ASK = """
from accounts.models import User
from accounts.services.data_copy import make_copy
user = User.objects.get(username="{name}")
copy = make_copy(user=user)
print("COPY", copy.pk, copy.ready_at is not None)
"""
LOOK = """
from accounts.models import DataCopy
print("READY", DataCopy.objects.get(pk={pk}).ready_at is not None)
"""


def asked_by(street, name):
    said = street.manage("shell", "-v0", "-c", ASK.format(name=name))
    _word, pk, ready = next(
        one for one in said.splitlines() if one.startswith("COPY")
    ).split()
    return int(pk), ready == "True"


def is_ready(street, pk):
    return "READY True" in street.manage("shell", "-v0", "-c", LOOK.format(pk=pk))


def test_a_copy_of_ones_data_is_made_by_the_worker(street):
    pk, ready = asked_by(street, street.facts["names"][0])
    assert not ready, "the request does not wait for it"
    until(lambda: is_ready(street, pk), 30, "the copy")


def test_what_was_asked_while_no_worker_lived_is_done_by_the_next(street):
    street.tasks.kill()
    try:
        pk, _ready = asked_by(street, street.facts["names"][1])
        assert not is_ready(street, pk)
    finally:
        street.tasks.start()
    until(lambda: is_ready(street, pk), 30, "the copy")


@pytest.mark.parametrize("queue", ["", "redis"])
def test_one_setting_says_where_it_is_done(street, queue):
    """At once without a queue; with Redis, by a worker of RQ."""
    address = f"redis://127.0.0.1:{street.redis.port}/1"
    env = {"TASK_QUEUE": queue, "TASK_REDIS_URL": address}
    name = street.facts["names"][2 if queue else 3]
    said = street.manage("shell", "-v0", "-c", ASK.format(name=name), **env)
    assert ("True" in said) is (queue == "")
    if queue:
        pk = int(next(x for x in said.splitlines() if x.startswith("COPY")).split()[1])
        street.manage("rqworker", "--burst", **env)
        assert is_ready(street, pk)


def test_the_clock_and_the_night_run(street):
    assert "sent" in street.manage("tick")
    street.manage("nightly")
    program = "from health.models import LinkCheck; print('CHECKED', LinkCheck.objects.count())"
    said = street.manage("shell", "-v0", "-c", program)
    assert "CHECKED" in said
    assert "CHECKED 0" not in said
