"""What is said of a class with dates: when, how many seats, and the one thing to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import BigIntegerField, DateField, DateTimeField, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.civil_time import (
    civil_date,
    clock_in_words,
    day_in_words,
    short_day_in_words,
    time_in_words,
)
from core.kept_sql import KeptQuery, Keys, kept
from core.slots import slot_context
from courses.choices import Allocation, Mode, RunState, Weekday
from courses.models import CourseRun
from courses.models.course import CLASS_ORDER
from courses.models.run import UNLISTED

# With so many seats left or fewer, the number is a warning.
FEW_SEATS = 5


@dataclass
class RunPlace:
    """What the app above knows of a class: its queue, and the reader's own place.

    Where the reader has a place already, its words and its way replace those of
    somebody who has none.
    """

    queue: int = 0
    takes_queue: bool = False
    enrol_href: str = ""
    own_label: str = ""
    own_kind: str = ""
    own_href: str = ""
    own_action: str = ""
    # Where what is published of the class's draw stands.
    draw_href: str = ""


def weekly_words(run: CourseRun) -> str:
    """«周三 下午 2:00», where the class meets every week; else empty."""
    if not run.weekday or run.start_time is None:
        return ""
    return f"{_weekday(run)} {time_in_words(run.start_time)}"


def _weekday(run: CourseRun) -> str:
    """«周三». Django's own way goes through all choices each time."""
    return str(Weekday(run.weekday).label) if run.weekday else ""


@dataclass
class RunCard:
    """A class as a card shows it."""

    # A CourseRun; on a course's own page with the figures of `with_meetings()`, in a list
    # with `next_at` alone: there it is not said how often a class meets, nor where.
    run: Any
    state: RunState
    place: RunPlace

    @property
    def when_words(self) -> str:
        """«每周五 下午 2:00», or «12 月 3 日 周四 下午 2:00» of single days."""
        if self.run.weekday and self.run.start_time:
            return _("每%(weekday)s %(clock)s") % {
                "weekday": _weekday(self.run),
                "clock": time_in_words(self.run.start_time),
            }
        if self.run.next_at:
            day = day_in_words(civil_date(self.run.next_at))
            return f"{day} {clock_in_words(self.run.next_at)}"
        return ""

    @property
    def at_school_words(self) -> str:
        """«周三到校», after how the rest is learnt."""
        if not self.run.weekday:
            return _("到校学")
        return _("%(weekday)s到校") % {"weekday": _weekday(self.run)}

    @property
    def mode_words(self) -> str:
        """«在家看 + 周五到校»; «周五到校» where nothing is learnt at home."""
        if self.run.course.mode == Mode.OFFLINE:
            return self.at_school_words
        return f"{Mode.ONLINE.label} + {self.at_school_words}"

    @property
    def short_when_words(self) -> str:
        """«周三 下午 2:00», in a list of courses."""
        return weekly_words(self.run) or self.when_words

    @property
    def count_words(self) -> str:
        """«共 5 次»; empty while no timetable is made."""
        total = self.run.session_total
        if not total:
            return ""
        return ngettext("共 %(total)s 次", "共 %(total)s 次", total) % {"total": total}

    @property
    def start_words(self) -> str:
        """«12 月 1 日开班», «上了 2 次，接着 11 月 26 日上»."""
        if not self.run.session_begun:
            if self.run.starts_on is None:
                return ""
            return _("%(day)s开班") % {"day": short_day_in_words(self.run.starts_on)}
        begun = {"begun": self.run.session_begun}
        if self.run.next_at is None:
            return (
                ngettext("%(begun)s 次都上完了", "%(begun)s 次都上完了", begun["begun"])
                % begun
            )
        return (
            ngettext("已经上了 %(begun)s 次", "已经上了 %(begun)s 次", begun["begun"])
            % begun
        )

    @property
    def place_words(self) -> str:
        """«桂花园社区市民学校 第 1 教室»."""
        school = self.run.school.title
        return f"{school} {self.run.venue.name}" if self.run.venue else school

    @property
    def is_mine(self) -> bool:
        return bool(self.place.own_label)

    @property
    def seats_label(self) -> str:
        """The seats, or the reader's own place, in words."""
        return self.place.own_label or self._seats[0]

    @property
    def seats_kind(self) -> str:
        return self.place.own_kind if self.is_mine else self._seats[1]

    @property
    def action_href(self) -> str:
        if self.is_mine:
            return self.place.own_href
        return self.place.enrol_href if self.action_label else ""

    @property
    def action_label(self) -> str:
        """«报名», «排队», «登记»; empty where nothing can be done."""
        if self.is_mine:
            return self.place.own_action
        if self.state is RunState.OPEN:
            return _("登记") if self.is_draw else _("报名")
        return _("排队") if self.place.takes_queue else ""

    @property
    def action_kind(self) -> str:
        return "quiet" if self.is_mine or self.state is not RunState.OPEN else ""

    @property
    def is_draw(self) -> bool:
        return self.run.allocation == Allocation.DRAW

    @property
    def _seats(self) -> tuple[str, str]:
        words = {
            RunState.SOON: self._soon,
            RunState.OPEN: self._open,
            RunState.FULL: self._full,
            RunState.DRAW: lambda: (_("登记结束了，等抽签"), "soon"),
            RunState.RUNNING: lambda: (_("正在上课，不收新人了"), ""),
            RunState.ENDED: lambda: (_("上完了"), ""),
            RunState.CANCELLED: lambda: (_("这个班不开了"), "err"),
        }
        return words[self.state]()

    def _soon(self) -> tuple[str, str]:
        begin = self.run.enrol_from
        if begin is None:
            return _("还没开始报名"), "soon"
        words = {
            "day": short_day_in_words(civil_date(begin)),
            "clock": clock_in_words(begin),
        }
        return _("%(day)s %(clock)s 开始报名") % words, "soon"

    def _open(self) -> tuple[str, str]:
        if self.is_draw:
            if self.run.enrol_until is None:
                return _("报名登记，人多就抽签"), "soon"
            day = short_day_in_words(civil_date(self.run.enrol_until))
            return _("报名登记，%(day)s抽签") % {"day": day}, "soon"
        left = self.run.seats_left
        if left is None:
            return _("名额充足"), "ok"
        words = ngettext("还剩 %(left)s 个名额", "还剩 %(left)s 个名额", left)
        return words % {"left": left}, "few" if left <= FEW_SEATS else "ok"

    def _full(self) -> tuple[str, str]:
        if not self.place.takes_queue:
            return _("报名结束了"), ""
        queue = self.place.queue
        if not queue:
            return _("满了，可以排队"), "full"
        words = ngettext(
            "满了，前面排 %(queue)s 人", "满了，前面排 %(queue)s 人", queue
        )
        return words % {"queue": queue}, "full"


def read_cards(
    request: HttpRequest,
    runs: QuerySet[CourseRun] | Sequence[CourseRun],
    at: datetime | None = None,
) -> list[RunCard]:
    """The classes as cards, with their queues and the reader's own places.

    Of a query that is one query; of runs that were read already, one more.
    """
    moment = at or timezone.now()
    if isinstance(runs, QuerySet):
        runs = runs.annotate(**place_columns(request.user.pk or 0, "pk"))
    return _cards_of(request, list(runs), moment)


def read_course_cards(request: HttpRequest, course: Any) -> list[RunCard]:
    """The classes of a course that are not over, the next to begin first; one query."""
    return _ask(request, _classes_of, course=course.pk or 0)


def read_cards_of_courses(request: HttpRequest, courses: list[int]) -> list[RunCard]:
    """The classes of these courses that are not over, in order of time; one query.

    Of courses that the reader may see: nothing is asked of the courses themselves.
    """
    return _ask(request, _classes_of_many, courses=courses)


def _ask(request: HttpRequest, question: KeptQuery, **which: Any) -> list[RunCard]:
    """The cards of a question that is given the reader and the moment too."""
    moment = timezone.now()
    learner, today = request.user.pk or 0, civil_date(moment)
    runs = question(learner=learner, now=moment, today=today, **which)
    return _cards_of(request, runs, moment)


# Who reads, and when: what every question of classes as cards is given.
READER: dict[str, Any] = {
    "learner": BigIntegerField(),
    "now": DateTimeField(),
    "today": DateField(),
}


@kept(courses=Keys(), **READER)
def _classes_of_many(courses: Any, learner: Any, now: Any, today: Any) -> Any:
    """With what a card in a list says of a class: not how often it meets, nor where."""
    runs = CourseRun.objects.dated().not_over(now, today)
    asked = runs.filter(course__page_ptr__pk__among=courses).with_next(now)
    columns = place_columns(learner, "pk")
    return asked.annotate(**columns).defer(*UNLISTED).order_by("starts_on", "pk")


@kept(course=BigIntegerField(), **READER)
def _classes_of(course: Any, learner: Any, now: Any, today: Any) -> Any:
    """With all that a card says of a class."""
    runs = CourseRun.objects.filter(course=course).shown(now, today)
    columns = place_columns(learner, "pk")
    return runs.with_meetings(now).annotate(**columns).order_by(*CLASS_ORDER)


def _cards_of(
    request: HttpRequest, listed: Sequence[CourseRun], moment: datetime
) -> list[RunCard]:
    """The classes that were read as cards."""
    places: dict[int, RunPlace] = {}
    if listed:
        places = slot_context("runs.places", request, listed).get("places", {})
    return [
        RunCard(run, run.state(moment), places.get(run.pk, RunPlace()))
        for run in listed
    ]


def place_columns(learner: Any, run_key: str) -> dict[str, Any]:
    """What the app above wants to be read with each class, as annotations.

    `learner` is the key of who reads, 0 for a visitor; `run_key` is the column of the
    query that holds the key of the class.
    """
    return slot_context("runs.columns", learner, run_key)


def hand_on_places(row: Any) -> None:
    """What was read with a row beside its class belongs to the class: `place_columns`."""
    for name in _names_of_columns():
        row.run.__dict__[name] = getattr(row, name)


@cache
def _names_of_columns() -> tuple[str, ...]:
    return tuple(place_columns(0, "run"))


def card_of_course(cards: Iterable[RunCard]) -> RunCard | None:
    """The class that a list of courses shows: one's own, else one that takes people."""
    order = [RunState.OPEN, RunState.SOON, RunState.DRAW, RunState.FULL]

    def rank(card: RunCard) -> tuple[Any, ...]:
        known = order.index(card.state) if card.state in order else len(order)
        return (not card.is_mine, known, str(card.run.starts_on or ""))

    fit = [one for one in cards if one.state is not RunState.CANCELLED]
    return min(fit, key=rank, default=None)
