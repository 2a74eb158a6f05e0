"""Reports that only add to what is known of a lesson, in two questions to the database.

A page tells every few seconds what was watched and which steps were seen. Such a report
is taken by the same views and checks as every other. But its session, its person and the
row that it adds to come in one question, and a second one writes, if that row is still
what it was.
Whatever is not plainly such a report finds nothing here and goes the long way: the first
one of a lesson, a lesson with questions, answers, «学完了», a completion that may follow.
"""

import hashlib
import json
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    TextField,
)
from django.db.models.functions import Cast, Left, Length
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.kept_sql import kept
from courses.content import LessonContent
from courses.models import LessonPage
from learning.choices import STUDY_STATES, UNDER_WAY_STATES
from learning.models import Attempt, Enrolment, LessonProgress
from learning.reading import read_live_lesson

PATH = re.compile(r"/learn/lessons/(\d{1,18})/progress")
# These say what was seen, each of them any number of times and in any order.
ADDING = frozenset({"view", "watch", "position", "step", "transcript"})
MAX_BODY = 20_000
# How long ago a file of a medium may have been exchanged and its former length still be
# believed. What is refused because of it is asked again in the long way.
CONTENT_S = 300.0
MOST_LESSONS = 1_000
# What of an enrolment no such report asks for.
OF_A_PLACE = (
    "source", "by", "created_at", "queue_tier", "queue_number",
    "offered_until", "ticket", "relative_name", "extra_time_percent",
)  # fmt: skip


@dataclass(frozen=True)
class HeldRow:
    """The row that a report adds to, as it was found; and what the lesson holds."""

    progress: LessonProgress
    content: LessonContent
    body: dict[str, Any]


@dataclass(frozen=True)
class _Known:
    """A lesson by a digest of its body; without content where it asks something."""

    digest: bytes
    content: LessonContent | None
    read_at: float

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.read_at < CONTENT_S


class _Contents:
    """What lessons hold, as this process has read them; a body that changed is another."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._lock = Lock()

    def surely_asks(self, lesson: int) -> bool:
        """Whether it had questions a short time ago."""
        known = self._known.get(lesson)
        return known is not None and known.content is None and known.is_fresh

    def read(self, lesson: int, body: str) -> LessonContent | None:
        """The content of a lesson that has this body; None where it asks something."""
        digest = hashlib.sha256(body.encode()).digest()
        known = self._known.get(lesson)
        if known and known.digest == digest and known.is_fresh:
            return known.content
        page = read_live_lesson(lesson)
        if page is None:
            return None
        content = None if page.content.asks else page.content
        with self._lock:
            self._known[lesson] = _Known(digest, content, time.monotonic())
            self._known.move_to_end(lesson)
            while len(self._known) > MOST_LESSONS:
                self._known.popitem(last=False)
        return content

    def forget(self) -> None:
        """Know nothing, as after a start."""
        self._known.clear()


contents = _Contents()


class HeartbeatMiddleware:
    """Reads the session of such a report together with the row that it adds to.

    Who may write, the rest of the site decides as ever. Nothing is locked meanwhile: what
    is written then says of which row it was made (`learning.services.seen.add`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        lesson, body = _read(request)
        if body:
            request.held_row = _find(request, lesson, body)  # type: ignore[attr-defined]
        return self.get_response(request)


def held_row(request: HttpRequest, person: Any) -> HeldRow | None:
    """The row that waits for this report, if it is that person's."""
    held: HeldRow | None = getattr(request, "held_row", None)
    if held is None or held.progress.enrolment.learner_id != person.pk:
        return None
    return held


def _read(request: HttpRequest) -> tuple[int, dict[str, Any]]:
    """The lesson and the report, if it only adds; else nothing."""
    found = PATH.fullmatch(request.path_info)
    if not found or request.method != "POST":
        return 0, {}
    is_json = request.content_type == "application/json"
    if not is_json or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return 0, {}
    lesson = int(found[1])
    if len(request.body) > MAX_BODY or contents.surely_asks(lesson):
        return 0, {}
    try:
        body = json.loads(request.body)
        kinds = {one["type"] for one in body["events"]}
    except (ValueError, LookupError, TypeError, RecursionError):
        return 0, {}
    return lesson, body if kinds and kinds <= ADDING else {}


def _find(request: HttpRequest, lesson: int, body: dict[str, Any]) -> HeldRow | None:
    key, now = request.session.session_key, timezone.now()
    row = _row_of_session.first(key=key, lesson=lesson, now=now)
    if row is None:
        return None
    content = contents.read(lesson, row.lesson_body)
    if content is None:
        return None
    session: Any = request.session
    session.have_read(row.session_data, row.enrolment.learner)
    return HeldRow(row, content, body)


@kept(key=CharField(), lesson=BigIntegerField(), now=DateTimeField())
def _row_of_session(key: Any, lesson: Any, now: Any) -> "QuerySet[LessonProgress]":
    """The lesson's row of whoever the session belongs to.

    Of a lesson that is live and asks nothing, by the only enrolment with which they study
    its course, where «学完了» was not pressed yet or the lesson is complete already.
    """
    its_course = Left("lesson__path", Length("lesson__path") - LessonPage.steplen)
    others = Enrolment.objects.filter(
        learner=OuterRef("enrolment__learner"),
        run__course=OuterRef("enrolment__run__course"),
        state__in=STUDY_STATES,
    ).exclude(pk=OuterRef("enrolment"))
    attempts = Attempt.objects.filter(enrolment=OuterRef("enrolment"), lesson=lesson)
    return (
        LessonProgress.objects.filter(
            enrolment__learner__web_sessions__session_key=key,
            enrolment__learner__web_sessions__expire_date__gt=now,
            enrolment__state__in=UNDER_WAY_STATES,
            enrolment__run__course__path=its_course,
            lesson=lesson,
            lesson__live=True,
        )
        .filter(Q(done_at__isnull=True) | Q(completed_at__isnull=False))
        .filter(~Exists(others), ~Exists(attempts))
        .select_related("enrolment__learner")
        .defer("rule", "hours_until", *(f"enrolment__{one}" for one in OF_A_PLACE))
        .annotate(
            session_data=F("enrolment__learner__web_sessions__session_data"),
            lesson_body=Cast("lesson__body", TextField()),
        )
        .order_by()[:1]
    )
