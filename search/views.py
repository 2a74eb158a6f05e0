"""The search page: one box over everything public, its hits grouped by kind."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET
from wagtail.models import Page

from core.access import Rule, access
from core.routing import read_pages
from courses.catalogue import attach_schools
from courses.models import Category, CourseIndexPage, CoursePage, LessonPage
from news.models import NewsIndexPage, NewsPage
from schools.models import SchoolIndexPage, SchoolPage

RESULTS_A_PAGE = 20
SHOWN_OF_A_KIND = 5
# Nobody types more; a longer query costs without finding (S-DOS-1).
MAX_QUERY = 100
# Nobody reads further, and every hit of a common character would be counted.
MAX_HITS = 1000
KINDS: dict[str, type[Page]] = {
    "courses": CoursePage,
    "lessons": LessonPage,
    "schools": SchoolPage,
    "news": NewsPage,
    # Pages of text: whatever is none of these and no list.
    "pages": Page,
}
LISTS = (CourseIndexPage, NewsIndexPage, SchoolIndexPage)
HOME_DEPTH = 2


@dataclass
class Group:
    """The hits of one kind: how many, and the pages shown."""

    kind: str
    title: str
    seal: str
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


@access(Rule.PUBLIC)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Live public pages of every kind; a lesson shows its title and course alone."""
    query = request.GET.get("q", "").strip()[:MAX_QUERY]
    groups = _group(find(query)) if query else []
    total = sum(len(group.numbers) for group in groups)
    chosen = next((one for one in groups if one.kind == request.GET.get("kind")), None)
    page = None
    if chosen is not None:
        page = Paginator(chosen.numbers, RESULTS_A_PAGE).get_page(
            request.GET.get("page")
        )
        chosen.shown = list(page.object_list)
    for group in groups:
        group.href = f"?{urlencode({'q': query, 'kind': group.kind})}"
        if chosen is None:
            group.shown = group.numbers[:SHOWN_OF_A_KIND]
    shown = [chosen] if chosen else groups
    _fill(shown)
    return render(
        request,
        "search/search.html",
        {
            "query": query,
            "groups": shown,
            "all_groups": groups,
            "chosen": chosen,
            "page": page,
            "total": total,
            "all_href": f"?{urlencode({'q': query})}",
            "categories": [] if total else list(Category.objects.all()),
        },
    )


def find(query: str) -> list[Any]:
    """The numbers and kinds of the pages that fit, the best first.

    All that the page asks of the search backend; drafts and private pages never.
    """
    return list(Page.objects.live().public().search(query, operator="and")[:MAX_HITS])


def _group(hits: list[Any]) -> list[Group]:
    titles = {
        "courses": (_("课程"), "课"),
        "lessons": (_("课程里的一课"), "章"),
        "schools": (_("学校"), "校"),
        "news": (_("新闻"), "讯"),
        "pages": (_("说明"), "说"),
    }
    groups = {kind: Group(kind, *titles[kind]) for kind in KINDS}
    kinds = {model: kind for kind, model in KINDS.items()}
    for hit in hits:
        model = hit.specific_class
        if model in LISTS or hit.depth <= HOME_DEPTH:
            continue
        groups[kinds.get(model, "pages")].numbers.append(hit.pk)
    return [group for group in groups.values() if group.numbers]


def _fill(groups: list[Group]) -> None:
    """The pages of the numbers shown, each group in its order: three queries."""
    numbers = [number for group in groups for number in group.shown]
    found = {
        page.pk: own for page, own in read_pages(Page.objects.filter(pk__in=numbers))
    }
    for group in groups:
        group.pages = [found[number] for number in group.shown if number in found]
    pages = list(found.values())
    lessons = [one for one in pages if isinstance(one, LessonPage)]
    paths = {one.path[: -one.steplen] for one in lessons}
    courses = (
        {course.path: course for course in CoursePage.objects.filter(path__in=paths)}
        if paths
        else {}
    )
    for one in lessons:
        one.course = courses.get(one.path[: -one.steplen])
    if any(isinstance(one, CoursePage | NewsPage) for one in pages):
        attach_schools(pages, SchoolPage.objects.live())
