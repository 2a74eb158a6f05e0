"""Pages, classes and files of a whole school: what is public, and what is not yet."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import Comment, PageViewRestriction

from activities.models import BrandIndexPage, BrandPage
from core.models import Upload
from courses.models import CourseOrigin, CoursePage
from courses.question_files import read_questions
from courses.services.preview_links import make_link, revoke_link, token_of
from courses.services.questions import keep_draft
from courses.services.sharing import offer_course, withdraw_offer
from schools.choices import Role
from schools.models import (
    CommunityProfile,
    Membership,
    SchoolPage,
    StaffProfile,
    Venue,
)
from schools.services.membership import appoint
from schools.services.provisioning import collection_of
from tests import factories
from tests.courses.banks import make_bank
from tests.courses.classes import make_class
from tests.learning.lessons import block_id, make_lesson, question_block, video_block
from tests.learning.written import work_block, written_block

SOON = timedelta(days=3)


def fill(made: Any) -> None:
    """All but what learners, their classes and the news bring with them."""
    _people_file(made)
    _open_course(made)
    _files(made)
    _classes(made)
    _not_for_everybody(made)
    _on_the_desk(made)


def _people_file(made: Any) -> None:
    """The teacher stands in public by name; somebody else has not begun."""
    school, teacher = made.school, made.people["teacher"]
    made.public = StaffProfile.objects.get(pk=made.pages.profile.pk)
    made.public.name = f"{school.title}的老师"
    made.public.save()
    private = factories.make_profile(school, made.name("profile"), is_active=False)
    CommunityProfile.objects.create(school=school, year=2026, population=4711)
    made.add("profile", made.public, private)
    made.add("membership", *Membership.objects.filter(school=school))
    made.add("school", school)
    made.add("user", *made.people.values())
    made.room = Venue.objects.create(school=school, name=f"{school.title}的教室")
    made.add("venue", *Venue.objects.filter(school=school))
    made.add("collection", collection_of(school))
    upload = Upload.objects.create(
        user=teacher,
        collection=collection_of(school),
        key="upload",
        name=made.name("upload") + ".png",
        title=made.name("upload-title"),
        kind="image",
        size=1,
    )
    made.add("upload", upload)


def _open_course(made: Any) -> None:
    """A live course; what its lessons hold is for those who enrol."""
    school, name = made.school, made.name
    course = factories.make_course(
        school, f"{school.slug}-open", made.public, title=f"{school.title}的公开课"
    )
    document = made.pages.document
    text = {"type": "text", "id": block_id("t"), "value": f"<p>{name('text')}</p>"}
    file = {
        "type": "file",
        "id": block_id("f"),
        "value": {"title": name("file"), "document": document.pk},
    }
    question = question_block("q")
    question["value"]["prompt"] = name("question")
    blocks = [
        text,
        file,
        video_block("v", made.pages.medium),
        question,
        written_block(prompt=name("prompt"), model_answer=name("model")),
        work_block(prompt=name("work-prompt")),
    ]
    made.lesson = make_lesson(course, *blocks, title=f"{school.title}的第一课")
    # Public now, and about to say something else.
    live = CoursePage.objects.get(pk=course.pk)
    live.title, live.summary = name("next-title"), name("next-summary")
    live.save_revision()
    made.course = CoursePage.objects.get(pk=course.pk)
    made.add("course", made.course, made.pages.pages["course"])
    made.add("lesson", made.lesson, made.pages.pages["lesson"])
    made.add("block_id", block_id("w"), block_id("p"), block_id("v"))
    made.add("slot", "video", "file")


def _files(made: Any) -> None:
    """Each file says whose it is, in its name and in its bytes."""
    words = made.name("body").encode()
    pages = made.pages
    pages.document.file.save(f"{made.name('file')}.txt", ContentFile(words))
    pages.medium.file.save(f"{made.name('film')}.mp4", ContentFile(words))
    with Path(pages.image.file.path).open("ab") as picture:
        picture.write(words)
    for one in (pages.document, pages.medium, pages.image):
        made.add("file", one.file.name)
    made.add("document", pages.document)
    made.add("image", pages.image)
    made.add("medium", pages.medium)


def _classes(made: Any) -> None:
    """A class that takes people, and one of the course that is not public yet."""
    made.run = make_class(
        made.course, venue=made.room, teacher=made.public, note="带围裙"
    )
    made.own_run = made.course.runs.get(is_self_paced=True)
    hidden = make_class(
        CoursePage.objects.get(pk=made.pages.pages["course"].pk),
        venue=Venue.objects.filter(school=made.school).exclude(pk=made.room.pk).get(),
        term=made.name("term")[-20:],
        note=made.name("note"),
        sessions=1,
    )
    made.add("run", made.run, made.own_run, hidden)
    made.add("run_session", made.run.run_sessions.first())
    made.add("session", *[row.session_id for row in made.run.run_sessions.all()[:1]])


def _not_for_everybody(made: Any) -> None:
    """Drafts, what is for later, what is over, and what is for some."""
    school, name, pages = made.school, made.name, {}
    now = timezone.now()
    draft = made.pages.pages["course"]
    draft.summary, draft.outcomes = name("summary"), name("outcomes")
    draft.needs, draft.questions_asked = name("needs"), name("asked")
    draft.search_description = name("description")
    draft.save_revision(user=made.people["teacher"])
    later = factories.make_course(
        school, f"{school.slug}-later", made.public, title=name("later"), live=False
    )
    later.go_live_at = now + SOON
    later.save_revision(approved_go_live_at=later.go_live_at)
    pages["later"] = later
    over = factories.make_news(school, name("over"), summary=name("over-summary"))
    type(over).objects.filter(pk=over.pk).update(expire_at=now - SOON)
    pages["over"] = over
    some = factories.make_news(school, name("some"), summary=name("some-summary"))
    limit = PageViewRestriction.objects.create(
        page=some, restriction_type=PageViewRestriction.GROUPS
    )
    limit.groups.set(made.people["teacher"].groups.all())
    pages["some"] = some
    pages["brand"] = _brand(made)
    Comment.objects.create(
        page=made.pages.pages["lesson"],
        user=made.people["teacher"],
        text=name("comment"),
        contentpath="title",
    )
    made.more_pages = pages
    drafts = made.pages.pages
    made.add("page", drafts["course"], drafts["lesson"], made.course, *pages.values())
    made.add("news", made.pages.pages["news"], over, some)
    made.add("restriction", limit)


def _brand(made: Any) -> BrandPage:
    name = made.name
    brand = BrandPage(
        title=name("brand"),
        theme=name("theme")[:20],
        concept=name("concept"),
        outcomes=name("brand-outcomes"),
        leader=name("leader")[:20],
        since=2020,
        live=False,
    )
    factories.section(made.school, BrandIndexPage).add_child(instance=brand)
    brand.save_revision()
    return brand


def _on_the_desk(made: Any) -> None:
    """What teachers keep for a while: banks, imports, links, offers."""
    teacher, name = made.people["teacher"], made.name
    bank = make_bank(made.school, teacher, name("bank"))
    question = question_block("banked")
    question["value"]["prompt"] = name("banked")
    bank.body = bank._meta.get_field("body").to_python([question])
    bank.save()
    bank.save_revision(user=teacher)
    raw = f"{name('imported')}{{T}}".encode()
    draft = keep_draft(
        page=bank, found=read_questions(raw), file_sha256="0" * 64, by=teacher
    )
    made.add("bank", bank)
    made.add("import_draft", draft)
    made.add("page", bank)
    link = make_link(page=made.lesson, by=teacher)
    ended = make_link(page=made.pages.pages["course"], by=teacher)
    revoke_link(link=ended, by=teacher)
    made.add("preview_link", link, ended)
    made.secrets.append(token_of(link))
    made.forged = [token_of(ended), f"{link.pk}.{token_of(ended).split('.')[1]}"]
    offer = offer_course(course=made.course, by=teacher)
    withdraw_offer(course=made.course, by=teacher)
    made.add("offer", offer)


def make_copy(school: Any, giver: Any) -> None:
    """A course of the school that began at the other one's public course."""
    course = factories.make_course(
        school.school,
        f"{school.slug}-copy",
        school.public,
        title=school.name("copy"),
        live=False,
    )
    CourseOrigin.objects.create(
        course=course,
        school=school.school,
        source=giver.course,
        credits=[{"school": giver.school.title, "title": giver.course.title}],
        copied_by=school.people["teacher"],
        copied_at=timezone.now(),
    )
    school.add("course", course)
    school.add("page", course)


def make_moved(a: SchoolPage, b: SchoolPage) -> Any:
    """A clerk of B until yesterday, whose groups nobody has put right; teaches at A."""
    moved = factories.make_staff("moved", a, Role.TEACHER)
    held = appoint(user=moved, school=b, role=Role.CLERK, since=date(2026, 1, 1))
    ended = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(pk=held.pk).update(until=ended)
    return moved
