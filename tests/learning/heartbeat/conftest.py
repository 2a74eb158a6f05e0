"""A lesson that is open on somebody's phone."""

import pytest

from learning.services import seen
from learning.services.enrolment import enrol_learner
from tests.learning.heartbeat.reports import send
from tests.learning.lessons import make_lesson, make_media, text_block, video_block


@pytest.fixture
def lesson(course_a):
    return make_lesson(
        course_a, video_block("v", make_media(seconds=100)), text_block("t")
    )


@pytest.fixture
def enrolment(learner, course_a):
    return enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))


@pytest.fixture
def quick(monkeypatch):
    """How many reports were taken in the short way."""
    taken = []
    add = seen.add

    def counted(row, *rest):
        taken.append(row.pk)
        return add(row, *rest)

    monkeypatch.setattr(seen, "add", counted)
    return taken


@pytest.fixture
def reader(client, learner, enrolment, lesson):
    """Somebody who has opened the lesson."""
    client.force_login(learner)
    assert send(client, lesson, {"type": "view"}).status_code == 200
    return client
