"""School B, every text of which carries a canary that nobody of school A may see.

The titles also carry the word `findme`, by which searches find them: an answer shows
what was searched for, so the canary itself is never sent. Here are its pages and files;
the people, classes and all that is written down of them: `tests/isolation/school.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Page

from core.models import MediaFile, SiteDocument, SiteImage
from courses.models import CourseIndexPage
from schools.choices import Role
from schools.models import SchoolCollection, StaffProfile, Venue
from tests import factories

CANARY = "ZZBcanary"
WORD = "findme"


def name(kind: str) -> str:
    return f"{WORD} {CANARY}-{kind}"


@dataclass
class Foreign:
    """What there is at school B, and what of it goes into an address."""

    school: Any
    teacher: Any
    pages: dict[str, Any]
    image: SiteImage
    document: SiteDocument
    medium: MediaFile
    profile: StaffProfile
    collection: Any
    revision: int
    workflow_state: int
    task_state: int
    task: int
    keys: dict[str, list[Any]] = field(default_factory=dict)


def make_foreign() -> Foreign:
    """A school that is not live yet, with a draft course in review and private files."""
    school = factories.make_school(
        "other-school", title=name("school"), intro=name("intro")
    )
    school.unpublish()
    return fill_school(school, name)


def fill_school(school: Any, name: Callable[[str], str]) -> Foreign:
    """Drafts and files of the school, all their texts by `name`."""
    teacher = factories.make_staff(name("user"), school, Role.TEACHER)
    profile = StaffProfile.objects.get(user=teacher)
    Venue.objects.create(school=school, name=name("venue"))
    course = factories.make_course(
        school,
        f"{school.slug}-draft",
        profile,
        title=name("course"),
        live=False,
        owner=teacher,
    )
    lesson = factories.make_text_lesson(course, name("lesson"), live=False)
    lesson.save_revision(user=teacher, log_action=True)
    news = factories.make_news(school, name("news"), live=False)
    # Of now: it has a child that the object above does not know.
    course.refresh_from_db()
    course.locked, course.locked_by = True, teacher
    course.save()
    state = lesson.get_workflow().start(lesson, teacher)
    image = factories.make_image(school, name("image"))
    document = factories.make_document(school, name("document"))
    medium = factories.make_medium(school, name("medium"))
    collection = SchoolCollection.objects.get(school=school).collection
    pages = {
        "school": school,
        "section": factories.section(school, CourseIndexPage),
        "course": course,
        "lesson": lesson,
        "news": news,
    }
    made = Foreign(
        school=school,
        teacher=teacher,
        pages=pages,
        image=image,
        document=document,
        medium=medium,
        profile=profile,
        collection=collection,
        revision=lesson.latest_revision_id,
        workflow_state=state.pk,
        task_state=state.current_task_state_id,
        task=state.current_task_state.task_id,
    )
    page_keys = [page.pk for page in pages.values()]
    made.keys = {
        **dict.fromkeys(
            ("page_id", "parent_page_id", "page_to_move_id", "page_pk"), page_keys
        ),
        "destination_id": [course.pk],
        "image_id": [image.pk],
        "document_id": [document.pk],
        "doc_id": [document.pk],
        "media_id": [medium.pk],
        "collection_id": [collection.pk],
        "revision_id": [made.revision],
        "task_state_id": [made.task_state],
        "task_id": [made.task],
        "workflow_state_id": [made.workflow_state],
        "workflow_pk": [state.workflow_id],
        "uploaded_file_id": [1],
        "session_id": [1],
        "object_id": [lesson.pk],
        "content_type_app_name": ["courses"],
        "content_type_model_name": ["lessonpage"],
        "app_label": ["courses"],
        "model_name": ["lessonpage"],
        "app_name": ["taggit"],
        "action_name": ["approve"],
        "action": ["delete"],
        "filter_spec": ["original"],
        "media_type": ["video"],
        "site_pk": [1],
        "pk": sorted(
            {*page_keys, image.pk, document.pk, medium.pk, collection.pk, teacher.pk}
        ),
    }
    return made


def snapshot(foreign: Foreign) -> list[Any]:
    """Every row of school B that a request could change."""
    branch = Page.objects.filter(path__startswith=foreign.school.path)
    columns = ("pk", "path", "title", "draft_title", "live", "locked", "owner_id")
    return [
        list(branch.order_by("path").values_list(*columns, "latest_revision_id")),
        list(SiteImage.objects.filter(pk=foreign.image.pk).values()),
        list(SiteDocument.objects.filter(pk=foreign.document.pk).values()),
        list(MediaFile.objects.filter(pk=foreign.medium.pk).values()),
        list(StaffProfile.objects.filter(school=foreign.school).values()),
        foreign.collection.__class__.objects.filter(pk=foreign.collection.pk).count(),
        sorted(foreign.teacher.groups.values_list("name", flat=True)),
        SiteImage.objects.filter(collection=foreign.collection).count(),
        SiteDocument.objects.filter(collection=foreign.collection).count(),
        MediaFile.objects.filter(collection=foreign.collection).count(),
    ]
