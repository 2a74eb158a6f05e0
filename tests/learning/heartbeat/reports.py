"""Reports of what was seen, as a phone sends them, and what is known afterwards."""

import json

from django.urls import reverse
from django.utils import timezone

from learning.models import Enrolment, LessonProgress
from tests.learning.lessons import block_id

VIDEO = {"type": "watch", "block": block_id("v")}
SEEN = (
    [{**VIDEO, "from": 0, "to": 30}],
    [{**VIDEO, "from": 20, "to": 50}, {**VIDEO, "from": 70, "to": 71.5}],
    [{"type": "position", "block": block_id("v"), "at": 44, "epoch": 1}],
    [{"type": "step", "block": block_id("t")}, {"type": "view"}],
    [{"type": "transcript", "block": block_id("v")}],
)
SAVED = ("saved_at", "saved_clock")


def send(client, lesson, *events, **body):
    return client.post(
        reverse("learning:progress", args=[lesson.pk]),
        json.dumps({"events": list(events), "key": "", "opened": "", **body}),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


def what_is_known():
    names = ("watched", "positions", "transcripts", "source", "done_at", "completed_at")
    return list(LessonProgress.objects.values(*names))


def told(response):
    return {key: one for key, one in response.json().items() if key not in SAVED}


def refused(client, lesson, *events, **body):
    """The status, and that nothing was written."""
    before = what_is_known(), LessonProgress.objects.get().seen_until
    status = send(client, lesson, *(events or SEEN[0]), **body).status_code
    assert (what_is_known(), LessonProgress.objects.get().seen_until) == before
    return status


def last_seen(ago):
    """Where the learner was, so long ago, as the enrolment knows it."""
    moment = timezone.now() - ago
    Enrolment.objects.update(last_seen_at=moment)
    return moment
