"""Rows of the yardsticks, and the upsert without any view before it.

`python -m bench.speed.yardstick_rows make FILE` writes the cookies of the readers;
`… raw COUNT` says how many milliseconds one upsert takes.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

# Importing it sets Django up.
from bench.speed.yardstick import UPSERT, Course, Enrolment, Lesson, Progress

from django.contrib.auth import get_user_model  # isort: skip
from django.core import signing  # isort: skip
from django.db import connection  # isort: skip
from django.utils import timezone  # isort: skip

READERS, COURSES, LESSONS, SESSIONS = 5000, 200, 1600, 64
TEXT = "一手压住面，一手往前推，力气用在手掌根上，揉到面光、手光、盆光。" * 13


def make() -> list[str]:
    """Tables, rows and sessions; the cookies of the readers."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    with connection.schema_editor() as editor:
        for model in (Course, Lesson, Enrolment, Progress):
            editor.create_model(model)
    now = timezone.now()
    courses = Course.objects.bulk_create(
        Course(slug=f"c{n}", title=f"第 {n} 门课", summary="学了就会，天天能用。")
        for n in range(COURSES)
    )
    lessons = Lesson.objects.bulk_create(
        Lesson(course=courses[n // 8], title=f"第 {n} 课", text=TEXT, updated=now)
        for n in range(LESSONS)
    )
    accounts = get_user_model()
    people = accounts.objects.bulk_create(
        accounts(username=f"reader{n}", password="!")  # noqa: S106 - nobody signs in
        for n in range(READERS)
    )
    Enrolment.objects.bulk_create(
        Enrolment(learner=one, course=courses[(n * 7 + k) % COURSES])
        for n, one in enumerate(people)
        for k in range(8)
    )
    rows: Any = (
        Progress(learner=one, lesson=lessons[(n * 31 + k) % LESSONS], updated=now)
        for n, one in enumerate(people)
        for k in range(60)
    )
    Progress.objects.bulk_create(rows, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    cookies = []
    for one in people[:SESSIONS]:
        session = SessionStore()
        session["_auth_user_id"] = str(one.pk)
        session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
        session["_auth_user_hash"] = one.get_session_auth_hash()
        session.create()
        signed = signing.dumps(one.pk, salt="beat")
        cookies.append(f"sessionid={session.session_key}; beat={signed}")
    return cookies


def raw_upserts_ms(count: int) -> float:
    """The floor under all writes: the upsert itself, milliseconds of one."""
    now = timezone.now()
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for number in range(count):
            cursor.execute(UPSERT, [1 + number % 64, 1 + number % LESSONS, now])
    return (time.perf_counter() - began) * 1e3 / count


if __name__ == "__main__":
    if sys.argv[1] == "raw":
        sys.stdout.write(json.dumps(raw_upserts_ms(int(sys.argv[2]))))
    else:
        Path(sys.argv[2]).write_text(json.dumps(make()))
