"""The content-health page: how every column stands, and all that wants doing (LAW-28).

A fixed number of queries, whatever there is.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.civil_time import civil_date
from health.choices import Verdict
from health.columns import COLUMNS, Column, Newest
from health.facts import (
    Fact,
    classes_over,
    contacts_missing,
    pages_forgotten,
    settings_missing,
)
from health.limits import Age, ColumnKind, judge, limit_of
from health.models import LinkFinding
from health.permissions import seen_schools, sees_whole_site
from health.waiting import LateReplies, LateReview, late_replies, late_reviews
from home.models import HomePage
from schools.models import SchoolPage
from schools.tree import SCHOOL_DEPTH


@dataclass(frozen=True)
class Cell:
    """One column of one school."""

    column: Column
    age: Age
    todo_href: str


@dataclass(frozen=True)
class Row:
    """A school with its columns."""

    school: SchoolPage
    cells: list[Cell]

    @property
    def needs_action(self) -> bool:
        return any(cell.age.needs_action for cell in self.cells)


@dataclass(frozen=True)
class RedLine:
    """What an inspection counts, how many there are, and from how many it fails."""

    words: str
    number: int
    fails_at: int

    @property
    def is_crossed(self) -> bool:
        return self.number >= self.fails_at


@dataclass
class Health:
    """What the page says to one person; `home` and `red_lines` to the centre alone."""

    rows: list[Row]
    facts: list[Fact]
    reviews: list[LateReview]
    replies: list[LateReplies]
    links: QuerySet[LinkFinding]
    schools: dict[int, SchoolPage]
    home: Age | None = None
    red_lines: list[RedLine] = field(default_factory=list)
    link_total: int = 0

    @property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells]

    @property
    def number(self) -> int:
        """How many things want doing."""
        columns = sum(cell.age.needs_action for cell in self.cells)
        home = bool(self.home and self.home.needs_action)
        listed = len(self.facts) + len(self.reviews) + len(self.replies)
        return columns + home + listed + self.link_total


def read_health(user: Any, at: datetime | None = None) -> Health:
    """How the contents stand that the person answers for."""
    now = at or timezone.now()
    whole_site = sees_whole_site(user)
    schools = list(seen_schools(user))
    branches = {school.path: school.pk for school in schools}
    newest = {column.key: column.newest(now) for column in COLUMNS}
    links = LinkFinding.objects.visible_to(user)
    found = Health(
        rows=_rows(schools, newest, now),
        facts=[
            *(settings_missing() if whole_site else ()),
            *contacts_missing(schools),
            *classes_over(branches.values(), now),
            *pages_forgotten(branches, whole_site, now),
        ],
        reviews=late_reviews(branches, whole_site, now),
        replies=late_replies(list(branches.values()), now),
        links=links.select_related("page", "school"),
        schools={school.pk: school for school in schools},
        link_total=links.count(),
    )
    if whole_site:
        found.home = _home(newest, now)
        found.red_lines = _red_lines(found)
    return found


def _rows(
    schools: list[SchoolPage], newest: dict[str, Newest], now: datetime
) -> list[Row]:
    sections = _sections(schools)
    return [
        Row(
            school, [_cell(column, school, newest, sections, now) for column in COLUMNS]
        )
        for school in schools
    ]


def _cell(
    column: Column,
    school: SchoolPage,
    newest: dict[str, Newest],
    sections: dict[tuple[str, Any], Page],
    now: datetime,
) -> Cell:
    known = newest[column.key]
    if school.path in known:
        moment = known[school.path]
        age = judge(
            civil_date(moment) if moment else None,
            limit_of(column.kind),
            civil_date(now),
        )
    else:
        age = Age(Verdict.EMPTY)
    section = sections.get((school.path, column.index))
    return Cell(column, age, column.address_of_todo(section.pk if section else None))


def _sections(schools: list[SchoolPage]) -> dict[tuple[str, Any], Page]:
    """The lists of the schools, by school and kind; one query."""
    pages = Page.objects.filter(depth=SCHOOL_DEPTH + 1, live=True).select_related(
        "content_type"
    )
    paths = {school.path for school in schools}
    return {
        (page.path[: -page.steplen], page.specific_class): page
        for page in pages
        if page.path[: -page.steplen] in paths
    }


def _home(newest: dict[str, Newest], now: datetime) -> Age:
    """The home page changes with what it shows: courses, news, and its own words."""
    own = HomePage.objects.aggregate(newest=Max("last_published_at"))["newest"]
    shown = [*newest["news"].values(), *newest["courses"].values(), own]
    moment = max((one for one in shown if one is not None), default=None)
    if moment is None:
        return Age(Verdict.EMPTY)
    return judge(civil_date(moment), limit_of(ColumnKind.HOME), civil_date(now))


def _red_lines(health: Health) -> list[RedLine]:
    """What fails a site at once, by the numbers of LAW-28."""
    limits = settings.CONTENT_HEALTH["fails_at"]
    stale = [c.column.kind for c in health.cells if c.age.verdict is Verdict.STALE]
    dated = (ColumnKind.NEWS, ColumnKind.NOTICES)
    of_news = sum(kind in dated for kind in stale)
    empty = sum(cell.age.verdict is Verdict.EMPTY for cell in health.cells)
    home = bool(health.home and health.home.verdict in (Verdict.STALE, Verdict.EMPTY))
    unanswered = sum(one.over_limit for one in health.replies)
    return [
        RedLine(_("首页过期"), int(home), 1),
        RedLine(_("新闻、通知栏目过期"), of_news, limits["news"]),
        RedLine(_("别的栏目过期"), len(stale) - of_news, limits["others"]),
        RedLine(_("空栏目"), empty, limits["empty"]),
        RedLine(
            _("超过 %(days)s 天没有回的问题")
            % {"days": settings.CONTENT_HEALTH["reply_days"]},
            unanswered,
            limits["replies"],
        ),
    ]
