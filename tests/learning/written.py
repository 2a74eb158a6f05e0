"""Questions that a person marks, and answers to them, for tests."""

from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from learning.models import Attempt, Enrolment, Response, WorkFile
from learning.services.answers import open_attempt
from tests.learning.lessons import block_id


def written_block(name: str = "w", **value: Any) -> dict[str, Any]:
    value = {
        "prompt": "面醒好了吗？",
        "hint": "",
        "model_answer": "按下去慢慢回来",
    } | value
    return {"type": "short_answer", "id": block_id(name), "value": value}


def work_block(name: str = "p", **value: Any) -> dict[str, Any]:
    value = {
        "prompt": "把馒头拍一张",
        "takes_photo": True,
        "takes_audio": False,
        "takes_file": False,
        "most_files": 2,
        "model_answer": "",
    } | value
    return {"type": "work", "id": block_id(name), "value": value}


def make_written(
    enrolment: Enrolment, lesson: Any, words: str = "醒好了", name: str = "w"
) -> Response:
    """An answer that waits, in the learner's only attempt at the lesson."""
    attempt = Attempt.objects.filter(enrolment=enrolment, lesson=lesson).first()
    if attempt is None:
        attempt = open_attempt(
            enrolment=enrolment, lesson=lesson, at=timezone.now(), number=1
        )
    return Response.objects.create(
        attempt=attempt, block_id=block_id(name), answer=words, seq=1
    )


def make_work(enrolment: Enrolment, lesson: Any, name: str = "p") -> WorkFile:
    """A file that was handed over; it holds no picture."""
    work = WorkFile(
        enrolment=enrolment, lesson=lesson, block_id=block_id(name), kind="photo",
        name="馒头.jpg", size=3, sha256="0" * 64,
    )  # fmt: skip
    work.file.save("x.jpg", ContentFile(b"abc"), save=False)
    work.save()
    return work
