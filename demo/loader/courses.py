"""The courses with their lessons, and the videos and recording in them."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile

from core.models import MediaFile, SiteDocument
from courses.models import Audience, Category, CourseOffer, CoursePage, LessonPage
from courses.services.sharing import offer_course
from demo.loader.data import MEDIA, block_id, course_content, media_scripts, street
from demo.loader.once import loaded_pk, once
from schools.choices import Role
from schools.models import Membership, SchoolPage, StaffProfile
from schools.services.provisioning import collection_of

# Where the demo's own recordings stand: course id, order of the lesson → their name.
VIDEO_PLACES = {("c01", 1): "learn_online", ("c20", 2): "baduanjin"}


def load_courses(schools: dict[str, SchoolPage], start: datetime) -> None:
    """All courses; each is published a little after the one before."""
    for number, line in enumerate(street()["courses"]):
        at = start + timedelta(hours=number)
        once(f"course:{line['id']}", partial(_course, line, schools, at))
        if line.get("shared"):
            once(f"course:{line['id']}:shared", partial(_share, line, schools))


def _share(line: dict[str, Any], schools: dict[str, SchoolPage]) -> CourseOffer:
    """The school's clerk gives the course to the others."""
    clerk = Membership.objects.active().get(
        school=schools[line["school"]], role=Role.CLERK
    )
    course = CoursePage.objects.get(pk=loaded_pk(f"course:{line['id']}"))
    return offer_course(course=course, by=clerk.user)


def _course(
    line: dict[str, Any], schools: dict[str, SchoolPage], at: datetime
) -> CoursePage:
    content = course_content(line["id"])
    school = schools[line["school"]]
    section = school.get_children().get(slug="courses").specific
    teachers = {one["id"]: one["name"] for one in street()["teachers"]}
    course = CoursePage(
        title=line["title"],
        slug=line["id"],
        category=Category.objects.get(slug=line["category"]),
        mode=content["mode"],
        summary=line["summary"],
        outcomes="\n".join(content["outcomes"]),
        needs="\n".join(content["needs"]),
        questions_asked="\n\n".join(
            f"{one['q']}\n{one['a']}" for one in content["questions_asked"]
        ),
        live=False,
    )
    course.audiences = list(Audience.objects.filter(slug__in=line["audience"]))
    course.teachers = list(
        StaffProfile.objects.filter(school=school, name=teachers[line["teacher"]])
    )
    section.add_child(instance=course)
    _publish(course, at)
    for lesson in content["lessons"]:
        _lesson(line["id"], school, course, lesson, at)
    return course


def _lesson(
    course_id: str,
    school: SchoolPage,
    course: CoursePage,
    line: dict[str, Any],
    at: datetime,
) -> None:
    where = (course_id, line["order"])
    blocks = [_block(*where, block) for block in line["blocks"]]
    blocks = _recorded(where, school) + blocks
    lesson = LessonPage(
        title=line["title"],
        slug=f"lesson-{line['order']}",
        part_heading=line["part"],
        minutes=line["minutes"],
        is_preview=line["preview"],
        live=False,
    )
    lesson.body = lesson._meta.get_field("body").to_python(blocks)
    course.add_child(instance=lesson)
    _publish(lesson, at)


def _publish(page: Any, at: datetime) -> None:
    revision = page.save_revision(log_action=False)
    revision.publish(log_action=False)
    type(page).objects.filter(pk=page.pk).update(
        first_published_at=at, last_published_at=at, latest_revision_created_at=at
    )


def _block(course_id: str, order: int, block: dict[str, Any]) -> dict[str, Any]:
    """A block of the data as the raw form of a stream, with ids that stay the same."""
    key = block["key"]
    make_value = {
        "step": _step,
        "text": lambda line, *_ids: line["html"],
        "tip": lambda line, *_ids: {"text": line["text"]},
        "single_choice": _choice,
        "multiple_choice": _choice,
        "true_false": _true_false,
    }[block["type"]]
    return {
        "type": block["type"],
        "id": block_id(course_id, order, key),
        "value": make_value(block, course_id, order, key),
    }


def _items(values: list[Any], *ids: object) -> list[dict[str, Any]]:
    return [
        {"type": "item", "id": block_id(*ids, number), "value": value}
        for number, value in enumerate(values)
    ]


def _step(block: dict[str, Any], *ids: object) -> dict[str, Any]:
    return {
        "title": block["title"],
        "sentences": _items(block["sentences"], *ids),
        "image": None,
        "alt": "",
        "is_decoration": False,
    }


def _choice(block: dict[str, Any], *ids: object) -> dict[str, Any]:
    options = [
        {
            "text": option["text"],
            "is_right": option["right"],
            "feedback": option.get("feedback", ""),
        }
        for option in block["options"]
    ]
    return {"prompt": block["prompt"], "options": _items(options, *ids)}


def _true_false(block: dict[str, Any], *_ids: object) -> dict[str, Any]:
    return {
        "statement": block["statement"],
        "answer": "true" if block["answer"] else "false",
        "feedback_right": block["feedback_right"],
        "feedback_wrong": block["feedback_wrong"],
    }


def _recorded(where: tuple[str, int], school: SchoolPage) -> list[dict[str, Any]]:
    """The video or recording that stands first in that lesson, if there is one."""
    scripts = media_scripts()
    if where in VIDEO_PLACES:
        name = VIDEO_PLACES[where]
        return [_video(where, name, scripts[name], school)]
    story = scripts["stories"]
    if where == (story["course"], story["lesson"]):
        return [_audio(where, story, school)]
    return []


def _video(
    where: tuple[str, int], name: str, script: dict[str, Any], school: SchoolPage
) -> dict[str, Any]:
    value = {
        "title": script["title"],
        "video": _media(name, "mp4", script["title"], school),
        "is_spoken": True,
        "captions": _captions(name, script["title"], school),
        "transcript": "\n".join(script["sentences"]),
    }
    return {"type": "video", "id": block_id(*where, name), "value": value}


def _audio(
    where: tuple[str, int], script: dict[str, Any], school: SchoolPage
) -> dict[str, Any]:
    value = {
        "title": script["title"],
        "audio": _media("stories", "m4a", script["title"], school),
        "transcript": "\n".join(script["sentences"]),
    }
    return {"type": "audio", "id": block_id(*where, "stories"), "value": value}


def _media(name: str, extension: str, title: str, school: SchoolPage) -> int | None:
    def make() -> MediaFile:
        media = MediaFile(title=title, collection=collection_of(school))
        path = MEDIA / f"{name}.{extension}"
        media.file.save(path.name, ContentFile(path.read_bytes()), save=False)
        poster = MEDIA / f"{name}.jpg"
        if poster.exists():
            media.thumbnail.save(
                poster.name, ContentFile(poster.read_bytes()), save=False
            )
        media.save()
        return media

    once(f"media:{name}", make)
    return loaded_pk(f"media:{name}")


def _captions(name: str, title: str, school: SchoolPage) -> int | None:
    def make() -> SiteDocument:
        document = SiteDocument(
            title=f"字幕：{title}", collection=collection_of(school)
        )
        path = MEDIA / f"{name}.vtt"
        document.file.save(path.name, ContentFile(path.read_bytes()), save=False)
        document.save()
        return document

    once(f"captions:{name}", make)
    return loaded_pk(f"captions:{name}")
