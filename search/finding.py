"""What the search page asks of the backend, and the pages behind the answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cache
from operator import eq
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import DateTimeField
from django.utils import timezone
from wagtail.models import Page

from core.kept_sql import KeptQuery, Keys, Words, kept
from core.pages import UNLISTED
from core.routing import is_open_to_all, join_kinds, own_types
from core.site_facts import address_below, site_roots
from courses.catalogue import attach_schools
from courses.models import CoursePage, LessonPage
from courses.teacher_names import attach_teachers
from news.models import NewsPage
from news.models.review import passed
from schools.models import SchoolPage
from schools.tree import SCHOOL_DEPTH
from search.backend.steps import Wanted
from search.kinds import Group
from search.marking import excerpt, find_spans
from search.plan import PartlyLike
from search.text import fold, is_han

# Nobody reads further, and every hit of a common character would be counted.
MOST_HITS = 1000
MOST_NEAR = 6
HOME_DEPTH = 2
# Among so many titles a misspelt word is looked for.
MOST_TITLES = 2000
LIKENESS = 0.6


@dataclass
class Found:
    """The answer to a query, the best first: (number, content type) of each page."""

    hits: list[tuple[int, int]] = field(default_factory=list)
    by_sound: bool = False
    # Pages that hold some of the words, where none holds all.
    near: list[tuple[int, int]] = field(default_factory=list)
    # A word of a title that looks like the query, where nothing is near.
    suggestion: str = ""


def find(query: str) -> Found:
    """Public pages that fit. Whatever the backend raises goes to the caller."""
    results = _pages().search(query, operator="and")
    found = Found(hits=results.rows(HITS))
    found.by_sound = bool(found.hits) and results.matched_by_sound
    if not found.hits:
        found.near = _pages().search(PartlyLike(query)).rows(NEAR)
        if not found.near:
            found.suggestion = suggest(query)
    return found


@cache
def _pages() -> Any:
    return Page.objects.live().filter(depth__gt=HOME_DEPTH)


HITS = Wanted(_pages, ("pk", "content_type_id"), is_open_to_all, MOST_HITS)
NEAR = replace(HITS, most=MOST_NEAR)


def suggest(query: str) -> str:
    """The part of a public title that differs from the query by little, or «»."""
    asked = "".join(fold(query).split())
    if not 3 <= len(asked) <= 12:
        return ""
    parts_of, likeness_of = (
        (_places_in, _same_places) if is_han(asked) else (_words_in, _same_letters)
    )
    best, likeness = "", LIKENESS
    for (title,) in _open_titles(at=timezone.now()):
        for part in parts_of(fold(title), asked):
            alike = likeness_of(part, asked)
            if alike > likeness:
                best, likeness = part, alike
    return best


@kept(at=DateTimeField())
def _open_titles(at: Any) -> Any:
    titles = _pages().filter(is_open_to_all(at)).order_by("-pk")
    return titles.values_list("title")[:MOST_TITLES]


def _words_in(title: str, _asked: str) -> list[str]:
    """What of a title could be meant by letters: its words of letters."""
    return [word for word in title.split() if word.isascii()]


def _places_in(title: str, asked: str) -> list[str]:
    """What of a title could be meant by characters: as many of its own, the likest."""
    # As many of its characters as the title has can be alike at most.
    if sum(map(title.__contains__, asked)) <= LIKENESS * len(asked):
        return []
    # Where a part would have to begin, so that a character stands where it is asked for.
    begins: dict[int, int] = {}
    last = max(0, len(title) - len(asked))
    for place, character in enumerate(asked):
        at = title.find(character, place)
        while 0 <= at <= last + place:
            begins[at - place] = begins.get(at - place, 0) + 1
            at = title.find(character, at + 1)
    if not begins:
        return []
    # Of equal ones the first.
    begin = min(begins, key=lambda one: (-begins[one], one))
    return [title[begin : begin + len(asked)]]


def _same_places(part: str, asked: str) -> float:
    return sum(map(eq, part, asked)) / max(len(part), len(asked))


def _same_letters(part: str, asked: str) -> float:
    return SequenceMatcher(None, part, asked).ratio()


def fill(groups: list[Group], query: str, found: Found) -> None:
    """The pages of the numbers shown, each group in its order; three queries at most."""
    pages = read_numbers([number for group in groups for number in group.shown], found)
    for group in groups:
        group.pages = [pages[number] for number in group.shown if number in pages]
    shown = list(pages.values())
    _attach_parents(shown)
    attach_teachers([one for one in shown if isinstance(one, CoursePage)])
    for one in shown:
        one.hit_words = _words_of(one, query, by_sound=found.by_sound)


def read_numbers(numbers: list[int], found: Found) -> dict[int, Any]:
    """Pages that were found by their number, each as its own type; one query at most.

    A lesson stays a plain page: it shows its title, and its text is long. A story that is live without having passed its reviews is none of them.
    """
    if not numbers:
        return {}
    types = dict((*found.hits, *found.near))
    kinds = {types[number] for number in numbers}
    rows = _pages_of(tuple(sorted(kinds)))(numbers=numbers)
    lessons = ContentType.objects.get_for_model(LessonPage).pk
    known = own_types(one for one in rows if one.content_type_id != lessons)
    known |= {one.pk: one for one in rows if one.content_type_id == lessons}
    _attach_addresses(known.values())
    return known


@cache
def _pages_of(types: tuple[int, ...]) -> KeptQuery:
    """The question for pages of these content types by their number."""

    def pages(numbers: Any) -> Any:
        models = [ContentType.objects.get_for_id(one).model_class() for one in types]
        chosen = Page.objects.filter(pk__among=numbers)
        if NewsPage in models:
            # Of these alone it is asked, not of all the news that there is.
            stories = NewsPage.objects.filter(page_ptr__id__among=numbers)
            chosen = chosen.exclude(pk__in=stories.filter(~passed()).values("pk"))
        kinds = [one for one in models if one is not LessonPage]
        if kinds:
            chosen = join_kinds(chosen, *kinds, shown={CoursePage: ("category",)})
        return chosen.defer(*(one for one in UNLISTED if one != "search_description"))

    pages.__qualname__ = f"pages[{types}]"
    return kept(numbers=Keys())(pages)


def _attach_addresses(pages: Iterable[Any]) -> None:
    """Tell each page its address. Where the sites begin is looked up once for all."""
    roots = site_roots()
    for one in pages:
        one.href = address_below(roots, one.url_path)


def _attach_parents(shown: list[Any]) -> None:
    """Tell each lesson its course, and the others their school; one query for all."""
    course_of = {one.pk: one.path[: -one.steplen] for one in shown if _is_lesson(one)}
    of_school = [one for one in shown if isinstance(one, CoursePage | NewsPage)]
    schools = {one.path[: SCHOOL_DEPTH * one.steplen] for one in of_school}
    paths = {*course_of.values(), *schools}
    if not paths:
        return
    known = {one.path: one for one in _pages_at(paths=paths)}
    for one in shown:
        if one.pk in course_of:
            one.course = known.get(course_of[one.pk])
    found = [known[path] for path in schools if path in known]
    attach_schools(of_school, [one for one in found if one.live])


def _is_lesson(page: Any) -> bool:
    return page.specific_class is LessonPage


@kept(paths=Words())
def _pages_at(paths: Any) -> Any:
    pages = Page.objects.filter(path__among=paths)
    return pages.values_list("path", "title", "live", named=True)


def _words_of(page: Any, query: str, *, by_sound: bool) -> str:
    """A line of a page's text. Never of a lesson's, which the gate may keep."""
    if _is_lesson(page):
        return ""
    if isinstance(page, CoursePage):
        texts = [page.summary, "；".join(page.outcome_lines)]
    elif isinstance(page, SchoolPage):
        texts = [page.address, page.intro]
    elif hasattr(page, "body"):
        body = page.body.stream_block.get_searchable_content(page.body)
        texts = [getattr(page, "summary", ""), page.search_description, " ".join(body)]
    else:
        texts = [page.search_description]
    texts = [text for text in texts if text]
    for text in texts:
        if find_spans(text, query, by_sound=by_sound):
            return excerpt(text, query, by_sound=by_sound)
    return excerpt(texts[0], query) if texts else ""
