"""Facts on live pages that are past or missing, each with what to do about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from activities.models import BrandPage
from attendance.choices import SessionState
from core.civil_time import civil_date, midnight
from core.models import SiteSettings
from courses.choices import RunState
from courses.models import CourseRun, RunSession
from home.models import StandardPage
from schools.models import SchoolPage
from schools.review.targets import editor_link
from schools.tree import SCHOOL_DEPTH

# Pages that say what holds for long, and so are forgotten.
LASTING = (StandardPage, SchoolPage, BrandPage)


@dataclass(frozen=True)
class Fact:
    """Something that residents read and that is past or missing."""

    title: str
    sentence: str
    school_id: int | None = None
    href: str = ""
    todo: str = ""


def classes_over(schools: Iterable[int], at: datetime) -> list[Fact]:
    """Classes whose lessons are all over and that pages still announce; one query.

    Since yesterday or longer: what ended this afternoon is tidied up by tomorrow.
    """
    lessons = RunSession.objects.filter(run=OuterRef("pk")).exclude(
        session__state=SessionState.CANCELLED
    )
    today = midnight(civil_date(at))
    takes_place = ~Q(run_sessions__session__state=SessionState.CANCELLED)
    runs = (
        CourseRun.objects.shown(at)
        .not_cancelled()
        .filter(Exists(lessons), ~Exists(lessons.filter(session__ends_at__gte=today)))
        .filter(school__in=schools)
        .annotate(last=Max("run_sessions__session__ends_at", filter=takes_place))
        .select_related("course")
        .order_by("last", "pk")
    )
    return [_class_fact(run, at) for run in runs]


def _class_fact(run: Any, at: datetime) -> Fact:
    days = (civil_date(at) - civil_date(run.last)).days
    if run.state(at) is RunState.OPEN:
        sentence = ngettext(
            "课 %(days)s 天前就上完了，网页上还写着正在报名。",
            "课 %(days)s 天前就上完了，网页上还写着正在报名。",
            days,
        )
    else:
        sentence = ngettext(
            "课 %(days)s 天前就上完了，网页上还写着在上课。",
            "课 %(days)s 天前就上完了，网页上还写着在上课。",
            days,
        )
    return Fact(
        title=f"{run.course.title} {run.term}".strip(),
        sentence=sentence % {"days": days},
        school_id=run.school_id,
        href=reverse("desk:class", args=[run.pk]),
        todo=_("改班次"),
    )


def contacts_missing(schools: Iterable[SchoolPage]) -> Iterator[Fact]:
    """Schools that residents cannot reach: no telephone, no address. No query."""
    for school in schools:
        names = [
            name
            for value, name in ((school.phone, _("电话")), (school.address, _("地址")))
            if not value.strip()
        ]
        if names:
            yield Fact(
                title=school.title,
                sentence=_("学校的网页上没有%(names)s。")
                % {"names": _("、").join(names)},
                school_id=school.pk,
                href=editor_link(school),
                todo=_("去补上"),
            )


def settings_missing() -> Iterator[Fact]:
    """What the foot of every page must say and does not (LAW-27)."""
    known = SiteSettings.current()
    names = [
        str(known._meta.get_field(name).verbose_name)
        for name in ("organiser", "help_phone", "icp_no", "police_no")
        if not getattr(known, name).strip()
    ]
    if names:
        yield Fact(
            title=_("每一页的页脚"),
            sentence=_("还没有填：%(names)s。请网站管理员在「网站设置」里填。")
            % {"names": _("、").join(names)},
        )


def pages_forgotten(
    branches: dict[str, int], whole_site: bool, at: datetime
) -> list[Fact]:
    """Pages that nobody has published for a year; one query, beside that of the types.

    Args:
        branches: the schools by their tree path.
        whole_site: whether pages that belong to no school are asked for.
        at: now.
    """
    days = settings.CONTENT_HEALTH["page_days"]
    types = ContentType.objects.get_for_models(*LASTING).values()
    pages = (
        Page.objects.live()
        .filter(
            content_type__in=types, last_published_at__lt=at - timedelta(days=days + 1)
        )
        .order_by("last_published_at", "pk")
    )
    if not whole_site:
        pages = pages.filter(depth__gte=SCHOOL_DEPTH)
    found = []
    for page in pages:
        school = branches.get(page.path[: SCHOOL_DEPTH * page.steplen])
        if school is not None or (whole_site and page.depth < SCHOOL_DEPTH):
            found.append(_page_fact(page, school, at))
    return found


def _page_fact(page: Page, school: int | None, at: datetime) -> Fact:
    days = (civil_date(at) - civil_date(page.last_published_at)).days
    if page.first_published_at == page.last_published_at:
        sentence = ngettext(
            "登出来 %(days)s 天，从来没有改过。请看看写的还对不对；都对，就再发布一次。",
            "登出来 %(days)s 天，从来没有改过。请看看写的还对不对；都对，就再发布一次。",
            days,
        )
    else:
        sentence = ngettext(
            "%(days)s 天没有改过。请看看写的还对不对；都对，就再发布一次。",
            "%(days)s 天没有改过。请看看写的还对不对；都对，就再发布一次。",
            days,
        )
    return Fact(
        title=page.title,
        sentence=sentence % {"days": days},
        school_id=school,
        href=editor_link(page),
        todo=_("打开来看"),
    )
