"""The columns (栏目) that are watched in each school; a further one is one line.

Each says when something in it was last published, for every school in as many queries as
it needs for one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Q
from django.db.models.functions import Coalesce, Substr
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from activities.models import BrandIndexPage, BrandPage
from attendance.choices import SessionState
from courses.models import CourseIndexPage, CoursePage, CourseRun, LessonPage
from health.limits import ColumnKind
from news.models import NewsIndexPage, NewsPage, NoticeIndexPage
from schools.tree import SCHOOL_DEPTH

BRANCH = SCHOOL_DEPTH * Page.steplen
# When something was last published in the branch of a school, by its tree path. A school
# that is missing has nothing; one without a moment has something of unknown age.
Newest = dict[str, datetime | None]


@dataclass(frozen=True)
class Column:
    """A column that every school has."""

    key: str
    title: str | Promise
    kind: ColumnKind
    newest: Callable[[datetime], Newest]
    # What to do when it is old, and where.
    todo: str | Promise
    # The page of the school that lists it, and what may be added there.
    index: type[Page] | None = None
    page: type[Page] | None = None
    # Lessons that take place, and not pages that are published.
    is_timetable: bool = False

    def address_of_todo(self, section: int | None) -> str:
        """Where something new is written: the desk, or the section in the admin."""
        if self.page is None or section is None:
            return reverse("desk:classes")
        meta = self.page._meta
        return reverse(
            "wagtailadmin_pages:add", args=[meta.app_label, meta.model_name, section]
        )


def newest_in_branches(pages: Any) -> Newest:
    """When pages of that set were last published, by school: one query."""
    published = Coalesce("last_published_at", "first_published_at")
    rows = (
        pages.filter(depth__gt=SCHOOL_DEPTH)
        .annotate(branch=Substr("path", 1, BRANCH))
        .order_by()
        .values("branch")
        .annotate(newest=Max(published))
    )
    return {row["branch"]: row["newest"] for row in rows}


def _news(at: datetime) -> Newest:
    return newest_in_branches(NewsPage.objects.open_to_all().news())


def _notices(at: datetime) -> Newest:
    return newest_in_branches(NewsPage.objects.open_to_all().notices())


def _courses(at: datetime) -> Newest:
    """A lesson that was changed is a change of the column; it is no column by itself."""
    courses = newest_in_branches(CoursePage.objects.open_to_all())
    lessons = newest_in_branches(LessonPage.objects.live())
    return {
        branch: max(
            (one for one in (moment, lessons.get(branch)) if one is not None),
            default=None,
        )
        for branch, moment in courses.items()
    }


def _classes(at: datetime) -> Newest:
    """A timetable is up to date as long as something on it is still to come.

    Classes are not published on a day of their own: the column ages from the end of the
    last lesson.
    """
    takes_place = ~Q(run_sessions__session__state=SessionState.CANCELLED)
    rows = (
        CourseRun.objects.dated()
        .not_cancelled()
        .filter(course__in=CoursePage.objects.open_to_all().order_by())
        .order_by()
        .values("school__path")
        .annotate(newest=Max("run_sessions__session__ends_at", filter=takes_place))
    )
    return {
        row["school__path"]: min(row["newest"], at) if row["newest"] else None
        for row in rows
    }


def _brands(at: datetime) -> Newest:
    return newest_in_branches(BrandPage.objects.open_to_all())


COLUMNS = (
    Column("news", _("新闻"), ColumnKind.NEWS, _news, _("写一篇新闻"), NewsIndexPage, NewsPage),
    Column("notices", _("通知公示"), ColumnKind.NOTICES, _notices, _("发一条通知"), NoticeIndexPage, NewsPage),
    Column("courses", _("课程"), ColumnKind.OTHERS, _courses, _("添一门课"), CourseIndexPage, CoursePage),
    Column("classes", _("班次"), ColumnKind.OTHERS, _classes, _("排新的班"), is_timetable=True),
    Column("brands", _("品牌"), ColumnKind.OTHERS, _brands, _("写品牌"), BrandIndexPage, BrandPage),
)  # fmt: skip
