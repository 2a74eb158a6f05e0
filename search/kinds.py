"""The kinds in which hits are shown, each with its seal; a further kind is one line."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.models import Page

from activities.models import BrandIndexPage, BrandPage
from courses.models import CourseIndexPage, CoursePage, LessonPage
from news.models import NewsIndexPage, NewsPage, NoticeIndexPage
from schools.models import SchoolIndexPage, SchoolPage


@dataclass(frozen=True)
class Kind:
    """Pages that are shown together. `model` is None for whatever is no other kind."""

    key: str
    model: type[Page] | None
    title: str | Promise
    seal: str


KINDS = (
    Kind("courses", CoursePage, _("课程"), "课"),
    Kind("lessons", LessonPage, _("课程里的一课"), "章"),
    Kind("schools", SchoolPage, _("学校"), "校"),
    Kind("news", NewsPage, _("新闻"), "讯"),
    Kind("brands", BrandPage, _("品牌"), "品"),
    Kind("others", None, _("其他"), "说"),
)
# A list is no answer: what stands in it is.
LISTS = (
    BrandIndexPage,
    CourseIndexPage,
    NewsIndexPage,
    NoticeIndexPage,
    SchoolIndexPage,
)
SHOWN_OF_A_KIND = 5


@dataclass
class Group:
    """The hits of one kind: how many, and the pages shown."""

    kind: Kind
    numbers: list[int] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    pages: list[Any] = field(default_factory=list)
    href: str = ""

    @property
    def count_words(self) -> str:
        """«12 条»."""
        count = len(self.numbers)
        return ngettext("%(count)s 条", "%(count)s 条", count) % {"count": count}

    @property
    def has_more(self) -> bool:
        """Whether some hits are not shown here."""
        return len(self.shown) < len(self.numbers)


def group_hits(hits: list[tuple[int, int]], query: str) -> list[Group]:
    """Hits (number, content type) by kind; each kind in the order of its best."""
    by_type = {
        ContentType.objects.get_for_model(kind.model).pk: kind
        for kind in KINDS
        if kind.model is not None
    }
    lists = {ContentType.objects.get_for_model(model).pk for model in LISTS}
    groups = {
        kind.key: Group(kind, href=f"?{urlencode({'q': query, 'kind': kind.key})}")
        for kind in KINDS
    }
    for number, type_number in hits:
        if type_number not in lists:
            kind = by_type.get(type_number, KINDS[-1])
            groups[kind.key].numbers.append(number)
    filled = [group for group in groups.values() if group.numbers]
    for group in filled:
        group.shown = group.numbers[:SHOWN_OF_A_KIND]
    return filled
