"""«录一段»: plain sound of any browser becomes an MP3 in the lesson's draft."""

import io
import math
import struct
import wave
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import AuditEntry, MediaFile
from courses.models import LessonPage
from courses.question_desk import newest
from schools.services.provisioning import collection_of
from tests.courses.test_sharing import step_with
from tests.factories import make_image
from tests.learning.lessons import block_id, make_lesson, text_block

pytestmark = pytest.mark.django_db
RATE = 16_000


def sound(seconds: float = 1.0, *, channels: int = 1, rate: int = RATE) -> bytes:
    """A tone, as a browser would send what it has heard."""
    held = io.BytesIO()
    with wave.open(held, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        count = int(seconds * rate) * channels
        tone = (int(9000 * math.sin(place / 12)) for place in range(count))
        out.writeframes(b"".join(struct.pack("<h", one) for one in tone))
    return held.getvalue()


@pytest.fixture
def lesson(course_a: Any, school_a: Any) -> LessonPage:
    step = step_with(make_image(school_a, "和面"))
    return make_lesson(course_a, step, text_block("end"), title="和面")


def draft(lesson: Any) -> Any:
    """The newest version, read anew."""
    return newest(LessonPage.objects.get(pk=lesson.pk))


def send(client: Any, lesson: Any, raw: bytes, **facts: Any) -> Any:
    address = reverse("desk:record_voice", args=[lesson.pk])
    name = facts.pop("name", "recording.wav")
    headers = facts.pop("headers", {})
    given = {"key": "k", "after": block_id("step"), **facts}
    file = SimpleUploadedFile(name, raw)
    return client.post(address, {**given, "recording": file}, headers=headers)


def test_what_was_recorded_stands_behind_its_step_in_the_draft_alone(
    client: Any, lesson: LessonPage, teacher_a: Any, school_a: Any
) -> None:
    client.force_login(teacher_a)
    assert send(client, lesson, sound(2)).status_code == 302
    blocks = draft(lesson).body
    assert [one.block_type for one in blocks] == ["step", "audio", "text"]
    audio = blocks[1].value["audio"]
    assert blocks[1].value["title"] == "和面"
    assert audio.content_type == "audio/mpeg"
    assert audio.duration == pytest.approx(2, abs=0.2)
    assert audio.size_bytes < len(sound(2)) / 4
    assert audio.collection == collection_of(school_a)
    lesson.refresh_from_db()
    assert len(lesson.body) == 2
    assert AuditEntry.objects.filter(action="lesson.recorded").count() == 1


def test_the_page_as_it_is_opened_complains_of_nothing(
    client: Any, lesson: LessonPage, teacher_a: Any
) -> None:
    client.force_login(teacher_a)
    answer = client.get(reverse("desk:record_voice", args=[lesson.pk]))
    assert answer.status_code == 200
    assert "要改一改" not in answer.content.decode()
    assert answer.context["form"]["key"].value()


def test_sent_twice_it_is_one_recording(
    client: Any, lesson: LessonPage, teacher_a: Any
) -> None:
    client.force_login(teacher_a)
    for _twice in range(2):
        answer = send(client, lesson, sound(), headers={"accept": "application/json"})
        assert answer.json()["next"] == reverse(
            "desk:my_course", args=[lesson.course.pk]
        )
    assert MediaFile.objects.count() == 1
    assert len(draft(lesson).body) == 3


def test_a_place_that_has_gone_meanwhile_is_said_and_nothing_is_lost(
    client: Any, lesson: LessonPage, teacher_a: Any
) -> None:
    changed = draft(lesson)
    del changed.body[0]
    changed.save_revision()
    client.force_login(teacher_a)
    answer = send(client, lesson, sound(), headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert "放在哪一步后面" in answer.json()["error"]


def test_its_words_and_its_title_come_along(
    client: Any, lesson: LessonPage, teacher_a: Any
) -> None:
    client.force_login(teacher_a)
    send(client, lesson, sound(), title="听我说一遍", transcript="水要温的。")
    value = draft(lesson).body[1].value
    assert (value["title"], value["transcript"]) == ("听我说一遍", "水要温的。")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (sound(channels=2), "读不了"),
        (sound(0), "没有录到声音"),
        (sound(301, rate=8000), "最长 5 分钟"),
        (sound()[:30], "没有传完整"),
        (b"", "没有录到声音"),
        (b"not a sound", "不是手机都能放的格式"),
    ],
    ids=["stereo", "silent", "long", "cut", "empty", "text"],
)
def test_what_is_no_recording_is_refused_in_words(
    client: Any, lesson: LessonPage, teacher_a: Any, raw: bytes, says: str
) -> None:
    client.force_login(teacher_a)
    name = "recording.mp3" if raw == b"not a sound" else "recording.wav"
    answer = send(client, lesson, raw, name=name)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not MediaFile.objects.exists()
    assert len(draft(lesson).body) == 2


def test_a_film_and_a_picture_are_not_taken_for_a_voice(
    client: Any, lesson: LessonPage, teacher_a: Any, settings: Any
) -> None:
    film = settings.BASE_DIR / "demo" / "media" / "baduanjin.mp4"
    client.force_login(teacher_a)
    for name in ("film.mp4", "picture.png"):
        answer = send(client, lesson, film.read_bytes(), name=name)
        assert answer.status_code == 422
        assert "这里只放录音" in answer.content.decode()


def test_a_lesson_that_is_being_reviewed_takes_none(
    client: Any, lesson: LessonPage, teacher_a: Any, site_admin: Any
) -> None:
    LessonPage.objects.filter(pk=lesson.pk).update(locked=True, locked_by=site_admin)
    client.force_login(teacher_a)
    answer = send(client, lesson, sound())
    assert answer.status_code == 422
    assert "锁着" in answer.content.decode()
    assert len(draft(lesson).body) == 2


def test_only_this_page_may_ask_for_the_microphone(
    client: Any, lesson: LessonPage, teacher_a: Any
) -> None:
    client.force_login(teacher_a)
    here = client.get(reverse("desk:record_voice", args=[lesson.pk]))
    assert "microphone=(self)" in here["Permissions-Policy"]
    for other in ("/", reverse("desk:home")):
        assert "microphone=()" in client.get(other)["Permissions-Policy"]


def test_who_does_not_write_the_lesson_records_nothing(
    client: Any, lesson: LessonPage, other_teacher_a: Any, teacher_b: Any
) -> None:
    for stranger in (other_teacher_a, teacher_b):
        client.force_login(stranger)
        assert send(client, lesson, sound()).status_code == 404
    assert not MediaFile.objects.exists()
