"""A lesson with a film and a question, and somebody who learns it."""

import pytest
from django.conf import settings
from django.core.files import File

from core.models import MediaFile
from learning.services.enrolment import enrol_learner
from tests.browser.lesson.phone import SHORT_S
from tests.learning.lessons import make_lesson, question_block, video_block


@pytest.fixture
def enrolment(learner, course_a):
    return enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))


@pytest.fixture
def video(db):
    """A real video of the demo; only its first seconds count as its length."""
    path = settings.BASE_DIR / "demo" / "media" / "baduanjin.mp4"
    with path.open("rb") as opened:
        media = MediaFile(title="双手托天", file=File(opened, "baduanjin.mp4"))
        media.save()
    MediaFile.objects.filter(pk=media.pk).update(duration=SHORT_S)
    return MediaFile.objects.get(pk=media.pk)


@pytest.fixture
def lesson(course_a, video):
    return make_lesson(course_a, video_block("v", video), question_block("q"))
