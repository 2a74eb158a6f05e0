"""The pages of the street that is measured: schools, courses, classes, stories.

Pages get the paths that treebeard would give them, and their parents the counts; the
search index is filled by the backend itself, as `update_index` does.
"""

import sys
import time
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from courses.models import (
    Category,
    CourseIndexPage,
    CoursePage,
    CourseRun,
    LessonPage,
)
from news.models import NewsIndexPage, NewsPage
from news.services.reviews import import_one
from schools.choices import Employment
from schools.models import StaffProfile
from schools.services.schools import create_school

P = TypeVar("P", bound=Page)
LESSONS_A_COURSE = 8
# How far who has not finished a course has come in it.
HALF_WAY = 6
BATCH = 2000
PASSWORD = "学一点是一点 2024"
WORDS = (
    ("做面", "一手压住面，一手往前推，力气用在手掌根上，揉到面光、手光、盆光。"),
    ("手机", "先点一下绿色的图标，再按住中间的按钮说话，说完松手就发出去了。"),
    ("剪纸", "红纸对折两次，照着线剪，剪刀不动，转的是纸，剪完轻轻展开。"),
    ("太极", "两脚分开与肩同宽，膝盖微微弯，呼气的时候手慢慢往下按。"),
    ("种花", "土干透了再浇，浇就浇透，盆底的洞流出水来才算够。"),
    ("防骗", "电话里说您中了奖，要先汇款的，都是骗人的，挂掉就是。"),
    ("书法", "笔尖先往左轻轻一顶，再往右行，到头稍稍停一停，往回收。"),
    ("急救", "先看周围安不安全，再拍拍肩膀喊一声，没有回答就打一二〇。"),
)


@dataclass(frozen=True)
class Size:
    """How much there is of everything."""

    schools: int = 10
    courses: int = 200
    learners: int = 5000
    enrolled_in: int = 8
    # Of eight courses a learner has finished so many, and stands half way in the rest.
    finished: int = 6
    # People with nothing completed yet: whoever completes lessons under load.
    fresh: int = 400
    stories: int = 1000
    classes: int = 40
    # The largest class and one to compare it with.
    large: int = 30_000
    small: int = 30
    with_sessions: int = 64


SIZES = {
    "street": Size(),
    "grown": Size(
        courses=2000, learners=50_000, stories=10_000, fresh=400, classes=400
    ),
    "small": Size(
        schools=2,
        courses=12,
        learners=40,
        fresh=12,
        stories=12,
        classes=2,
        large=60,
        small=10,
        with_sessions=8,
    ),
}


@dataclass
class Facts:
    """What the load has to know of the street."""

    size: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    cookies: dict[str, list[str]] = field(default_factory=dict)
    paths: dict[str, list[str]] = field(default_factory=dict)
    # (cookie, lesson): a learner with their sessions and lessons not completed.
    marks: list[list[Any]] = field(default_factory=list)
    midst: list[list[Any]] = field(default_factory=list)
    lasts: list[list[Any]] = field(default_factory=list)
    beats: list[list[Any]] = field(default_factory=list)
    runs: dict[str, int] = field(default_factory=dict)
    password: str = PASSWORD
    names: list[str] = field(default_factory=list)


def add_pages(parent: Page, pages: list[P]) -> list[P]:
    """Live pages below that parent, at once: both tables, and the parent's count."""
    if not pages:
        return pages
    model: Any = type(pages[0])
    kind = ContentType.objects.get_for_model(model)
    now = timezone.now()
    for place, page in enumerate(pages, start=parent.numchild + 1):
        page.depth = parent.depth + 1
        page.path = parent._get_path(parent.path, page.depth, place)
        page.slug = page.slug or f"p{place}"
        page.url_path = f"{parent.url_path}{page.slug}/"
        page.draft_title = page.title
        page.content_type, page.locale_id, page.live = kind, parent.locale_id, True
        page.first_published_at = page.last_published_at = now
    names = [one.attname for one in Page._meta.local_concrete_fields]
    plain = [
        Page(**{name: getattr(page, name) for name in names if name != "id"})
        for page in pages
    ]
    Page.objects.bulk_create(plain, batch_size=BATCH)
    numbers = dict(
        Page.objects.filter(
            path__gt=parent.path, depth=parent.depth + 1, path__startswith=parent.path
        ).values_list("path", "pk")
    )
    for page in pages:
        page.pk = page.page_ptr_id = numbers[page.path]
    fields = model._meta.local_concrete_fields
    for start in range(0, len(pages), 400):
        model._base_manager._insert(
            pages[start : start + 400], fields=fields, using="default"
        )
    parent.numchild += len(pages)
    Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild)
    return pages


def lesson_body(number: int) -> list[dict[str, Any]]:
    """Three steps, a text, a tip: what a lesson of an afternoon holds."""
    subject, sentence = WORDS[number % len(WORDS)]

    def key(name: str) -> str:
        return str(uuid5(NAMESPACE_URL, f"bench/{number}/{name}"))

    steps = [
        {
            "type": "step",
            "id": key(f"step{place}"),
            "value": {
                "title": f"{subject}第 {place} 步",
                "sentences": [
                    {"type": "item", "id": key(f"s{place}"), "value": sentence[:58]}
                ],
                "image": None,
                "alt": "",
                "is_decoration": False,
            },
        }
        for place in (1, 2, 3)
    ]
    text = "".join(f"<p>{sentence * 3}</p>" for _one in range(3))
    return [
        *steps,
        {"type": "text", "id": key("text"), "value": text},
        {"type": "tip", "id": key("tip"), "value": {"text": "做错了不要紧，再来。"}},
    ]


def index(model: Any, pages: list[Any]) -> None:
    """The pages in the search index, by the backend itself."""
    backend = get_search_backend()
    for start in range(0, len(pages), 400):
        backend.add_bulk(model, pages[start : start + 400])


class Pages:
    """Makes the pages and classes; `street.Maker` adds the people."""

    def __init__(self, size: Size) -> None:
        self.size, self.facts = size, Facts(size=asdict(size))
        self.now = timezone.now()
        self.began = time.monotonic()
        self.schools: list[Any] = []
        self.runs: list[CourseRun] = []
        self.lessons: dict[int, list[LessonPage]] = {}

    def say(self, words: str) -> None:
        """Tell how far it is."""
        sys.stderr.write(f"  {time.monotonic() - self.began:6.1f} s  {words}\n")

    def make_schools(self) -> None:
        names = ("桂花园", "柳荫", "南门", "河埠", "石桥", "梧桐", "东园", "北巷")
        for place in range(self.size.schools):
            name = f"{names[place % len(names)]}{place // len(names) or ''}"
            school = create_school(slug=f"school{place}", title=f"{name}市民学校")
            StaffProfile.objects.create(
                school=school, name=f"老师{place}", employment=Employment.PART_TIME
            )
            self.schools.append(school)
        self.say("schools")

    def make_courses(self) -> None:
        """Courses evenly over the schools, each with its lessons and self-paced run."""
        kinds = [
            Category.objects.get_or_create(slug=f"kind{n}", defaults={"name": word})[0]
            for n, (word, _sentence) in enumerate(WORDS)
        ]
        number = 0
        for place, school in enumerate(self.schools):
            section = CourseIndexPage.objects.child_of(school).get()
            mine = range(place, self.size.courses, len(self.schools))
            courses = add_pages(
                section,
                [
                    CoursePage(
                        title=f"{WORDS[n % len(WORDS)][0]}入门第 {n} 班",
                        slug=f"course{n}",
                        summary=WORDS[n % len(WORDS)][1][:60],
                        outcomes="能自己做一遍\n能教给家里人",
                        category=kinds[n % len(kinds)],
                    )
                    for n in mine
                ],
            )
            teacher = StaffProfile.objects.filter(school=school).first()
            through = CoursePage.teachers.through
            through.objects.bulk_create(
                through(coursepage_id=one.pk, staffprofile_id=teacher.pk)
                for one in courses
            )
            index(CoursePage, courses)
            for course in courses:
                lessons = []
                for _one in range(LESSONS_A_COURSE):
                    lesson = LessonPage(title=f"第 {number} 课 {course.title[:6]}")
                    body = lesson._meta.get_field("body")
                    lesson.body = body.to_python(lesson_body(number))
                    lessons.append(lesson)
                    number += 1
                self.lessons[course.pk] = add_pages(course, lessons)
                index(LessonPage, lessons)
            self.runs += CourseRun.objects.bulk_create(
                CourseRun(course=one, school=school, is_self_paced=True)
                for one in courses
            )
            self.facts.paths.setdefault("course", []).extend(
                self.address(one) for one in courses
            )
        self.say("courses and lessons")

    def make_classes(self) -> None:
        """Weekly classes with their sessions, some weeks from now."""
        from datetime import time as clock

        from courses.services.timetable import plan_run

        for place, run in enumerate(self.runs[: self.size.classes]):
            first = timezone.localdate() + timedelta(days=1 + place % 6)
            made = CourseRun.objects.create(
                course=run.course,
                school=run.school,
                starts_on=first,
                weekday=first.isoweekday(),
                start_time=clock(8 + place % 12),
                end_time=clock(8 + place % 12, 50),
                enrol_from=self.now - timedelta(days=20),
                capacity=20,
            )
            plan_run(run=made, count=4, at=self.now - timedelta(days=1))
        self.say("classes")

    def make_stories(self) -> None:
        """Stories that have passed their reviews; the other pages of the search."""
        per_school = -(-self.size.stories // len(self.schools))
        for place, school in enumerate(self.schools):
            section = NewsIndexPage.objects.child_of(school).get()
            stories = []
            for n in range(per_school):
                subject, sentence = WORDS[(n + place) % len(WORDS)]
                story = NewsPage(
                    title=f"{school.title}的{subject}班第 {n} 次来了人",
                    slug=f"story{n}",
                    event_date=date(2026, 1, 1) + timedelta(days=n % 200),
                    summary=sentence[:40],
                )
                body = story._meta.get_field("body")
                text = f"<p>{sentence}街坊们都说好。</p>" * 4
                story.body = body.to_python(
                    [{"type": "text", "id": f"{place}-{n}", "value": text}]
                )
                stories.append(story)
            add_pages(section, stories)
            index(NewsPage, stories)
            public = NewsPage.objects.child_of(section)
            for story in public:
                story.__dict__["_school"] = school
                # What is live carries the digest of what was passed (PUB-01).
                story.live_digest = import_one(page=story).content_digest
            NewsPage.objects.bulk_update(public, ["live_digest"])
        self.say("stories")
