"""Writing stories at the desk: begun empty or from a lesson, changed, handed in."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from core.civil_time import civil_date
from courses.services.drafts import add_draft, locked_draft
from news.choices import NOTICE_KINDS, NewsKind
from news.digest import story_digest
from news.exceptions import NotReadyError, StaleStoryError
from news.happenings import Happening
from news.models import NewsIndexPage, NewsPage, NoticeIndexPage
from news.plain_text import photos_of, to_raw
from news.prechecks import check_story

# Of a draft that was begun empty; none may be handed in under it.
NO_TITLE = "还没有题目"


@transaction.atomic
def begin_story(
    *,
    school: Any,
    kind: NewsKind,
    by: Any,
    happening: Happening | None = None,
    at: datetime | None = None,
) -> NewsPage:
    """A draft in the school's column of that kind; from a lesson, its facts come along.

    Raises:
        PermissionDenied: the person does not write there.
    """
    model = NoticeIndexPage if kind in NOTICE_KINDS else NewsIndexPage
    column = model.objects.child_of(school).get()
    if not column.permissions_for_user(by).can_add_subpage():
        raise PermissionDenied
    page = NewsPage(
        # Content is Chinese, whatever the writer's own language.
        title=happening.title if happening else NO_TITLE,
        kind=kind,
        event_date=happening.day if happening else civil_date(at),
        event_place=happening.place if happening else "",
        course=happening.course if happening else None,
        source=school.title,
        author=by.get_full_name()[:60],
        live=False,
        has_unpublished_changes=True,
        owner=by,
    )
    if happening is not None:
        page.body = _body(page, to_raw(happening.sentence, page.body))
    add_draft(column, page, by)
    return page


@transaction.atomic
def change_story(
    *,
    page: NewsPage,
    given: Mapping[str, Any],
    text: str | None,
    pictures: Iterable[Any] = (),
    seen: int,
    by: Any,
) -> bool:
    """Keep what the form says as a new version; whether anything has changed.

    Args:
        page: the story; read again under its lock.
        given: values by the names of the page's fields.
        text: the typed body; None leaves the body as it is.
        pictures: photos to put behind it; one that is there already stays one.
        seen: the version that the form was opened with.
        by: who writes.

    Raises:
        PermissionDenied: the person does not write the story.
        PageLockedError: somebody has locked it.
        StaleStoryError: it was saved by somebody else since.
        TextRefusedError: the text names a photo that is not there.
    """
    draft = _draft(page, by, seen)
    before = _digest(draft)
    for name, value in given.items():
        setattr(draft, name, value)
    if text is not None:
        draft.body = _body(draft, to_raw(text, draft.body))
    for picture in pictures:
        _add_picture(draft, picture)
    return _save_if_changed(draft, before, by)


@transaction.atomic
def describe_photo(
    *, page: NewsPage, block_id: str, facts: Mapping[str, Any], seen: int, by: Any
) -> bool:
    """Keep the caption of one photo; whether anything has changed.

    Raises:
        PermissionDenied, PageLockedError, StaleStoryError: as `change_story`.
    """
    draft = _draft(page, by, seen)
    before = _digest(draft)
    raw = draft.body.get_prep_value()
    for one in raw:
        if one["id"] == block_id:
            one["value"] = one["value"] | dict(facts)
    draft.body = _body(draft, raw)
    return _save_if_changed(draft, before, by)


@transaction.atomic
def remove_photo(*, page: NewsPage, block_id: str, seen: int, by: Any) -> bool:
    """Take one photo out of the story; its file stays in the school's library.

    Raises:
        PermissionDenied, PageLockedError, StaleStoryError: as `change_story`.
    """
    draft = _draft(page, by, seen)
    before = _digest(draft)
    raw = draft.body.get_prep_value()
    gone = [one["value"]["image"] for one in raw if one["id"] == block_id]
    draft.body = _body(draft, [one for one in raw if one["id"] != block_id])
    if draft.lead_image_id in gone:
        left = photos_of(draft.body)
        draft.lead_image = left[0].value["image"] if left else None
    return _save_if_changed(draft, before, by)


@transaction.atomic
def hand_in_story(*, page: NewsPage, by: Any) -> None:
    """Give the newest version to who checks it first; handed in twice, it is once.

    Raises:
        PermissionDenied: the person does not write the story.
        PageLockedError: somebody has locked it.
        NotReadyError: something is missing that the reviews would stop at.
    """
    draft = locked_draft(page.pk, by)
    if draft.workflow_in_progress:
        return
    if not draft.permissions_for_user(by).can_submit_for_moderation():
        raise PermissionDenied
    if sentences := unready(draft):
        raise NotReadyError(sentences)
    held = NewsPage.objects.get(pk=page.pk)
    state = held.current_workflow_state
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(by)
    else:
        held.get_workflow().start(held, by)


def unready(draft: NewsPage) -> list[str]:
    """What has to be mended before a story is handed in, in sentences."""
    found = []
    if draft.title == NO_TITLE:
        found.append(_("还没有题目。请给它一个题目。"))
    if not str(draft.body.render_as_block()).strip():
        found.append(_("还没有正文。请写几句，再交。"))
    for number, block in enumerate(photos_of(draft.body), start=1):
        if not block.value.get("alt"):
            words = _("第 %(number)s 张照片还没写「图里有什么」。")
            found.append(words % {"number": number})
    return found + [one.sentence for one in check_story(draft) if one.stops]


def _draft(page: NewsPage, by: Any, seen: int) -> NewsPage:
    draft: NewsPage = locked_draft(page.pk, by)
    if draft.latest_revision_id != seen:
        raise StaleStoryError
    return draft


def _digest(draft: NewsPage) -> str:
    return story_digest(draft.serializable_data())


def _body(draft: NewsPage, raw: list[dict[str, Any]]) -> Any:
    return draft._meta.get_field("body").to_python(raw)


def _add_picture(draft: NewsPage, picture: Any) -> None:
    """Behind what is there, with what is known of it already; the first is the lead."""
    there = {block.value["image"].pk for block in photos_of(draft.body)}
    if picture.pk in there:
        return
    known = {
        "image": picture.pk,
        "alt": "",
        "day": draft.event_date.isoformat() if draft.event_date else None,
        "place": draft.event_place[:40],
        "photographer": draft.photographer[:30],
    }
    raw = [*draft.body.get_prep_value(), {"type": "photo", "value": known}]
    draft.body = _body(draft, raw)
    if draft.lead_image_id is None:
        draft.lead_image = picture


def _save_if_changed(draft: NewsPage, before: str, by: Any) -> bool:
    if _digest(draft) == before:
        return False
    # A draft may lack what a review asks for.
    draft.save_revision(user=by, clean=False, log_action=True)
    return True
