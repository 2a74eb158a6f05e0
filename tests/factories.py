"""Objects for tests, made the way the site makes them: by its services."""

from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session as FormerSession
from django.core.files.base import ContentFile
from wagtail.images.tests.utils import get_test_image_file

from accounts.models import WebSession
from core.models import MediaFile, SiteDocument, SiteImage
from courses.models import Category, CourseIndexPage, CoursePage, LessonPage
from news.digest import story_digest
from news.models import NewsIndexPage, NewsPage, NoticeIndexPage
from news.services.reviews import import_one
from schools.choices import Employment, Role
from schools.models import SchoolPage, StaffProfile
from schools.services.membership import appoint
from schools.services.provisioning import collection_of
from schools.services.schools import create_school
from tests.replay import replayed


def make_school(slug: str, *, title: str = "", **facts: Any) -> SchoolPage:
    """A live school with its sections, collection, groups and permissions."""
    facts |= {"slug": slug, "title": title or f"{slug}市民学校"}
    return replayed("school", facts, SchoolPage, lambda: create_school(**facts))


def make_person(name: str, **fields: Any) -> Any:
    """An account; its sign-in name is the name."""
    display_name = fields.pop("display_name", name)
    return get_user_model().objects.create_person(
        username=name, display_name=display_name, **fields
    )


def make_learner(name: str = "learner", **fields: Any) -> Any:
    return make_person(name, **fields)


def make_staff(name: str, school: SchoolPage, role: str, **fields: Any) -> Any:
    """Somebody with a role; a teacher also stands in the school's people file."""
    user = make_person(name, **fields)
    appoint(user=user, school=school, role=role, since=date(2026, 1, 1))
    if role == Role.TEACHER:
        make_profile(school, name, user=user)
    return user


def make_profile(school: SchoolPage, name: str, **fields: Any) -> StaffProfile:
    return StaffProfile.objects.create(
        school=school, name=name, employment=Employment.PART_TIME, **fields
    )


def make_category(slug: str = "life", name: str = "生活") -> Category:
    return Category.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def section(school: SchoolPage, model: Any) -> Any:
    """The section of a school of that page type, fresh from the database."""
    return model.objects.child_of(school).get()


def make_course(
    school: SchoolPage,
    slug: str,
    *teachers: StaffProfile,
    live: bool = True,
    **fields: Any,
) -> CoursePage:
    """A course of the school, taught by these people of its file."""
    fields.setdefault("title", f"{slug}课程")
    fields.setdefault("summary", "学了就会")
    fields.setdefault("category", make_category())
    named = {**fields, "slug": slug, "live": live, "school": school, "by": teachers}
    return replayed(
        "course",
        named,
        CoursePage,
        lambda: _course(school, slug, teachers, live, fields),
    )


def _course(
    school: SchoolPage, slug: str, teachers: Any, live: bool, fields: dict[str, Any]
) -> CoursePage:
    course = CoursePage(slug=slug, live=live, **fields)
    course.teachers = list(teachers)
    section(school, CourseIndexPage).add_child(instance=course)
    revision = course.save_revision()
    if live:
        revision.publish()
    return CoursePage.objects.get(pk=course.pk)


def make_text_lesson(
    course: CoursePage, title: str = "第一课", *, live: bool = True, **fields: Any
) -> LessonPage:
    """A lesson with one text block."""
    lesson = LessonPage(title=title, live=live, **fields)
    body = [{"type": "text", "value": "<p>一手压住面,一手往前推。</p>"}]
    lesson.body = lesson._meta.get_field("body").to_python(body)
    CoursePage.objects.get(pk=course.pk).add_child(instance=lesson)
    revision = lesson.save_revision()
    if live:
        revision.publish()
    return LessonPage.objects.get(pk=lesson.pk)


def make_news(
    school: SchoolPage, title: str, *, live: bool = True, **fields: Any
) -> NewsPage:
    fields.setdefault("event_date", date(2026, 3, 1))
    item = NewsPage(title=title, live=live, **fields)
    item.live = False
    column = NoticeIndexPage if item.is_notice else NewsIndexPage
    section(school, column).add_child(instance=item)
    revision = item.save_revision()
    if live:
        import_one(page=item)
        revision.publish()
    return NewsPage.objects.get(pk=item.pk)


def publish_story(item: NewsPage) -> None:
    """What the object says now, live as if it had passed its reviews."""
    revision = item.save_revision()
    changed = revision.as_object()
    if not item.has_passed(story_digest(revision.content)):
        import_one(page=changed)
    revision.publish()
    item.refresh_from_db()


def make_image(
    school: SchoolPage | None, title: str, collection: Any = None
) -> SiteImage:
    """A small picture in the school's collection, or in the one that is given."""
    return SiteImage.objects.create(
        title=title,
        file=get_test_image_file(f"{title}.png"),
        collection=collection or collection_of(school),
    )


def make_document(
    school: SchoolPage | None, title: str, collection: Any = None
) -> SiteDocument:
    return SiteDocument.objects.create(
        title=title,
        file=ContentFile(b"text", f"{title}.txt"),
        collection=collection or collection_of(school),
    )


def make_medium(
    school: SchoolPage | None, title: str, collection: Any = None
) -> MediaFile:
    """A medium whose file is never opened."""
    medium = MediaFile(title=title, type="video", duration=60, size_bytes=1000)
    medium.file.name = f"media/{title}.mp4"
    medium.collection = collection or collection_of(school)
    medium.save()
    return medium


def make_former_session(row: WebSession) -> None:
    """Make a session one of before sessions knew their person."""
    FormerSession.objects.create(
        session_key=row.session_key,
        session_data=row.session_data,
        expire_date=row.expire_date,
    )
    row.delete()
