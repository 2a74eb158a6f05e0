"""A class of 30,000 learners with 8 lessons at the desk: pages, a file, memory.

`make bench-class`; `--postgres` for a throw-away PostgreSQL instead of SQLite. The limits:
the class page (25 rows and the summary) takes at most 200 ms and three times as long as
that of a class of 30; the matrix as CSV begins within 300 ms, is whole within 2 s, and
memory grows by less than 20 MiB; at most two statements for each chunk.
"""

import argparse
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SMALL, LARGE, LESSONS, TIMES = 30, 30_000, 8, 9
PAGE_S, PAGE_RATIO, FILE_S, FIRST_S, GROWN_MIB = 0.2, 3.0, 2.0, 0.3, 20.0


def resident_mib() -> float:
    """Memory of this process that is in use now, not its highest ever."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> int:
    """Make the database, measure, print the verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=LARGE)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    with database(options.postgres), tempfile.TemporaryDirectory() as folder:
        os.environ["VAR_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "learning_site.settings.test"
        return measure(options.people)


@contextlib.contextmanager
def database(is_postgres: bool) -> Iterator[None]:
    """An empty database of its own; a file of SQLite, unless PostgreSQL is asked for."""
    if is_postgres:
        import dev

        programs = dev.find_postgres()
        if programs is None:
            sys.exit("No PostgreSQL on this machine: install postgresql.")
        with dev.throw_away_postgres(programs) as address:
            os.environ["DATABASE_URL"] = address
            yield
        return
    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/class.sqlite3"
        yield


def make_class(school: Any, slug: str, people: int) -> Any:
    """A course with lessons, and people at all stages, by bulk inserts."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from learning.choices import State
    from learning.models import Enrolment, LessonProgress
    from tests.factories import make_course, make_text_lesson

    course = make_course(school, slug)
    lessons = [make_text_lesson(course, f"第 {n} 课") for n in range(1, LESSONS + 1)]
    run = course.runs.get(is_self_paced=True)
    now = timezone.now()
    accounts = get_user_model()
    batch = 5000
    for start in range(0, people, batch):
        numbers = range(start, min(start + batch, people))
        learners = accounts.objects.bulk_create(
            accounts(
                username=f"{slug}-{number}",
                display_name=f"居民{number}",
                phone=f"+86{13_000_000_000 + people * 10 + number}",
                password="!",  # noqa: S106 - nobody signs in by it
            )
            for number in numbers
        )
        rows = Enrolment.objects.bulk_create(
            Enrolment(
                run=run,
                learner=learner,
                state=State.CONFIRMED,
                created_at=now - timedelta(days=number % 60),
                last_lesson=lessons[number % LESSONS] if number % 9 else None,
                last_seen_at=now - timedelta(minutes=number * 3)
                if number % 9
                else None,
                completed_at=now if number % 9 == LESSONS else None,
            )
            for number, learner in zip(numbers, learners, strict=True)
        )
        LessonProgress.objects.bulk_create(
            (
                LessonProgress(
                    enrolment=row,
                    lesson=lesson,
                    viewed_at=now,
                    seen_until=now,
                    done_at=now if place < number % 9 else None,
                    completed_at=now if place < number % 9 else None,
                )
                for number, row in zip(numbers, rows, strict=True)
                for place, lesson in enumerate(lessons)
            ),
            batch_size=2000,
        )
    return run


def median_s(act: Callable[[], Any]) -> float:
    """The median time of an act that has been done once before."""
    act()
    times = []
    for _one in range(TIMES):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def measure(people: int) -> int:
    """The figures as lines; 1 where one of them is beyond its limit."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import setup_test_environment

    setup_test_environment()
    settings.STAFF_SECOND_FACTOR = False
    call_command("migrate", verbosity=0, interactive=False)
    from schools.choices import Role
    from tests.factories import make_school, make_staff

    school = make_school("bench")
    clerk = make_staff("clerk", school, Role.CLERK)
    small, large = (make_class(school, f"c{n}", n) for n in (SMALL, people))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(clerk)

    def page(run: Any, tail: str = "") -> Callable[[], Any]:
        return lambda: client.get(f"/desk/courses/{run.pk}/{tail}")

    few, many = median_s(page(small)), median_s(page(large))
    others = {
        name: median_s(page(large, f"{name}/"))
        for name in ("matrix", "stuck", "questions")
    }
    whole, first, grown = read_file(client, large, people)
    lines = [
        ("class page of 30", f"{few * 1000:.0f} ms", True),
        (f"class page of {people}", f"{many * 1000:.0f} ms", many <= PAGE_S),
        ("ratio", f"{many / few:.2f}", many <= few * PAGE_RATIO),
        *((name, f"{took * 1000:.0f} ms", True) for name, took in others.items()),
        ("matrix CSV, whole", f"{whole:.2f} s", whole <= FILE_S),
        ("matrix CSV, first byte", f"{first * 1000:.0f} ms", first <= FIRST_S),
        ("memory grown", f"{grown:.1f} MiB", grown < GROWN_MIB),
    ]
    for name, value, is_good in lines:
        sys.stdout.write(
            f"{name:26} {value}{'' if is_good else '   <- limit missed'}\n"
        )
    return 0 if all(is_good for _name, _value, is_good in lines) else 1


def read_file(client: Any, run: Any, people: int) -> tuple[float, float, float]:
    """Read the matrix as a browser does: seconds, seconds to the first byte, MiB."""
    times, firsts, grown = [], [], []
    for _one in range(3):
        before = highest = resident_mib()
        began = time.perf_counter()
        answer = client.post(
            f"/desk/courses/{run.pk}/matrix/export/",
            {"reason": "年底总结", "format": "csv"},
        )
        first, lines = None, 0
        for part in answer.streaming_content:
            first = first or time.perf_counter() - began
            lines += part.count(b"\n")
            highest = max(highest, resident_mib())
        times.append(time.perf_counter() - began)
        firsts.append(first or 0.0)
        grown.append(highest - before)
        # The header and the foot.
        assert lines == people + 2, lines  # noqa: S101 - a measurement of the whole file
    return statistics.median(times), statistics.median(firsts), max(grown)


if __name__ == "__main__":
    sys.exit(main())
