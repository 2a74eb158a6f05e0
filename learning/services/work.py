"""Handing work over: files are kept, and the answer names them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from learning.choices import ProgressSource
from learning.exceptions import BadReportError, WorkRefusedError
from learning.join import ProgressState
from learning.models import Enrolment, LateAnswer, Response, WorkFile
from learning.paper import content_of
from learning.report import Answer, Report
from learning.services.answers import current_attempt
from learning.services.progress import lock_learner, record
from learning.work_check import Checked, check_work

FILES_A_DAY = 50
# What was sent and never became part of an answer goes after that long.
ORPHAN_AFTER = timedelta(hours=24)
CHUNK = 500


def hand_over(
    *,
    enrolment: Enrolment,
    lesson: Any,
    block_id: str,
    uploads: Sequence[Any],
    at: datetime | None = None,
) -> None:
    """Keep the files and answer the question with them. Sent twice, kept once.

    Args:
        enrolment: whose work it is.
        lesson: the lesson that asks.
        block_id: the question, of those of the learner's attempt.
        uploads: the files of the form, in its order.
        at: when; now by default.

    Raises:
        BadReportError: the attempt has no such question.
        WorkRefusedError: none, too many, too much for a day, a file that is none of
            those that are asked for, or a person has marked it. Nothing is kept then.
    """
    moment = at or timezone.now()
    question = content_of(lesson, current_attempt(enrolment, lesson)).question(block_id)
    if question is None or question.kind != "work":
        raise BadReportError
    # Before the lock: drawing photos anew takes a while.
    checked = _check(question, uploads)
    stored: list[WorkFile] = []
    try:
        _answer_with(checked, enrolment, lesson, question, moment, stored)
    except Exception:
        # The rows are undone with the transaction; files are not.
        for one in stored:
            one.file.delete(save=False)
        raise


def _check(question: Any, uploads: Sequence[Any]) -> list[Checked]:
    """The files as they may be kept.

    Raises:
        WorkRefusedError: none, too many, or one that is not asked for.
    """
    if not uploads:
        raise WorkRefusedError(str(question.value.left_out))
    if len(uploads) > question.value.most:
        most = question.value.most
        raise WorkRefusedError(_("最多交 %(most)s 个，请少选几个。") % {"most": most})
    return [check_work(one, question.value.kinds) for one in uploads]


@transaction.atomic
def _answer_with(
    checked: Sequence[Checked],
    enrolment: Enrolment,
    lesson: Any,
    question: Any,
    at: datetime,
    stored: list[WorkFile],
) -> None:
    """Keep the files and answer with their keys; `stored` gets those that are new."""
    locked = lock_learner(enrolment.pk)
    block_id = question.block_id
    attempt = current_attempt(locked, lesson)
    row = attempt.responses.filter(block_id=block_id).first() if attempt else None
    if row is not None and row.marked_at is not None:
        raise WorkRefusedError(_("老师已经看过这份作品，不能再换了。"))
    day = WorkFile.objects.filter(
        enrolment__learner=locked.learner_id,
        uploaded_at__gt=at - timedelta(days=1),
    )
    if day.count() + len(checked) > FILES_A_DAY:
        raise WorkRefusedError(_("今天交得太多了，请明天再交。"))
    kept = [_keep(locked, lesson, block_id, one, at, stored) for one in checked]
    keys = list(dict.fromkeys(kept))
    seq = row.seq if row else 0
    answer = Answer(
        block_id=block_id,
        choice=keys,
        attempt=attempt.number if attempt else 1,
        seq=seq + (row is None or row.answer != keys),
    )
    record(
        enrolment=locked,
        lesson=lesson,
        report=Report(ProgressState(opened_at=at, seen_until=at), [answer]),
        source=ProgressSource.FORM,
        at=at,
    )


def _keep(
    enrolment: Enrolment,
    lesson: Any,
    block_id: str,
    one: Checked,
    at: datetime,
    stored: list[WorkFile],
) -> str:
    known = WorkFile.objects.filter(
        enrolment=enrolment, lesson=lesson, block_id=block_id, sha256=one.sha256
    ).first()
    if known is None:
        known = WorkFile(
            enrolment=enrolment,
            lesson=lesson,
            block_id=block_id,
            kind=one.kind,
            name=one.name,
            size=len(one.content),
            sha256=one.sha256,
            uploaded_at=at,
        )
        known.file.save(f"x.{one.ending}", ContentFile(one.content), save=False)
        stored.append(known)
        known.save()
    return str(known.key.hex)


def forget_orphans(at: datetime | None = None) -> int:
    """Remove files that no answer names, a day after they were sent; how many."""
    before = (at or timezone.now()) - ORPHAN_AFTER
    old = WorkFile.objects.filter(uploaded_at__lt=before).order_by("pk")
    gone = last = 0
    while some := list(old.filter(pk__gt=last)[:CHUNK]):
        last = some[-1].pk
        named = _named({one.enrolment_id for one in some})
        for one in some:
            if one.key.hex not in named:
                remove_file(one)
                gone += 1
    return gone


def _named(enrolments: set[int]) -> set[str]:
    """The keys in answers of these enrolments, in those that came too late as well."""
    named: set[str] = set()
    for model in (Response, LateAnswer):
        rows = model.objects.filter(attempt__enrolment__in=enrolments)
        for answer in rows.values_list("answer", flat=True):
            if isinstance(answer, list):
                named.update(one for one in answer if isinstance(one, str))
    return named


def remove_file(work: WorkFile) -> None:
    """Remove the row, and its file once that is certain."""
    storage, name = work.file.storage, str(work.file.name)
    work.delete()
    transaction.on_commit(lambda: storage.delete(name))


def remove_work(user: Any, at: datetime) -> None:
    """What somebody handed over goes with the account, file and row."""
    for one in WorkFile.objects.filter(enrolment__learner=user):
        remove_file(one)
