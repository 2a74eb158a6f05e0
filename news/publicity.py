"""The ranking: who was adopted where, by month or year. Six queries, whatever the rows."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F

from core.civil_time import midnight
from news.models import Adoption, PointBonus, PointRule, PointSettings, Submission
from news.points import ZERO, Adopted, Switches, Worth, points_of
from schools.models import SchoolPage


@dataclass(frozen=True)
class Period:
    """Whole days, the last one included."""

    first: date
    last: date

    @classmethod
    def of_month(cls, year: int, month: int) -> "Period":
        following = date(year + month // 12, month % 12 + 1, 1)
        return cls(date(year, month, 1), following - timedelta(days=1))

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year, 12, 31))


@dataclass
class Row:
    """A school or an author in the ranking."""

    name: str
    points: Decimal = ZERO
    adopted: int = 0
    submitted: int = 0
    on_time: int = 0
    school_name: str = ""

    @property
    def on_time_percent(self) -> int | None:
        """How many of its stories came in time, in whole per cent; None without any."""
        return round(100 * self.on_time / self.submitted) if self.submitted else None


@dataclass
class Ranking:
    """The figures of a period. `clips` are the adoptions, the latest first."""

    period: Period
    schools: list[Row] = field(default_factory=list)
    authors: list[Row] = field(default_factory=list)
    outlets: list[Row] = field(default_factory=list)
    clips: list[Any] = field(default_factory=list)
    yearly_quota: int = 0


def read_ranking(period: Period) -> Ranking:
    """Who stands where; schools without a story are in it too, at the end."""
    settings = PointSettings.load()
    rows = [
        clip
        for clip in _adoptions(period, settings)
        if _within(clip.published_on, period)
    ]
    schools = {
        one.pk: Row(one.short_name or one.title)
        for one in SchoolPage.objects.live().in_order()
    }
    authors: dict[tuple[str, str], Row] = {}
    outlets: dict[str, Row] = defaultdict(lambda: Row(""))
    for clip in rows:
        school = schools.setdefault(clip.school_id, Row(clip.school_title))
        for row in (
            school,
            _author(authors, clip.author, school),
            outlets[clip.outlet_name],
        ):
            row.adopted += 1
            row.points += clip.points
        outlets[clip.outlet_name].name = clip.outlet_name
    for bonus in PointBonus.objects.filter(day__range=(period.first, period.last)):
        school = schools.setdefault(bonus.school_id, Row(""))
        school.points += bonus.points
        if bonus.author:
            _author(authors, bonus.author, school).points += bonus.points
    _count_submissions(period, schools, authors)
    return Ranking(
        period=period,
        schools=_ranked(schools.values()),
        authors=_ranked(authors.values()),
        outlets=_ranked(outlets.values()),
        clips=sorted(rows, key=lambda one: (one.published_on, one.pk), reverse=True),
        yearly_quota=settings.yearly_quota,
    )


def _adoptions(period: Period, settings: PointSettings) -> list[Any]:
    """Every adoption of the stories adopted in the period, each with its points.

    Those of other months too: which one of a class counts depends on all of them.
    """
    told = Adoption.objects.filter(published_on__range=(period.first, period.last))
    stories = told.values("delivery__submission_id")
    found = list(
        Adoption.objects.filter(delivery__submission_id__in=stories).annotate(
            submission_id=F("delivery__submission_id"),
            school_id=F("delivery__submission__school_id"),
            school_title=F("delivery__submission__school__title"),
            author=F("delivery__submission__author"),
            page_id=F("delivery__submission__page_id"),
            outlet_name=F("delivery__outlet__name"),
            kind=F("delivery__outlet__kind"),
            level=F("delivery__outlet__level"),
        )
    )
    worth = {
        rule.level: Worth(rule.points, rule.brief_points)
        for rule in PointRule.objects.all()
    }
    points = points_of(
        [
            Adopted(
                pk=one.pk,
                submission_id=one.submission_id,
                kind=one.kind,
                level=one.level,
                published_on=one.published_on,
                is_brief=one.is_brief,
                is_repost=one.is_repost,
            )
            for one in found
        ],
        worth,
        Switches(settings.count_same_class_once, settings.count_reposts),
    )
    for one in found:
        one.points = points[one.pk]
    return found


def _count_submissions(
    period: Period, schools: dict[int, Row], authors: dict[tuple[str, str], Row]
) -> None:
    told = Submission.objects.filter(
        submitted_at__gte=midnight(period.first),
        submitted_at__lt=midnight(period.last + timedelta(days=1)),
    ).only("school_id", "author", "submitted_at", "due_at")
    for one in told:
        school = schools.setdefault(one.school_id, Row(""))
        for row in (school, _author(authors, one.author, school)):
            row.submitted += 1
            row.on_time += one.is_on_time


def _author(authors: dict[tuple[str, str], Row], name: str, school: Row) -> Row:
    """Two people of the same name at two schools are two."""
    return authors.setdefault((name, school.name), Row(name, school_name=school.name))


def _ranked(rows: Any) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.points, -row.adopted, row.name))


def _within(day: date, period: Period) -> bool:
    return period.first <= day <= period.last
