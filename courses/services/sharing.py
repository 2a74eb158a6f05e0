"""Giving a course to the other schools, and copying one: into another school or one's own.

Learners, classes and their records never come along. A copy is a draft: who writes it
looks it through, and it is reviewed like every other course before residents see it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from core.exceptions import UploadRefusedError
from core.services.audit import record_audit
from core.services.uploads import take_file
from core.slugs import spare_slug
from core.uploads import FileKind, file_kinds
from courses.exceptions import NotOfferedError, NotReadyError, NotYourCourseError
from courses.models import (
    CourseIndexPage,
    CourseOffer,
    CourseOrigin,
    CoursePage,
    LessonPage,
    QuestionBankPage,
)
from courses.page_copy import Places, moved
from courses.permissions import schools_to_write_for
from schools.admin.references import may_lead_to
from schools.models import SchoolCollection, SchoolPage, StaffProfile
from schools.services.provisioning import collection_of

# The title of a second one in the same school: content, and so Chinese.
AGAIN = "（再一份）"


@transaction.atomic
def offer_course(*, course: CoursePage, by: Any) -> CourseOffer:
    """Let the other schools of the street copy the course; done twice it is one offer.

    Raises:
        NotYourCourseError: the person does not write this course.
        NotReadyError: residents do not see the course yet, or it has no lesson.
    """
    course = CoursePage.objects.select_for_update().get(pk=course.pk)
    _require_writer(course, by)
    known: CourseOffer | None = CourseOffer.objects.filter(
        course=course, withdrawn_at__isnull=True
    ).first()
    if known is not None:
        return known
    if not course.live or not LessonPage.objects.child_of(course).live().exists():
        raise NotReadyError(_("居民还看不到这门课。等它上线了，再给别的学校用。"))
    offer = CourseOffer.objects.create(
        school=course.school, course=course, offered_by=by, offered_at=timezone.now()
    )
    record_audit(
        actor=by, action="course.offered", subject=offer,
        school_id=offer.school_id, course=course.pk,
    )  # fmt: skip
    return offer


@transaction.atomic
def withdraw_offer(*, course: CoursePage, by: Any) -> None:
    """Nobody copies it from now on; done twice it is done once.

    Raises:
        NotYourCourseError: the person does not write this course.
    """
    course = CoursePage.objects.select_for_update().get(pk=course.pk)
    _require_writer(course, by)
    offer = CourseOffer.objects.filter(course=course, withdrawn_at__isnull=True).first()
    if offer is None:
        return
    offer.withdrawn_at = timezone.now()
    offer.save(update_fields=["withdrawn_at"])
    record_audit(
        actor=by, action="course.offer_withdrawn", subject=offer,
        school_id=offer.school_id, course=course.pk,
    )  # fmt: skip


def _require_writer(course: CoursePage, by: Any) -> None:
    if not course.permissions_for_user(by).can_edit():
        raise NotYourCourseError


# --- Copying ----------------------------------------------------------------------


@dataclass
class CopyPlan:
    """What is copied, and what stands at the new place for its files."""

    school: SchoolPage
    course: CoursePage
    lessons: list[LessonPage]
    banks: list[QuestionBankPage]
    places: Places


def plan_copy(*, course: CoursePage, school: SchoolPage, by: Any) -> CopyPlan:
    """Read the course and bring its files to the school; outside every transaction.

    Of another school's course what residents see is copied; of a course that the person
    writes, their newest draft. A file that the school has already is not copied again,
    so that a second try goes on where the first one stopped.

    Raises:
        NotYourCourseError: the person writes no courses in that school, or not this one.
        NotOfferedError: the other school does not give it, or no longer.
    """
    if not schools_to_write_for(by).filter(pk=school.pk).exists():
        raise NotYourCourseError
    home = course.school
    lessons = LessonPage.objects.child_of(course).order_by("path")
    if home.pk == school.pk:
        _require_writer(course, by)
        course = course.get_latest_revision_as_object()
        read = [one.get_latest_revision_as_object() for one in lessons]
        return CopyPlan(school, course, read, [], Places())
    if not CourseOffer.objects.open().filter(course=course).exists():
        raise NotOfferedError
    read = list(lessons.live())
    banks = _banks_of(read)
    places = Places()
    for page in (course, *read, *banks):
        _bring_files(page, school, by, places)
        _judge_links(page, school, places)
    return CopyPlan(school, course, read, banks, places)


def _references(page: Any) -> Iterable[tuple[Any, int]]:
    """What a page points to: the model and the key, from its cover and its blocks."""
    if getattr(page, "cover_id", None):
        yield page._meta.get_field("cover").related_model, page.cover_id
    if hasattr(page, "body"):
        found = page._meta.get_field("body").extract_references(page.body)
        for model, key, *_paths in found:
            if str(key).isdecimal():
                yield model, int(key)


def _banks_of(lessons: Iterable[LessonPage]) -> list[QuestionBankPage]:
    keys = {
        key
        for lesson in lessons
        for model, key in _references(lesson)
        if issubclass(model, Page)
    }
    banks = QuestionBankPage.objects.filter(pk__in=keys).order_by("path")
    return [bank.get_latest_revision_as_object() for bank in banks]


def _bring_files(page: Any, school: SchoolPage, by: Any, places: Places) -> None:
    kinds = {kind.model: kind for kind in file_kinds()}
    for model, key in _references(page):
        if model in kinds and (model, key) not in places.keys:
            places.keys[model, key] = _at_school(kinds[model], key, school, by)


def _at_school(kind: FileKind, key: int, school: SchoolPage, by: Any) -> int | None:
    """The key of the same file in the school's own collection; None where it is lost."""
    file = kind.model.objects.filter(pk=key).select_related("collection").first()
    if file is None:
        return None
    drawers = SchoolCollection.objects.values_list("collection__path", flat=True)
    if not any(file.collection.path.startswith(path) for path in drawers):
        return key  # of the shared library
    target = collection_of(school)
    same = kind.model.objects.filter(collection=target, file_hash=file.file_hash)
    known = same.order_by("pk").first() if file.file_hash else None
    if known is not None:
        return int(known.pk)
    try:
        with file.file.open("rb") as content:
            taken, _was_there = take_file(
                user=by, collection=target, kind=kind, file=content, title=file.title
            )
    except (OSError, UploadRefusedError):
        # Gone from the storage, or no file that would be taken today.
        return None
    return int(taken.pk)


def _judge_links(page: Any, school: SchoolPage, places: Places) -> None:
    """Links to pages of the whole site stay; others lead nowhere unless copied too."""
    keys = {key for model, key in _references(page) if issubclass(model, Page)}
    for other in Page.objects.filter(pk__in=keys):
        if not may_lead_to(other, school):
            places.keys[Page, other.pk] = None


@transaction.atomic
def copy_course(*, plan: CopyPlan, by: Any) -> CoursePage:
    """Write the copy, as drafts of the person; who it is from is kept with it."""
    section = CourseIndexPage.objects.child_of(plan.school).get()
    is_own = plan.course.school.pk == plan.school.pk
    course = _new(plan.course, section, by)
    if is_own:
        course.title = f"{course.title}{AGAIN}"
        course.slug = spare_slug(course, section)
    course.cover_id = plan.places.key_for(
        CoursePage._meta.get_field("cover").related_model, plan.course.cover_id
    )
    course.audiences = list(plan.course.audiences.all())
    course.teachers = list(
        StaffProfile.objects.filter(school=plan.school, user=by, is_active=True)
    )
    section.add_child(instance=course)
    made: list[tuple[Any, Any]] = [(plan.course, course)]
    for bank in plan.banks:
        made.append((bank, section.add_child(instance=_new(bank, section, by))))
    for lesson in plan.lessons:
        made.append((lesson, course.add_child(instance=_new(lesson, course, by))))
    plan.places.keys |= {(Page, old.pk): new.pk for old, new in made}
    for old, new in made:
        _save_draft(old, new, by, plan.places)
    _keep_origin(plan, course, by)
    return course


def _new(page: Any, parent: Any, by: Any) -> Any:
    """A draft with the same words; its body comes when all pages have their keys."""
    fields = [
        one.name
        for one in page._meta.local_concrete_fields
        if one.editable and not one.primary_key and not one.is_relation
        and one.name != "body"
    ]  # fmt: skip
    related = {"category_id": page.category_id} if hasattr(page, "category_id") else {}
    new = type(page)(
        title=page.title, live=False, has_unpublished_changes=True, owner=by,
        **{name: getattr(page, name) for name in fields}, **related,
    )  # fmt: skip
    new.slug = spare_slug(new, parent)
    return new


def _save_draft(old: Any, new: Any, by: Any, places: Places) -> None:
    if hasattr(old, "body"):
        block = old.body.stream_block
        raw = moved(block, block.get_prep_value(old.body), places)
        new.body = new._meta.get_field("body").to_python(raw)
        new.save(clean=False)
    # A draft lacks what publishing asks for.
    new.save_revision(user=by, clean=False)
    log(instance=new, action="wagtail.copy", user=by, data=_log_data(old, new))


def _log_data(old: Any, new: Any) -> dict[str, Any]:
    """What Wagtail's history says of a copy."""
    source, destination = old.get_parent(), new.get_parent()
    return {
        "page": {"id": new.pk, "title": new.title},
        "source": {"id": source.pk, "title": source.title},
        "destination": {"id": destination.pk, "title": destination.title},
        "keep_live": False,
    }


def _keep_origin(plan: CopyPlan, course: CoursePage, by: Any) -> None:
    source = CoursePage.objects.select_related("origin").get(pk=plan.course.pk)
    earlier = getattr(source, "origin", None)
    credits = list(earlier.credits) if earlier else []
    if source.school.pk != plan.school.pk:
        credits.append({"school": source.school.title, "title": source.title})
    origin = CourseOrigin.objects.create(
        course=course, school=plan.school, source=source, credits=credits,
        source_saved_at=source.latest_revision_created_at,
        copied_by=by, copied_at=timezone.now(),
    )  # fmt: skip
    record_audit(
        actor=by, action="course.copied", subject=origin, school_id=plan.school.pk,
        course=course.pk, source=source.pk, from_school=source.school.pk,
    )  # fmt: skip
