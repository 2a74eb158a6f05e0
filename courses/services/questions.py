"""Bringing questions into banks and lessons: always a new draft, never a publication."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.services.audit import record_audit
from courses.blocks.lesson import QUESTION_TYPES
from courses.exceptions import QuestionFileError
from courses.models import ImportDraft, QuestionBankPage
from courses.question_desk import items_in, newest
from courses.question_files import QuestionFile, fingerprint
from courses.question_files.from_blocks import to_item
from courses.question_import import MOST_AT_ONCE, THERE, entries_of, file_remarks
from courses.services.drafts import locked_draft
from schools.tree import school_of

# What one bank or lesson holds at most, so that it can still be opened and edited.
MOST_HELD = 1000


def start_bank(*, section: Any, title: str, by: Any) -> QuestionBankPage:
    """A new bank without questions in a school's section."""
    if not section.permissions_for_user(by).can_add_subpage():
        raise PermissionDenied
    bank = QuestionBankPage(title=title, live=False, owner=by)
    with transaction.atomic():
        section.add_child(instance=bank)
        bank.save_revision(user=by)
        _log(by, "questions.bank_started", bank)
    return bank


@transaction.atomic
def keep_draft(
    *, page: Any, found: QuestionFile, file_sha256: str, by: Any
) -> ImportDraft:
    """Keep what was read until the person has looked at it.

    The same file for the same page once more leads to what was kept before.

    Raises:
        QuestionFileError: more questions than one looks through at once.
    """
    if len(found.items) > MOST_AT_ONCE:
        raise QuestionFileError(
            _("一次最多 %(most)s 道题。请分成几个文件，一个一个传。")
            % {"most": MOST_AT_ONCE}
        )
    known = [fingerprint(item) for item in items_in(newest(page))]
    entries = entries_of(found, known)
    same = ImportDraft.objects.visible_to(by).filter(
        page_id=page.pk, file_sha256=file_sha256, done_at=None
    )
    for draft in same:
        if draft.entries == entries:
            return draft
    return ImportDraft.objects.create(
        school=school_of(page),
        page_id=page.pk,
        by=by,
        file_sha256=file_sha256,
        form=found.form,
        entries=entries,
        notes=found.notes,
        dropped=file_remarks(found),
    )


@transaction.atomic
def import_questions(
    *, draft: ImportDraft, chosen: Collection[int], by: Any
) -> ImportDraft:
    """Take the chosen questions over; what was done once is not done again.

    What came into the page since the person looked is left out, unless it was ticked
    though it was there already.

    Raises:
        PageLockedError: somebody has locked the page.
    """
    if draft.by_id != by.pk:
        raise PermissionDenied
    page = locked_draft(draft.page_id, by)
    draft = ImportDraft.objects.select_for_update().get(pk=draft.pk)
    if draft.done_at:
        return draft
    wanted = [one for one in draft.entries if one["place"] in chosen and one["block"]]
    known = {fingerprint(item) for item in items_in(page)}
    added, there = [], []
    blocks = []
    taken = _ids(page)
    for one in wanted:
        if one["verdict"] != THERE and one["mark"] in known:
            there.append(one["place"])
            continue
        blocks.append(_with_free_id(one["block"], taken))
        added.append(one["place"])
    if blocks:
        _append(page, blocks, by)
    draft.done_at = timezone.now()
    draft.result = {"added": added, "there": there}
    draft.save(update_fields=["done_at", "result"])
    _log(
        by,
        "questions.imported",
        page,
        added=len(added),
        left=len(draft.entries) - len(added),
        form=draft.form,
    )
    return draft


@transaction.atomic
def copy_questions(
    *, source: Any, target: Any, block_ids: Collection[str], by: Any
) -> dict[str, int]:
    """Copy chosen questions of one bank or lesson into another of the same school.

    What the other has already is not copied a second time.

    Raises:
        PageLockedError: somebody has locked the page that gets them.
    """
    page = locked_draft(target.pk, by)
    wanted = set(block_ids)
    chosen = [
        block
        for block in newest(source).body
        if str(block.id) in wanted and block.block_type in QUESTION_TYPES
    ]
    known = {fingerprint(item) for item in items_in(page)}
    taken = _ids(page)
    blocks = []
    for block in chosen:
        mark = fingerprint(to_item(block))
        if mark in known:
            continue
        known.add(mark)
        blocks.append(_with_free_id(block.get_prep_value(), taken))
    if blocks:
        _append(page, blocks, by)
        _log(by, "questions.copied", page, added=len(blocks), source=source.pk)
    return {"added": len(blocks), "there": len(chosen) - len(blocks)}


def _ids(page: Any) -> set[str]:
    return {str(block.id) for block in page.body}


def _with_free_id(raw: dict[str, Any], taken: set[str]) -> dict[str, Any]:
    """The block with its own id, or with one that follows from it where that is taken."""
    found, times = str(raw["id"]), 1
    while found in taken:
        times += 1
        found = str(uuid5(UUID(str(raw["id"])), str(times)))
    taken.add(found)
    return {**raw, "id": found}


def _append(page: Any, blocks: Iterable[dict[str, Any]], by: Any) -> None:
    """Put raw blocks behind the others in a new version, which is a draft."""
    stream = page._meta.get_field("body").stream_block
    made = list(stream.to_python(list(blocks)))
    if len(page.body) + len(made) > MOST_HELD:
        raise QuestionFileError(
            _("放不下了：一处最多 %(most)s 道题。请另建一个题库。")
            % {"most": MOST_HELD}
        )
    for block in made:
        page.body.append((block.block_type, block.value, block.id))
    page.save_revision(user=by, log_action=True)


def _log(by: Any, action: str, page: Any, **detail: Any) -> None:
    school = school_of(page)
    record_audit(
        actor=by,
        action=action,
        subject=page,
        school_id=school.pk if school else None,
        **detail,
    )
