"""The street that is measured, by bulk inserts: pages, people, what they have learnt.

`python -m bench.speed.street SIZE FILE` fills the empty database of `DATABASE_URL` and
writes what the load needs: addresses, cookies, lessons that nobody has completed. SIZE is
`street`, `small` or `grown` (ten times the street).
"""

import json
import sys
import time
from dataclasses import asdict
from datetime import date, timedelta
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from wagtail.models import Page

from accounts.session_lifetime import STATE_KEY
from accounts.session_store import SessionStore
from bench.speed.pages import (
    BATCH,
    HALF_WAY,
    LESSONS_A_COURSE,
    PASSWORD,
    SIZES,
    Facts,
    Pages,
)
from courses.models import (
    CoursePage,
    CourseRun,
    LessonPage,
)
from learning.choices import State
from learning.models import Enrolment, LessonProgress
from learning.report import opened_token
from schools.choices import Role
from schools.services.membership import appoint


class Maker(Pages):
    """Makes the street step by step; what it made is in `facts`."""

    def make(self) -> Facts:
        """Everything, in the order in which it rests on each other."""
        call_command("migrate", verbosity=0, interactive=False)
        self.say("migrated")
        self.make_schools()
        self.make_courses()
        self.make_classes()
        self.make_stories()
        self.make_learners()
        self.make_large_class()
        self.make_readers()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for model in (Page, CoursePage, LessonPage, Enrolment, LessonProgress):
            self.facts.counts[model.__name__] = model.objects.count()
        self.facts.counts["completions"] = LessonProgress.objects.filter(
            completed_at__isnull=False
        ).count()
        self.say(f"done: {self.facts.counts}")
        return self.facts

    def people(self, prefix: str, first: int, count: int) -> list[Any]:
        """Accounts in bulk; nobody signs in by these passwords."""
        accounts = get_user_model()
        made = accounts.objects.bulk_create(
            (
                accounts(
                    username=f"{prefix}{n}",
                    display_name=f"居民{n}",
                    phone=f"+86{13_000_000_000 + first + n}",
                    phone_verified=True,
                    password="!",  # noqa: S106 - no hash: see above
                )
                for n in range(count)
            ),
            batch_size=BATCH,
        )
        return list(made)

    def enrol(self, pairs: list[tuple[Any, CourseRun, int]]) -> list[Enrolment]:
        """Each learner on that run with so many lessons completed, the first ones."""
        rows, batch = [], BATCH
        for start in range(0, len(pairs), batch):
            part = pairs[start : start + batch]
            made = Enrolment.objects.bulk_create(
                self.enrolment(n, *one) for n, one in enumerate(part)
            )
            rows += made
            steps = (
                LessonProgress(
                    enrolment=row,
                    lesson=lesson,
                    viewed_at=row.created_at,
                    seen_until=row.last_seen_at,
                    done_at=row.last_seen_at,
                    completed_at=row.last_seen_at,
                )
                for row, (_who, run, done) in zip(made, part, strict=True)
                for lesson in self.lessons[run.course_id][:done]
            )
            while some := list(islice(steps, 5 * BATCH)):
                LessonProgress.objects.bulk_create(some, batch_size=BATCH)
        return rows

    def enrolment(self, n: int, learner: Any, run: CourseRun, done: int) -> Enrolment:
        seen = self.now - timedelta(minutes=n % 50_000)
        lessons = self.lessons[run.course_id]
        return Enrolment(
            run=run,
            learner=learner,
            state=State.COMPLETED
            if done == len(lessons)
            else State.ATTENDING
            if done
            else State.CONFIRMED,
            created_at=seen - timedelta(days=9),
            last_seen_at=seen if done else None,
            last_lesson=lessons[done - 1] if done else None,
            completed_at=seen if done == len(lessons) else None,
        )

    def make_learners(self) -> None:
        size = self.size
        self.learners = self.people("learner", 0, size.learners)
        pairs = [
            (
                one,
                self.runs[(n * 7 + k * 23) % len(self.runs)],
                LESSONS_A_COURSE if k < size.finished else HALF_WAY,
            )
            for n, one in enumerate(self.learners)
            for k in range(min(size.enrolled_in, len(self.runs)))
        ]
        seen: set[tuple[int, int]] = set()
        pairs = [
            pair
            for pair in pairs
            if (key := (pair[0].pk, pair[1].pk)) not in seen and not seen.add(key)  # type: ignore[func-returns-value]
        ]
        self.enrol(pairs)
        self.say("learners")

    def make_large_class(self) -> None:
        """Two runs of their own courses: one with very many learners, one with few."""
        for name, run, count, first in (
            ("large", self.runs[0], self.size.large, 10_000_000),
            ("small", self.runs[1], self.size.small, 20_000_000),
        ):
            made = CourseRun.objects.create(
                course=run.course,
                school=run.school,
                starts_on=timezone.localdate() - timedelta(days=30),
                ends_on=timezone.localdate() + timedelta(days=200),
                capacity=count,
                seats_taken=count,
            )
            people = self.people(name, first, count)
            self.enrol([(who, made, n % 9) for n, who in enumerate(people)])
            self.facts.runs[name] = made.pk
        self.say("the large class")

    def make_readers(self) -> None:
        """Sessions, and who measures what: see `Facts`."""
        size, facts = self.size, self.facts
        readers = self.learners[: size.with_sessions]
        facts.cookies["learner"] = [self.session(one) for one in readers]
        for place, one in enumerate(readers):
            unfinished = self.runs[(place * 7 + 7 * 23) % len(self.runs)]
            course = CoursePage.objects.get(pk=unfinished.course_id)
            lesson = self.lessons[course.pk][HALF_WAY]
            facts.paths.setdefault("own_course", []).append(self.address(course))
            facts.paths.setdefault("own_lesson", []).append(self.address(lesson))
            token = opened_token(lesson.pk, one.pk, self.now)
            block = str(lesson_body_key(lesson))
            facts.beats.append(
                [facts.cookies["learner"][place], lesson.pk, token, block]
            )
        for name, count in (("ten", 10), ("many", 200)):
            who = self.people(name, 30_000_000 + count, 1)[0]
            runs = self.runs[: min(count, len(self.runs))]
            self.enrol([(who, run, HALF_WAY) for run in runs])
            facts.cookies[name] = [self.session(who)]
        self.make_fresh()
        clerk = self.people("clerk", 40_000_000, 1)[0]
        appoint(
            user=clerk, school=self.schools[0], role=Role.CLERK, since=date(2026, 1, 1)
        )
        school = self.runs[1].school
        if school.pk != self.schools[0].pk:
            appoint(user=clerk, school=school, role=Role.CLERK, since=date(2026, 1, 1))
        Authenticator.objects.create(user=clerk, type="totp", data={"secret": "none"})
        facts.cookies["clerk"] = [self.session(clerk, is_staff=True)]
        signing_in = self.people("signer", 50_000_000, 40)
        accounts = get_user_model()
        accounts.objects.filter(pk__in=[one.pk for one in signing_in]).update(
            password=make_password(PASSWORD)
        )
        facts.names = [one.username for one in signing_in]
        self.say("readers")

    def make_fresh(self) -> None:
        """People whose lessons are completed while it is measured, each of them once.

        The first lesson of a course makes a learner of somebody who was enrolled, the
        last one a certificate; so those in between have lists of their own.
        """
        facts, fresh = self.facts, self.size.fresh
        facts.marks = self.to_do("fresh", 60_000_000, fresh, slice(None))
        facts.midst = self.to_do("midst", 70_000_000, fresh, slice(1, -1))
        facts.lasts = self.to_do(
            "lasts", 80_000_000, max(fresh // 4, 1), slice(-1, None)
        )

    def to_do(self, name: str, first: int, count: int, part: slice) -> list[list[Any]]:
        """Sessions and lessons, of each person in eight courses; before the part is done."""
        wanted: list[list[list[Any]]] = []
        done = part.indices(LESSONS_A_COURSE)[0]
        for place, who in enumerate(self.people(name, first, count)):
            runs = [self.runs[(place * 3 + k * 11) % len(self.runs)] for k in range(8)]
            runs = list({run.pk: run for run in runs}.values())
            self.enrol([(who, run, done) for run in runs])
            cookie = self.session(who)
            lessons = [one for run in runs for one in self.lessons[run.course_id][part]]
            wanted.append([[cookie, lesson.pk] for lesson in lessons])
        # Neighbours under load are different people, and the first lesson comes first.
        rounds = zip_longest(*wanted)
        return [mark for each in rounds for mark in each if mark is not None]

    def session(self, user: Any, *, is_staff: bool = False) -> str:
        """The cookie of a signed-in browser."""
        now = time.time()
        session = SessionStore()
        session["_auth_user_id"] = str(user.pk)
        session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
        session["_auth_user_hash"] = user.get_session_auth_hash()
        session[STATE_KEY] = {"since": now, "seen": now, "staff": is_staff}
        methods = [{"method": "password", "at": now}]
        if is_staff:
            methods.append({"method": "mfa", "at": now, "type": "totp"})
        session["account_authentication_methods"] = methods
        session["account_authentication_methods_user"] = str(user.pk)
        session.create()
        return str(session.session_key)

    def address(self, page: Page) -> str:
        """The path of a page on the site."""
        # `/home-slug/…` without its first part.
        return "/" + str(page.url_path).lstrip("/").partition("/")[2]


def lesson_body_key(lesson: LessonPage) -> str:
    """The id of the lesson's first step."""
    return str(lesson.body.raw_data[0]["id"])


def main() -> None:
    """Fill the database and write the facts."""
    facts = Maker(SIZES[sys.argv[1]]).make()
    Path(sys.argv[2]).write_text(json.dumps(asdict(facts)), "utf-8")


if __name__ == "__main__":
    main()
